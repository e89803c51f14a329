package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/audit"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/policy"
)

func TestTheHeadOfTheRecordGoesOutWhenItMoved(t *testing.T) {
	w := newWorld(t)
	said := func() (all []string) {
		w.screen.upset(func(s *screen) { all = append(all, s.heads...) })
		return all
	}
	w.bot.Chores(t.Context())
	require.Empty(t, said(), "there is no head yet")
	require.Equal(t, "refused.role", w.say("U0EVE", "cache "+peer))
	w.screen.upset(func(s *screen) { s.deaf = true })
	w.bot.Chores(t.Context())
	w.screen.upset(func(s *screen) { s.deaf = false })
	w.clock.advance(5 * time.Second)
	w.bot.Chores(t.Context())
	w.bot.Chores(t.Context())
	require.Equal(t, []string{"C0AUDIT audit.head 1"}, said(), "what failed is tried again, what was said is not said again")
}

func TestSomebodyWhoKeepsTryingIsTwoEntriesAMinute(t *testing.T) {
	w := newWorld(t)
	for range 30 {
		require.Equal(t, "refused.role", w.say("U0EVE", "cache "+peer))
	}
	w.clock.advance(time.Minute)
	w.bot.Chores(t.Context())
	var entries []audit.Entry
	require.NoError(t, w.db.Links(t.Context(), "", func(l audit.Link) error {
		e, err := audit.Parse(l.Body)
		entries = append(entries, e)
		return err
	}))
	require.Len(t, entries, 2)
	assert.Equal(t, "29", entries[1].Detail["repeated"])
}

func TestWhatWasDealtWithIsForgottenInTime(t *testing.T) {
	w := newWorld(t)
	d := store.Delivery{ID: "old", Kind: "typed", Body: "{}", Received: w.clock.Now()}
	for range 2 {
		_, err := w.db.Receive(t.Context(), d)
		require.NoError(t, err)
		require.NoError(t, w.db.Judged(t.Context(), d.ID, w.clock.Now()))
	}
	w.clock.advance(2 * time.Hour)
	w.bot.Chores(t.Context())
	again, err := w.db.Receive(t.Context(), d)
	require.NoError(t, err)
	require.True(t, again)
}

func (w *world) quell(user, text string) string {
	w.t.Helper()
	return w.deliver(w.bot, slack.Delivery{From: listener(user), SlashCommand: &slack.SlashCommand{Command: "quell", Text: text}})
}

func TestQuell(t *testing.T) {
	w := newWorld(t)
	for text, answer := range map[string]string{
		"": "help", "help": "help", "status": "status", "stauts": "mistake.quell-near", "frobnicate": "mistake.quell",
	} {
		assert.Equal(t, answer, w.quell("U0ANNA", text), text)
	}
	w.people.stand("U0GUS", policy.Guest)
	assert.Equal(t, "refused.standing.guest", w.quell("U0GUS", "status"), "it names people and systems")
	assert.Equal(t, "help", w.quell("U0GUS", "help"))
	w.people.set(true)
	assert.Equal(t, "refused.lookup", w.quell("U0ANNA", "status"))
}
