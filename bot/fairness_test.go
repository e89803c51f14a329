package bot_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/slack"
)

// Whoever has too many open cases is told what to do, and that is a refusal in the record.
func TestOpenCasesOfOnePersonAreBounded(t *testing.T) {
	w := newWorld(t)
	w.db.LimitOpen(1)
	c := w.ask()
	require.Equal(t, "ask.too-many-open", w.say("U0ANNA", "cache 10.63.238.159:3058"))
	require.Equal(t, "ask.too-many-open", w.say("U0ANNA", "cache 10.63.238.159:3058"))
	assert.Len(t, entries(t, w, "refused"), 1, "counted like any other refusal")
	require.Empty(t, w.press(w.bot, "U0ANNA", slack.Withdraw, c))
	require.Empty(t, w.say("U0ANNA", "cache 10.63.238.159:3058"))

	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	f := w.screen.form(t)
	a := w.send(f, "U0ANNA", "", "node/"+peer)
	assert.Equal(t, slack.Answer{Say: a.Say, Field: bot.TheThings}, a, "the form stays, to be sent later")
	assert.Equal(t, "ask.too-many-open", a.Say.ID)
}

// Plans that fail are cases with entries of their own. Past some within a minute they are
// refused before that, and refusals of one kind are one entry a minute.
func TestFailedPlansDoNotFloodTheRecord(t *testing.T) {
	w := newWorld(t)
	said := map[string]int{}
	for i := range 200 {
		said[w.say("U0ANNA", fmt.Sprintf("cache 10.9.9.%d:1", i))]++
	}
	assert.Equal(t, 190, said["ask.failing"], "%v", said)
	assert.LessOrEqual(t, len(w.record()), 10*2+1)
	assert.Empty(t, w.opens("U0ANNA", "cache"), "a form still opens")
	w.screen.form(t)
	w.clock.advance(6 * time.Second)
	require.Empty(t, w.say("U0ANNA", "cache "+peer))
	assert.Equal(t, approval.Pending, w.latest().State)
	require.Empty(t, w.say("U0ANNA", "cache 10.63.238.159:3058"), "what can be planned is not held up by itself")
	w.bot.Chores(t.Context())
	w.clock.advance(time.Minute)
	w.bot.Chores(t.Context())
	repeated := entries(t, w, "refused")
	assert.Equal(t, "189", repeated[len(repeated)-1]["repeated"])
}
