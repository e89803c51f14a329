package approval

import (
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
)

// Items are what became of the items of a plan, in its order. What all of them show together is
// asked here.
type Items []Item

// Gone counts the things that were seen gone.
func (all Items) Gone() int {
	return count(all, func(it Item) bool { return it.Seen == commands.Gone })
}

// CallsMade counts the calls that did, or may have done, something.
func (all Items) CallsMade() int {
	return count(all, func(it Item) bool { return it.Claimed && it.mayBeDone() })
}

// CameBack says that something that was ended is there again.
func (all Items) CameBack() bool {
	return slices.ContainsFunc(all, func(it Item) bool { return it.Claimed && it.Seen == commands.CameBack })
}

// Clear says that all things are gone, and that our calls did it.
func (all Items) Clear() bool {
	return all.Gone() == len(all) && !slices.ContainsFunc(all, func(it Item) bool { return it.Done == commands.Unknown })
}

// Partly says that the items came to different ends.
func (all Items) Partly() bool {
	return all.Gone() < len(all) && slices.ContainsFunc(all, func(it Item) bool {
		return it.Seen != all[0].Seen || it.mayBeDone() != all[0].mayBeDone()
	})
}

// Worst is the least good of what was seen of the items.
func (all Items) Worst() commands.Seen {
	for _, s := range []commands.Seen{commands.StillThere, commands.NotLooked, commands.UnderWay, commands.CameBack} {
		if slices.ContainsFunc(all, func(it Item) bool { return it.Seen == s }) {
			return s
		}
	}
	return commands.Gone
}

// Acted says that a call of the case did, or may have done, something.
func (all Items) Acted() bool { return all.CallsMade() > 0 }

// HasClaimed says that an item is claimed for good, or that its call is in flight.
func (all Items) HasClaimed() bool {
	return slices.ContainsFunc(all, func(it Item) bool { return it.Claimed })
}

// CallInFlight says that a call is claimed and that its end is not known yet. Nothing can
// stop that call any more: it may have left.
func (all Items) CallInFlight() bool { return all.InFlight() >= 0 }

// InFlight is the index of the item whose call is in flight, or -1.
func (all Items) InFlight() int {
	return slices.IndexFunc(all, func(it Item) bool { return it.InFlight })
}

// Next is the index of the item that is to be claimed next, or -1.
func (all Items) Next() int { return slices.IndexFunc(all, Item.open) }

// Unsent counts the things for which no call was made, though they were there.
func (all Items) Unsent() int {
	return count(all, func(it Item) bool { return it.Done == commands.NotSent && it.Seen != commands.Gone })
}

// leaveRest has the items that are left say why they are not called, and which they are.
func (all Items) leaveRest(why words.Message) {
	for i, it := range all {
		if it.open() && it.Done == commands.Declined {
			all[i].Why = why
		}
	}
	all.leaveUnbegun(why)
}

// leaveUnbegun is leaveRest for those items of which no call was made.
func (all Items) leaveUnbegun(why words.Message) {
	for i, it := range all {
		if it.open() && it.Done != commands.Declined {
			all[i].Why = words.New("why.not-begun", words.V{"number": words.Count(i + 1), "count": words.Count(len(all)), "why": words.Say(why)})
		}
	}
}

// missed says that a look at the end of the watch, or later, saw nothing of a thing.
func (all Items) missed() bool {
	return slices.ContainsFunc(all, func(it Item) bool { return it.Missed })
}

// newestKnown says that there is something to know of the newest call that ended; what was known of
// the ones before it was to be shown when they were the newest.
func (all Items) newestKnown() bool {
	for _, it := range slices.Backward(all) {
		if it.Claimed && !it.InFlight {
			return it.known()
		}
	}
	return false
}

// loseCalls gives up on every call in flight: its lease ran out, because its replica died or
// paused, and nobody knows whether the call left.
func (all Items) loseCalls() {
	for i := range all {
		if all[i].InFlight {
			all[i].InFlight, all[i].Why = false, words.New("why.lost")
		}
	}
}

// lastChange is when what is known of an item was first seen, the latest of all; zero where nothing
// was seen.
func (all Items) lastChange() (at time.Time) {
	for _, it := range all {
		at = later(at, it.FirstSeen)
	}
	return at
}
