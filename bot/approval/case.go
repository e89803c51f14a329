// Package approval is the life of a case as a state machine: its states, its events, and the
// one table of the moves between them.
//
//	planning  → refused | pending | approved | done | lapsed
//	pending   → pending (a vote, the asker's word) | approved (agreed, confirmed, or break-glass) | refused (nobody can be shown it) | denied | expired | withdrawn
//	            | verifying (stopped or expired between two calls)
//	approved  → approved (waits, break-glass is told) | running | done (changed, already gone) | refused | denied | withdrawn | lapsed
//	            | pending (once, after a long freeze) | verifying (stopped, refused or lapsed between two calls)
//	running   → running (next item) | verifying | approved (declined, throttled, or stopped) | done (nothing was done)
//	verifying → verifying (a look, why) | done
//	done      → done (look again, why, sign)
//	denied    → denied (why)
//
// Step is the only way to move. It is pure: it reads no clock and no database,
// and it returns a new Case. Every state that is not an end has a deadline in
// the case itself, so nothing waits in a goroutine and a case that nobody
// looks after still comes to an end.
//
// Two ideas make the record honest. A claim writes the outcome "unknown" before
// the call leaves; only an answer improves on it, so a crash at any point
// leaves the truth behind. And an item that was claimed can never be claimed
// again, whatever happens, unless the vendor documents that it refused before
// doing anything, or a rate limit of ours stopped the call, which provably never left.
//
// What was found otherwise than by its exact id is pending until its asker says that it is what they
// meant (Confirming), also where the policy asks nobody. Others are asked after that word, and their
// time begins with it.
//
// A freeze and a spent budget keep a case approved, waiting with its reason, until it
// lapses: a state of its own would mean the same. After a long freeze it is pending once more
// and needs one yes (Renewal).
//
// Several items are called one after the other. Between two calls the case may go back to
// approved and wait, and it may be stopped. Such a stop does not end the case: it keeps the
// other items from being called, and the items that were called are still verified.
//
// Nothing waits for longer than it may: a pause that is named (Retry-After) and reaches beyond the
// time of the case ends it at once, and what has not begun is not sent (tries.go). What looks
// after the calls could not see is kept with its reason (blind.go).
//
// What is asked of all items, votes or waiting votes together is a method of theirs (items.go, votes.go,
// waiting.go), not of the case.
//
// What a case says to people is here as well, in messages that every face draws
// alike: sentences.go (title, status, terms, reasons), things.go (each thing and
// what became of it), history.go, actions.go (what can still be done).
package approval

