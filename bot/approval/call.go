package approval

import (
	"fmt"
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// Claim takes the next item for one call. It writes the outcome "unknown" before anything is
// sent: that is the truth until an answer improves on it. An item whose thing went away by
// itself after the approval needs no call and is passed over.
type Claim struct {
	Owner  string
	Seen   integrations.Sighting // the look on which the call rests
	Policy string                // the hash of the policy by which it may be made
}

func (Claim) Name() string { return "claim" }
func (Claim) at() []State  { return []State{Approved, Running} }

func (e Claim) apply(c *Case, now time.Time) error {
	switch {
	case !now.Before(c.Deadline), c.TimeIsUp(now):
		return refusal("case.lapsed")
	case c.State == Running && c.Owner != e.Owner:
		return refusal("case.owned")
	case c.Items.InFlight() >= 0:
		return refusal("case.under-way")
	case c.BreakGlass.MustWait(now):
		return refusal("glass.waits")
	case c.Never:
		return refusal("never.was", words.V{"target": words.Code(c.Request.Target)})
	}
	c.passOver(e.Seen)
	i := c.Items.Next()
	if i < 0 {
		return refusal("case.nothing-left")
	}
	if c.Ran.IsZero() {
		c.Ran = now
	}
	c.Owner, c.Why = e.Owner, words.Message{}
	c.Items[i].Claimed, c.Items[i].InFlight = true, true
	c.Items[i].WasIdle = stirred(c.Plan, c.Plan.Items[i].Thing, e.Seen)
	c.Items[i].LineageBefore = commands.SameLineage(c.Plan.Items[i].Thing, e.Seen)
	c.Items[i].Outcome = commands.Outcome{Done: commands.Unknown, Seen: commands.NotLooked, Sent: now, Why: words.New("why.no-answer-yet")}
	lease := now.Add(c.Limits.Call)
	c.enter(Running, lease, lease)
	return nil
}

// passOver notes which items need no call, or no other: their things are gone.
func (c *Case) passOver(seen integrations.Sighting) {
	for i := range c.Items {
		if _, there := seen.Find(c.Plan.Items[i].Thing.ID); there || !seen.Complete || !c.Items[i].open() {
			continue
		}
		c.Items[i].passOver(seen.At)
	}
}

func (it *Item) passOver(at time.Time) {
	if it.Done == commands.Declined { // a call was made
		it.Why = words.New("why.gone-meanwhile")
	} else {
		it.Outcome = commands.Outcome{Done: commands.NotSent, Why: words.New("why.gone-before")}
	}
	it.Seen, it.LookedAt, it.FirstSeen = commands.Gone, at, at
}

// open says that the item is not claimed yet and needs a call.
func (it Item) open() bool { return !it.Claimed && it.Seen != commands.Gone }

// CallEnded brings the answer to the claimed call of an item, or that there was none.
type CallEnded struct {
	Owner   string
	Index   int
	Outcome commands.Outcome
	// Retry says that the call did nothing and may be made again later: the vendor documents
	// that, or a rate limit of ours kept the call from being sent.
	Retry bool
	Until time.Time // the end of a backoff of ours, if Retry; zero for that of the item's tries
	Over  time.Time // the end of the pause that the vendor named (Retry-After), if Retry; zero if it named none
	// Ours says that the vendor declined because of another call of ours. Such a refusal is
	// not counted in Item.Tries: Limits.Run alone bounds how often the call is made again.
	Ours bool
}

func (CallEnded) Name() string { return "answer" }
func (CallEnded) at() []State  { return []State{Running} }

func (e CallEnded) apply(c *Case, now time.Time) error {
	if c.Owner != e.Owner {
		return refusal("case.owned")
	}
	if i := c.Items.InFlight(); i < 0 || i != e.Index {
		return fmt.Errorf("case %s: no call of item %d is in flight", c.ID, e.Index)
	}
	if e.Outcome.Done != commands.NotSent {
		e.Outcome.Sent = c.Items[e.Index].Sent
	}
	it := &c.Items[e.Index]
	it.Outcome, it.InFlight = e.Outcome, false
	if e.Outcome.Done == commands.Declined && !e.Ours {
		c.countTry(e.Index)
	}
	mayRetry, next := e.Retry && !it.mayBeDone(), e.again(*it, now)
	switch {
	case mayRetry && tooLong(*c, e.Over):
		c.AskFrom = e.Over
		c.Items.leaveRest(e.Outcome.Why)
		c.endCalls(now)
	case mayRetry && it.Tries < c.Limits.Tries && next.Before(c.RunsUntil()):
		it.Claimed = false
		c.wait(e.Outcome.Why, next)
	case c.Items.Next() >= 0 && !now.Before(c.RunsUntil()):
		c.Items.leaveRest(words.New("case.lapsed"))
		c.endCalls(now)
	case c.Items.Next() < 0:
		c.endCalls(now)
	}
	return nil
}

// endCalls takes a case whose calls are over on to verification, or to its end if it is
// known that no call did anything.
func (c *Case) endCalls(now time.Time) {
	c.CallsEnded, c.Owner, c.Why = now, "", words.Message{}
	if !slices.ContainsFunc(c.Items, Item.mayBeDone) {
		i := max(0, slices.IndexFunc(c.Items, func(it Item) bool { return it.Claimed }))
		c.end(Done, c.Items[i].Why)
		return
	}
	c.enter(Verifying, now.Add(c.Limits.Patience), now)
}

// mayBeDone says that the item's call did, or may have done, something.
func (it Item) mayBeDone() bool { return it.Done != commands.NotSent && it.Done != commands.Declined }
