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

// declined is a refusal of an item for which the vendor named no pause.
func declined(i int) approval.CallEnded {
	e := called(i, commands.Declined)
	e.Retry = true
	return e
}

// tried claims an item and has it declined, each when it is due, until the case waits no more.
// It returns the times of its calls.
func tried(t *testing.T, c approval.Case, i int) (approval.Case, []time.Duration) {
	t.Helper()
	var calls []time.Duration
	for c.Items.Next() == i {
		at := c.Due
		calls = append(calls, at.Sub(start))
		c = step(t, step(t, c, claim(), at), declined(i), at)
		if c.State != approval.Approved {
			break
		}
	}
	return c, calls
}

// A vendor that only says "not now" is asked three times: at once, half a minute later, and four
// minutes after the first time.
func TestTheTriesOfAnItem(t *testing.T) {
	c, calls := tried(t, in(t, approval.Approved, 1), 0)
	assert.Equal(t, []time.Duration{0, 30 * time.Second, 240 * time.Second}, calls)
	require.Equal(t, approval.Done, c.State)
	assert.Equal(t, 3, c.Items[0].Tries)
	assert.Contains(t, told(t, c), "answered no 3 times")
}

// Each item has tries of its own.
func TestEachItemHasItsTries(t *testing.T) {
	c, first := tried(t, in(t, approval.Approved, 2), 0)
	require.Len(t, first, 3)
	require.Equal(t, approval.Running, c.State, "the second has its turn at once")
	at := after(first[2])
	c = step(t, step(t, c, claim(), at), declined(1), at)
	require.Equal(t, approval.Approved, c.State)
	assert.Equal(t, at.Add(30*time.Second), c.Due)
	assert.Equal(t, []int{3, 1, 4}, []int{c.Items[0].Tries, c.Items[1].Tries, c.Tries})
}

// No call is made later than the time to run after the approval: a try that would be is not
// waited for, and an item whose turn comes later is not sent, and says which one it is.
func TestNoTryAfterItsTime(t *testing.T) {
	c, late := in(t, approval.Approved, 1), after(9*time.Minute)
	c = step(t, step(t, c, claim(), late), declined(0), late)
	require.Equal(t, approval.Approved, c.State, "half a minute later is in time")
	late = c.Due
	c = step(t, step(t, c, claim(), late), declined(0), late)
	require.Equal(t, approval.Done, c.State, "four minutes later is not")

	c = step(t, in(t, approval.Approved, 3), claim(), after(10*time.Minute-10*time.Second))
	c = step(t, c, called(0, commands.Answered), after(10*time.Minute))
	require.Equal(t, approval.Verifying, c.State, "a slow call used the time up")
	for i, it := range c.Items[1:] {
		require.Equal(t, commands.NotSent, it.Done)
		require.Contains(t, speaker(t).Say(it.Why), fmt.Sprintf("It was number %d of 3", i+2))
	}
	end := c.Watched()
	c = step(t, c, looked(end, commands.Gone, commands.NotLooked, commands.NotLooked), end)
	require.Equal(t, approval.Done, c.State)
	assert.Contains(t, told(t, c), "2 of 3 not sent")
}

// The same where the time is up between two calls: the next cannot be claimed, and nobody has to wait
// for the end of a lease.
func TestNoClaimAfterItsTimeBetweenTwoCalls(t *testing.T) {
	c := step(t, in(t, approval.Approved, 2), claim(), after(10*time.Minute-3*time.Second))
	require.Equal(t, "case.not-yet", refuse(t, c, approval.Timeout{}, after(10*time.Minute)), "a call is under way")
	c = step(t, c, called(0, commands.Answered), after(10*time.Minute-time.Second))
	require.False(t, c.TimeIsUp(after(10*time.Minute-time.Second)))
	require.True(t, c.TimeIsUp(after(10*time.Minute)))
	require.Equal(t, "case.lapsed", refuse(t, c, claim(), after(10*time.Minute)))
	c = step(t, c, approval.Timeout{}, after(10*time.Minute))
	require.Equal(t, approval.Verifying, c.State)
	why := speaker(t).Say(c.Items[1].Why)
	assert.Contains(t, why, "It was number 2 of 2")
	assert.Contains(t, why, "It took too long.")
}