import (
	"cmp"
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// State is where a case stands.
type State string

const (
	Planning  State = "planning"  // its things are being looked up
	Pending   State = "pending"   // others are asked
	Approved  State = "approved"  // it may run
	Running   State = "running"   // a call is claimed: it may be on its way
	Verifying State = "verifying" // the calls are over; looking whether they worked

	Done      State = "done"      // ran, or found that there was nothing to run
	Refused   State = "refused"   // policy said no, or nobody could be shown it
	Denied    State = "denied"    // a person said no
	Expired   State = "expired"   // nobody agreed in time
	Withdrawn State = "withdrawn" // the asker took it back
	Lapsed    State = "lapsed"    // approved or planned, and not run in time
)

// Terminal reports whether the state is an end of the state machine: no event leads out of it.
func (s State) Terminal() bool {
	switch s {
	case Planning, Pending, Approved, Running, Verifying:
		return false
	}
	return true
}

// Holds reports whether a case in this state has an exclusive hold on its things: no second
// case may have one on any of them (store.Held).
func (s State) Holds() bool { return !s.Terminal() && s != Planning }

// Limits are how long a case may stay in a state.
type Limits struct {
	Plan     time.Duration `json:"plan"`     // to look its things up
	Run      time.Duration `json:"run"`      // from approval to the first call
	Call     time.Duration `json:"call"`     // the lease of one call; outlasts the call's own time limit by 5 s
	Watch    time.Duration `json:"watch"`    // how long "gone" is watched for coming back
	Patience time.Duration `json:"patience"` // the time limit of verification
	Tries    int           `json:"tries"`    // calls of an item that the vendor may decline before it is given up
	Pace     time.Duration `json:"pace"`     // the least time between two looks afterwards
}

// With is l with the fields that o sets in place of its own.
func (l Limits) With(o Limits) Limits {
	return Limits{
		Plan: cmp.Or(o.Plan, l.Plan), Run: cmp.Or(o.Run, l.Run), Call: cmp.Or(o.Call, l.Call), Watch: cmp.Or(o.Watch, l.Watch),
		Patience: cmp.Or(o.Patience, l.Patience), Tries: cmp.Or(o.Tries, l.Tries), Pace: cmp.Or(o.Pace, l.Pace),
	}
}

// DefaultLimits are those that hold where a target has none of its own.
func DefaultLimits() Limits {
	return Limits{
		Plan: 2 * time.Minute, Run: 10 * time.Minute, Call: 25 * time.Second,
		Watch: 30 * time.Second, Patience: 2 * time.Minute, Tries: 3, Pace: time.Second,
	}
}

// Case is a request with everything that became of it. The JSON tags are older than some of
// the names, and are in databases of users.
type Case struct {
	ID       string           `json:"id"` // "Q-7F3K2M"
	Version  int              `json:"version,omitempty"`
	Seq      int64            `json:"seq"` // counts moves; the store moves a case only from the seq that was read (optimistic lock)
	State    State            `json:"state"`
	Request  commands.Request `json:"request"`
	Kind     string           `json:"kind"` // of the target
	Limits   Limits           `json:"limits"`
	Plan     commands.Plan    `json:"plan,omitzero"`
	Decision policy.Decision  `json:"decision,omitzero"`
	// Grounds are what the decision rests on, so that it can be made again. Their At is when it
	// was judged: what is known of people may be a little older, and of the channel more (package
	// people). When each was known is not stored.
	Grounds    policy.Ask  `json:"grounds,omitzero"`
	Votes      Votes       `json:"votes,omitempty"`
	Items      Items       `json:"items,omitempty"`
	BreakGlass *BreakGlass `json:"glass,omitempty"`   // nil unless somebody acts alone
	Renewal    *Renewal    `json:"renewal,omitempty"` // nil unless a long freeze had it ask once more
	// Confirming is that the asker has to say first that what was found is what they meant; nil
	// unless they were asked.
	Confirming *Confirming `json:"confirming,omitempty"`
	// Shortage is that too few people could agree when the case was put to people; nil unless
	// that was definite.
	Shortage *Shortage `json:"shortage,omitempty"`
	// Rings are whom the case rings, a step of the escalation each: those who may agree from the
	// beginning first. An older case has none.
	Rings []Ring `json:"rings,omitempty"`
	// Rung is up to when people were reminded, and those of later steps rung.
	Rung time.Time `json:"rung,omitzero"`
	// Evidence are the looks that people asked for after the end, the newest last.
	Evidence []Evidence `json:"evidence,omitempty"`
	// Exchanges with the vendor while the case was one of version 0. Later ones are rows
	// beside the case.
	Exchanges []Exchange `json:"calls,omitempty"`
	// Deliveries are the idempotency keys of what people said and the case has taken in: a
	// delivery that is judged again after a crash changes nothing more.
	Deliveries []string `json:"took,omitempty"`
	// Waiting are votes that wait for a look-up of their voters.
	Waiting WaitingVotes `json:"waiting,omitempty"`
	// Why explains an end, or what an approved case is waiting for.
	Why words.Message `json:"why,omitzero"`
	// Mistaken says that the case ended because of a mistake of the asker, which they can mend.
	Mistaken bool `json:"mistaken,omitempty"`
	// Told says that Why is then the vendor's own word on a thing that was named.
	Told bool `json:"told,omitempty"`
	// AlreadyGone says that the case ended because all its things were gone before a call.
	AlreadyGone bool `json:"already_gone,omitempty"`
	// Unshown says that the case was stopped because it could not be shown; its asker was told.
	Unshown bool `json:"unshown,omitempty"`
	// Never says that the case is a rehearsal: no call is ever made for it.
	Never bool   `json:"never,omitempty"`
	Tries int    `json:"tries,omitempty"` // Item.Tries, of all items
	Owner string `json:"owner,omitempty"` // the replica that holds the lease while running

	// Blind is that the looks after the calls fail; nil once they do not.
	Blind *Blind `json:"blind,omitempty"`
	// ByHand is what people can do at the system without this program, with the system's own ids.
	// An older case has none, nor one that was not looked at.
	ByHand words.Message `json:"by_hand,omitzero"`
	// AskFrom is from when asking again makes sense, where a pause that was named (Retry-After)
	// ended the case because it is longer than the case may wait.
	AskFrom time.Time `json:"ask_from,omitzero"`

	Opened     time.Time `json:"opened"`
	Consulted  time.Time `json:"put,omitzero"`      // when it was put to people
	Agreed     time.Time `json:"agreed,omitzero"`   // when it became approved
	Ran        time.Time `json:"ran,omitzero"`      // when its first call was claimed
	CallsEnded time.Time `json:"called,omitzero"`   // when its last call was over
	Ended      time.Time `json:"ended,omitzero"`    // when it reached its end
	Deadline   time.Time `json:"deadline,omitzero"` // of the state; zero at an end
	Due        time.Time `json:"due,omitzero"`      // when somebody must look after it next; zero at an end
}

// Choice is what a voter pressed.
type Choice string

const (
	Yes Choice = "approve"
	No  Choice = "deny"
)

// Vote is one person's voice.
type Vote struct {
	By     commands.Person `json:"by"`
	Choice Choice          `json:"choice"`
	At     time.Time       `json:"at"`
	Why    string          `json:"why,omitempty"` // in the voter's own words; a no may get it later
	// OtherTeam says that the voter was of another team than the asker.
	OtherTeam bool `json:"elsewhere,omitempty"`
}

// Item is what became of one item of the plan.
type Item struct {
	commands.Outcome
	// Claimed says that the call was, or may have been, sent.
	Claimed bool `json:"claimed,omitempty"`
	// InFlight says that the call is claimed and that how it ended is not known yet.
	InFlight bool `json:"in_flight,omitempty"`
	// Tries counts its calls that the vendor declined, but for those that a call of ours explains
	// (CallEnded.Ours). FirstTry is when the first of them was sent: the pauses run from then.
	Tries    int       `json:"tries,omitempty"`
	FirstTry time.Time `json:"first_try,omitzero"`
	// LineageBefore are the vendor ids of the thing's lineage just before the call: an id of
	// the same lineage that appears only afterwards is the thing, back.
	LineageBefore []string `json:"known,omitempty"`
	// WasIdle is for how long the thing had done nothing when it was planned, if it did something
	// again before its call; 0 if not, or where that was not seen.
	WasIdle time.Duration `json:"was_idle,omitempty"`
	// FirstSeen is when the present value of Seen was seen first.
	FirstSeen time.Time `json:"first_seen,omitzero"`
	// Missed says that a look saw nothing of it that began at the end of the watch or later.
	Missed bool `json:"missed,omitempty"`
}

// Keys name the things of the case among the things of all cases, also those that its calls end
// along: kind and vendor id. They are sorted and each is there once, so that two cases lock the
// things that they share in the same order. Those of a rehearsal are apart from all others: it keeps
// nothing from a call.
func (c Case) Keys() []string {
	ids := c.Plan.IDs()
	for _, it := range c.Plan.Items {
		for _, with := range it.Thing.With {
			ids = append(ids, with.ID)
		}
	}
	among := c.Kind + "/"
	if c.Never {
		among = "rehearsal/" + among
	}
	for i, id := range ids {
		ids[i] = among + id
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Waited is the time from when people were asked to approve until at.
func Waited(c Case, at time.Time) time.Duration { return at.Sub(c.Consulted) }

// Ballot is a vote on the case, cast at one time and judged by policy at another (now).
func (c Case) Ballot(a policy.Ask, voter policy.Subject, cast, now time.Time) policy.Ballot {
	return policy.Ballot{Asker: a.By, Voter: voter, Where: a.Where, Waited: Waited(c, cast), At: now}
}

// Declined says that a call of the case was made, and that the vendor declined it.
func (c Case) Declined() bool {
	return c.Tries > 0 || slices.ContainsFunc(c.Items, func(it Item) bool { return it.Done == commands.Declined })
}

// HasMoreCalls says that the case is at its calls and that items are left to be claimed:
// those can still be stopped.
func (c Case) HasMoreCalls() bool { return c.State == Running && c.Items.Next() >= 0 }
