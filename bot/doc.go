// Package bot is the front: what people may ask for, in verbs, whatever face they use.
//
//	Ask        a request → Admit → a stored case → its plan
//	Pick       a form, for a request that does not say what to act on; Fill reads its list,
//	           Choose takes another system, Send sends it, Search looks through it
//	Begin      a form of whatever command its target takes, from an alert or from nothing
//	Mend       a form for a request that is half right; Locate finds the system of one that names
//	           things alone
//	Vote       yes or no to what somebody asked; Withdraw takes it back
//	ExplainNo  why somebody said no
//	BreakGlass one person acts alone (MayBreakGlass), loudly, and others sign afterwards (Sign)
//	LookAgain  one more look at an outcome that is not certain; AskAgain fills in a form
//	Freeze     one person stops everything; two lift that (Unfreeze)
//	Why        how a case was decided; Can says what somebody may do
//	History    the cases on a target, of a person or in a channel; Report tells of a channel's
//	Home       what waits for somebody, what is theirs and what they may do; Waiting the first alone
//	Status     how the bot fares and what is open; Targets what somebody may act on; Help
//
// A verb takes a Speaker (who, where, under which idempotency key) and values, and returns a
// Verdict in words. It does its work once, however often it is called with one key, and trusts
// no face. A face (package slack; face_test.go has a small one) calls the verbs for what
// people type and press, and shows them the verdicts. It stores each delivery first, so that
// no crash loses one, and calls the verb again after a crash (Resume). A face also draws cases
// (display.Screen), says news (display.Announcer), and knows people and channels
// (people.Directory). Package wiring puts all of that together.
//
// A no goes before a yes. A no that is stored before a claim keeps the claim from being
// committed until the no is judged; so a slow look-up lets no call overtake a "stop". A no also
// ends a case that is approved and waits, and of several calls it stops those that have not
// begun.
//
// The front names no vendor, no Slack and no screen. Cases are moved by package engine,
// drawn by package display; who somebody is says package people.
//
// # Words
//
// The words of the product and of the code, each with the term of the field where that is
// another one. One word stands for one thing, in names, comments and sentences.
//
//	approver         somebody other than the asker whose yes counts; the policy says who may be one
//	ask              a request with all that policy judges it by: who, where, on what, when
//	attempt          something that somebody tried and that was refused; the record has it
//	backoff          the pause after a failure, longer with each failure in a row
//	bar              why people may not end a thing: the vendor or the policy protects it
//	binding          a role given to users or groups, in the policy
//	break-glass      the asker acts alone, loudly, when nobody answers; others review it afterwards.
//	                 Its button reads "Act alone"
//	bucket           what one person may send, and what of theirs may fail: a token bucket
//	budget           a rate limit of the policy: so many calls within a time
//	call             the one request to a vendor that ends, stops or restarts a thing
//	card             the message in which people see a case and decide on it
//	case             a request with everything that became of it, as a state machine
//	census           what Slack counts of the app's sockets, against what our processes hold
//	claim            the stored intent to make a call, written before the call is sent
//	compare-and-set  the write of a case that succeeds only from the seq that was read
//	cooldown         how long a target is left alone after something on it came back
//	debounce         several of the same within a moment count as one
//	decision         what policy made of a request and its plan, stored with the case
//	delivery         a row of the inbox: what a face was handed, such as a click
//	deny             a no: it ends a case, or stops the items that are not called yet
//	draft            an ask whose reason is still to be given, as in a form
//	escalation       who else may approve once a case has waited for a time
//	evidence         what a follow-up look saw, beside the outcome
//	exchange         one request over the wire and its answer
//	face             where people use the front: Slack, or another chat
//	fingerprint      the hash of what a plan would do to what; a vote is for one fingerprint
//	follow-up        a look, or a new case, that somebody asks for after the end of a case
//	freeze           nothing may be called on a target, or on any; two people lift it. It may be said
//	                 anywhere, and is lifted in a channel that the policy knows
//	front            this package: the verbs
//	guard            a freeze, other sockets, a budget or a cooldown, which a claim meets in its own
//	                 transaction
//	heartbeat        the row in which a process says that it lives
//	hold             the exclusive lock of a live case on a thing
//	idempotency key  what is said under one key counts once, also after a crash
//	in force         of a policy: the one that decides now
//	inbox            what people said, stored before it is acknowledged, until it is judged
//	item             one thing of a plan, and its one call
//	key lock         a lock for each of many names within a process (package keylock)
//	lease            how long a claimed call may last; then nobody knows what became of it
//	lineage          what a thing has in common with the thing that comes back in its place
//	look             a read of things at a vendor: before a call, after it, or as a follow-up
//	move             one step of a case from state to state, stored with its audit entry
//	notice           what is posted before a break-glass may go on
//	optimistic lock  the seq of a case: whoever read an older one reads again
//	other sockets    sockets of the Slack app that no process of this store explains
//	outbox           what people must be told, stored with its cause, until it is said
//	outcome          what may honestly be claimed: what was done, and what was seen
//	person           somebody with a user id of one workspace. A face gives each human one form,
//	                 by which people are compared, wherever they speak from
//	plan             a request with its things looked up; approvers see it, and it is what runs
//	precheck         the look and the rights just before a call
//	protected        what nobody may end by a rule
//	quorum           how many approvers a case needs (Need)
//	record           the audit trail: entries in a chain of hashes
//	renewal          the one more yes that a case needs after a freeze of more than a minute
//	replica          one of the processes that share a store
//	responder        somebody who may ask for anything at all on a target
//	review           the signatures of others that a break-glass needs afterwards
//	saying           a row of the outbox
//	scope            a permission as its vendor documents it
//	seq              counts the moves of a case
//	shield           one rule of protected
//	shortage         too few people can agree to a case as it is put to them
//	sight            what a sighting shows of one thing
//	sighting         what a look saw
//	singleflight     several who want the same at once share one call for it
//	snapshot         who was in a user group at a time
//	spelling         another way to write a name, as an input method, a phone or a copied style has it
//	state machine    the states of a case, its events, and the table of moves (package approval)
//	sweep            the look for what is due, once a second
//	tape             the exchanges of a context until the next move stores them
//	target           a system that people act on by its name
//	terminal         of a state: no event leads out of it
//	thing            what a command ends, stops or restarts: a session, an agent, a task, a proxy
//	trait            what the policy can match of a thing, as its vendor gave it
//	vacancy          a user group or a person of the policy behind which there is nobody
//	verdict          what a verb answers to the speaker
//	watch            the time after a call in which a thing that is gone may come back
package bot
