package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands"
)

// because fills in the form for a reason.
func (w *world) because(user string, c approval.Case, why string) string {
	w.t.Helper()
	return w.deliver(w.bot, slack.Delivery{From: listener(user), DenyReason: &slack.DenyReason{Case: c.ID, Why: why}})
}

func TestANoCountsAtOnceAndIsExplainedAfterwards(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	no := slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: slack.Deny, Trigger: "trigger-1"}
	require.Empty(t, w.deliver(w.bot, slack.Delivery{From: listener("U0BEN"), Click: &no}))
	w.reaches(w.bot, c.ID, approval.Denied)
	require.Eventually(t, func() (asked bool) {
		w.screen.upset(func(s *screen) { asked = len(s.asked) == 1 && s.asked[0] == "trigger-1 "+c.ID+" "+channel })
		return asked
	}, 10*time.Second, 5*time.Millisecond, "the form is opened once the no counts")

	assert.Empty(t, w.because("U0BEN", c, "  "), "an empty reason is none")
	assert.Equal(t, "reason.long", w.because("U0BEN", c, strings.Repeat("x", commands.MaxReason+1)))
	assert.Equal(t, "reason.illegible", w.because("U0BEN", c, "a\x00b"))
	assert.Equal(t, "vote.explain-other", w.because("U0CAT", c, "mine"))
	assert.Empty(t, w.because("U0BEN", c, "not during\nthe sale"))
	assert.Equal(t, "vote.explain-twice", w.because("U0BEN", c, "again"))
	unknown := c
	unknown.ID = "Q-NOSUCH"
	assert.Equal(t, "vote.no-case", w.because("U0BEN", unknown, "why"))

	denied := w.reaches(w.bot, c.ID, approval.Denied)
	assert.Equal(t, "not during the sale", denied.Votes[0].Why)
	assert.Zero(t, w.system.calls())
}

func TestOnlyANoIsAskedWhy(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	yes := slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: slack.Approve, Trigger: "trigger-1"}
	require.Empty(t, w.deliver(w.bot, slack.Delivery{From: listener("U0BEN"), Click: &yes}))
	w.reaches(w.bot, c.ID, approval.Done)
	w.screen.upset(func(s *screen) { assert.Empty(t, s.asked) })
}

// A post whose answer was lost leaves a second card, older or newer than the case's own: a click
// on it counts, and it gives up its buttons.
func TestAClickOnASecondCardCountsAndRetiresIt(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	own, stray := slack.Message{Channel: channel, TS: "1." + c.ID}, slack.Message{Channel: channel, TS: "0.lost"}
	newer := slack.Message{Channel: channel, TS: "2.lost"}
	require.Eventually(t, func() bool {
		rec, err := w.db.Load(t.Context(), c.ID)
		return err == nil && slack.MessageOf(rec.Card).TS == own.TS
	}, 10*time.Second, 5*time.Millisecond)
	click := func(user string, on slack.Message) string {
		return w.deliver(w.bot, slack.Delivery{From: listener(user), Click: &slack.Click{
			Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: slack.Approve, Card: on,
		}})
	}
	require.Equal(t, "vote.role", click("U0EVE", own))
	require.Eventually(t, func() bool { // until the click before is stored as judged, this one is its twin
		return click("U0EVE", newer) == "vote.role"
	}, 10*time.Second, 5*time.Millisecond)
	require.Empty(t, click("U0BEN", stray))
	w.reaches(w.bot, c.ID, approval.Done)
	require.Eventually(t, func() (n bool) {
		w.bot.Sweep(t.Context())
		w.screen.upset(func(s *screen) { n = len(s.stray) == 2 })
		return n
	}, 10*time.Second, 5*time.Millisecond)
	w.screen.upset(func(s *screen) { assert.ElementsMatch(t, []store.Card{stray.Card(), newer.Card()}, s.stray) })
}

// What another case did to the thing after this one's look is not what its
// approvers saw.
func TestAThingThatAnotherCaseActedOnIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	first := w.ask()
	w.system.upset(func(s *system) { s.deaf = true }) // it says yes and does nothing
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, first))
	looked := w.clock.Now()
	w.reaches(w.bot, first.ID, approval.Done)

	w.system.upset(func(s *system) { s.at = looked }) // a slow look, begun before the first case had ended
	second := w.ask()
	w.system.upset(func(s *system) { s.at = time.Time{} })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, second))
	done := w.reaches(w.bot, second.ID, approval.Done)
	assert.Equal(t, "case.changed-by", done.Why.ID)
	assert.Equal(t, 1, w.system.calls())
}
