package approval_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// told is all that a face tells of a case.
func told(t *testing.T, c approval.Case) string {
	t.Helper()
	all := []words.Message{approval.Title(c), approval.Status(c)}
	all = append(all, approval.Terms(c)...)
	for i, it := range c.Items {
		all = append(all, approval.Thing(c, i), approval.Became(c, i), it.Note, it.Why)
	}
	all = append(all, approval.Warnings(c)...)
	all = append(all, approval.History(c)...)
	all = append(all, approval.Basis(c)...)
	for _, o := range approval.Offers(c) {
		all = append(all, o.Label)
	}
	return speaker(t).Value(words.Lines(all))
}

func after(d time.Duration) time.Time { return start.Add(d) }

// What is said while a thing that is gone is watched is true once the watch is over as well, if
// nothing came back: nobody needs to be shown the end of it.
func TestTheEndOfTheWatchSaysNothingNew(t *testing.T) {
	for items := 1; items <= 3; items++ {
		gone := make([]commands.Seen, items)
		for i := range gone {
			gone[i] = commands.Gone
		}
		c := in(t, approval.Verifying, items)
		c = step(t, c, looked(after(time.Second), gone...), after(time.Second))
		watched := told(t, c)
		require.Contains(t, watched, fmt.Sprintf("No longer there when I last looked. If it is back by %s, or I cannot look, this card says so.", c.Watched().Format("2006-01-02 15:04:05 UTC")))
		c = step(t, c, looked(c.Watched(), gone...), c.Watched())
		require.Equal(t, approval.Done, c.State)
		assert.Equal(t, watched, told(t, c))
		assert.Equal(t, []approval.Action{approval.ToSeeCalls}, actions(c), "what was called can be read all the while")
	}
}

// Whatever else the watch ends with is said.
func TestAnotherEndOfTheWatchIsSaid(t *testing.T) {
	seen := step(t, in(t, approval.Verifying, 1), looked(after(time.Second), commands.Gone), after(time.Second))
	end := seen.Watched()
	for want, e := range map[string]approval.Event{
		"It was done, and it is back.":                looked(end, commands.CameBack),
		"It did not happen, as far as I could see.":   looked(end, commands.StillThere),
		"I stopped looking before all of it was cert": approval.Timeout{},
	} {
		c := seen
		if _, unread := e.(approval.Timeout); unread {
			end = c.Deadline
		}
		c = step(t, c, e, end)
		require.Equal(t, approval.Done, c.State)
		assert.Contains(t, told(t, c), want)
		assert.Contains(t, told(t, c), "after it was asked")
		assert.NotContains(t, told(t, c), "I mean to look")
	}
}

// From the first look that saw nothing at the end of the watch, it is said which look the case
// rests on; what a later look sees is said as any other end.
func TestAWatchWithoutALastLook(t *testing.T) {
	seen := step(t, in(t, approval.Verifying, 2), looked(after(time.Second), commands.Gone, commands.Gone), after(time.Second))
	before := seen.Watched().Add(-time.Second)
	missed := step(t, seen, looked(before, commands.NotLooked, commands.NotLooked), before)
	require.True(t, missed.GoneWatched(), "the last look is still to come")
	for _, last := range []commands.Seen{commands.NotLooked, commands.Gone} {
		c := step(t, missed, looked(missed.Watched(), last, commands.NotLooked), missed.Watched())
		require.False(t, c.GoneWatched())
		require.False(t, c.Passing())
		said := told(t, c)
		require.Contains(t, said, fmt.Sprintf("No longer there when I could last look, at %s. I could not look at the end of the watch; I keep trying until %s.",
			after(time.Second).Format("2006-01-02 15:04:05 UTC"), c.Deadline.Format("2006-01-02 15:04:05 UTC")))
		late := c.Watched().Add(time.Second)
		c = step(t, c, looked(late, commands.NotLooked, commands.NotLooked), late)
		require.Equal(t, said, told(t, c), "another such look says nothing new")
		c = step(t, c, looked(late, commands.Gone, commands.Gone), late)
		require.Equal(t, approval.Done, c.State)
		require.Contains(t, told(t, c), "Finished, and verified by looking.")
		require.Contains(t, told(t, c), "after it was asked")
	}
}

// Nothing was watched where the first look that showed a thing gone was the last, or where the
// vendor says itself that it is over.
func TestWhatWasNotWatched(t *testing.T) {
	c := in(t, approval.Verifying, 1)
	late := step(t, c, looked(c.Watched(), commands.Gone), c.Watched())
	over := looked(after(time.Second), commands.Gone)
	over.Seen[0].Final = true
	for _, c := range []approval.Case{late, step(t, c, over, after(time.Second))} {
		require.Equal(t, approval.Done, c.State)
		assert.Contains(t, told(t, c), "Finished, and verified by looking.")
		assert.Contains(t, told(t, c), "after it was asked")
	}
}

// What our calls did not end is not watched; it is no reason to say that the rest is.
func TestWhatWentByItselfIsNotWatched(t *testing.T) {
	c := in(t, approval.Approved, 2)
	e := claim()
	e.Seen = sees(0)
	c = step(t, c, e, start)
	require.Equal(t, commands.Gone, c.Items[1].Seen)
	c = step(t, c, called(0, commands.Answered), start)
	over := looked(after(time.Second), commands.Gone, commands.NotLooked)
	over.Seen[0].Final = true
	c = step(t, c, over, after(time.Second))
	require.Equal(t, approval.Done, c.State)
	assert.NotContains(t, told(t, c), "I mean to look")
}
