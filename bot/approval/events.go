package approval

import (
	"fmt"
	"slices"
	"time"

	"quell/bot/words"
	"quell/commands"
	"quell/policy"
)

// Open makes a new case.
func Open(id string, r commands.Request, kind string, l Limits, now time.Time) Case {
	return Case{
		ID: id, Seq: 1, State: Planning, Request: r, Kind: kind, Limits: l,
		Opened: now, Deadline: now.Add(l.Plan), Due: now.Add(l.Plan / 8),
	}
}

// Planned brings the plan and what policy says of it.
type Planned struct {
	Plan     commands.Plan
	Decision policy.Decision
}

func (Planned) Name() string { return "plan" }
func (Planned) at() []State  { return []State{Planning} }

func (e Planned) apply(c *Case, now time.Time) error {
	if !now.Before(c.Deadline) {
		return refusal("case.lapsed")
	}
	c.Plan, c.Decision = e.Plan, e.Decision
	c.Items = make([]Item, len(e.Plan.Items))
	for i := range c.Items {
		c.Items[i].Outcome = commands.Outcome{Done: commands.NotSent, Seen: commands.NotLooked}
	}
	switch e.Decision.Verdict {
	case policy.Run:
		c.agree(now)
	case policy.Consult:
		until := now.Add(e.Decision.Within)
		c.enter(Pending, until, until)
	default:
		c.end(Refused, e.Decision.Why)
	}
	return nil
}

func (c *Case) agree(now time.Time) {
	c.Agreed = now
	c.enter(Approved, now.Add(c.Limits.Run), now)
}

// Unplanned ends a case whose things could not be looked up.
type Unplanned struct{ Why words.Message }

func (Unplanned) Name() string { return "plan failed" }
func (Unplanned) at() []State  { return []State{Planning} }

func (e Unplanned) apply(c *Case, _ time.Time) error {
	c.end(Done, e.Why)
	return nil
}

// Voted is a click on a card. Who may vote is policy's to say and has been
// asked; the rest is judged here.
type Voted struct {
	Vote        Vote
	Fingerprint string // what the voter saw
	Need        int    // what policy asks for now
	From        string // the delivery that brought it
}

func (e Voted) Name() string { return string(e.Vote.Choice) }

// at: a yes is for what is asked; a no stops whatever has not begun.
func (e Voted) at() []State {
	if e.Vote.Choice == No {
		return []State{Pending, Approved}
	}
	return []State{Pending}
}

func (e Voted) apply(c *Case, now time.Time) error {
	switch {
	case !now.Before(c.Deadline):
		return refusal("vote.late")
	case e.Fingerprint != c.Plan.Fingerprint:
		return refusal("vote.stale")
	case e.Vote.By == c.Request.By:
		return refusal("vote.own")
	case slices.ContainsFunc(c.Votes, func(v Vote) bool { return v.By == e.Vote.By && v.Choice == e.Vote.Choice }):
		return refusal("vote.twice") // a no may still follow a yes: whoever sees the mistake can stop it
	}
	c.Votes, c.Took = append(c.Votes, e.Vote), append(c.Took, e.From)
	switch {
	case e.Vote.Choice == No:
		c.end(Denied, words.New("case.denied", words.V{"by": words.User(e.Vote.By.User)}))
	case e.Vote.Choice == Yes && c.Yeses() >= max(e.Need, c.Decision.Need, 1):
		c.agree(now)
	}
	return nil
}

// Explained is why somebody said no. The no counted before, and whatever they
// say does not change that.
type Explained struct {
	By   commands.Person
	Why  string // at most commands.MaxReason characters
	From string // the delivery that brought it
}

func (Explained) Name() string { return "explain" }
func (Explained) at() []State  { return []State{Denied} }

func (e Explained) apply(c *Case, _ time.Time) error {
	i := slices.IndexFunc(c.Votes, func(v Vote) bool { return v.By == e.By && v.Choice == No })
	switch {
	case i < 0:
		return refusal("vote.explain-other")
	case c.Votes[i].Why != "":
		return refusal("vote.explain-twice")
	}
	c.Votes[i].Why, c.Took = e.Why, append(c.Took, e.From)
	return nil
}

