package approval

import (
	"slices"

	"quell/bot/words"
	"quell/commands"
)

// Outcome is what may be claimed of the case as a whole, in a word or two: no
// more than of its least good item.
func (c Case) Outcome() words.Message {
	untouched := func(it Item) bool { return it.Done == commands.Declined || it.Done == commands.NotSent }
	unclear := func(it Item) bool { return it.Done == commands.Unknown }
	switch {
	case !slices.ContainsFunc(c.Items, func(it Item) bool { return !untouched(it) }):
		return words.New("card.outcome.nothing")
	case slices.ContainsFunc(c.Items, untouched):
		return words.New("card.outcome.partly")
	case c.Worst() == commands.Gone && slices.ContainsFunc(c.Items, unclear):
		return words.New("card.outcome.unclear")
	}
	return words.New("card.outcome." + string(c.Worst()))
}

// Worst is the least good of what was seen of the items.
func (c Case) Worst() commands.Seen {
	for _, s := range []commands.Seen{commands.StillThere, commands.NotLooked, commands.CameBack} {
		if slices.ContainsFunc(c.Items, func(it Item) bool { return it.Seen == s }) {
			return s
		}
	}
	return commands.Gone
}
