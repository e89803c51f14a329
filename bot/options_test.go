package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/engine"
	"quell/bot/slack"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

const everyCache = rules + `  - {name: more, commands: [kill-session], targets: [cache-2], roles: [on-call]}
`

// noded is a kind whose sessions live on nodes.
func noded() integrations.Profile {
	return integrations.Profile{
		Options: []integrations.Option{{Name: "node", Command: "kill-session"}},
		Check: func(_, word string) integrations.Note {
			if word == "no.address" {
				return integrations.NewNote("mistake.address", "address", word)
			}
			return integrations.Note{}
		},
	}
}

// caches are two systems: cache has nodes, and cache-2 has them if it says so.
func (w *world) caches(second integrations.Profile) *replica {
	w.targets["cache"] = engine.Target{Name: "cache", Kind: "dcs", Profile: noded(), Actions: w.targets["cache"].Actions}
	w.second()
	w.targets["cache-2"] = engine.Target{Name: "cache-2", Kind: "dcs", Profile: second, Actions: w.targets["cache-2"].Actions}
	return w.replica("R-2", everyCache)
}

func typing(text string) slack.Delivery {
	return slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: text, Trigger: "t1"}}
}

// An option that only other kinds of system have is a mistake, and so is a word that can
// name nothing there; neither is an attempt.
func TestWhatDoesNotSuitASystem(t *testing.T) {
	w := newWorld(t)
	b := w.caches(integrations.Profile{})
	left := words.New("form.option", words.V{"flag": words.Code("--node"), "target": words.Code("cache-2")})
	for text, want := range map[string]words.Message{
		"cache-2 " + peer + " --node n1": words.New("mistake.option", words.V{
			"flag": words.Code("--node"), "target": words.Code("cache-2"), "usage": words.Code("/kill-session [<target> [<session…>]] [--reason TEXT]"),
		}),
		"cache-2 --node n1": words.New("mistake.option", words.V{
			"flag": words.Code("--node"), "target": words.Code("cache-2"), "usage": words.Code("/kill-session [<target> [<session…>]] [--reason TEXT]"),
		}),
		"cache-2 1 --force": words.New("mistake.flag-unknown", words.V{
			"flag": words.Code("--force"), "usage": words.Code("/kill-session [<target> [<session…>]] [--reason TEXT]"),
		}),
		"cache 1 --force": words.New("mistake.flag-unknown", words.V{
			"flag": words.Code("--force"), "usage": words.Code("/kill-session [<target> [<session…>]] [--node N] [--reason TEXT]"),
		}),
		"cache no.address": words.New("mistake.address", words.V{"address": words.Code("no.address")}),
	} {
		late := typing(text)
		late.SlashCommand.Trigger = ""
		if strings.Contains(text, peer) || strings.Contains(text, "no.address") || strings.Contains(text, "force") {
			assert.Equal(t, want, w.answer(b, late).Say, text)
		}
		assert.Empty(t, w.answer(b, typing(text)).Say, text)
		f := w.screen.form(t)
		if strings.Contains(text, "--node") {
			assert.Equal(t, []bot.Remark{{Say: left}}, f.Remarks, "the form has no input for it")
			want = words.Message{}
		}
		assert.Equal(t, want, f.Wrong, text)
		assert.Equal(t, strings.Fields(text)[0], f.Target)
		assert.Empty(t, f.Place)
		w.screen.form(t)
	}
	late := typing("cache-2 no.address")
	late.SlashCommand.Trigger = ""
	assert.Equal(t, "mistake.thing-not-found", w.answer(b, late).Say.ID, "there it may be a name")
	assert.Empty(t, entries(t, w, "refused"))
}

// Who may not act learns nothing of a system by a mistake.
func TestAMistakeTellsNoStranger(t *testing.T) {
	w := newWorld(t)
	b := w.caches(integrations.Profile{})
	w.people.stand("U0GUS", "guest")
	h := typing("cache-2 " + peer + " --node n1")
	h.From = listener("U0GUS")
	assert.Equal(t, "refused.standing.guest", w.answer(b, h).Say.ID)
}