// What had not begun when a replica was lost says so too, whenever that was.
func TestWhatHadNotBegunWhenAReplicaWasLost(t *testing.T) {
	c := step(t, in(t, approval.Approved, 3), claim(), start)
	c = step(t, c, approval.Timeout{}, c.Deadline)
	require.Equal(t, approval.Verifying, c.State)
	for i, it := range c.Items[1:] {
		require.Equal(t, commands.NotSent, it.Done)
		assert.Contains(t, speaker(t).Say(approval.Became(c, i+1)), "Not sent.")
		why := speaker(t).Say(it.Why)
		assert.Contains(t, why, fmt.Sprintf("It was number %d of 3", i+2))
		assert.Contains(t, why, "I was interrupted")
	}
}

// What waits for its turn when the time is up says so as well, and why.
func TestWhatLapsesBetweenTwoCalls(t *testing.T) {
	c := step(t, in(t, approval.Approved, 2), claim(), start)
	c = step(t, c, called(0, commands.Answered), start)
	c = step(t, c, approval.Postponed{Why: words.New("why.lookup"), Until: after(5 * time.Second)}, start)
	c = step(t, c, approval.Timeout{}, c.Deadline)
	require.Equal(t, approval.Verifying, c.State)
	why := speaker(t).Say(c.Items[1].Why)
	assert.Contains(t, why, "It was number 2 of 2")
	assert.Contains(t, why, speaker(t).Say(words.New("why.lookup")))
}

// What the vendor wants to wait for is waited for, as long as that is within the time to run.
func TestAPauseThatTheVendorNamed(t *testing.T) {
	c, over := in(t, approval.Running, 1), after(9*time.Minute)
	e := declined(0)
	e.Over = over
	c = step(t, c, e, start)
	require.Equal(t, approval.Approved, c.State)
	assert.Equal(t, over, c.Due, "not half a minute")
	assert.True(t, c.AskFrom.IsZero())
}

// A pause beyond the time of the case ends it at once, with the time from which asking again
// makes sense. What has not begun is not sent.
func TestAPauseBeyondTheTime(t *testing.T) {
	over := after(20 * time.Minute)
	from := "asking again makes sense from " + over.Format("2006-01-02 15:04:05 UTC")
	slow := words.New("vendor.throttled", words.V{"target": words.Code("cache-prod")})
	refused := declined(0)
	refused.Over = over
	kept := called(0, commands.NotSent)
	kept.Retry, kept.Over = true, over
	for _, tt := range []struct {
		name  string
		in    approval.Case
		e     approval.Event
		state approval.State
	}{
		{"a call that was declined", in(t, approval.Running, 1), refused, approval.Done},
		{"a call for which there was no room", in(t, approval.Running, 1), kept, approval.Done},
		{"the look before the call", in(t, approval.Approved, 1), approval.Postponed{Why: slow, Until: over, Over: over}, approval.Lapsed},
		{"the first of three calls", step(t, in(t, approval.Approved, 3), claim(), start), refused, approval.Done},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := step(t, tt.in, tt.e, start)
			require.Equal(t, tt.state, c.State)
			require.Equal(t, over, c.AskFrom)
			said := told(t, c)
			assert.Contains(t, said, from)
			assert.NotContains(t, said, "keep trying")
			assert.Zero(t, c.Items.CallsMade())
			assert.Contains(t, actions(c), approval.ToAskAgain)
		})
	}
	t.Run("the second of three calls", func(t *testing.T) {
		c := step(t, in(t, approval.Approved, 3), claim(), start)
		c = step(t, c, called(0, commands.Answered), start)
		e := called(1, commands.Declined)
		e.Retry, e.Over = true, over
		c = step(t, step(t, c, claim(), start), e, start)
		require.Equal(t, approval.Verifying, c.State)
		c = step(t, c, looked(c.Watched(), commands.Gone, commands.NotLooked, commands.NotLooked), c.Watched())
		said := told(t, c)
		assert.Contains(t, said, "1 of 3 not sent")
		assert.Contains(t, said, "It was number 3 of 3")
		assert.Contains(t, said, from)
	})
	t.Run("the look between two calls", func(t *testing.T) {
		c := step(t, in(t, approval.Approved, 2), claim(), start)
		c = step(t, c, called(0, commands.Answered), start)
		c = step(t, c, approval.Postponed{Why: slow, Until: over, Over: over}, start)
		require.Equal(t, approval.Verifying, c.State)
		require.Equal(t, over, c.AskFrom)
		assert.Contains(t, speaker(t).Say(c.Items[1].Why), "It was number 2 of 2")
	})
	t.Run("nothing was done and the next cannot be claimed", func(t *testing.T) {
		c := step(t, in(t, approval.Approved, 2), claim(), start)
		c = step(t, c, called(0, commands.Declined), start)
		c = step(t, c, approval.Postponed{Why: slow, Until: over, Over: over}, start)
		require.Equal(t, approval.Done, c.State)
		require.Equal(t, over, c.AskFrom)
	})
	t.Run("people are asked once more meanwhile, and a new time begins", func(t *testing.T) {
		c := step(t, in(t, approval.Running, 1), declined(0), start)
		c = step(t, c, renewal(), after(time.Minute))
		c = step(t, c, yes(carol), after(15*time.Minute))
		c = step(t, step(t, c, claim(), after(15*time.Minute)), declined(0), after(15*time.Minute))
		require.Equal(t, approval.Approved, c.State)
		assert.Equal(t, after(15*time.Minute+5*time.Second), c.Due, "four minutes after the first try is over by then")
	})
}

