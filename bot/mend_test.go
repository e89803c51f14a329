package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/commands/words"
	"quell/integrations"
)

const reasonable = rules + "    reason: required\n"

// mends types a command that is half right, and returns the form as it is in the end.
func (w *world) mends(text string) bot.Form {
	w.t.Helper()
	require.Empty(w.t, w.answer(w.bot, typing(text)).Say, text)
	f := w.screen.form(w.t)
	if f.Target == "" {
		return f
	}
	full := w.screen.form(w.t)
	if !f.Wrong.IsZero() {
		assert.Equal(w.t, f.Wrong, full.Wrong, text)
	}
	return full
}

// Whatever is half right opens the form, with what was understood filled in and the mistake at
// its input.
func TestWhatIsHalfRightOpensTheForm(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", reasonable)
	for text, want := range map[string]struct {
		wrong  string
		at     bot.Field
		picked int
		reason string
	}{
		"cache " + peer:                                  {"", "", 1, ""},
		"cache " + peer + " --raeson leaks":              {"mistake.flag-near", "", 1, "leaks"},
		"cache " + peer + " --force --reason leaks":      {"mistake.flag-unknown", "", 1, "leaks"},
		"cache " + peer + ` --reason "leaks`:             {"mistake.quote-open", "", 1, "leaks"},
		"cache " + peer + " --reason":                    {"mistake.flag-empty", bot.TheReason, 1, ""},
		"cache " + peer + " --reason " + long(501):       {"mistake.reason-long", bot.TheReason, 1, long(500)},
		"cache " + strings.Repeat(peer+"1 ", 21):         {"mistake.too-many", bot.TheThings, 0, ""},
		"cache " + peer + " " + peer + " --reason leaks": {"mistake.thing-twice", bot.TheThings, 1, "leaks"},
		"cache 10.63.238.159:3059 --reason leaks":        {"mistake.thing-not-found", bot.TheThings, 0, "leaks"},
		"cache " + peer + ",10.9.9.9:9 --reason leaks":   {"mistake.thing-not-found", bot.TheThings, 1, "leaks"},
		"cash " + peer + " --reason leaks":               {"mistake.target-near", bot.TheTarget, 1, "leaks"},
		"cash":                                           {"mistake.target-near", bot.TheTarget, 0, ""},
		"nothing-like-it " + peer + " --reason leaks":    {"mistake.which-target", bot.TheTarget, 1, "leaks"},
		"cache\u2060 " + peer + " --reason leaks":        {"mistake.control-characters", bot.TheTarget, 1, "leaks"},
		"cache " + peer + " 1\u200b --reason leaks":      {"mistake.control-characters", bot.TheThings, 1, "leaks"},
		"cache " + peer + " --reason \x00":               {"mistake.control-characters", "", 0, ""},
	} {
		f := w.mends(text)
		assert.Equal(t, want.wrong, f.Wrong.ID, text)
		assert.Equal(t, want.at, f.WrongAt, text)
		assert.Len(t, f.Picked, want.picked, text)
		assert.Equal(t, want.reason, f.Reason, text)
		assert.Equal(t, "cache", f.Target, text)
	}
	f := w.mends("cache " + peer)
	require.Zero(t, w.send(f, "U0ANNA", "leaks", f.Picked[0].ID))
	require.Equal(t, approval.Pending, w.latest().State)
	assert.Len(t, entries(t, w, "refused"), 1, "a lacking reason is refused by the policy")
}

