// Package commands is what people can ask for: the grammar of a slash command,
// the request that it becomes, the plan that is looked up live for it, and the
// outcome that may honestly be claimed afterwards.
//
//	text ──Parse──▶ Request ──Plan──▶ Plan{Items} ──(approved)──▶ Outcome per Item
//
// Names are left as they were typed until they are looked up: what is typed exactly is what is
// meant, and only if nothing has that name, other spellings of it count (Meant, Spellings). What
// is none of a thing's own words may be what it is called, whose it is, and last the beginning of
// an id; a number is whole or nothing. How it was found is in the plan (Finding), for whoever is
// to agree. What fits two is ambiguous, and a reason is never spelt otherwise than it was
// typed. Beside a Mistake stands what was understood, for a form to be filled in with.
//
// A Request is what one person asked, once; it never changes. A request that leaves out what
// to act on is completed in a form: Search, Protected and Together say which things may be
// picked there, and hold for things that are typed as well. A Plan is the
// request with its things looked up at the vendor. Approvers see the plan and
// the plan is what runs: its Fingerprint covers what must not change in
// between and nothing that moves by itself. An Item is one vendor call.
//
// Each command is one file with the small interface that it needs of a system;
// a vendor client fits it without knowing this package. Nothing here names a
// vendor, reads a clock or knows what people type on.
package commands
