package approval

import (
	"slices"
	"time"

	"quell/commands"
)

// Passing says that the case is between a yes and its outcome, so that what people would see of it
// gives way to more within moments. A case that waits, that was stopped, that lost an answer, or of
// which something was seen, is not passing: people must know at once.
func (c Case) Passing() bool {
	switch c.State {
	case Approved:
		return c.Why.IsZero() && (c.BreakGlass == nil || !c.Ran.IsZero()) && !c.Items.newestKnown()
	case Running:
		return !c.Items.newestKnown()
	case Verifying:
		return c.Items.Next() < 0 && slices.ContainsFunc(c.Items, Item.toCome) && !slices.ContainsFunc(c.Items, Item.known)
	}
	return false
}

// known says that there is something to know of the item's call, for good or ill: its answer was
// lost, or its thing was looked at since.
func (it Item) known() bool {
	return it.Claimed && (it.Done == commands.Unknown || it.Seen != commands.NotLooked && it.Seen != commands.UnderWay)
}

// toCome says that what became of the item's call is still to be seen.
func (it Item) toCome() bool {
	return it.mayBeDone() && (it.Seen == commands.NotLooked || it.Seen == commands.UnderWay)
}

// passesWithin is how long a picture of a passing case rests: an edit that is stale at once costs
// as much of the chat's budget as an outcome does.
const passesWithin = 250 * time.Millisecond

// Rest is how long after its move a picture of the case is worth drawing: 0 for at once.
func (c Case) Rest() time.Duration {
	if c.Passing() {
		return passesWithin
	}
	return 0
}