// A reason that is lacking hides no name that fits nothing: each is told at the things.
func TestNothingThatWasTypedIsLost(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", reasonable)
	why := bot.Remark{At: bot.TheReason, Say: words.New("form.say-why", words.V{"rule": words.Code("kill")})}
	f := w.mends("cache " + peer + " 10.9.9.9:9")
	assert.Equal(t, "mistake.thing-not-found", f.Wrong.ID)
	assert.Equal(t, bot.TheThings, f.WrongAt)
	assert.Equal(t, []bot.Remark{why}, f.Remarks)
	assert.Len(t, f.Picked, 1)

	two := words.V{"count": words.Count(2), "names": words.All(words.Code("10.9.9.9:9"), words.Code("10.8.8.8:8"))}
	for _, text := range []string{" 10.9.9.9:9 10.8.8.8:8", ",10.9.9.9:9,10.8.8.8:8", " 10.9.9.9:9 10.8.8.8:8 --reason leaks"} {
		f = w.mends("cache " + peer + text)
		assert.Equal(t, words.New("mistake.things-absent", two), f.Wrong, text)
		assert.Len(t, f.Picked, 1, text)
	}
	f = w.mends("cache " + peer + " because it leaks every so often, really")
	assert.Equal(t, words.Some([]string{"because", "it", "leaks", "every", "so", "often", "really"}, 5), f.Wrong.Values["names"])
	assert.Equal(t, words.Count(7), f.Wrong.Values["count"])
	hint := words.New("form.reason-words", words.V{"names": words.Some([]string{"because", "it", "leaks", "every", "so", "often", "really"}, 20)})
	assert.Contains(t, f.Remarks, bot.Remark{At: bot.TheReason, Say: hint})

	f = w.mends("cache " + peer + " 10.9.9.9:9 --force --reason leaks")
	assert.Equal(t, "mistake.flag-unknown", f.Wrong.ID)
	require.Len(t, f.Remarks, 1, "another mistake hides it neither")
	assert.Equal(t, bot.TheThings, f.Remarks[0].At)
	assert.Equal(t, "mistake.thing-not-found", f.Remarks[0].Say.ID)

	w.system.upset(func(s *system) { s.partial = true })
	f = w.mends("cache " + peer + " 10.9.9.9:9 10.8.8.8:8")
	assert.Equal(t, words.New("mistake.things-not-seen", two), f.Wrong)
}

// What is protected is told beside what is not there.
func TestAllThatIsProtectedIsTold(t *testing.T) {
	w := newWorld(t)
	other := "10.63.238.159:3058"
	w.system.upset(func(s *system) { s.bars = map[string]string{peer: "bar.dcs-replication", other: "bar.dcs-replication"} })
	f := w.mends("cache " + peer + " " + other + " 10.9.9.9:9 --reason leaks")
	assert.Empty(t, f.Picked)
	assert.Equal(t, "mistake.thing-not-found", f.Wrong.ID)
	require.Len(t, f.Remarks, 1)
	assert.Equal(t, words.New("form.barred", words.V{"count": words.Count(2), "names": words.All(words.Code(peer), words.Code(other))}), f.Remarks[0].Say)
}

// What a reason lacks is said in the form's own words: there is no flag to type in it.
func TestAFormSaysWhatAReasonLacks(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", rules+"    ticket: 'INC-[0-9]+'\n")
	rule := words.Code("kill")
	for text, want := range map[string]words.Message{
		"":                words.New("form.say-why", words.V{"rule": rule}),
		" --reason leaks": words.New("form.ticket", words.V{"rule": rule, "pattern": words.Code("INC-[0-9]+")}),
	} {
		f := w.mends("cache " + peer + text)
		assert.Equal(t, []bot.Remark{{At: bot.TheReason, Say: want}}, f.Remarks)
		assert.Zero(t, f.Wrong)
	}
}

func long(n int) string { return strings.Repeat("x", n) }