// An option typed without a system is for one that has it: only such are offered.
func TestAnOptionChoosesAmongSystems(t *testing.T) {
	w := newWorld(t)
	b := w.caches(integrations.Profile{})
	require.Zero(t, w.answer(b, typing("--node n1")))
	f := w.screen.form(t)
	assert.Equal(t, []string{"cache"}, f.Targets)
	assert.Equal(t, "cache", f.Target)
	w.screen.form(t)
	w.system.upset(func(s *system) { assert.Equal(t, []string{"n1"}, s.looked) })
}

// It is not lost while its system is chosen, nor when the list is read anew.
func TestAnOptionWaitsForItsSystem(t *testing.T) {
	w := newWorld(t)
	b := w.caches(noded())
	require.Zero(t, w.answer(b, typing("--node n1")))
	f := w.screen.form(t)
	assert.Equal(t, []string{"cache", "cache-2"}, f.Targets)
	assert.Empty(t, f.Target)
	for range 2 {
		f = w.chooses(b, f, "cache")
	}
	w.system.upset(func(s *system) { assert.Equal(t, []string{"n1", "n1"}, s.looked) })
	other := &system{now: w.clock.Now, sessions: []string{"10.63.238.160:1"}}
	w.targets["cache-2"].Actions["kill-session"] = commands.KillSession(other)
	f = w.chooses(b, f, "cache-2")
	assert.Len(t, f.List.Things, 1)
	other.upset(func(s *system) { assert.Equal(t, []string{""}, s.looked, "another system's nodes are others") })
	w.chooses(b, f, "cache")
	w.system.upset(func(s *system) {
		assert.Equal(t, []string{"n1", "n1", "n1"}, s.looked, "and it comes back to this one's")
	})
}

// A form can be open for hours, and its list is kept for a minute.
func TestAnOptionOutlivesAList(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		choices []string
		looked  []string
	}{
		"a system that is chosen late": {"--node n1", []string{"cache"}, []string{"n1"}},
		"an old list":                  {"cache --node n1", []string{"cache"}, []string{"n1", "n1"}},
		"there and back":               {"cache --node n1", []string{"cache-2", "cache"}, []string{"n1", "n1"}},
		"first one that has no nodes":  {"--node n1", []string{"orders", "cache"}, []string{"n1"}},
		"no place was typed":           {"cache", []string{"cache-2", "cache"}, []string{"", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.caches(noded())
			w.targets["orders"] = engine.Target{Name: "orders", Kind: "dcs", Actions: map[string]engine.Action{"kill-session": commands.KillSession(newSystem(w.clock.Now))}}
			b := w.replica("R-3", everyCache+"  - {name: bare, commands: [kill-session], targets: [orders], roles: [on-call]}\n")
			require.Zero(t, w.answer(b, typing(c.text)))
			f := w.screen.form(t)
			if f.Target != "" {
				f = w.screen.form(t)
			}
			for _, target := range c.choices {
				w.clock.advance(61 * time.Second)
				f = w.chooses(b, f, target)
			}
			w.system.upset(func(s *system) { assert.Equal(t, c.looked, s.looked) })
			w.clock.advance(61 * time.Second)
			require.Empty(t, w.answer(b, slack.Delivery{From: listener("U0ANNA"), FormSubmission: &slack.FormSubmission{
				Form: f.ID, Command: f.Command, Target: f.Target, Place: f.Place, PlaceOf: f.PlaceOf, Things: []string{"node/" + peer},
			}}).Field)
			assert.Equal(t, c.looked[0], w.latest().Request.Place, "nor does it depend on the list when the form is sent")
		})
	}
}

