package bot_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
	"quell/commands"
	"quell/policy"
)

// seeing is a press on the button that shows the calls of a case.
func seeing(user, trigger string, c approval.Case) slack.Delivery {
	return slack.Delivery{From: listener(user), Click: &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: slack.ShowCalls, Trigger: trigger}}
}

// Any member may see which calls a case would make, as often as they like. It is no vote, and
// leaves no entry.
func TestAMemberSeesTheCalls(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	before := len(w.record())
	for range 2 {
		for _, user := range []string{"U0ANNA", "U0BEN", "U0DAN"} {
			require.Empty(t, w.deliver(w.bot, seeing(user, "trigger", c)))
		}
	}
	w.screen.upset(func(s *screen) {
		assert.Equal(t, []string{c.ID, c.ID, c.ID, c.ID, c.ID, c.ID}, s.calls)
	})
	assert.Len(t, w.record(), before)
	rec, err := w.db.Load(t.Context(), c.ID)
	require.NoError(t, err)
	assert.Equal(t, c, rec.Case)
}

// Guests and people of another organization are told what they are told at any click.
func TestAGuestSeesNoCalls(t *testing.T) {
	for standing, want := range map[policy.Standing]string{policy.Guest: "refused.standing.guest", policy.Stranger: "refused.standing.stranger"} {
		w := newWorld(t)
		c := w.ask()
		w.people.stand("U0GUS", standing)
		require.Equal(t, want, w.deliver(w.bot, seeing("U0GUS", "trigger", c)))
		w.screen.upset(func(s *screen) { assert.Empty(t, s.calls) })
	}
}

// Whoever clicked is told to press again, where Slack opens nothing late, and where nobody knows
// whether it opened.
func TestCallsThatCannotBeShown(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	assert.Equal(t, "calls.too-late", w.deliver(w.bot, seeing("U0BEN", "", c))) // a crash came between
	assert.Equal(t, "calls.unclear", w.deliver(w.bot, seeing("U0BEN", "late", c)))
	gone := seeing("U0BEN", "trigger", approval.Case{ID: "Q-NOSUCH", Plan: commands.Plan{Fingerprint: "f"}})
	assert.Equal(t, "vote.no-case", w.deliver(w.bot, gone))
}