// Withdrawal is the asker's own "no".
type Withdrawal struct {
	By   commands.Person
	From string // the delivery that brought it
}

func (Withdrawal) Name() string { return "withdraw" }
func (Withdrawal) at() []State  { return []State{Pending, Approved} }

func (e Withdrawal) apply(c *Case, _ time.Time) error {
	if e.By != c.Request.By {
		return refusal("vote.withdraw-other", words.V{"by": words.User(c.Request.By.User)})
	}
	c.Took = append(c.Took, e.From)
	c.end(Withdrawn, words.Message{})
	return nil
}

// Timeout ends a case whose state's deadline has passed, or hands a call that
// nobody owns any more to verification.
type Timeout struct{}

func (Timeout) Name() string { return "timeout" }
func (Timeout) at() []State  { return []State{Planning, Pending, Approved, Running, Verifying} }

func (Timeout) apply(c *Case, now time.Time) error {
	if now.Before(c.Deadline) {
		return refusal("case.not-yet")
	}
	switch c.State {
	case Planning:
		c.end(Lapsed, words.New("case.plan-lapsed"))
	case Pending:
		c.end(Expired, words.Message{})
	case Approved:
		c.end(Lapsed, c.waiting())
	case Running:
		c.lose()
		c.over(now)
	case Verifying:
		c.end(Done, words.Message{})
	}
	return nil
}

// lose says of every claimed call without an answer that nobody knows whether
// it left: its replica died, or paused beyond its lease.
func (c *Case) lose() {
	for i := range c.Items {
		if c.Items[i].underWay() {
			c.Items[i].Why = words.New("why.lost")
		}
	}
}

// waiting is why an approved case did not run: what it waited for, if anything.
func (c *Case) waiting() words.Message {
	if c.Why.IsZero() {
		return words.New("case.lapsed")
	}
	return c.Why
}

// Ended ends an approved case before any call: its things are gone already, are
// no longer what was approved, or policy no longer allows it.
type Ended struct {
	State State // Done or Refused
	Why   words.Message
	Cause words.Message // for the record alone: it may speak to one person
}

func (Ended) Name() string { return "end" }
func (Ended) at() []State  { return []State{Approved} }

func (e Ended) apply(c *Case, _ time.Time) error {
	if e.State != Done && e.State != Refused {
		return fmt.Errorf("case %s: %q is no end before a call", c.ID, e.State)
	}
	c.end(e.State, e.Why)
	return nil
}

// Postponed keeps an approved case waiting: the look before the call failed for
// the moment.
type Postponed struct {
	Why   words.Message
	Until time.Time
}

func (Postponed) Name() string { return "postpone" }
func (Postponed) at() []State  { return []State{Approved} }

func (e Postponed) apply(c *Case, _ time.Time) error {
	c.Why, c.Due = e.Why, e.Until
	return nil
}

// Claim takes the next item for one call. It writes "unknown" before anything
// is sent: that is the truth until an answer improves on it.
type Claim struct {
	Owner string
	Known []string // ids of every thing seen just before the call
}

func (Claim) Name() string { return "claim" }
func (Claim) at() []State  { return []State{Approved, Running} }

func (e Claim) apply(c *Case, now time.Time) error {
	i := c.Next()
	switch {
	case i < 0:
		return refusal("case.nothing-left")
	case !now.Before(c.Deadline):
		return refusal("case.lapsed")
	case c.State == Running && c.Owner != e.Owner:
		return refusal("case.owned")
	case slices.ContainsFunc(c.Items, Item.underWay):
		return fmt.Errorf("case %s: item %d is claimed before the last call has ended", c.ID, i)
	}
	if c.Ran.IsZero() {
		c.Ran = now
	}
	c.Owner, c.Why = e.Owner, words.Message{}
	c.Items[i].Claimed = true
	c.Items[i].Known = e.Known
	c.Items[i].Outcome = commands.Outcome{Done: commands.Unknown, Seen: commands.NotLooked, Sent: now, Why: words.New(noAnswerYet)}
	lease := now.Add(c.Limits.Call)
	c.enter(Running, lease, lease)
	return nil
}

