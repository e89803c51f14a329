package bot_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/slack"
	"quell/integrations"
)

func alerting(text string) slack.Delivery {
	return slack.Delivery{From: listener("U0ANNA"), Shortcut: &slack.Shortcut{Alert: true, Text: text, Link: "https://acme.slack.com/archives/C0INC/p1", Trigger: "t1"}}
}

// begins runs a shortcut and returns the form as it is at last.
func (w *world) begins(h slack.Delivery) bot.Form {
	w.t.Helper()
	require.Empty(w.t, w.answer(w.bot, h).Say)
	f := w.screen.form(w.t)
	if f.Target == "" {
		return f
	}
	return w.screen.form(w.t)
}

func TestAnAlertFillsAFormIn(t *testing.T) {
	w := newWorld(t)
	f := w.begins(alerting("cache is slow because of " + peer))
	assert.Equal(t, []string{"kill-session", "cache"}, []string{f.Command, f.Target})
	require.Len(t, f.Picked, 1)
	assert.Equal(t, peer, f.Picked[0].Name)
	assert.Equal(t, "https://acme.slack.com/archives/C0INC/p1", f.Reason)
	assert.Equal(t, "form.read", f.Read.ID)
	assert.Zero(t, f.Wrong)

	f = w.begins(alerting("10.9.9.9:9 and " + peer))
	assert.Equal(t, "mistake.thing-not-found", f.Wrong.ID, "what does not fit is said")
	require.Len(t, f.Picked, 1)

	f = w.begins(alerting("all is slow"))
	assert.Equal(t, "form.read-nothing", f.Read.ID)
	assert.Empty(t, f.Picked)
	assert.Empty(t, entries(t, w, "ask"), "nothing is asked yet")
}

// Of several systems that an alert may mean the form asks for one, and keeps what it read.
func TestAnAlertThatMayMeanSeveralSystems(t *testing.T) {
	w := newWorld(t)
	w.second()
	w.bot = w.replica("R-2", strings.Replace(rules, "targets: [cache]", `targets: ["*"]`, 1))
	f := w.begins(alerting(peer + " hangs"))
	assert.Empty(t, f.Target)
	assert.Empty(t, f.Command)
	assert.Equal(t, []string{"cache", "cache-2"}, f.Targets)

	require.Zero(t, w.answer(w.bot, slack.Delivery{From: listener("U0ANNA"), FormAction: &slack.FormAction{Form: f.ID, Any: true, Target: "cache"}}))
	f = w.screen.form(t)
	assert.Equal(t, []string{"kill-session", "cache"}, []string{f.Command, f.Target})
	f = w.screen.form(t)
	require.Len(t, f.Picked, 1, "what was read is looked for on the chosen one")
	assert.Equal(t, peer, f.Picked[0].Name)

	f = w.begins(alerting(peer + " hangs"))
	assert.Equal(t, "cache", f.Target, "a list that was just read has it")

	f = w.begins(alerting("cache and cache-2 are slow"))
	assert.Empty(t, f.Target)
	require.Len(t, f.Remarks, 1)
	assert.Equal(t, "form.read-several", f.Remarks[0].Say.ID)
}

// A protected thing that an alert names is said with why, and not picked.
func TestAnAlertThatNamesWhatIsProtected(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) { s.bars = map[string]string{peer: "bar.dcs-replication"} })
	f := w.begins(alerting(peer + " hangs"))
	assert.Empty(t, f.Picked)
	assert.Equal(t, "mistake.protected", f.Wrong.ID)
}

// An alert names a client by its address and by what it is called. Where the address is gone, one that
// is called the same is another one, and is not picked in its place.
func TestAnAlertWhoseAddressIsGonePicksNoNamesake(t *testing.T) {
	w := newWorld(t)
	const gone, other = "10.63.238.200:2048", "10.63.238.159:3058"
	w.system.upset(func(s *system) {
		s.traits = map[string]integrations.Traits{other: {Names: integrations.Trait{Values: []string{"checkout-worker"}}}}
	})
	f := w.begins(alerting("cache: checkout-worker " + gone + " leaks"))
	assert.Empty(t, f.Picked)
	assert.Equal(t, "mistake.thing-not-found", f.Wrong.ID)

	f = w.begins(alerting("cache: checkout-worker leaks"))
	require.Len(t, f.Picked, 1, "a name alone picks the only one that has it")
	assert.Equal(t, other, f.Picked[0].Name)
}

