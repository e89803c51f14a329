package approval

import (
	"slices"

	"quell/commands"
	"quell/commands/words"
)

// Outcome is what may be claimed of the case as a whole, in a word or two. If its items came
// to different ends, it tells how many things are gone. What rests on an older sight says so.
func (c Case) Outcome() words.Message {
	if olderOutcome(c) {
		return words.New("card.outcome.older", words.V{"outcome": words.Say(outcomeOf(c))})
	}
	return outcomeOf(c)
}

func outcomeOf(c Case) words.Message {
	unclear := func(it Item) bool { return it.Done == commands.Unknown }
	gone := c.Items.Gone()
	switch {
	case len(c.Items) == 0: // it came to no plan
		return words.New("card.outcome.nothing")
	case gone == len(c.Items) && slices.ContainsFunc(c.Items, unclear):
		return words.New("card.outcome.unclear." + c.Request.Command)
	case gone == len(c.Items):
		return commands.Ending(c.Request.Command, commands.Gone)
	case c.Items.Partly():
		return words.New("card.outcome.partly", words.V{"gone": words.Count(gone), "count": words.Count(len(c.Items))})
	case !c.Items[0].mayBeDone():
		return words.New("card.outcome.nothing")
	}
	return commands.Ending(c.Request.Command, c.Items.Worst())
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
