package approval

import (
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
)

// What has a time to begin: each call of a case begins before the case's time to run is over
// (RunsUntil), a call that the vendor declined is tried again so many times (Limits.Tries), and
// a pause that is longer than that time is not waited for.

// tryPauses are how long after its first try a call is tried again, where the vendor names no
// pause of its own: the second try, and every later one.
func tryPauses() []time.Duration { return []time.Duration{30 * time.Second, 240 * time.Second} }

// leastPause is the least time between two tries of a call.
const leastPause = 5 * time.Second

// nextTry is when an item that was declined is tried again, where nobody named a time.
func (it Item) nextTry(now time.Time) time.Time {
	pauses := tryPauses()
	pause := pauses[min(max(it.Tries, 1), len(pauses))-1]
	return later(it.FirstTry.Add(pause), now.Add(leastPause))
}

// again is when the call that ended is made again, if it is.
func (e CallEnded) again(it Item, now time.Time) time.Time {
	switch {
	case !e.Over.IsZero():
		return e.Over
	case !e.Until.IsZero():
		return e.Until
	}
	return it.nextTry(now)
}

// countTry notes that the vendor declined the call of an item.
func (c *Case) countTry(i int) {
	it := &c.Items[i]
	if it.Tries == 0 {
		it.FirstTry = it.Sent
	}
	it.Tries++
	c.Tries++
}

// RunsUntil is the end of the time in which the calls of a case may begin.
func (c Case) RunsUntil() time.Time { return c.Agreed.Add(c.Limits.Run) }

// TimeIsUp says that no call of a case that was agreed to may begin any more.
func (c Case) TimeIsUp(now time.Time) bool {
	return (c.State == Approved || c.State == Running) && !now.Before(c.RunsUntil())
}

// tooLong says that a pause which somebody named is longer than the case may wait.
func tooLong(c Case, over time.Time) bool { return !over.IsZero() && !over.Before(c.RunsUntil()) }

// lapse ends an approved case that made no call, and the calls of any other. Nothing of it that
// has not begun is sent.
func (c *Case) lapse(why words.Message, now time.Time) {
	if c.State == Approved && !c.Items.Acted() {
		if c.Declined() { // where no call was made at all, that is said of the case
			c.Items.leaveUnbegun(why)
		}
		c.end(Lapsed, why)
		return
	}
	c.Items.leaveRest(why)
	c.endCalls(now)
}

// waitsForTry is the item whose call the vendor declined and that the case waits to try again,
// or -1.
func waitsForTry(c Case) int {
	i := c.Items.Next()
	if c.State != Approved || i < 0 || c.Items[i].Tries == 0 {
		return -1
	}
	return i
}

// triesOfItems sets the tries of the item that waits in a case of a release that counted those of
// all items together: they count against it.
func (c *Case) triesOfItems() {
	if slices.ContainsFunc(c.Items, func(it Item) bool { return it.Tries > 0 }) {
		return
	}
	if i := c.Items.Next(); i >= 0 && c.Items[i].Done == commands.Declined {
		c.Items[i].Tries = c.Tries
	}
}
