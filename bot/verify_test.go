package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
)

// What is gone is watched for 30 seconds, and the last look is made at their end.
func TestTheWatchEndsWhenItIsOver(t *testing.T) {
	for name, c := range map[string]struct{ pace, late, end time.Duration }{
		"looks in time":                 {time.Second, 0, 30 * time.Second},
		"looks that come late":          {time.Second, time.Second, 31 * time.Second},
		"a system that wants its pause": {8 * time.Second, 4 * time.Second, 36 * time.Second}, // after looks at 12 and 24
	} {
		t.Run(name, func(t *testing.T) { watched(t, c.pace, c.late, c.end) })
	}
}

// looked waits until a case was looked at after its call, which is done at once.
func (w *world) looked(id string) (c approval.Case) {
	w.t.Helper()
	w.reaches(w.bot, id, approval.Verifying)
	require.Eventually(w.t, func() bool {
		rec, err := w.db.Load(w.t.Context(), id)
		c = rec.Case
		return err == nil && c.Due.After(w.clock.Now())
	}, 20*time.Second, time.Millisecond)
	return c
}

// watched lets a case be watched whose looks are each so late.
func watched(t *testing.T, pace, late, end time.Duration) {
	w := newWorld(t)
	target := w.targets["cache"]
	target.Limits.Pace = pace
	w.targets["cache"] = target
	c := w.ask()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	c = w.looked(c.ID)
	var looks []time.Duration
	for c.State == approval.Verifying {
		w.clock.advance(c.Due.Add(late).Sub(w.clock.Now()))
		seq := c.Seq
		w.bot.Sweep(t.Context())
		require.Eventually(t, func() bool {
			rec, err := w.db.Load(t.Context(), c.ID)
			c = rec.Case
			return err == nil && c.Seq > seq
		}, 20*time.Second, time.Millisecond)
		looks = append(looks, w.clock.Now().Sub(c.CallsEnded))
	}
	assert.Equal(t, end, looks[len(looks)-1], "looks at %v", looks)
	for i := range looks[1:] {
		assert.GreaterOrEqual(t, looks[i+1]-looks[i], pace, "looks at %v", looks)
	}
	assert.True(t, c.Verified())
}
