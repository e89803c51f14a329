package approval

import (
	"fmt"
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
)

// Looked brings what a look afterwards showed, item by item.
type Looked struct {
	Seen []commands.Sight
	At   time.Time // when the look began
	Next time.Time // when to look again
}

func (Looked) Name() string { return "look" }
func (Looked) at() []State  { return []State{Verifying} }

func (e Looked) apply(c *Case, _ time.Time) error {
	if len(e.Seen) != len(c.Items) {
		return fmt.Errorf("case %s: a look at %d items of %d", c.ID, len(e.Seen), len(c.Items))
	}
	for i, s := range e.Seen {
		switch {
		case !c.Items[i].mayBeDone(), c.Items[i].decided():
		case s.Seen != commands.NotLooked:
			c.Items[i].see(s, e.At)
		case !s.Note.IsZero():
			c.Items[i].Note = s.Note
		}
	}
	if c.settled() {
		c.end(Done, words.Message{})
		return nil
	}
	c.enter(Verifying, c.Deadline, e.Next)
	return nil
}

func (it *Item) see(s commands.Sight, at time.Time) {
	if it.Seen != s.Seen {
		it.FirstSeen = at
	}
	it.Seen, it.Successor, it.Note, it.Final, it.LookedAt = s.Seen, s.Successor, s.Note, s.Final, at
}

// decided says that no other look can change what is claimed of the item.
func (it Item) decided() bool { return it.Seen == commands.CameBack || it.Final }

// settled says whether no other look could change what is claimed: a thing that
// is gone is watched for a while, one that is still there is given time to go,
// one that the vendor is at is waited for, one that came back is decided. The end
// of that while has to be seen: an early look does not stand for it when the later
// ones fail.
func (c *Case) settled() bool {
	return !slices.ContainsFunc(c.Items, func(it Item) bool {
		return it.mayBeDone() && !it.decided() && (it.Seen == commands.UnderWay || it.LookedAt.Before(c.Watched()))
	})
}

// Watched is when the watch ends that decides what is claimed.
func (c Case) Watched() time.Time { return c.CallsEnded.Add(c.Limits.Watch) }

// Verified says that every item was looked at until nothing could change any more.
// One that was seen gone and could not be looked at again may be back.
func (c Case) Verified() bool {
	return !slices.ContainsFunc(c.Items, func(it Item) bool {
		return it.Seen == commands.NotLooked || it.Seen == commands.UnderWay ||
			it.Seen == commands.Gone && !it.Final && it.LookedAt.Before(c.Watched())
	})
}

// LookedAgain is a look that somebody asked for after the end. What was claimed
// at the end stays; this stands beside it.
type LookedAgain struct {
	Evidence
	From string // the delivery that brought it
}

// Evidence is one look that was asked for.
type Evidence struct {
	By   commands.Person  `json:"by"`
	At   time.Time        `json:"at"` // when the look began
	Seen []commands.Sight `json:"seen"`
}

// evidenceMost is how many looks a case keeps; the record keeps all.
const evidenceMost = 5

func (LookedAgain) Name() string { return "look again" }
func (LookedAgain) at() []State  { return []State{Done} }

func (e LookedAgain) apply(c *Case, _ time.Time) error {
	if !c.Uncertain() {
		return refusal("vote.settled", words.V{"case": words.Code(c.ID)})
	}
	if len(e.Seen) != len(c.Items) {
		return fmt.Errorf("case %s: a look at %d items of %d", c.ID, len(e.Seen), len(c.Items))
	}
	c.Evidence = append(c.Evidence, e.Evidence)
	c.Evidence = c.Evidence[max(0, len(c.Evidence)-evidenceMost):]
	c.Deliveries = append(c.Deliveries, e.From)
	return nil
}

// Uncertain says that another look could tell people something: the calls are
// over and what came of one is not known, or it is still there.
func (c Case) Uncertain() bool {
	return c.State == Done && slices.ContainsFunc(c.Items, func(it Item) bool {
		return it.Claimed && it.mayBeDone() && (it.Done == commands.Unknown || it.Seen == commands.NotLooked || it.Seen == commands.StillThere || it.Seen == commands.UnderWay)
	})
}
