package approval

import (
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
)

// Blind is that the looks of verification see nothing of some item, or of all: the newest reason,
// and since when it is so.
type Blind struct {
	Why   words.Message `json:"why"`
	Since time.Time     `json:"since"` // when the first of them began
	// From is when a look makes sense again, where the pause that the vendor named (Retry-After) is
	// longer than verification may take; else zero.
	From time.Time `json:"from,omitzero"`
}

// blinds is what a look leaves of a blindness: none, or the new reason.
func (e Looked) blinds(before *Blind) *Blind {
	switch {
	case e.Trouble.IsZero() && e.Over.IsZero():
		return nil
	case before == nil:
		return &Blind{Why: e.Trouble, Since: e.At}
	}
	return &Blind{Why: e.Trouble, Since: before.Since}
}

// older: looks failed since the item was seen, or none was had at the end of the watch.
func older(c Case, it Item) bool {
	if !it.mayBeDone() || it.decided() || it.Seen == commands.NotLooked {
		return false
	}
	failed := c.Blind != nil && it.LookedAt.Before(c.Blind.Since) && !c.GoneWatched()
	return failed || c.State == Done && it.LookedAt.Before(c.Watched())
}

// Older says that what was seen of the i-th thing is no answer to what has become of it.
func Older(c Case, i int) bool { return older(c, c.Items[i]) }

// olderOutcome says that the outcome of the case rests on a sight that is older.
func olderOutcome(c Case) bool {
	worst := c.Items.Worst()
	return !c.Items.Partly() && slices.ContainsFunc(c.Items, func(it Item) bool { return it.Seen == worst && older(c, it) })
}

// looking is the status of a case that is looked at: also that the looks fail.
func looking(c Case, v words.V) words.Message {
	if c.Blind == nil {
		return words.New("card.status.verifying")
	}
	v["since"], v["trouble"] = words.At(c.Blind.Since), words.Say(commands.WithByHand(c.Blind.Why, checking(c)))
	return words.New("card.status.blind-so-far", v)
}

// unwatched is the status of a case whose last look at the end of the watch is still to come.
func unwatched(c Case, v words.V) words.Message {
	v["at"] = words.At(lastSeen(c))
	m := words.New("card.status.unwatched", v)
	if c.Blind == nil {
		return m
	}
	return words.New("card.status.unwatched-why", words.V{"status": words.Say(m), "trouble": words.Say(commands.WithByHand(c.Blind.Why, checking(c)))})
}

// checking is how people see by hand what became of a call: with the ids of the system, once a
// look has brought them. It is never how to do the same again, for that would be done twice.
func checking(c Case) words.Message {
	if len(c.ByHand.Values) == 0 {
		return words.New("by-hand." + c.Kind)
	}
	return words.New("by-hand-at."+c.Kind, c.ByHand.Values)
}

// blindEnd is the status of a case whose looks failed to the end.
func blindEnd(c Case, v words.V) words.Message {
	v["since"], v["trouble"] = words.At(c.Blind.Since), words.Say(c.Blind.Why)
	v["check"] = words.Say(checking(c))
	if c.Blind.From.IsZero() {
		return words.New("card.status.blind", v)
	}
	v["from"] = words.At(c.Blind.From)
	return words.New("card.status.blind-from", v)
}
