// Package integrations holds the words that every vendor client shares: what a
// live thing is, what a look at the vendor saw, what a write was answered, and
// how a call can fail.
//
// The floors above speak only these words, so that no command, policy or card
// knows a vendor. The vendor packages below this folder (dcs, …) turn a
// vendor's wire into them and know nothing of Quell.
//
// A vendor whose list shows only what lives tells by it what became of a thing
// (Sighting). One that can be asked about a single thing is asked (Trace): a task
// that has ended stays where it was, and a proxy is there before and after.
//
// The wire is whatever a client and its vendor speak over: HTTP, or a server's own
// protocol. One operation over it with its answer is an Exchange, in the protocol's words
// (a method and a path, a command and its arguments; a status, the code of an error), and
// Change says whether it may have changed something: by that, and by no method's name,
// reads are told from writes. The exchanges of one call stand on the Tape of its context
// (WithTape) in the order in which they began. A client of NewClient puts its own there;
// one of another protocol hands over each (Add), also one that failed, with its secrets
// out and cut to the bounds of the fields.
//
// Four rules shape the types:
//
//   - A vendor's ids are values. Nothing here is a sentence: a failure carries
//     a Kind and a hint, and the sentence is made where it is drawn.
//   - Absence is a claim. A Sighting says whether the list was complete, and
//     only a complete one can show that a thing is gone.
//   - A read that meets a failure which may pass is tried once more (Reading). A
//     write is sent once. An Error therefore tells what is known of the deed
//     (Error.Effect), never merely that something went wrong.
//   - Every call can be shown afterwards. It stands on the tape of its context
//     (WithTape) with its secrets out, also when it failed.
package integrations
