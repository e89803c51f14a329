package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

const (
	one   = peer
	two   = "10.63.238.159:3058"
	three = "10.63.238.160:4000"
)

// askThree asks for three sessions at once.
func (w *world) askThree() approval.Case {
	w.t.Helper()
	w.system.upset(func(s *system) { s.sessions = []string{one, two, three} })
	require.Empty(w.t, w.say("U0ANNA", "cache "+one+" "+two+" "+three))
	return w.latest()
}

// became is what is said of each item.
func became(c approval.Case) (all []string) {
	for _, it := range c.Items {
		all = append(all, string(it.Done)+", "+string(it.Seen))
	}
	return all
}

func TestEachOfSeveralHasAnEndOfItsOwn(t *testing.T) {
	w := newWorld(t)
	c := w.askThree()
	w.system.upset(func(s *system) {
		s.refuseOf = map[string]error{two: &integrations.Error{Kind: integrations.Forbidden}}
		s.deafTo = three
	})
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	c = w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, []string{"answered, gone", "declined, not looked", "answered, still there"}, became(c))
	assert.Equal(t, words.New("card.outcome.partly", words.V{"gone": words.Count(1), "count": words.Count(3)}), c.Outcome())
	assert.Equal(t, 3, w.system.calls())
}

// "Not now" to the second sends the case back, and only what was not done is
// done then.
func TestABusyVendorBetweenTwoCalls(t *testing.T) {
	w := newWorld(t)
	c := w.askThree()
	w.system.upset(func(s *system) { s.refuseOf = map[string]error{two: &integrations.Error{Kind: integrations.Busy}} })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	require.Eventually(t, func() bool { return w.system.calls() == 2 }, 10*time.Second, time.Millisecond)
	c = w.reaches(w.bot, c.ID, approval.Approved)
	assert.Equal(t, []string{"answered, not looked", "declined, not looked", "not sent, not looked"}, became(c))
	w.system.upset(func(s *system) { s.refuseOf = nil })
	c = w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, []string{"answered, gone", "answered, gone", "answered, gone"}, became(c))
	w.system.upset(func(s *system) { assert.Equal(t, []string{one, two, two, three}, s.ended) })
}

// The first is declined for good and lives; the second waits for its next try, and goes by itself:
// it is not said that all of it was gone already.
func TestTheRestGoesByItselfWhileOneLives(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) { s.sessions = []string{one, two} })
	require.Empty(t, w.say("U0ANNA", "cache "+one+" "+two))
	c := w.latest()
	w.system.upset(func(s *system) {
		s.refuseOf = map[string]error{one: &integrations.Error{Kind: integrations.Forbidden}, two: &integrations.Error{Kind: integrations.Busy}}
	})
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	c = w.reaches(w.bot, c.ID, approval.Approved)
	require.Eventually(t, func() bool { return w.system.calls() == 2 }, 10*time.Second, time.Millisecond)
	w.system.upset(func(s *system) { s.sessions = []string{one} })
	c = w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, []string{"declined, not looked", "declined, gone"}, became(c))
	assert.False(t, c.AlreadyGone)
	assert.Equal(t, c.Items[0].Why, c.Why, "why the one that lives was not ended")
}

func TestWhatWentByItselfIsNotCalled(t *testing.T) {
	w := newWorld(t)
	c := w.askThree()
	w.system.upset(func(s *system) { s.sessions = []string{one, three} })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	c = w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, []string{"answered, gone", "not sent, gone", "answered, gone"}, became(c))
	w.system.upset(func(s *system) { assert.Equal(t, []string{one, three}, s.ended) })
	assert.Equal(t, "ending.kill-session.gone", c.Outcome().ID)
}

// A no between two calls stops the rest. One of nobody in particular does not.
func TestTheRestCanBeStopped(t *testing.T) {
	for _, stop := range []struct {
		user   string
		choice slack.Button
		says   string
		calls  int
		became []string
	}{
		{"U0CAT", slack.Deny, "vote.stopping", 1, []string{"answered, gone", "not sent, not looked", "not sent, not looked"}},
		{"U0ANNA", slack.Withdraw, "vote.stopping", 1, []string{"answered, gone", "not sent, not looked", "not sent, not looked"}},
		{"U0EVE", slack.Deny, "vote.role", 3, []string{"answered, gone", "answered, gone", "answered, gone"}},
		{"U0CAT", slack.Withdraw, "vote.withdraw-other", 3, []string{"answered, gone", "answered, gone", "answered, gone"}},
		{"U0CAT", slack.Approve, "vote.over", 3, []string{"answered, gone", "answered, gone", "answered, gone"}},
	} {
		t.Run(stop.user+" "+string(stop.choice), func(t *testing.T) {
			w := newWorld(t)
			c := w.askThree()
			reached, goOn := make(chan struct{}), make(chan struct{})
			w.system.upset(func(s *system) { s.calling, s.goOn = reached, goOn })
			require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
			<-reached // the first call is on its way
			assert.Equal(t, stop.says, w.press(w.bot, stop.user, stop.choice, c))
			w.system.upset(func(s *system) { s.calling, s.goOn = nil, nil })
			close(goOn)
			c = w.reaches(w.bot, c.ID, approval.Done)
			assert.Equal(t, stop.became, became(c))
			assert.Equal(t, stop.calls, w.system.calls())
		})
	}
}