// Without a trigger, or where Slack opens no form, the mistake is told.
func TestAMistakeIsToldWhereThereIsNoForm(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", reasonable)
	for text, want := range map[string]string{
		"cache " + peer: "refused.reason", "cache " + peer + " --raeson x": "mistake.flag-near", "cash " + peer + " --reason x": "mistake.target-near",
		"cache 10.9.9.9:9 --reason x": "mistake.thing-not-found", "help": "mistake.usage",
	} {
		for _, trigger := range []string{"", "late"} {
			h := typing(text)
			h.SlashCommand.Trigger = trigger
			assert.Equal(t, want, w.answer(w.bot, h).Say.ID, text)
		}
	}
	h := typing("cash")
	h.SlashCommand.Trigger = "late"
	assert.Equal(t, "mistake.target-near", w.answer(w.bot, h).Say.ID)
	assert.Equal(t, "mistake.usage", w.answer(w.bot, typing("help")).Say.ID, "it is what was asked for")
}

// What was typed is not lost while a form asks for the system, however long somebody thinks.
func TestWhatWasTypedWaitsForTheSystem(t *testing.T) {
	w := newWorld(t)
	w.second()
	w.bot = w.replica("R-2", everyCache)
	f := w.mends("`" + peer + "` --reason leaks")
	require.Empty(t, f.Target)
	require.Equal(t, words.New("mistake.which-target", words.V{"target": words.Code("`" + peer + "`")}), f.Wrong)
	require.Equal(t, bot.TheTarget, f.WrongAt)
	w.clock.advance(10 * time.Minute)
	f = w.chooses(w.bot, f, "cache")
	assert.Equal(t, "leaks", f.Reason)
	assert.Empty(t, f.Wrong)
	require.Len(t, f.Picked, 1)
	assert.Equal(t, peer, f.Picked[0].Name)

	f = w.mends("10.9.9.9:9 --reason leaks")
	f = w.chooses(w.bot, f, "cache")
	assert.Equal(t, "mistake.thing-not-found", f.Wrong.ID, "it is looked for there")
	assert.Equal(t, bot.TheThings, f.WrongAt)
}

// A protected thing is not picked, and the form says why.
func TestATypedThingThatIsProtected(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) { s.bars = map[string]string{peer: "bar.dcs-replication"} })
	f := w.mends("cache " + peer + " --reason leaks")
	assert.Empty(t, f.Picked)
	assert.Equal(t, "mistake.protected", f.Wrong.ID)
	assert.Equal(t, bot.TheThings, f.WrongAt)
}

// Who has no right gets no form for what they typed wrongly, and learns no more than before.
func TestAMistakeGivesNoForm(t *testing.T) {
	w := newWorld(t)
	w.second()
	w.bot = w.replica("R-2", rules)
	for text, want := range map[string]string{
		"cache-2 " + peer:              "mistake.target-near",
		"cache-2 --raeson x":           "mistake.flag-near",
		"cache-2 " + peer + " --force": "mistake.flag-unknown",
	} {
		h := typing(text)
		h.From = listener("U0EVE")
		v := w.answer(w.bot, h).Say
		if text == "cache-2 "+peer {
			assert.Equal(t, "refused.no-rule", v.ID)
			continue
		}
		assert.Equal(t, want, v.ID, text)
	}
	w.screen.upset(func(s *screen) { assert.Empty(t, s.forms) })
}

// A case that ended in a mistake says so in its row, not by its sentence.
func TestACaseKnowsThatItsAskerWasMistaken(t *testing.T) {
	w := newWorld(t)
	newest := func() approval.Case {
		all := w.record()
		rec, err := w.db.Load(t.Context(), all[len(all)-1].Case)
		require.NoError(t, err)
		return rec.Case
	}
	h := typing("cache 10.9.9.9:9 --reason x")
	h.SlashCommand.Trigger = ""
	require.Equal(t, "mistake.thing-not-found", w.answer(w.bot, h).Say.ID)
	assert.True(t, newest().Mistaken)
	w.system.upset(func(s *system) { s.fail = &integrations.Error{Kind: integrations.Unavailable} })
	assert.Equal(t, "case.unplanned", w.answer(w.bot, typing("cache "+peer)).Say.ID, "a form would find no more")
	assert.False(t, newest().Mistaken)
}
