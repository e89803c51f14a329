package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
)

// stirring is a case of one session, planned when it had been idle for a time, and claimed five
// minutes later on a look that says how long it has been idle then.
func stirring(t *testing.T, before, now time.Duration) approval.Case {
	t.Helper()
	p := plan(1)
	p.Looked, p.Items[0].Thing.Idle = start, before
	c := step(t, open(), approval.Planned{Plan: p, Decision: consult(1)}, start)
	c = step(t, c, yes(bob), start)
	e := claim()
	e.Seen.At, e.Seen.Things[0].Idle = start.Add(5*time.Minute), now
	return step(t, c, e, start.Add(5*time.Minute))
}

// What was idle when people were asked, and was seen to have done something after that, is said to
// have done so; what cannot be told is not said.
func TestWhatWasIdleAndIsNot(t *testing.T) {
	for name, c := range map[string]struct {
		before, now time.Duration
		said        string
	}{
		"it did something a moment ago":     {3 * time.Hour, 0, "It had done nothing for 3 h when it was asked for, and did something again before the call."},
		"it did something a while ago":      {3 * time.Hour, 4 * time.Minute, "It had done nothing for 3 h when it was asked for, and did something again before the call."},
		"it did nothing":                    {3 * time.Hour, 3*time.Hour + 5*time.Minute, ""},
		"it may be the same moment":         {time.Minute, 5*time.Minute - 2*time.Second, ""},
		"the vendor does not say now":       {3 * time.Hour, -time.Second, ""},
		"the vendor did not say then":       {-time.Second, time.Second, ""},
		"a pause of seconds is no idleness": {20 * time.Second, 0, ""},
		"nothing is known of either":        {0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			running := stirring(t, c.before, c.now)
			assert.Equal(t, c.said, speaker(t).Say(approval.Stirred(running, 0)))
			require.Equal(t, running, reread(t, running))
			over := step(t, running, called(0, commands.Answered), start.Add(5*time.Minute))
			assert.Equal(t, c.said, speaker(t).Say(approval.Stirred(over, 0)))
			assert.Zero(t, approval.Stirred(approval.ForChannel(secretly(over)), 0), "it is a detail")
		})
	}
}

// secretly is the case with its details kept out of the channel.
func secretly(c approval.Case) approval.Case {
	c.Decision.Private = true
	return c
}

// Where no call was made there was nothing to do it before.
func TestWhatWasIdleAndWasNotCalled(t *testing.T) {
	c := stirring(t, 3*time.Hour, 0)
	e := called(0, commands.NotSent)
	e.Retry, e.Until = true, start.Add(6*time.Minute)
	c = step(t, c, e, start.Add(5*time.Minute))
	require.Equal(t, approval.Approved, c.State)
	require.Zero(t, approval.Stirred(c, 0))
}
