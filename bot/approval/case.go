// Package approval is the life of a case: its states, and the one table that
// says how it may move between them.
//
//	planning  → refused | pending | approved | done | lapsed
//	pending   → pending (a vote) | approved (agreed, or break-glass) | denied | expired | withdrawn
//	approved  → approved (waits, break-glass is told) | running | done (changed, already gone) | refused | denied | withdrawn | lapsed
//	            | verifying (stopped, refused or lapsed between two calls)
//	running   → running (next item) | verifying | approved (declined, kept back, or stopped) | done (nothing was done)
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
// doing anything, or the call was kept back and provably never left.
//
// A freeze and a spent budget keep a case approved, waiting with its reason, until it
// lapses: a state of its own would mean the same.
//
// Several items are called one after the other. Between two calls the case may
// step back and wait, and it may be stopped: that is no end then but keeps the rest
// from beginning, for what has begun is always looked after.
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
	Refused   State = "refused"   // policy said no
	Denied    State = "denied"    // a person said no
	Expired   State = "expired"   // nobody agreed in time
	Withdrawn State = "withdrawn" // the asker took it back
	Lapsed    State = "lapsed"    // approved or planned, and not run in time
)

// Terminal reports whether the state is an end: a case never leaves it.
func (s State) Terminal() bool {
	switch s {
	case Planning, Pending, Approved, Running, Verifying:
		return false
	}
	return true
}

// Holds reports whether a case in this state keeps its things to itself: no
// second case may touch them.
func (s State) Holds() bool { return !s.Terminal() && s != Planning }

// Limits are how long a case may stay in a state.
type Limits struct {
	Plan     time.Duration `json:"plan"`     // to look its things up
	Run      time.Duration `json:"run"`      // from approval to the first call
	Call     time.Duration `json:"call"`     // the lease of one call; outlasts the call's own time limit by 5 s
	Watch    time.Duration `json:"watch"`    // how long "gone" is watched for coming back
	Patience time.Duration `json:"patience"` // how long looking is tried before giving up
	Tries    int           `json:"tries"`    // calls that the vendor may decline before the case gives up
	Pace     time.Duration `json:"pace"`     // the least time between two looks afterwards
}

// With is l but for what o sets.
func (l Limits) With(o Limits) Limits {
	return Limits{
		Plan: cmp.Or(o.Plan, l.Plan), Run: cmp.Or(o.Run, l.Run), Call: cmp.Or(o.Call, l.Call), Watch: cmp.Or(o.Watch, l.Watch),
		Patience: cmp.Or(o.Patience, l.Patience), Tries: cmp.Or(o.Tries, l.Tries), Pace: cmp.Or(o.Pace, l.Pace),
	}
}

// DefaultLimits are those of the design.
func DefaultLimits() Limits {
	return Limits{
		Plan: 2 * time.Minute, Run: 10 * time.Minute, Call: 25 * time.Second,
		Watch: 30 * time.Second, Patience: 2 * time.Minute, Tries: 3, Pace: time.Second,
	}
}

// Case is a request with everything that became of it.
type Case struct {
	ID       string           `json:"id"` // "Q-7F3K2M"
	Version  int              `json:"version,omitempty"`
	Seq      int64            `json:"seq"`
	State    State            `json:"state"`
	Request  commands.Request `json:"request"`
	Kind     string           `json:"kind"` // of the target
	Limits   Limits           `json:"limits"`
	Plan     commands.Plan    `json:"plan,omitzero"`
	Decision policy.Decision  `json:"decision,omitzero"`
	// Grounds are what the decision rests on, so that it can be made again.
	Grounds    policy.Ask  `json:"grounds,omitzero"`
	Votes      []Vote      `json:"votes,omitempty"`
	Items      []Item      `json:"items,omitempty"`
	BreakGlass *BreakGlass `json:"glass,omitempty"` // nil unless somebody acts alone
	// Evidence are the looks that people asked for after the end, the newest last.
	Evidence []Evidence `json:"evidence,omitempty"`
	// Exchanges are what went over the wire while the case was one of version 0. What went
	// since is stored beside the case.
	Exchanges []Exchange `json:"calls,omitempty"`
	// Deliveries are the deliveries whose meaning is in the case: one that comes again,
	// after a crash, means nothing more.
	Deliveries []string `json:"took,omitempty"`
	// Why explains an end, or what an approved case is waiting for.
	Why words.Message `json:"why,omitzero"`
	// AlreadyGone says that the case ended because all its things were gone before a call.
	AlreadyGone bool   `json:"already_gone,omitempty"`
	Tries       int    `json:"tries,omitempty"` // calls that the vendor declined, and not because of a call of our own
	Owner       string `json:"owner,omitempty"` // the replica that holds the lease while running

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
	// LineageBefore are the ids of the thing's kin that were there just before the call:
	// whoever is there afterwards and was not is the thing, back.
	LineageBefore []string `json:"known,omitempty"`
	// FirstSeen is when what is seen was seen first.
	FirstSeen time.Time `json:"first_seen,omitzero"`
}

// Keys name the case's things among those of all cases: kind and vendor id,
// each once and in an order of their own, so that two cases take what they
// share in the same order.
func (c Case) Keys() []string {
	ids := c.Plan.IDs()
	for i, id := range ids {
		ids[i] = c.Kind + "/" + id
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Yeses counts the people who agreed.
func (c Case) Yeses() int {
	return count(c.Votes, func(v Vote) bool { return v.Choice == Yes })
}

// OtherTeamAgreed says that somebody agreed who was of another team than the asker.
func (c Case) OtherTeamAgreed() bool {
	return slices.ContainsFunc(c.Votes, func(v Vote) bool { return v.Choice == Yes && v.OtherTeam })
}

// Waited is how long a case has been put to people at a time.
func (c Case) Waited(at time.Time) time.Duration { return at.Sub(c.Consulted) }

// Ballot is a vote on the case that was cast at a time, for policy to judge now.
func (c Case) Ballot(a policy.Ask, voter policy.Subject, cast, now time.Time) policy.Ballot {
	return policy.Ballot{Asker: a.By, Voter: voter, Where: a.Where, Waited: c.Waited(cast), At: now}
}

// Acted says that a call of the case did, or may have done, something.
func (c Case) Acted() bool { return c.CallsMade() > 0 }

// CallInFlight says that a call is claimed and how it ended is not known yet: what
// was to stop it had to come before.
func (c Case) CallInFlight() bool { return c.InFlight() >= 0 }

// InFlight is the index of the item whose call may be on its way, or -1.
func (c Case) InFlight() int {
	return slices.IndexFunc(c.Items, func(it Item) bool { return it.InFlight })
}

// Next is the index of the item that is to be claimed next, or -1.
func (c Case) Next() int { return slices.IndexFunc(c.Items, Item.open) }

// HasMoreCalls says that calls are made and others are still to come: what has not
// begun can be stopped.
func (c Case) HasMoreCalls() bool { return c.State == Running && c.Next() >= 0 }