// Once a call was made, it is not said that none was: neither where a pause ends the case that waits
// for its next try, nor where its time is over, nor where nobody agrees after a freeze.
func TestADeclinedCallIsACall(t *testing.T) {
	waits := step(t, step(t, in(t, approval.Approved, 2), claim(), start), declined(0), start)
	require.Equal(t, approval.Approved, waits.State)
	at, over := waits.Due, waits.Due.Add(time.Hour)
	why := words.New("why.list-short")
	paused := step(t, waits, approval.Postponed{Why: why, Until: over, Over: over}, at)
	late := step(t, waits, approval.Postponed{Why: why, Until: at.Add(5 * time.Second)}, at)
	late = step(t, late, approval.Timeout{}, late.Deadline)
	unagreed := step(t, waits, renewal(), at)
	unagreed = step(t, unagreed, approval.Timeout{}, unagreed.Deadline)
	for name, c := range map[string]approval.Case{"a pause": paused, "its time": late, "nobody agreed again": unagreed} {
		t.Run(name, func(t *testing.T) {
			assert.NotContains(t, speaker(t).Say(approval.Status(c)), "No call was made")
			assert.Contains(t, speaker(t).Say(approval.Status(c)), "Nothing was done.")
			assert.Equal(t, "The answer was no. Nothing was done.", speaker(t).Say(approval.Became(c, 0)))
		})
	}
	for _, c := range []approval.Case{paused, late} {
		assert.Equal(t, approval.Lapsed, c.State)
		assert.Contains(t, told(t, c), "It was number 2 of 2")
		assert.Equal(t, "vendor.busy", c.Items[0].Why.ID, "the vendor's word stays")
	}
	assert.Contains(t, told(t, in(t, approval.Lapsed, 1)), "No call was made")
	assert.Contains(t, told(t, in(t, approval.Expired, 1)), "No call was made")
}

// The same of a thing whose call was declined, and whose next one is not sent or not needed.
func TestATryThatIsNotMade(t *testing.T) {
	waits := step(t, step(t, in(t, approval.Approved, 2), claim(), start), declined(0), start)
	at := waits.Due
	c := step(t, step(t, waits, claim(), at), called(0, commands.NotSent), at)
	assert.Equal(t, "Not sent again. The answer to the call before was no, and nothing was done.", speaker(t).Say(approval.Became(c, 0)))

	c = step(t, waits, approval.Claim{Owner: replica, Seen: sees(1)}, at)
	assert.Equal(t, "The answer was no. Nothing was done.", speaker(t).Say(approval.Became(c, 0)))
	assert.Equal(t, commands.Gone, c.Items[0].Seen)
	assert.Equal(t, "It was gone when I looked just before it was to be tried again.", speaker(t).Say(c.Items[0].Why))
}

