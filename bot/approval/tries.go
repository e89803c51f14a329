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
func (c Case) tooLong(over time.Time) bool { return !over.IsZero() && !over.Before(c.RunsUntil()) }

// lapse ends an approved case that made no call, and the calls of any other. Nothing of it that
// has not begun is sent.
func (c *Case) lapse(why words.Message, now time.Time) {
	if c.State == Approved && !c.Acted() {
		if c.Declined() { // where no call was made at all, that is said of the case
			c.leaveUnbegun(why)
		}
		c.end(Lapsed, why)
		return
	}
	c.leaveRest(why)
	c.endCalls(now)
}

// leaveRest has the items that are left say why they are not called, and which they are.
func (c *Case) leaveRest(why words.Message) {
	for i, it := range c.Items {
		if it.open() && it.Done == commands.Declined {
			c.Items[i].Why = why
		}
	}
	c.leaveUnbegun(why)
}

// leaveUnbegun is leaveRest for those items of which no call was made.
func (c *Case) leaveUnbegun(why words.Message) {
	for i, it := range c.Items {
		if it.open() && it.Done != commands.Declined {
			c.Items[i].Why = words.New("why.not-begun", words.V{"number": words.Count(i + 1), "count": words.Count(len(c.Items)), "why": words.Say(why)})
		}
	}
}

// Unsent counts the things for which no call was made, though they were there.
func (c Case) Unsent() int {
	return count(c.Items, func(it Item) bool { return it.Done == commands.NotSent && it.Seen != commands.Gone })
}

// waitsForTry is the item whose call the vendor declined and that the case waits to try again,
// or -1.
func (c Case) waitsForTry() int {
	i := c.Next()
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
	if i := c.Next(); i >= 0 && c.Items[i].Done == commands.Declined {
		c.Items[i].Tries = c.Tries
	}
}