const noAnswerYet = "why.no-answer-yet"

// underWay says that the item is claimed and how its call ended is not known yet.
func (it Item) underWay() bool { return it.Claimed && it.Why.ID == noAnswerYet }

// Called brings how the claimed call of an item ended.
type Called struct {
	Owner   string
	Index   int
	Outcome commands.Outcome
	// Again says that nothing was done and that it may be tried later: the
	// vendor documents it, or the call was kept back.
	Again bool
	Until time.Time // when, if Again
}

func (Called) Name() string { return "answer" }
func (Called) at() []State  { return []State{Running} }

func (e Called) apply(c *Case, now time.Time) error {
	if c.Owner != e.Owner {
		return refusal("case.owned")
	}
	if i := slices.IndexFunc(c.Items, Item.underWay); i < 0 || i != e.Index {
		return fmt.Errorf("case %s: no call of item %d is under way", c.ID, e.Index)
	}
	if e.Outcome.Done != commands.NotSent {
		e.Outcome.Sent = c.Items[e.Index].Sent
	}
	c.Items[e.Index].Outcome = e.Outcome
	declined := e.Outcome.Done == commands.Declined
	if declined {
		c.Tries++
	}
	undone := declined || e.Outcome.Done == commands.NotSent
	if e.Again && undone && e.Index == 0 && c.Tries < c.Limits.Tries && e.Until.Before(c.Agreed.Add(c.Limits.Run)) {
		c.Items[0].Claimed = false
		c.Why, c.Owner = e.Outcome.Why, ""
		c.enter(Approved, c.Agreed.Add(c.Limits.Run), e.Until)
		return nil
	}
	if c.Next() < 0 {
		c.over(now)
	}
	return nil
}

// over ends the calling: what may have been done is verified.
func (c *Case) over(now time.Time) {
	c.Called, c.Owner = now, ""
	if !slices.ContainsFunc(c.Items, Item.mayBeDone) {
		c.end(Done, c.Items[0].Why)
		return
	}
	c.enter(Verifying, now.Add(c.Limits.Patience), now)
}

// mayBeDone is true unless it is known that nothing was.
func (it Item) mayBeDone() bool { return it.Done != commands.NotSent && it.Done != commands.Declined }

// Looked brings what a look afterwards showed, item by item.
type Looked struct {
	Seen []Sight
	At   time.Time // when the look began
	Next time.Time // when to look again
}

// Sight is what was seen of one item.
type Sight struct {
	Seen      commands.Seen
	Successor string
}

func (Looked) Name() string { return "look" }
func (Looked) at() []State  { return []State{Verifying} }

func (e Looked) apply(c *Case, _ time.Time) error {
	if len(e.Seen) != len(c.Items) {
		return fmt.Errorf("case %s: a look at %d items of %d", c.ID, len(e.Seen), len(c.Items))
	}
	for i, s := range e.Seen {
		if c.Items[i].mayBeDone() && c.Items[i].Seen != commands.CameBack && s.Seen != commands.NotLooked {
			c.Items[i].see(s, e.At)
		}
	}
	if c.settled() {
		c.end(Done, words.Message{})
		return nil
	}
	c.enter(Verifying, c.Deadline, e.Next)
	return nil
}

func (it *Item) see(s Sight, at time.Time) {
	if it.Seen != s.Seen {
		it.FirstSeen = at
	}
	it.Seen, it.Successor, it.LookedAt = s.Seen, s.Successor, at
}

// settled says whether no other look could change what is claimed: a thing that
// is gone is watched for a while, one that is still there is given time to go,
// one that came back is decided. The end of that while has to be seen: an early
// look does not stand for it when the later ones fail.
func (c *Case) settled() bool {
	watched := c.Called.Add(c.Limits.Watch)
	return !slices.ContainsFunc(c.Items, func(it Item) bool {
		return it.mayBeDone() && it.Seen != commands.CameBack && it.LookedAt.Before(watched)
	})
}
