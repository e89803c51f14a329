package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
)

// What is gone is watched for 30 seconds, and the last look is made at their end.
func TestTheWatchEndsWhenItIsOver(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	require.Empty(t, w.press(w.bot, "U0BEN", bot.Approve, c))
	c = w.reaches(w.bot, c.ID, approval.Verifying)
	var looks []time.Duration
	for c.State == approval.Verifying {
		w.clock.advance(c.Due.Sub(w.clock.Now()))
		seq := c.Seq
		w.bot.Sweep(t.Context())
		require.Eventually(t, func() bool {
			rec, err := w.db.Load(t.Context(), c.ID)
			c = rec.Case
			return err == nil && c.Seq > seq
		}, 20*time.Second, time.Millisecond)
		looks = append(looks, w.clock.Now().Sub(c.Called))
	}
	assert.Equal(t, approval.DefaultLimits().Watch, looks[len(looks)-1], "looks at %v", looks)
	for i := range looks[1:] {
		assert.GreaterOrEqual(t, looks[i+1]-looks[i], approval.DefaultLimits().Pace, "looks at %v", looks)
	}
	assert.True(t, c.Verified())
}
