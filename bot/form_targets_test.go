package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/slack"
	"quell/commands"
	"quell/integrations"
)

// A search for a target finds those that its reader may act on, asks no system and nobody about
// people, is its owner's alone, and lasts an hour.
func TestSearchingTheTargetsOfAForm(t *testing.T) {
	w := newWorld(t)
	w.second()
	w.targets["orders"] = w.targets["cache"] // nobody may act on it
	b := w.replica("R-2", rules+"  - name: two\n    commands: [kill-session]\n    targets: [cache-2]\n    roles: [on-call]\n")
	require.Empty(t, w.deliver(b, slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Trigger: "t1"}}))
	f := w.screen.form(t)
	anna := commands.Person{Team: "T0", User: "U0ANNA"}
	w.people.set(true) // Slack cannot be asked any more
	for _, c := range []struct {
		text, holds string
		want        []string
	}{
		{"", "", []string{"cache", "cache-2"}},
		{"", "cache-2", []string{"cache-2", "cache"}},
		{"CACH", "cache-2", []string{"cache-2", "cache"}},
		{"2", "cache", []string{"cache-2"}},
		{"orders", "", nil},
	} {
		o := b.Search(t.Context(), bot.Query{Person: anna, Form: f.ID, Field: bot.TheTarget, Target: c.holds, Text: c.text})
		assert.Equal(t, bot.Offer{Targets: c.want, All: 2, At: o.At}, o)
		assert.Equal(t, w.clock.Now(), o.At.UTC())
	}
	q := bot.Query{Person: anna, Form: f.ID, Field: bot.TheTarget}
	assert.Zero(t, b.Search(t.Context(), bot.Query{Person: commands.Person{Team: "T0", User: "U0EVE"}, Form: f.ID, Field: bot.TheTarget}))
	w.clock.advance(time.Hour - time.Second)
	b.Chores(t.Context())
	assert.Equal(t, 2, b.Search(t.Context(), q).All)
	w.clock.advance(time.Second)
	assert.Zero(t, b.Search(t.Context(), q))
	w.system.upset(func(s *system) { assert.Zero(t, s.looks) })

	w.people.set(false)
	require.Zero(t, w.answer(b, slack.Delivery{From: listener("U0ANNA"), FormAction: &slack.FormAction{Form: f.ID, Command: f.Command, Target: "cache"}}))
	w.screen.form(t)
	w.screen.form(t)
	assert.Equal(t, 2, b.Search(t.Context(), q).All, "a choice begins the hour anew")
	o := b.Search(t.Context(), bot.Query{Person: anna, Form: f.ID, Field: bot.TheThings})
	assert.Len(t, o.Things, 2, "the list of things is kept beside them")
	assert.IsType(t, integrations.Thing{}, o.Things[0])
}
