package slack

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// picking is a form on cache-prod, whose list is being read.
func picking() bot.Form {
	return bot.Form{
		ID: "E-1", Channel: "C0INC", Command: "kill-session",
		Targets: []string{"cache-prod", "cache-staging"}, Target: "cache-prod",
		Needs: bot.Needs{Say: words.New("form.needs", words.V{
			"count": words.Count(1), "roles": words.Text("incident-commander"), "within": words.For(15 * 60e9),
		})},
	}
}

func listing(things ...integrations.Thing) bot.Form {
	f := picking()
	f.List = integrations.Sighting{Things: things, Complete: true, At: start}
	return f
}

func called(id string, facts ...integrations.Field) integrations.Thing {
	t := session("10.63.238.158:2048")
	t.ID, t.Facts, t.Called = id, facts, ""
	for _, f := range facts {
		if f.Name == "name" {
			t.Called = f.Value
		}
	}
	return t
}

// TestForms compares a form in each of its states with a golden file, as TestCards does.
func TestForms(t *testing.T) {
	t.Parallel()
	nothingChosen := picking()
	nothingChosen.Target, nothingChosen.Needs = "", bot.Needs{}
	failed := picking()
	failed.Why = words.New("vendor.no-answer", words.V{"target": words.Code("cache-prod")})
	filled := listing(session("10.63.238.158:2048"), called(strings.Repeat("x", maxValue+1)))
	filled.List.Complete = false
	filled.Picked, filled.Reason = filled.List.Things, "leaks, INC-2041"
	filled.Needs = bot.Needs{Nobody: true, Reason: true, Say: words.New("form.needs-nobody")}
	which := nothingChosen
	which.Wrong, which.WrongAt = words.New("mistake.which-target", words.V{"target": words.Code("10.63.238.158:2048")}), bot.TheTarget
	mistaken := listing(session("10.63.238.158:2048"))
	mistaken.Picked = mistaken.List.Things
	mistaken.Wrong, mistaken.WrongAt = words.New("mistake.thing-near", words.V{
		"thing": words.Code("osaka-01:sent"), "near": words.Code("osaka-01:send"),
	}), bot.TheThings
	mistaken.Remarks = []bot.Remark{
		{Say: words.New("form.option", words.V{"flag": words.Code("--node"), "target": words.Code("cache-prod")})},
		{At: bot.TheReason, Say: words.New("form.say-why", words.V{"rule": words.Code("kill")})},
	}
	for name, f := range map[string]bot.Form{
		"which":          which,
		"mistaken":       mistaken,
		"nothing-chosen": nothingChosen,
		"reading":        picking(),
		"failed":         failed,
		"empty":          listing(),
		"ready":          listing(session("10.63.238.158:2048")),
		"filled":         filled,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := json.MarshalIndent(chat(t).formView(f), "", "  ")
			require.NoError(t, err)
			file := filepath.Join("testdata", "form-"+name+".json")
			if *update {
				require.NoError(t, os.WriteFile(file, append(got, '\n'), 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, strings.TrimSpace(string(want)), string(got))
			saidByTheCatalogue(t, inPseudo(t).formView(f), "cache-prod", "cache-staging", "10.63.238.158:2048", "checkout-worker")
		})
	}
}

// A mistake stands below the input that it is about, and on top if it is about none, as long as
// the list is read, and when it is there.
func TestAMistakeStandsAtItsInput(t *testing.T) {
	t.Parallel()
	behind := map[bot.Field]string{"": "", bot.TheTarget: "target", bot.TheThings: "list", bot.TheReason: "reason"}
	for at, input := range behind {
		for _, f := range []bot.Form{picking(), listing(), listing(session("10.63.238.158:2048"))} {
			f.Wrong, f.WrongAt = words.New("mistake.quote-open"), at
			var before string
			found := 0
			for _, b := range chat(t).formView(f).Blocks.BlockSet {
				if c, ok := b.(*slack.ContextBlock); ok && strings.Contains(c.ContextElements.Elements[0].(*slack.TextBlockObject).Text, "a quote that is not closed") {
					found++
					if f.List.At.IsZero() && at == bot.TheThings {
						continue // the section that says that it is being read has no id
					}
					assert.Equal(t, input, before)
				}
				before = b.ID()
			}
			assert.Equal(t, 1, found, at)
		}
	}
}

