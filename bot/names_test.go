package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/slack"
	"quell/commands"
	"quell/integrations"
)

// unasking are rules that ask nobody to approve.
func unasking() string {
	return strings.Replace(rules, "    approvals: {need: 1, from: [commander], within: 15m}\n", "", 1)
}

// called gives sessions names, as their clients do.
func (w *world) called(name string, sessions ...string) {
	w.system.upset(func(s *system) {
		if s.traits == nil {
			s.traits = map[string]integrations.Traits{}
		}
		for _, one := range sessions {
			s.traits[one] = integrations.Traits{Names: integrations.Trait{Values: []string{name}}}
		}
	})
}

// What fits several opens the form by a button, for whoever asked alone: with these first, and
// none of them picked.
func TestSeveralThatFitAreChosenFrom(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) { s.sessions = append([]string{"10.9.9.9:9"}, s.sessions...) })
	w.called("checkout-worker", peer, "10.63.238.159:3058")
	o := w.offered(late("cache checkout-worker --reason leaks"))
	assert.Equal(t, "form.offer-wrong", o.message.ID)
	assert.Equal(t, "mistake.thing-ambiguous", o.message.Values["why"].Inner.ID)
	assert.Equal(t, "heard.unknown", w.reopens(listener("U0BEN"), o.of, "t2").Say.ID)
	require.Zero(t, w.reopens(listener("U0ANNA"), o.of, "t2"))
	w.screen.form(t)
	f := w.screen.form(t)
	assert.Empty(t, f.Picked)
	assert.Equal(t, "mistake.thing-ambiguous", f.Wrong.ID)
	anna := commands.Person{Team: "T0", User: "U0ANNA"}
	var names []string
	for _, thing := range w.bot.Search(t.Context(), bot.Query{Person: anna, Form: f.ID}).Things {
		names = append(names, thing.Name)
	}
	assert.Equal(t, []string{peer, "10.63.238.159:3058", "10.9.9.9:9"}, names)
	require.Zero(t, w.send(f, "U0ANNA", "leaks", "node/"+peer))
	c := w.latest()
	assert.Equal(t, []string{"node/" + peer}, c.Plan.IDs())
	assert.Empty(t, c.Plan.Guessed(), "it was picked")
}

// Where the policy asks nobody, what was found by a name waits for whoever typed it, and for
// nobody else.
func TestWhatWasFoundByANameWaitsForItsAsker(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", unasking())
	w.called("checkout-worker", peer)
	require.Empty(t, w.say("U0ANNA", "cache checkout-worker"))
	c := w.latest()
	require.True(t, c.Unconfirmed())
	assert.Equal(t, "vote.confirm-other", w.press(w.bot, "U0BEN", slack.Approve, c))
	assert.Equal(t, "vote.not-asked", w.press(w.bot, "U0BEN", slack.Deny, c))
	assert.Equal(t, "vote.withdraw-other", w.press(w.bot, "U0BEN", slack.Withdraw, c))
	stale := c
	stale.Plan.Fingerprint = "another"
	assert.Equal(t, "vote.stale", w.press(w.bot, "U0ANNA", slack.Approve, stale))
	assert.Zero(t, w.system.calls())
	require.Empty(t, w.press(w.bot, "U0ANNA", slack.Approve, c))
	c = w.reaches(w.bot, c.ID, approval.Verifying)
	assert.Empty(t, c.Votes)
	assert.Equal(t, 1, w.system.calls())
	all := entries(t, w, "confirm")
	require.Len(t, all, 1)
	assert.Equal(t, c.Plan.Fingerprint, all[0]["fingerprint"])
	assert.Equal(t, `node/`+peer+` by name "checkout-worker"`, all[0]["found"])
	assert.Equal(t, "vote.over", w.press(w.bot, "U0ANNA", slack.Approve, c))
}

// Where others have to agree, their asker's word comes first, and agrees to nothing.
func TestTheAskersWordComesBeforeThatOfOthers(t *testing.T) {
	w := newWorld(t)
	w.called("checkout-worker", peer)
	require.Empty(t, w.say("U0ANNA", "cache checkout-worker"))
	c := w.latest()
	require.True(t, c.Unconfirmed())
	assert.Equal(t, "vote.confirm-first", w.press(w.bot, "U0BEN", slack.Approve, c))
	assert.Equal(t, "vote.confirm-first", w.press(w.bot, "U0BEN", slack.Deny, c))
	assert.Equal(t, "vote.own", w.press(w.bot, "U0ANNA", slack.Deny, c))
	w.clock.advance(9 * time.Minute)
	require.Empty(t, w.press(w.bot, "U0ANNA", slack.Approve, c))
	rec, err := w.db.Load(t.Context(), c.ID)
	require.NoError(t, err)
	c = rec.Case
	assert.Equal(t, approval.Pending, c.State)
	assert.Empty(t, c.Votes)
	assert.Equal(t, w.clock.Now(), c.Consulted.In(w.clock.Now().Location()), "their time begins now")
	again := slack.Delivery{From: listener("U0ANNA"), Click: &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: slack.Approve}}
	assert.Equal(t, "vote.own", w.insist(again).Say.ID)
	assert.Zero(t, w.system.calls())
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Verifying)
	assert.Equal(t, 1, w.system.calls())
	assert.Len(t, entries(t, w, "confirm"), 1)
}

// The word lapses, and means nothing once its asker lost the right.
func TestAWordOnWhatWasMeantGivesNoRight(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", unasking())
	w.called("checkout-worker", peer)
	require.Empty(t, w.say("U0ANNA", "cache checkout-worker"))
	c := w.latest()
	w.people.stand("U0ANNA", "guest")
	w.clock.advance(time.Minute)
	require.Empty(t, w.press(w.bot, "U0ANNA", slack.Approve, c), "the claim asks the policy")
	w.reaches(w.bot, c.ID, approval.Refused)
	assert.Zero(t, w.system.calls())

	w = newWorld(t)
	w.bot = w.replica("R-2", unasking())
	w.called("checkout-worker", peer)
	require.Empty(t, w.say("U0ANNA", "cache checkout-worker"))
	c = w.latest()
	w.clock.advance(c.Limits.Run + time.Second)
	c = w.reaches(w.bot, c.ID, approval.Expired)
	assert.Equal(t, "case.not-confirmed", c.Why.ID)
	assert.Zero(t, w.system.calls())
}

// A name alone finds its system on the lists of the last minute, as an address does.
func TestANameAloneFindsItsSystem(t *testing.T) {
	w := newWorld(t)
	w.called("checkout-worker", peer)
	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	w.screen.form(t)
	require.Empty(t, w.say("U0ANNA", "checkout-worker"))
	assert.Equal(t, []string{"node/" + peer}, w.latest().Plan.IDs())
}

// That something may be gone is said of what a case was about, and of nothing while the cases
// cannot be read.
func TestWhatACaseWasAboutMayBeGone(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	require.Empty(t, w.press(w.bot, "U0ANNA", slack.Withdraw, c))
	w.system.upset(func(s *system) { s.sessions = []string{"10.9.9.9:9"} })
	gone := typing("cache " + peer)
	gone.SlashCommand.Trigger = "late"
	for _, want := range []string{"mistake.thing-gone", "mistake.thing-not-found"} {
		assert.Equal(t, want, w.answer(w.bot, gone).Say.ID)
		w.flaky.fail("on target", 1)
	}
}
