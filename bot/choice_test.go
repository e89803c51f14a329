package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/slack"
)

func (w *world) choosing(f bot.Form, at time.Time, things ...string) slack.Delivery {
	return slack.Delivery{From: listener("U0ANNA"), FormAction: &slack.FormAction{
		Form: f.ID, Command: f.Command, Target: f.Target, Things: things, Picked: at,
	}}
}

// What is picked in a form is weighed at once: who has to agree, and what it costs. No system is
// asked for that.
func TestAFormWeighsWhatIsPicked(t *testing.T) {
	w := newWorld(t)
	f := w.begins(alerting("nothing"))
	require.Len(t, f.List.Things, 2)
	assert.Empty(t, f.Needs.Costs, "nothing is picked")
	var before int
	w.system.upset(func(s *system) { before = s.looks })

	require.Zero(t, w.answer(w.bot, w.choosing(f, w.clock.Now(), f.List.Things[0].ID)))
	one := w.screen.form(t)
	assert.Equal(t, "form.needs", one.Needs.Say.ID)
	require.NotEmpty(t, one.Needs.Costs)
	assert.Equal(t, []string{"form.chosen", "hurts.kill-session"}, []string{one.Needs.Costs[0].ID, one.Needs.Costs[1].ID})
	assert.Equal(t, "1", one.Needs.Costs[0].Values["count"].Value)
	assert.Len(t, one.List.Things, 2, "the menu stays")

	require.Zero(t, w.answer(w.bot, w.choosing(f, w.clock.Now().Add(time.Second))))
	assert.Empty(t, w.screen.form(t).Needs.Costs, "it was taken out again")
	w.system.upset(func(s *system) { assert.Equal(t, before, s.looks) })
	assert.Empty(t, entries(t, w, "ask"))
}

// Choices are delivered side by side, and may come to other processes: an older one that comes late
// shows the newest.
func TestTheNewestChoiceIsWeighed(t *testing.T) {
	w := newWorld(t)
	f := w.begins(alerting("nothing"))
	ids := idsOf(f.List.Things)
	now := w.clock.Now()
	require.Zero(t, w.answer(w.bot, w.choosing(f, now.Add(time.Second), ids...)))
	w.screen.form(t)
	require.Zero(t, w.answer(w.replica("R-2", rules), w.choosing(f, now, ids[0])))
	assert.Len(t, w.screen.form(t).Picked, 2)
}

// Nobody weighs another's form, and of a list that is too old nothing is said.
func TestWhatCannotBeWeighed(t *testing.T) {
	w := newWorld(t)
	f := w.begins(alerting("nothing"))
	h := w.choosing(f, w.clock.Now(), f.List.Things[0].ID)
	h.From = listener("U0EVE")
	require.Zero(t, w.answer(w.bot, h))
	w.clock.advance(2 * time.Minute)
	require.Zero(t, w.answer(w.bot, w.choosing(f, w.clock.Now(), f.List.Things[0].ID)))
	w.screen.upset(func(s *screen) { assert.Empty(t, s.forms) })
}

// What is filled in is weighed as well.
func TestAFormWeighsWhatIsFilledIn(t *testing.T) {
	w := newWorld(t)
	f := w.begins(alerting("cache " + peer))
	require.Len(t, f.Picked, 1)
	assert.True(t, strings.HasPrefix(f.Needs.Costs[1].ID, "hurts."))
}
