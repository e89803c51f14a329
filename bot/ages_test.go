package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
)

// A request and a vote may rest on what their channel was a minute ago; the call may not.
func TestHowOldWhatACallRestsOnMayBe(t *testing.T) {
	w := newWorld(t)
	now := w.clock.Now()
	oldest := func() (all []time.Duration) {
		w.people.upset(func(p *directory) {
			for _, since := range p.placesSince {
				all = append(all, now.Sub(since))
			}
			p.placesSince = nil
		})
		return all
	}
	c := w.ask()
	require.Equal(t, []time.Duration{time.Minute, time.Minute, time.Minute}, oldest(), "the request, and its plan before and after its read")
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Verifying)
	require.Equal(t, []time.Duration{time.Minute, 5 * time.Second}, oldest(), "the vote, and the claim")
}
