package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/slack"
)

// offered delivers what comes too late for a form, and returns the button that is offered.
func (w *world) offered(h slack.Delivery) offer {
	w.t.Helper()
	w.screen.upset(func(s *screen) { s.offering, s.offers = true, nil })
	require.Zero(w.t, w.insist(h), h)
	var all []offer
	w.screen.upset(func(s *screen) { all = s.offers })
	require.Len(w.t, all, 1, "%v", h.SlashCommand)
	require.Equal(w.t, h.From, all[0].to)
	return all[0]
}

// reopens presses the button of an offer.
func (w *world) reopens(from slack.ReplyTo, of, trigger string) slack.Answer {
	w.t.Helper()
	return w.insist(slack.Delivery{From: from, Click: &slack.Click{Button: slack.OpenForm, Form: of, Trigger: trigger}})
}

func late(text string) slack.Delivery {
	h := typing(text)
	h.SlashCommand.Trigger = ""
	return h
}

// Whoever acted too long ago for a form opens it by a button, with all that was understood, and
// as if they had acted where they did.
func TestAFormThatIsTooLateOpensByAButton(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", reasonable)
	for text, want := range map[string]struct {
		says, wrong, reason string
		picked              int
	}{
		"":                                  {says: "form.offer"}, // there is one target
		"cache":                             {says: "form.offer"},
		"cache --raeson leaks":              {says: "form.offer-wrong", wrong: "mistake.flag-near", reason: "leaks"},
		"cache " + peer + " --raeson leaks": {says: "form.offer-wrong", wrong: "mistake.flag-near", reason: "leaks", picked: 1},
		"cache " + peer:                     {says: "form.offer", picked: 1},
		"cache 10.63.238.159:3059 --reason leaks": {says: "form.offer-wrong", wrong: "mistake.thing-not-found", reason: "leaks"},
	} {
		o := w.offered(late(text))
		assert.Equal(t, want.says, o.message.ID, text)
		elsewhere := listener("U0ANNA")
		elsewhere.Channel = "D0ANNA"
		require.Zero(t, w.reopens(elsewhere, o.of, "t2"), text)
		w.screen.form(t)
		f := w.screen.form(t)
		assert.Equal(t, []string{channel, "cache", want.reason}, []string{f.Channel, f.Target, f.Reason}, text)
		assert.Len(t, f.Picked, want.picked, text)
		assert.Equal(t, want.wrong, f.Wrong.ID, text)
		require.Zero(t, w.reopens(elsewhere, o.of, "t3"), "%s: once more", text)
		w.screen.form(t)
		w.screen.form(t)
	}
	all, err := w.db.Recent(t.Context(), 10)
	require.NoError(t, err)
	for _, c := range all {
		assert.True(t, c.State.Terminal(), "a button asks for nothing")
	}
}

// The button is another click that is judged like any: for the same person alone, with the
// policy of now, and for what opens a form.
func TestWhoMayOpenAFormByAButton(t *testing.T) {
	w := newWorld(t)
	o := w.offered(late("cache"))
	assert.Equal(t, "heard.unknown", w.reopens(listener("U0BEN"), o.of, "t2").Say.ID)
	assert.Equal(t, "heard.unknown", w.reopens(from(away, "U0BEN").From, o.of, "t2").Say.ID)
	assert.Equal(t, "form.forgotten", w.reopens(listener("U0ANNA"), "envelope-none", "t2").Say.ID)
	again := w.offered(slack.Delivery{From: listener("U0ANNA"), Click: &slack.Click{Button: slack.OpenForm, Form: o.of}})
	assert.Equal(t, o.of, again.of, "the button of a button is for the same")
	w.people.upset(func(p *directory) { p.busy = true })
	assert.Equal(t, "heard.busy", w.answer(w.bot, slack.Delivery{From: listener("U0ANNA"), Click: &slack.Click{Button: slack.OpenForm, Form: o.of, Trigger: "t2"}}).Say.ID)
	w.people.upset(func(p *directory) { p.busy = false })
	w.clock.advance(20 * time.Second)
	w.bot.Sweep(t.Context())
	w.people.stand("U0ANNA", "guest")
	w.clock.advance(time.Minute)
	assert.Equal(t, "refused.standing.guest", w.reopens(listener("U0ANNA"), o.of, "t2").Say.ID)
	w.people.upset(func(p *directory) { p.not = nil })
	w.clock.advance(2 * time.Hour)
	assert.Equal(t, "form.forgotten", w.reopens(listener("U0ANNA"), o.of, "t2").Say.ID, "also while it is still stored")
	w.bot.inbox.Forget(t.Context())
	assert.Equal(t, "form.forgotten", w.reopens(listener("U0ANNA"), o.of, "t2").Say.ID)

	c := w.ask()
	yes := slack.Delivery{From: listener("U0BEN"), Click: &slack.Click{Case: c.ID, Fingerprint: "another", Button: slack.Approve}}
	w.answer(w.bot, yes)
	id := w.envelope
	assert.Equal(t, "heard.unknown", w.reopens(listener("U0BEN"), id, "t2").Say.ID, "a vote is no form")
	assert.Equal(t, approval.Pending, w.latest().State)
}

// The other buttons whose form is too late are offered once more, too.
func TestTheFormOfACaseThatIsTooLate(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", rules+"    break_glass: {not_before: 1m, cancel: 1m, notice: C0SEC, review: {need: 1, from: [commander]}}\n")
	c := w.ask()
	w.clock.advance(3 * time.Minute)
	o := w.offered(slack.Delivery{From: listener("U0ANNA"), Click: &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: slack.ActAlone}})
	require.Zero(t, w.reopens(listener("U0ANNA"), o.of, "t2"))
	w.screen.upset(func(s *screen) { assert.Equal(t, []string{"t2 " + c.ID + " alone"}, s.asked) })
	w.clock.advance(20 * time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Expired)
	o = w.offered(slack.Delivery{From: listener("U0ANNA"), Click: &slack.Click{Case: c.ID, Button: slack.AskAgain}})
	require.Zero(t, w.reopens(listener("U0ANNA"), o.of, "t3"))
	assert.Equal(t, bot.Field(""), w.screen.form(t).WrongAt)
	assert.Len(t, w.screen.form(t).Picked, 1)
}
