package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands"
	"quell/integrations"
)

// A no that was taken in is never overtaken by a yes that came after it.
func TestANoThatCameFirstStopsTheCall(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.people.set(true)
	require.Equal(t, "vote.waits", w.press(w.bot, "U0CAT", slack.Deny, c))
	w.people.set(false)
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	waiting := w.reaches(w.bot, c.ID, approval.Denied)
	assert.Equal(t, "U0CAT", waiting.Votes[len(waiting.Votes)-1].By.User)
	assert.Zero(t, w.system.calls())
}

// A no of somebody who held no role when that was known last stops nothing, also while Slack
// cannot be asked.
func TestANoOfNobodyInParticularStopsNothing(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.people.set(true)
	require.Equal(t, "vote.last-known", w.press(w.bot, "U0EVE", slack.Deny, c))
	w.people.set(false)
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, 1, w.system.calls())
}

func TestANoStopsWhatIsApprovedAndWaits(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.system.upset(func(s *system) { s.fail = &integrations.Error{Kind: integrations.Unavailable} })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Approved)
	assert.Equal(t, "vote.role", w.press(w.bot, "U0EVE", slack.Deny, c))
	assert.Equal(t, "vote.over", w.press(w.bot, "U0CAT", slack.Approve, c))
	require.Empty(t, w.press(w.bot, "U0CAT", slack.Deny, c))
	w.reaches(w.bot, c.ID, approval.Denied)
	assert.Zero(t, w.system.calls())
}

func TestARefusalThatCouldNotBeRecordedIsNotForgotten(t *testing.T) {
	w := newWorld(t)
	w.flaky.fail("refused", 1)
	require.Equal(t, "heard.kept", w.say("U0EVE", "cache "+peer))
	w.clock.advance(20 * time.Second)
	require.Eventually(t, func() bool {
		w.clock.advance(time.Second)
		w.bot.Sweep(t.Context())
		n := 0
		err := w.db.Links(t.Context(), "", func(audit.Link) error { n++; return nil })
		return err == nil && n == 1
	}, 10*time.Second, 10*time.Millisecond)
	require.Eventually(t, func() bool {
		waits, err := w.db.Unjudged(t.Context(), w.clock.Now(), w.clock.Now(), 9)
		return err == nil && len(waits) == 0
	}, 10*time.Second, 10*time.Millisecond)
}

// Cards in channels that are gone can never be drawn. However many there are,
// the others are.
func TestCardsThatCannotBeDrawnDoNotKeepOthersFromIt(t *testing.T) {
	w := newWorld(t)
	w.screen.upset(func(s *screen) { s.broken = errors.New("is_archived") })
	for range 3 {
		require.Empty(t, w.say("U0ANNA", "cache "+peer))
		open, err := w.db.Open(t.Context(), 1)
		require.NoError(t, err)
		require.Empty(t, w.press(w.bot, "U0ANNA", slack.Withdraw, open[0]))
	}
	w.screen.upset(func(s *screen) { s.broken = nil })
	c := w.ask()
	assert.Equal(t, approval.Pending, c.State)
	assert.Eventually(t, func() bool {
		w.bot.Sweep(t.Context()) // draws what moved while its drawing failed
		due, err := w.db.Due(t.Context(), w.clock.Now(), 9)
		return err == nil && len(due) == 0
	}, 10*time.Second, time.Millisecond, "they are left alone for a while")
}

// What is slow on our side is not counted against the vendor, and the call does
// not rest on an old look.
func TestACallThatWasKeptBackIsMadeAfterANewLook(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.system.upset(func(s *system) { s.refuse = &integrations.Error{Kind: integrations.Late} })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	require.Eventually(t, func() bool { return w.system.calls() >= 1 }, 10*time.Second, 5*time.Millisecond)
	for range 5 {
		w.clock.advance(10 * time.Second)
		w.bot.Sweep(t.Context())
	}
	w.system.upset(func(s *system) { s.refuse = nil })
	done := w.reaches(w.bot, c.ID, approval.Done)
	assert.Zero(t, done.Tries)
	assert.Len(t, w.system.sessions, 1)
}

// Where nobody was asked, nobody but the asker can stop it.
func TestANoThatNobodyAskedForStopsNothing(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", strings.Replace(rules, "    approvals: {need: 1, from: [commander], within: 15m}\n", "", 1))
	w.system.upset(func(s *system) { s.refuse = &integrations.Error{Kind: integrations.Late} })
	c := w.ask()
	assert.Equal(t, "vote.over", w.press(w.bot, "U0EVE", slack.Deny, c))
	w.system.upset(func(s *system) { s.refuse = nil })
	w.reaches(w.bot, c.ID, approval.Done)
}

