package approval

import (
	"fmt"
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
)

// Event is something that happened to a case.
type Event interface {
	// Name is the event's name in the record.
	Name() string
	// apply changes c, which is a copy, or says why the event does not count.
	apply(c *Case, now time.Time) error
	// at lists the states in which the event can happen.
	at() []State
}

// Refusal is why an event does not count, in words for whoever caused it. The
// case is as it was.
type Refusal struct{ Message words.Message }

func (r *Refusal) Error() string { return "refusal: " + r.Message.ID }

func refusal(id string, values ...words.V) error { return &Refusal{words.New(id, values...)} }

// moves is the table: which state may follow which.
func moves() map[State][]State {
	return map[State][]State{
		Planning:  {Refused, Pending, Approved, Done, Lapsed},
		Pending:   {Pending, Approved, Refused, Denied, Expired, Withdrawn, Verifying},
		Approved:  {Approved, Pending, Running, Verifying, Done, Refused, Denied, Withdrawn, Lapsed},
		Running:   {Running, Verifying, Approved, Done},
		Verifying: {Verifying, Done},
		Done:      {Done},
		Denied:    {Denied},
	}
}

// Step returns the case as it is after the event. A *Refusal means that the
// event does not count and says why; any other error is a fault in the caller.
func Step(c Case, e Event, now time.Time) (Case, error) {
	if c.Newer() {
		return c, fmt.Errorf("case %s is of version %d, and this program moves none above %d", c.ID, c.Version, Version)
	}
	if !slices.Contains(e.at(), c.State) {
		return c, refusal("vote.over", words.V{"case": words.Case(c.ID), "state": words.Say(c.Word())})
	}
	next := c.clone()
	if err := e.apply(&next, now); err != nil {
		return c, err
	}
	if !slices.Contains(moves()[c.State], next.State) {
		return c, fmt.Errorf("case %s: %s may not move it from %s to %s", c.ID, e.Name(), c.State, next.State)
	}
	if c.State != Pending || next.State != Pending { // a vote waits while people are asked, and no longer
		next.Waiting = nil
	}
	next.Version, next.Seq = versionOf(next), next.Seq+1
	next.schedule(now)
	return next, nil
}

// schedule sets when the sweep must look after the case again: at the deadline of its state
// at the latest, and never once the case has ended.
func (c *Case) schedule(now time.Time) {
	switch {
	case c.State.Terminal():
		c.Deadline, c.Due, c.Owner = time.Time{}, time.Time{}, ""
		if c.Ended.IsZero() {
			c.Ended = now
		}
	case c.Due.IsZero() || c.Due.After(c.Deadline):
		c.Due = c.Deadline
	}
}

// Word is how the case stands, for people. Only a yes makes it approved.
func (c Case) Word() words.Message {
	switch {
	case c.Newer():
		return words.New("state.newer")
	case c.Unconfirmed():
		return words.New("state.confirming")
	case c.State == Approved && c.Held():
		return words.New("state.held" + onWhoseSay(c))
	case c.State == Approved && c.BreakGlass != nil:
		return words.New("state.approved-alone")
	case c.State == Approved && c.Votes.Yeses() == 0:
		return words.New("state.approved-unasked")
	}
	return c.State.Word()
}

// Held says that something keeps an approved case from its call for the moment: a freeze, a budget,
// other sockets, a look that fails. A try that has its time is no such thing.
func (c Case) Held() bool { return c.State == Approved && !c.Why.IsZero() && waitsForTry(c) < 0 }

// Standing is how a case stands in a list: what became of it once it is done, and whether somebody
// acted alone.
func (c Case) Standing() words.Message {
	m := c.Word()
	if c.State == Done {
		m = c.Outcome()
	}
	if seen, _ := sinceEnd(c); len(seen) > 0 && !seen.Partly() {
		m = commands.Ending(c.Request.Command, seen.Worst())
	}
	if c.BreakGlass != nil && (c.State == Running || c.State == Verifying || c.State.Terminal()) { // the words of before say it themselves
		return words.New("state.alone", words.V{"state": words.Say(m)})
	}
	return m
}

// Word is the state's name for people.
func (s State) Word() words.Message { return words.New("state." + string(s)) }

// clone copies what events write to.
func (c Case) clone() Case {
	c.Votes = slices.Clone(c.Votes)
	c.Items = slices.Clone(c.Items)
	c.Deliveries = slices.Clone(c.Deliveries)
	c.Evidence = slices.Clone(c.Evidence)
	c.Exchanges = slices.Clone(c.Exchanges)
	c.Waiting = slices.Clone(c.Waiting)
	return c
}

// enter puts the case into a state until a deadline.
func (c *Case) enter(s State, deadline, due time.Time) {
	c.State, c.Deadline, c.Due = s, deadline, due
}

// end puts the case into a terminal state.
func (c *Case) end(s State, why words.Message) { c.State, c.Why = s, why }
