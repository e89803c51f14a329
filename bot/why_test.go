package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/slack"
	"quell/commands"
)

// What the policy alone has not settled is not told as settled: why a case is as it is names what it
// waits for, or who or what ended it.
func TestWhySaysHowTheCaseStands(t *testing.T) {
	for state, c := range map[approval.State]struct {
		does func(w *world, c approval.Case)
		says []string
	}{
		approval.Pending:   {func(*world, approval.Case) {}, []string{"\nOne person with the role commander has to agree by "}},
		approval.Denied:    {func(w *world, c approval.Case) { w.press(w.bot, "U0BEN", slack.Deny, c) }, []string{"\nIt ended at ", " @U0BEN said no. Nothing was done."}},
		approval.Withdrawn: {func(w *world, c approval.Case) { w.press(w.bot, "U0ANNA", slack.Withdraw, c) }, []string{"\nIt ended at ", " @U0ANNA took it back. Nothing was done."}},
		approval.Expired:   {func(w *world, _ approval.Case) { w.clock.advance(16 * time.Minute) }, []string{"\nIt ended at ", " Not enough people agreed in time."}},
		approval.Done:      {func(w *world, c approval.Case) { w.press(w.bot, "U0BEN", slack.Approve, c) }, nil},
	} {
		w := newWorld(t)
		asked := w.ask()
		c.does(w, asked)
		w.reaches(w.bot, asked.ID, state)
		said := english(t, w.bot.Why(t.Context(), w.speaks("U0ANNA", channel), asked.ID).Say)
		assert.Contains(t, said, asked.ID+" was judged by the policy ", state)
		assert.NotContains(t, said, "decided", state)
		for _, s := range c.says {
			assert.Contains(t, said, s, state)
		}
		if c.says == nil {
			assert.NotContains(t, said, "It ended at", state)
		}
	}
}

// A case that is being looked up has not ended.
func TestWhyOfACaseThatIsBeingLookedUp(t *testing.T) {
	w := newWorld(t)
	at := w.clock.Now()
	r := commands.Request{Command: "kill-session", Target: "cache", By: atHome("U0ANNA").Person, Channel: channel, At: at}
	c := approval.Open("Q-1", r, "dcs", approval.DefaultLimits(), at)
	_, err := w.db.Create(t.Context(), c, c.ID, audit.Entry{At: at, Actor: "T0/U0ANNA", Event: "ask", Case: c.ID})
	require.NoError(t, err)
	said := english(t, w.bot.Why(t.Context(), w.speaks("U0ANNA", channel), c.ID).Say)
	assert.Equal(t, "Q-1 was not judged by the policy yet. I am looking up what was asked for.", said)
}
