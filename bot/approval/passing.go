package approval

import (
	"slices"
	"time"

	"quell/commands"
)

// Passing says that the case is between a yes and its outcome, so that what people would see of it
// gives way to more within moments. A case that waits, that lost an answer, or of which something
// was seen that nobody hoped for, is not passing: people must know at once.
func (c Case) Passing() bool {
	switch c.State {
	case Approved:
		return c.Why.IsZero() && (c.BreakGlass == nil || !c.Ran.IsZero())
	case Running:
		return true
	case Verifying:
		return c.Worst() != commands.Gone && !slices.ContainsFunc(c.Items, Item.alarming)
	}
	return false
}

// alarming says that the answer to the item's call was lost, or that its thing is there.
func (it Item) alarming() bool {
	return it.Done == commands.Unknown || it.Seen == commands.StillThere || it.Seen == commands.CameBack
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