// Where the things that are left are gone by themselves, that ends a case with nothing to do only if
// no call of it was the last: what was declined for good may be there still.
func TestTheRestIsGone(t *testing.T) {
	gone := approval.EndedBeforeCall{State: approval.Done, AlreadyGone: true, Why: words.New("why.gone-before")}
	refused := step(t, step(t, in(t, approval.Approved, 3), claim(), start), called(0, commands.Declined), start)
	waits := step(t, step(t, refused, claim(), start), declined(1), start)
	require.Equal(t, approval.Approved, waits.State)
	gone.Seen = sees(0)
	c := step(t, waits, gone, waits.Due)
	require.Equal(t, approval.Done, c.State)
	assert.False(t, c.AlreadyGone)
	assert.Equal(t, "vendor.busy", c.Why.ID, "why the one that lives was not ended")
	assert.Equal(t, []commands.Seen{commands.NotLooked, commands.Gone, commands.Gone}, []commands.Seen{c.Items[0].Seen, c.Items[1].Seen, c.Items[2].Seen})
	assert.Equal(t, "why.gone-before", c.Items[2].Why.ID)

	acted := step(t, step(t, in(t, approval.Approved, 2), claim(), start), called(0, commands.Answered), start)
	waits = step(t, step(t, acted, claim(), start), declined(1), start)
	gone.Seen = sees()
	c = step(t, waits, gone, waits.Due)
	require.Equal(t, approval.Verifying, c.State)
	assert.Equal(t, commands.Gone, c.Items[1].Seen)
	c = step(t, c, looked(c.Watched(), commands.Gone, commands.NotLooked), c.Watched())
	assert.Equal(t, "ending.kill-session.gone", c.Outcome().ID)
}

// "I keep trying until" is said only while that is so: what waits for a try says when that is,
// and which one it is.
func TestWaitingForATry(t *testing.T) {
	c := step(t, in(t, approval.Running, 1), declined(0), start)
	said := told(t, c)
	assert.Contains(t, said, "Approved, and waiting.")
	assert.Contains(t, said, "Try 2 of 3 is at "+c.Due.Format("2006-01-02 15:04:05 UTC"))
	assert.NotContains(t, said, "keep trying")

	ours := declined(0)
	ours.Ours, ours.Until = true, after(5*time.Second)
	assert.Contains(t, told(t, step(t, in(t, approval.Running, 1), ours, start)), "I keep trying until")
}

// Where nothing is tried any more before the time is over, that is said in its place.
func TestWhatIsNotTriedAgain(t *testing.T) {
	at := after(10*time.Minute - 4*time.Second)
	c := step(t, in(t, approval.Approved, 1), approval.Postponed{Why: words.New("why.list-short"), Until: at.Add(5 * time.Second)}, at)
	said := told(t, c)
	assert.NotContains(t, said, "keep trying")
	assert.Contains(t, said, "I do not try again before its time is over at "+after(10*time.Minute).Format(stamp))
	c = step(t, in(t, approval.Approved, 1), approval.Postponed{Why: words.New("why.list-short"), Until: at.Add(3 * time.Second)}, at)
	assert.Contains(t, told(t, c), "I keep trying until")
}

// A case of an older release counted the tries of all its items together: they are held against
// the item that waits.
func TestTriesOfAnOlderRelease(t *testing.T) {
	c := step(t, in(t, approval.Running, 1), declined(0), start)
	c.Items[0].Tries, c.Items[0].FirstTry, c.Tries = 0, time.Time{}, 2
	old := reread(t, c)
	assert.Equal(t, 2, old.Items[0].Tries)
	old = step(t, step(t, old, claim(), after(time.Minute)), declined(0), after(time.Minute))
	require.Equal(t, approval.Done, old.State)
	assert.Equal(t, 3, old.Tries)
}