func TestLookingAgain(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.system.upset(func(s *system) { s.deaf = true })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	c = w.reaches(w.bot, c.ID, approval.Done)
	require.Equal(t, commands.StillThere, c.Items[0].Seen)

	assert.Equal(t, "refused.role", w.press(w.bot, "U0EVE", slack.LookAgain, c), "a look is a call to the vendor")
	w.system.upset(func(s *system) { s.fail = &integrations.Error{Kind: integrations.Throttled} })
	assert.Equal(t, "look.failed", w.press(w.bot, "U0ANNA", slack.LookAgain, c))
	w.system.upset(func(s *system) { s.fail, s.sessions = nil, nil })
	var rec store.CaseRow
	require.Eventually(t, func() bool { // until the first look is off the table
		w.press(w.bot, "U0ANNA", slack.LookAgain, c)
		var err error
		rec, err = w.db.Load(t.Context(), c.ID)
		return err == nil && len(rec.Case.Evidence) > 0
	}, 10*time.Second, 5*time.Millisecond)
	assert.Equal(t, c.Items, rec.Case.Items, "what was claimed stays")
	require.Len(t, rec.Case.Evidence, 1)
	assert.Equal(t, "U0ANNA", rec.Case.Evidence[0].By.User)
	assert.Equal(t, []commands.Sight{{Seen: commands.Gone}}, rec.Case.Evidence[0].Seen)
	require.Len(t, entries(t, w, "look again"), 1)
	assert.Equal(t, "gone", entries(t, w, "look again")[0]["item 0"])
	assert.Equal(t, 1, w.system.calls(), "looking calls nothing")
}

func TestThereIsNothingToLookAtAgain(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	require.Equal(t, "vote.settled", w.press(w.bot, "U0ANNA", slack.LookAgain, c), "it is still asked")
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	c = w.reaches(w.bot, c.ID, approval.Done)
	require.Eventually(t, func() bool { // until the first is off the table
		return w.press(w.bot, "U0ANNA", slack.LookAgain, c) == "vote.settled"
	}, 10*time.Second, 5*time.Millisecond, "it is gone")
}

// Whoever presses it asks, in a form with what is left of the case.
func TestAskingAgain(t *testing.T) {
	w := newWorld(t)
	require.Empty(t, w.say("U0ANNA", "cache "+one+" "+two+" --reason leaks"))
	c := w.latest()
	w.clock.advance(20 * time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Expired)
	w.system.upset(func(s *system) { s.sessions = []string{two, three} })
	again := func(user, trigger string) string {
		return w.insist(slack.Delivery{From: listener(user), Click: &slack.Click{Case: c.ID, Button: slack.AskAgain, Trigger: trigger}}).Say.ID
	}
	assert.Equal(t, "refused.role", again("U0EVE", "t1"))
	assert.Equal(t, "form.too-late", again("U0ANNA", ""))
	require.Empty(t, again("U0ANNA", "t1"))
	w.screen.form(t)
	f := w.screen.form(t)
	assert.Equal(t, "cache", f.Target)
	assert.Equal(t, "leaks", f.Reason)
	require.Len(t, f.Picked, 1)
	assert.Equal(t, two, f.Picked[0].Name)
	require.Zero(t, w.send(f, "U0ANNA", f.Reason, f.Picked[0].ID))
}

// The record and the case tell what went over the wire.
func TestWhatWentOverTheWireIsRecorded(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) { s.wire = newWire(t, w.clock.Now) })
	c := w.ask()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	c = w.reaches(w.bot, c.ID, approval.Done)
	assert.Regexp(t, `^\d\d:\d\d:\d\d\.\d{3} GET /sessions → 200, \d+ ms$`, entries(t, w, "plan")[0]["http 001"])
	assert.Regexp(t, `POST /kill \{"peer":"`+peer+`"\} → 204, \d+ ms$`, entries(t, w, "answer")[0]["http 001"])
	assert.NotContains(t, entries(t, w, "answer")[0], "http 002")
	assert.Contains(t, entries(t, w, "claim")[0]["http 001"], "GET /sessions")
	assert.Contains(t, entries(t, w, "look")[0]["http 001"], "GET /sessions")
	calls, err := w.db.Exchanges(t.Context(), c.ID)
	require.NoError(t, err)
	assert.Empty(t, c.Exchanges, "they are stored once, beside the case")
	deeds := 0
	for _, k := range calls {
		if k.OfCall {
			deeds++
			assert.Equal(t, "POST /kill", k.Operation)
		}
	}
	assert.Equal(t, 1, deeds)
	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	w.screen.form(t)
	assert.Contains(t, entries(t, w, "list")[0]["http 001"], "GET /sessions")
}

// A thread that cannot be written to is tried again, and no second card comes of it.
func TestAThreadThatFails(t *testing.T) {
	w := newWorld(t)
	w.screen.upset(func(s *screen) { s.threadless = 2 })
	c := w.ask()
	require.Eventually(t, func() bool {
		w.clock.advance(time.Second)
		w.bot.Sweep(t.Context())
		rec, err := w.db.Load(t.Context(), c.ID)
		return err == nil && slack.MessageOf(rec.Card).Thread != "" && rec.ShownSeq == rec.Case.Seq
	}, 10*time.Second, 5*time.Millisecond)
	assert.Equal(t, 1, w.screen.posted())
}
