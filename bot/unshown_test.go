package bot_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/display"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands/words"
)

// refuseCards has every drawing refused for good, or none.
func (w *world) refuseCards(refuse bool) {
	w.screen.upset(func(s *screen) {
		s.broken = nil
		if refuse {
			s.broken = &display.Unshown{Why: words.New("slack.restricted"), Err: errors.New("restricted_action")}
		}
	})
}

// alone are the sayings to the asker alone of what could not be shown, each as where and what; "" is a direct message.
func (w *world) alone() (all []string) {
	w.screen.upset(func(s *screen) {
		for _, heard := range s.heads {
			where, what, unshown := strings.Cut(strings.TrimSpace(heard), " unshown.")
			if _, _, in, ok := store.ReadToOne(where); ok && unshown {
				all = append(all, in+" "+what)
			}
		}
	})
	return all
}

func (w *world) eventually(what string, is func() bool) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		w.bot.Sweep(w.t.Context())
		return is()
	}, 20*time.Second, 10*time.Millisecond, what)
}

// A question that nobody can be shown ends the case, and the asker hears why, alone and once.
func TestACardThatCannotBePostedEndsTheCase(t *testing.T) {
	w := newWorld(t)
	w.refuseCards(true)
	require.Empty(t, w.say("U0ANNA", "cache "+peer))
	w.eventually("the asker is told", func() bool { return slices.Equal(w.alone(), []string{channel + " refused"}) })
	all, err := w.db.Recent(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, approval.Refused, all[0].State)
	require.Equal(t, "case.unshown", all[0].Why.ID)
	w.clock.advance(time.Hour)
	w.bot.Sweep(t.Context())
	w.bot.display.Wait()
	require.Len(t, w.alone(), 1)
	require.Zero(t, w.system.calls())
	due, err := w.db.Due(t.Context(), w.clock.Now().Add(time.Hour), 100)
	require.NoError(t, err)
	require.Empty(t, due, "drawing gave up")
	last := w.record()[len(w.record())-1]
	require.Equal(t, []string{"unshown", "pending", "refused", "case.unshown"}, []string{last.Event, last.From, last.To, last.Detail["why"]})
}

// An end that nobody can be shown goes to the asker directly, once; the call is made.
func TestAnEndThatCannotBeShownGoesToTheAsker(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.refuseCards(true)
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Done)
	w.eventually("the asker is told", func() bool { return slices.Equal(w.alone(), []string{" end"}) })
	require.Equal(t, 1, w.system.calls())
	w.bot.display.Wait()
	rec, err := w.db.Load(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, rec.Case.Seq, rec.ShownSeq, "drawing gave up")
}

// A case that needs nobody's yes ends as well, unless its call was quicker.
func TestACaseThatNobodyHasToAgreeToIsShownOrEnds(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", strings.Replace(rules, "    approvals: {need: 1, from: [commander], within: 15m}\n", "", 1))
	w.refuseCards(true)
	require.Empty(t, w.say("U0ANNA", "cache "+peer))
	w.eventually("the asker is told", func() bool { w.clock.advance(time.Second); return len(w.alone()) == 1 })
	assert.LessOrEqual(t, w.system.calls(), 1)
}

// What could not be stored of a refusal is tried again.
func TestAnUnshownCaseWhoseEndCannotBeStored(t *testing.T) {
	w := newWorld(t)
	w.refuseCards(true)
	w.flaky.fail("unshown", 2)
	require.Empty(t, w.say("U0ANNA", "cache "+peer))
	w.eventually("the asker is told", func() bool { w.clock.advance(time.Second); return len(w.alone()) == 1 })
}
