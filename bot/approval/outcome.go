package approval

import (
	"slices"

	"quell/commands"
	"quell/commands/words"
)

// Outcome is what may be claimed of the case as a whole, in a word or two. If its items came
// to different ends, it tells how many things are gone. What rests on an older sight says so.
func (c Case) Outcome() words.Message {
	if c.olderOutcome() {
		return words.New("card.outcome.older", words.V{"outcome": words.Say(c.outcome())})
	}
	return c.outcome()
}

func (c Case) outcome() words.Message {
	unclear := func(it Item) bool { return it.Done == commands.Unknown }
	gone := c.Gone()
	switch {
	case len(c.Items) == 0: // it came to no plan
		return words.New("card.outcome.nothing")
	case gone == len(c.Items) && slices.ContainsFunc(c.Items, unclear):
		return words.New("card.outcome.unclear", words.V{"ending": words.Say(commands.Ending(c.Request.Command, commands.Gone))})
	case gone == len(c.Items):
		return commands.Ending(c.Request.Command, commands.Gone)
	case c.Partly():
		return words.New("card.outcome.partly", words.V{"gone": words.Count(gone), "count": words.Count(len(c.Items))})
	case !c.Items[0].mayBeDone():
		return words.New("card.outcome.nothing")
	}
	return commands.Ending(c.Request.Command, c.Worst())
}

// Clear says that all things are gone, and that our calls did it.
func (c Case) Clear() bool {
	return c.Gone() == len(c.Items) && !slices.ContainsFunc(c.Items, func(it Item) bool { return it.Done == commands.Unknown })
}

// Gone counts the things that were seen gone.
func (c Case) Gone() int {
	return count(c.Items, func(it Item) bool { return it.Seen == commands.Gone })
}

// CallsMade counts the calls that did, or may have done, something.
func (c Case) CallsMade() int {
	return count(c.Items, func(it Item) bool { return it.Claimed && it.mayBeDone() })
}

// CameBack says that something that was ended is there again.
func (c Case) CameBack() bool {
	return slices.ContainsFunc(c.Items, func(it Item) bool { return it.Claimed && it.Seen == commands.CameBack })
}

// Gone counts the things that this look saw gone.
func (e Evidence) Gone() int {
	return count(e.Seen, func(s commands.Sight) bool { return s.Seen == commands.Gone })
}

func count[T any](all []T, is func(T) bool) int {
	n := 0
	for _, one := range all {
		if is(one) {
			n++
		}
	}
	return n
}

// Partly says that the items came to different ends.
func (c Case) Partly() bool {
	return c.Gone() < len(c.Items) && slices.ContainsFunc(c.Items, func(it Item) bool {
		return it.Seen != c.Items[0].Seen || it.mayBeDone() != c.Items[0].mayBeDone()
	})
}

// Worst is the least good of what was seen of the items.
func (c Case) Worst() commands.Seen {
	for _, s := range []commands.Seen{commands.StillThere, commands.NotLooked, commands.UnderWay, commands.CameBack} {
		if slices.ContainsFunc(c.Items, func(it Item) bool { return it.Seen == s }) {
			return s
		}
	}
	return commands.Gone
}