func TestWhatAnOptionSaysOfAThing(t *testing.T) {
	t.Parallel()
	d := drawing{plain: chat(t).speaker(plain{})}
	seconds := func(name, n string) integrations.Field { return integrations.Field{Name: name, Value: n, Unit: "s"} }
	for name, c := range map[string]struct {
		thing      integrations.Thing
		text, hint string
	}{
		"facts as the vendor orders them": {
			called("node-1/17", seconds("idle", "3660"), seconds("age", "7200"), integrations.Field{Name: "cmd", Value: "get"}, integrations.Field{Name: "db", Value: "0"}),
			"10.63.238.158:2048", "idle 61 min · open 2 h · get · database 0",
		},
		"its name stands beside its address": {
			called("node-1/17", integrations.Field{Name: "name", Value: "checkout"}, integrations.Field{Name: "active", Value: "0"}),
			"checkout · 10.63.238.158:2048", "busy now",
		},
		"nothing is known of it": {called("node-1/17"), "10.63.238.158:2048", ""},
		"it has no name":         {integrations.Thing{ID: "node-1/17"}, "node-1/17", ""},
		"what tells it apart at a glance": {
			called("node-1/17", seconds("idle", "10810"), seconds("age", "93700"), integrations.Field{Name: "cmd", Value: "brpop"}),
			"10.63.238.158:2048", "idle 3 h · open 26 h · brpop",
		},
		"ids are left out": {
			integrations.Thing{
				ID: "node-1/17", Name: "10.63.238.158:2048", Identity: []integrations.Field{{Name: "client", Value: "17"}},
				Facts: []integrations.Field{{Name: "client", Value: "17"}, seconds("open", "60"), seconds("runs", "259200")},
			},
			"10.63.238.158:2048", "open 1 min · running 3 days",
		},
		"more than there is room for": {
			called("node-1/17", integrations.Field{Name: "name", Value: strings.Repeat("n", 80)}, seconds("idle", "60"), integrations.Field{Name: "cmd", Value: strings.Repeat("c", 80)}),
			strings.Repeat("n", 27) + "…" + strings.Repeat("n", 26) + " · 10.63.238.158:2048", "idle 1 min",
		},
		"what turns text around is marked": {
			called("node-1/17", integrations.Field{Name: "name", Value: "a\u202eb\x00"}), "a\ufffdb\ufffd · 10.63.238.158:2048", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := d.option(c.thing)
			assert.Equal(t, c.thing.ID, o.Value)
			assert.Equal(t, c.text, o.Text.Text)
			if c.hint == "" {
				require.Nil(t, o.Description, "Slack takes no empty one")
				return
			}
			assert.Equal(t, c.hint, o.Description.Text)
		})
	}
}

// Each brief fact is shorter than its sentence on a card.
func TestABriefFactIsBrief(t *testing.T) {
	t.Parallel()
	d := drawing{plain: chat(t).speaker(plain{})}
	for _, name := range briefFacts() {
		f := integrations.Field{Name: name, Value: "7"}
		assert.Less(t, len(d.plain.Say(briefly(f))), len(d.plain.Say(fact(f, integrations.Shown))), name)
	}
}

// What is protected is not in the menu: it is counted and named below it, each with why.
func TestAFormNamesWhatIsProtected(t *testing.T) {
	t.Parallel()
	draw := func(things ...integrations.Thing) string {
		body, err := json.Marshal(chat(t).formView(listing(things...)).Blocks)
		require.NoError(t, err)
		return string(body)
	}
	no := barred(called("node-1/18", integrations.Field{Name: "name", Value: "replica"}), "bar.dcs-replication")
	one := draw(called("node-1/17"), no)
	assert.Contains(t, one, "1 cannot be ended from here and is not in the menu:\\n• `replica` · `10.63.238.158:2048`: it links two nodes; ending it interrupts replication")
	assert.Contains(t, one, `"multi_external_select"`)
	many := draw(no, no, no, no, no, barred(called("node-1/19"), "bar.dcs-no-address"), no)
	assert.Contains(t, many, "7 cannot be ended from here and are not in the menu:")
	assert.Contains(t, many, "• and 2 more. Type their names into the menu to read why.")
	assert.NotContains(t, many, `"multi_external_select"`, "there is nothing to pick")
}

func barred(t integrations.Thing, hint string) integrations.Thing {
	t.Bar.Hint = hint
	return t
}

// TestAFormFitsSlack takes the longest of everything that may come.
func TestAFormFitsSlack(t *testing.T) {
	t.Parallel()
	longest := called(strings.Repeat("i", maxValue), integrations.Field{Name: "name", Value: strings.Repeat("界", 80)})
	f := listing(longest)
	for range commands.MaxThings {
		f.Picked = append(f.Picked, longest)
	}
	f.Target, f.Reason = strings.Repeat("t", 150), strings.Repeat("r", commands.MaxReason)
	f.Place, f.PlaceOf = strings.Repeat("&", 255), f.Target
	view := chat(t).formView(f)
	body, err := json.Marshal(view)
	require.NoError(t, err)
	assert.Less(t, len(body), 250_000, "views.open")
	assert.LessOrEqual(t, len(view.PrivateMetadata), 3000)
	for _, b := range view.Blocks.BlockSet {
		assert.LessOrEqual(t, len(b.ID()), 255)
	}
}

// A fact comes raw and is cut where it is drawn, on a card as in a menu.
func TestAFactIsCutWhereItIsDrawn(t *testing.T) {
	t.Parallel()
	d := drawing{rich: chat(t).speaker(mrkdwn{}), plain: chat(t).speaker(plain{})}
	thing := called("node-1/17", integrations.Field{Name: "cmd", Value: "g\u200bet" + strings.Repeat("c", 1000)})
	thing.Name = "one\u200btwo"
	assert.Equal(t, []string{"last command `g\ufffdet" + strings.Repeat("c", 75) + "…`"}, d.things(tell(t, "", thing).c).factsOf(0))
	assert.Equal(t, "one\ufffdtwo", d.option(thing).Text.Text, "what hides in an identifier is marked")
}