// chooses picks a target in a form as it is shown, and returns the form with its list.
func (w *world) chooses(b *replica, f bot.Form, target string) bot.Form {
	w.t.Helper()
	require.Zero(w.t, w.answer(b, slack.Delivery{From: listener("U0ANNA"), FormAction: &slack.FormAction{
		Form: f.ID, Command: f.Command, Target: target, Place: f.Place, PlaceOf: f.PlaceOf,
	}}))
	w.screen.form(w.t)
	return w.screen.form(w.t)
}

// A place that somebody mistyped is no trouble of the system's.
func TestAMistypedPlaceIsNobodysHealth(t *testing.T) {
	w := newWorld(t)
	b := w.caches(integrations.Profile{})
	says := func(health string) {
		t.Helper()
		h := slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "quell", Text: "targets"}}
		catalogue, err := words.Load()
		require.NoError(t, err)
		cache, _, _ := strings.Cut(catalogue.In("en", words.Plain{}).Say(w.answer(b, h).Say), "cache-2")
		assert.Contains(t, cache, health)
	}
	fails := func(err error) { w.system.upset(func(s *system) { s.fail = err }) }
	for _, kind := range []integrations.Kind{integrations.NotFound, integrations.Unsupported, integrations.Invalid} {
		fails(&integrations.Error{Kind: kind, Hint: "dcs.node-gone"})
		require.Zero(t, w.answer(b, typing("cache --node n9")))
		w.screen.form(t)
		f := w.screen.form(t)
		assert.Equal(t, words.New("form.place", words.V{"place": words.Code("n9"), "target": words.Code("cache")}), f.Why)
		assert.Empty(t, f.Place, "it is read everywhere then")
		says("I have not listed anything there since I started.")
	}
	fails(&integrations.Error{Kind: integrations.Unavailable})
	require.NotZero(t, w.answer(b, typing("cache "+peer+" --node n9")))
	says("It was not read well since I started.") // it was not the place
	fails(nil)
	require.Zero(t, w.answer(b, typing("cache "+peer)))
	says("cache (dcs) with /kill-session. I last read it at ")
	fails(&integrations.Error{Kind: integrations.NotFound, Hint: "dcs.node-gone"})
	w.system.upset(func(s *system) { s.failAt = "n9" })
	require.Zero(t, w.answer(b, typing("cache "+peer+" --node n9 --reason leaks")))
	w.screen.form(t)
	f := w.screen.form(t)
	assert.Equal(t, "mistake.place", f.Wrong.ID)
	assert.Equal(t, words.Code("n9"), f.Wrong.Values["place"])
	assert.Equal(t, "form.place", f.Why.ID, "it is left out")
	assert.Equal(t, []string{peer}, f.Typed, "what was typed is not lost")
	assert.Equal(t, "leaks", f.Reason)
	says("cache (dcs) with /kill-session. I last read it at ")
	w.system.upset(func(s *system) { s.failAt = "" })
	require.NotZero(t, w.answer(b, typing("cache 10.63.238.159:3058")))
	says("has no such node") // and nobody typed a place
}

// Help shows an option where a system that has it can be meant.
func TestUsageShowsTheOptionsThatThereAre(t *testing.T) {
	w := newWorld(t)
	assert.Equal(t, "/kill-session [<target> [<session…>]] [--reason TEXT]", w.bot.Form("kill-session", "").Usage())
	b := w.caches(integrations.Profile{})
	for target, usage := range map[string]string{
		"":        "/kill-session [<target> [<session…>]] [--node N] [--reason TEXT]",
		"cache":   "/kill-session [<target> [<session…>]] [--node N] [--reason TEXT]",
		"cache-2": "/kill-session [<target> [<session…>]] [--reason TEXT]",
		"nowhere": "/kill-session [<target> [<session…>]] [--node N] [--reason TEXT]",
	} {
		assert.Equal(t, usage, b.Form("kill-session", target).Usage(), target)
	}
	assert.Equal(t, commands.GrammarOf("stop-task").Usage(), b.Form("stop-task", "").Usage())
	assert.Empty(t, b.Form("kill", "").Name)
}