// More is named in an alert than a form is filled in with.
func TestAnAlertThatNamesMuch(t *testing.T) {
	w := newWorld(t)
	var b strings.Builder
	for i := range 23 {
		b.WriteString(" 10.0.0." + string(rune('0'+i%10)) + ":" + string(rune('1'+i/10)))
	}
	f := w.begins(alerting(b.String()))
	require.NotEmpty(t, f.Remarks)
	assert.Equal(t, "form.read-left", f.Remarks[0].Say.ID)
}

// Whoever may not ask gets no form, from an alert as from a command.
func TestAnAlertGivesNobodyARight(t *testing.T) {
	w := newWorld(t)
	h := alerting("cache " + peer)
	h.From = listener("U0EVE")
	assert.NotEmpty(t, w.answer(w.bot, h).Say)
	w.screen.upset(func(s *screen) { assert.Empty(t, s.forms) })
}

// A shortcut without a channel asks for it. The channel is judged as if the command were typed in it,
// and nobody asks in one that they are not in.
func TestAFormAsksForItsChannel(t *testing.T) {
	w := newWorld(t)
	closed := func(to string) {
		w.people.mu.Lock()
		defer w.people.mu.Unlock()
		w.people.closed = map[string]string{channel: to}
	}
	h := slack.Delivery{From: listener("U0ANNA"), Shortcut: &slack.Shortcut{Trigger: "t1"}}
	h.From.Channel = ""
	require.Empty(t, w.answer(w.bot, h).Say)
	f := w.screen.form(t)
	assert.True(t, f.AskChannel)
	assert.Empty(t, f.Channel+f.Target)
	assert.Empty(t, f.Targets)

	choosing := func(in string) slack.Delivery {
		h := slack.Delivery{From: listener("U0ANNA"), FormAction: &slack.FormAction{Form: f.ID, Any: true, Ask: true}}
		h.From.Channel = in
		return h
	}
	refused := func(in, why string) {
		t.Helper()
		require.Empty(t, w.answer(w.bot, choosing(in)).Say)
		not := w.screen.form(t)
		assert.Equal(t, []any{why, bot.TheChannel, ""}, []any{not.Wrong.ID, not.WrongAt, not.Target})
	}
	refused("C0OTHERS", "refused.miss.channel")
	closed("U0BEN")
	refused(channel, "form.channel-not-in")
	closed("U0ANNA U0BEN")

	require.Empty(t, w.answer(w.bot, choosing(channel)).Say)
	w.screen.form(t)
	full := w.screen.form(t)
	assert.Equal(t, []string{channel, "cache"}, []string{full.Channel, full.Target})
	assert.NotEmpty(t, full.List.Things)

	sent := slack.Delivery{From: listener("U0ANNA"), FormSubmission: &slack.FormSubmission{
		Form: f.ID, Any: true, Ask: true, Target: "cache", Things: []string{full.List.Things[0].ID}, Reason: "leaks",
	}}
	closed("U0BEN")
	assert.Equal(t, "form.channel-not-in", w.answer(w.bot, sent).Say.ID, "whatever a form says")
	assert.Empty(t, entries(t, w, "ask"))
}

// The command of a form that was begun from nothing is that of its system, whatever it says.
func TestAFormOfWhateverCommand(t *testing.T) {
	w := newWorld(t)
	f := w.begins(alerting("cache " + peer))
	h := slack.Delivery{From: listener("U0ANNA"), FormSubmission: &slack.FormSubmission{
		Form: f.ID, Any: true, Command: "stop-task", Target: "cache", Things: idsOf(f.Picked), Reason: "leaks",
	}}
	require.Empty(t, w.answer(w.bot, h).Say)
	assert.Len(t, entries(t, w, "ask"), 1)
}

func idsOf(things []integrations.Thing) (all []string) {
	for _, t := range things {
		all = append(all, t.ID)
	}
	return all
}

// An event that Slack sends again is answered once, whichever process it comes to.
func TestAnEventIsAnsweredOnce(t *testing.T) {
	w := newWorld(t)
	for _, want := range []string{"help", ""} {
		acked := make(chan slack.Answer, 1)
		w.replica("R-2", rules).inbox.Handle(t.Context(), slack.Delivery{ID: "Ev1", From: listener("U0ANNA"), Mention: &slack.Mention{}}, func(a slack.Answer) { acked <- a })
		assert.Equal(t, want, (<-acked).Say.ID)
	}
}