// What the vendor is at by now, or must not be ended, is left alone: the yes was for
// what stood on the card.
func TestAThingThatIsBarredByNowIsNotCalled(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.system.upset(func(s *system) { s.bars = map[string]string{peer: "bar.dcs-replication"} })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	c = w.reaches(w.bot, c.ID, approval.Done)
	assert.Zero(t, w.system.calls())
	assert.Equal(t, "case.barred", c.Why.ID)
}

// What was kept back here was refused by nobody, and costs no try.
func TestACallWithoutRoomWasNotRefused(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.system.upset(func(s *system) {
		s.refuse = &integrations.Error{Kind: integrations.Throttled, Hint: "hulft.room", RetryAfter: time.Second} // no answer: no status
	})
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.calls(t, c.ID, 4)
	c = w.reaches(w.bot, c.ID, approval.Approved)
	assert.Equal(t, "hulft.room", c.Why.ID, "what it waits for")
	assert.Equal(t, commands.NotSent, c.Items[0].Done)
	assert.Zero(t, c.Tries)
}

// A refusal that a call of our own explains costs no try, and is no reason to try for
// longer than the approval is good for.
func TestACallThatWasRefusedBecauseOfUs(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.system.upset(func(s *system) {
		s.refuse = &integrations.Error{Kind: integrations.Busy, Status: 400, Hint: "dcs.scan-running", Ours: true}
	})
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.calls(t, c.ID, 4)
	assert.Zero(t, w.reaches(w.bot, c.ID, approval.Approved).Tries)
	declined := 0
	for _, e := range w.record() { // the clock may have run past a call, which is not sent then
		if e.Event == "answer" && e.Detail["done"] == string(commands.Declined) {
			declined++
			assert.Equal(t, "dcs.scan-running", e.Detail["why"], "the vendor's word stands on record")
			assert.Equal(t, "true", e.Detail["ours"], "and why it cost no try")
		}
	}
	assert.GreaterOrEqual(t, declined, 4, "more than a vendor that is busy for its own reasons gets")

	w.clock.advance(10 * time.Minute)
	require.Eventually(t, func() bool {
		w.bot.Sweep(t.Context())
		rec, err := w.db.Load(t.Context(), c.ID)
		return err == nil && rec.Case.State.Terminal()
	}, 10*time.Second, 2*time.Millisecond)
}

// calls lets time pass, as far as a case waits for it, until so many calls were made.
func (w *world) calls(t *testing.T, id string, n int) {
	t.Helper()
	require.Eventually(t, func() bool {
		rec, err := w.db.Load(t.Context(), id)
		require.NoError(t, err)
		if rec.Case.State == approval.Approved && rec.Case.Due.After(w.clock.Now()) {
			w.clock.advance(rec.Case.Due.Sub(w.clock.Now()))
		}
		w.bot.Sweep(t.Context())
		return w.system.calls() >= n
	}, 20*time.Second, 2*time.Millisecond)
}

// unread is a database that cannot say who owes a signature.
type unread struct{ *store.Store }

func (unread) OwedBy(context.Context, commands.Person) (string, error) {
	return "", errors.New("the disk is full")
}

// Where it cannot be read whether somebody owes a signature, they are asked for their reason all the
// same: the database is asked once more when they act.
func TestTheReasonIsAskedForWhereAReviewCannotBeRead(t *testing.T) {
	w := newWorld(t)
	w.lists = unread{w.db}
	w.bot = w.replica("R-2", alone)
	c := w.ask()
	w.clock.advance(2 * time.Minute)
	may, v := w.bot.MayBreakGlass(t.Context(), w.speaks("U0ANNA", channel), bot.On{Case: c.ID, Fingerprint: c.Plan.Fingerprint})
	require.Equal(t, c.ID, may.ID, v.Say.ID)
}

// Whoever acts alone already is told so before they give a reason for a second time.
func TestASecondTimeAloneIsRefusedBeforeItsForm(t *testing.T) {
	w := newWorld(t)
	other := "10.0.0.9:2048"
	w.system.sessions = append(w.system.sessions, other)
	w.bot = w.replica("R-2", alone)
	first := w.ask()
	require.Empty(t, w.say("U0ANNA", "cache "+other))
	second := w.latest()
	require.NotEqual(t, first.ID, second.ID)
	w.clock.advance(2 * time.Minute)

	on := func(c approval.Case) bot.On { return bot.On{Case: c.ID, Fingerprint: c.Plan.Fingerprint} }
	c, v := w.bot.MayBreakGlass(t.Context(), w.speaks("U0ANNA", channel), on(second))
	require.Equal(t, second.ID, c.ID, v.Say.ID)
	require.Equal(t, "glass.broken", w.bot.BreakGlass(t.Context(), w.speaks("U0ANNA", channel), on(first), "nobody answers").Say.ID)
	c, v = w.bot.MayBreakGlass(t.Context(), w.speaks("U0ANNA", channel), on(second))
	require.Empty(t, c.ID)
	require.Equal(t, "glass.unsigned", v.Say.ID)
}
