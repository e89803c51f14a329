package approval

import (
	"fmt"
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
)

// Looked brings a look of verification: what it saw of each item.
type Looked struct {
	Seen []commands.Sight
	At   time.Time // when the look began
	Next time.Time // when to look again
	// Trouble is why something of it was not seen; zero if all was.
	Trouble words.Message
	Over    time.Time // the end of the pause that the vendor named (Retry-After); zero if it named none
	// ByHand is what people can do at the system without this program; zero if that is not known.
	ByHand words.Message
}

func (Looked) Name() string { return "look" }
func (Looked) at() []State  { return []State{Verifying} }

func (e Looked) apply(c *Case, _ time.Time) error {
	if len(e.Seen) != len(c.Items) {
		return fmt.Errorf("case %s: a look at %d items of %d", c.ID, len(e.Seen), len(c.Items))
	}
	for i, s := range e.Seen {
		switch {
		case !c.Items[i].Awaited():
		case s.Seen != commands.NotLooked:
			c.Items[i].see(s, e.At)
		default:
			c.Items[i].miss(s, !e.At.Before(c.Watched()))
		}
	}
	c.Blind = e.blinds(c.Blind)
	if !e.ByHand.IsZero() {
		c.ByHand = e.ByHand
	}
	switch {
	case c.settled():
		c.end(Done, words.Message{})
	case !e.Over.IsZero() && !e.Over.Before(c.Deadline):
		c.Blind.From = e.Over
		c.end(Done, words.Message{})
	default:
		c.enter(Verifying, c.Deadline, e.Next)
	}
	return nil
}

func (it *Item) see(s commands.Sight, at time.Time) {
	if it.Seen != s.Seen {
		it.FirstSeen = at
	}
	it.Seen, it.Successor, it.Note, it.Final, it.LookedAt = s.Seen, s.Successor, s.Note, s.Final, at
}

// miss notes a look that saw nothing of the item, at the end of the watch or later (late) or not.
func (it *Item) miss(s commands.Sight, late bool) {
	it.Missed = it.Missed || late
	if !s.Note.IsZero() {
		it.Note = s.Note
	}
}

// decided says that no other look can change the outcome of the item.
func (it Item) decided() bool { return it.Seen == commands.CameBack || it.Final }

// Awaited says that a look may tell more of what became of the item: its call did, or may have
// done, something, and that is not decided yet.
func (it Item) Awaited() bool { return it.mayBeDone() && !it.decided() }

// settled says that no other look can change the outcome of any item. Until the end of the
// watch (Watched) a thing that is gone may come back, and a thing that is still there may go;
// a thing that the vendor is working on is waited for beyond that. The last look must begin
// at the end of the watch or later: an earlier one does not stand for it if the later ones
// fail.
func (c *Case) settled() bool {
	return !slices.ContainsFunc(c.Items, func(it Item) bool {
		return it.Awaited() && (it.Seen == commands.UnderWay || it.LookedAt.Before(c.Watched()))
	})
}

// Watched is when the watch ends: what is seen from then on is the outcome.
func (c Case) Watched() time.Time { return c.CallsEnded.Add(c.Limits.Watch) }

// Verified says that every item that may have been done was looked at until its outcome could
// not change any more. What was seen before the end of the watch may be otherwise since.
func (c Case) Verified() bool {
	return !slices.ContainsFunc(c.Items, func(it Item) bool { return uncertain(c, it) })
}

func uncertain(c Case, it Item) bool {
	return it.Awaited() && (it.Seen == commands.NotLooked || it.Seen == commands.UnderWay || it.LookedAt.Before(c.Watched()))
}

// GoneWatched says that everything is gone, and that at least one thing was seen so while it
// could still come back. It is true while that is watched, and once nothing came back: what is
// said of the case is the same at both times. It is true no more once a look at the end of the
// watch saw nothing of a thing.
func (c Case) GoneWatched() bool {
	if c.State != Verifying && (c.State != Done || !c.Why.IsZero() || !c.Verified()) || c.Items.Worst() != commands.Gone || c.Items.missed() {
		return false
	}
	return slices.ContainsFunc(c.Items, func(it Item) bool {
		return it.mayBeDone() && !it.Final && it.FirstSeen.Before(c.Watched())
	})
}

// GoneUnwatched says that everything was gone when it was seen last, and that a look at the end of
// the watch saw nothing of a thing: that is still tried.
func (c Case) GoneUnwatched() bool {
	return c.State == Verifying && c.Items.Worst() == commands.Gone && c.Items.missed()
}

// lastSeen is when a look last saw those things of which the last look is still to come: of
// several, the longest ago.
func lastSeen(c Case) (at time.Time) {
	for _, it := range c.Items {
		if it.Awaited() && it.LookedAt.Before(c.Watched()) && (at.IsZero() || it.LookedAt.Before(at)) {
			at = it.LookedAt
		}
	}
	return at
}

// LookedAgain is a follow-up look, which somebody asked for after the end. The outcome that
// was claimed at the end stays; the follow-up stands beside it as evidence.
type LookedAgain struct {
	Evidence
	From string // the delivery that brought it
}

// Evidence is what a follow-up look saw.
type Evidence struct {
	By   commands.Person  `json:"by"`
	At   time.Time        `json:"at"` // when the look began
	Seen []commands.Sight `json:"seen"`
}

// sinceEnd is what the newest look that somebody asked for saw of the things for which calls were
// made, where that is something else than was seen when the looking stopped. A look that did not see
// all of them changes nothing.
func sinceEnd(c Case) (seen Items, at time.Time) {
	if c.State != Done || !c.Why.IsZero() || len(c.Evidence) == 0 {
		return nil, time.Time{}
	}
	e, changed := c.Evidence[len(c.Evidence)-1], false
	for i, it := range c.Items {
		if i >= len(e.Seen) || !it.mayBeDone() {
			continue
		}
		if e.Seen[i].Seen == commands.NotLooked {
			return nil, time.Time{}
		}
		changed = changed || it.Seen != e.Seen[i].Seen
		it.Seen = e.Seen[i].Seen
		seen = append(seen, it)
	}
	if !changed {
		return nil, time.Time{}
	}
	return seen, e.At
}

// evidenceMost is how many looks a case keeps; the record keeps all.
const evidenceMost = 5

func (LookedAgain) Name() string { return "look again" }
func (LookedAgain) at() []State  { return []State{Done} }

func (e LookedAgain) apply(c *Case, _ time.Time) error {
	if !c.Uncertain() {
		return refusal("vote.settled", words.V{"case": words.Case(c.ID)})
	}
	if len(e.Seen) != len(c.Items) {
		return fmt.Errorf("case %s: a look at %d items of %d", c.ID, len(e.Seen), len(c.Items))
	}
	c.Evidence = append(c.Evidence, e.Evidence)
	c.Evidence = c.Evidence[max(0, len(c.Evidence)-evidenceMost):]
	c.Deliveries = append(c.Deliveries, e.From)
	return nil
}

// Uncertain says that a follow-up look could tell people something: the case is done, and the
// outcome of one of its calls is not known, or its thing is still there.
func (c Case) Uncertain() bool {
	return c.State == Done && slices.ContainsFunc(c.Items, func(it Item) bool {
		return it.Claimed && it.mayBeDone() && (it.Done == commands.Unknown || it.Seen == commands.StillThere || uncertain(c, it))
	})
}
