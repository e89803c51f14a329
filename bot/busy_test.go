package bot_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands"
)

// Whoever has to be looked up and gets no turn is refused nothing: what they said stays open,
// whatever it was but a choice in a form, and is no attempt.
func TestNobodyIsRefusedForWantOfATurn(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	require.Empty(t, w.opens("U0ANNA", "cache"))
	w.screen.form(t)
	opened := w.screen.form(t)
	s, other := w.speaks("U0ANNA", channel), w.speaks("U0EVE", channel)
	on := bot.On{Case: c.ID, Fingerprint: c.Plan.Fingerprint}
	r := commands.Request{Command: "kill-session", Target: "cache", Things: []string{peer}}
	verdict := func(_ any, v bot.Verdict) bot.Verdict { return v }
	ofPerson := map[string]func() bot.Verdict{
		"status":      func() bot.Verdict { return w.bot.Status(t.Context(), s) },
		"why":         func() bot.Verdict { return w.bot.Why(t.Context(), s, c.ID) },
		"withdraw":    func() bot.Verdict { return w.bot.Withdraw(t.Context(), other, on) },
		"member":      func() bot.Verdict { v, _ := w.bot.Member(t.Context(), s); return v },
		"act alone":   func() bot.Verdict { return verdict(w.bot.MayBreakGlass(t.Context(), other, on)) },
		"acted alone": func() bot.Verdict { return w.bot.BreakGlass(t.Context(), other, on, "nobody answers") },
	}
	of := map[string]func() bot.Verdict{
		"ask":  func() bot.Verdict { return w.bot.Ask(t.Context(), s, r) },
		"pick": func() bot.Verdict { return verdict(w.bot.Pick(t.Context(), s, r)) },
		"mend": func() bot.Verdict { return verdict(w.bot.Mend(t.Context(), s, r, bot.Verdict{Say: c.Why})) },
		"locate": func() bot.Verdict {
			return verdict(w.bot.Locate(t.Context(), s, commands.Request{Command: r.Command, Target: peer}))
		},
		"ask again": func() bot.Verdict { return verdict(w.bot.AskAgain(t.Context(), s, on)) },
		"send": func() bot.Verdict {
			return w.bot.Send(t.Context(), s, bot.Sent{Form: opened.ID, Command: r.Command, Target: r.Target, Things: []string{"node/" + peer}})
		},
		"targets":   func() bot.Verdict { return w.bot.Targets(t.Context(), s) },
		"can":       func() bot.Verdict { return w.bot.Can(t.Context(), s, "U0BEN", "kill-session", "cache") },
		"unfreeze":  func() bot.Verdict { return w.bot.Unfreeze(t.Context(), s, "cache", "over") },
		"act alone": func() bot.Verdict { return verdict(w.bot.MayBreakGlass(t.Context(), s, on)) },
		"vote":      func() bot.Verdict { return w.bot.Vote(t.Context(), w.speaks("U0BEN", channel), on, approval.Yes) },
	}
	opens := func(verbs map[string]func() bot.Verdict, change func(*directory)) {
		t.Helper()
		w.people.upset(func(p *directory) { p.busy, p.full = false, false; change(p) })
		for name, verb := range verbs {
			v := verb()
			assert.True(t, v.Open, name)
			assert.Contains(t, []string{"heard.busy", "vote.waits"}, v.Say.ID, name)
			assert.Empty(t, v.Field, "%s: a form is closed, and its sender told", name)
		}
	}
	opens(ofPerson, func(p *directory) { p.busy = true })
	opens(of, func(p *directory) { p.busy = true })
	opens(of, func(p *directory) { p.full = true })
	assert.Empty(t, entries(t, w, "refused"))
}

// A freeze never waits: it rests on what was known last, and without that nothing is frozen.
func TestAFreezeDoesNotWaitForATurn(t *testing.T) {
	w := newWorld(t)
	w.people.upset(func(p *directory) { p.busy = true })
	freezes := func(who string) (string, int) {
		t.Helper()
		v := w.bot.Freeze(t.Context(), w.speaks(who, channel), "cache", "odd")
		require.False(t, v.Open)
		all, err := w.db.Freezes(t.Context())
		require.NoError(t, err)
		return v.Say.ID, len(all)
	}
	said, frozen := freezes("U0EVE")
	require.Equal(t, "freeze.busy", said)
	require.Zero(t, frozen)
	said, frozen = freezes("U0ANNA")
	require.NotEqual(t, "freeze.busy", said)
	require.Equal(t, 1, frozen)
	require.Equal(t, "as last known", entries(t, w, "freeze")[0]["rights"])
}

// A request that waits for its turn is answered in the end, whichever way it was made.
func TestARequestThatHadNoTurnIsJudgedLater(t *testing.T) {
	for name, h := range map[string]slack.Delivery{
		"typed": {SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: "cache " + peer}},
		"sent":  {FormSubmission: &slack.FormSubmission{Form: "F1", Command: "kill-session", Target: "cache", Things: []string{"node/" + peer}}},
	} {
		h.From = listener("U0ANNA")
		for late, wait := range map[bool]time.Duration{false: 20 * time.Second, true: 3 * time.Minute} {
			w := newWorld(t)
			w.people.upset(func(p *directory) { p.busy = true })
			require.Equal(t, "heard.busy", w.deliver(w.bot, h), name)
			w.people.upset(func(p *directory) { p.busy = false })
			w.clock.advance(wait)
			w.bot.Sweep(t.Context())
			if late {
				w.eventually("they are told that it was not run", func() bool {
					w.clock.advance(time.Second) // the request may be left open only now, with a time to wait of its own
					return len(w.screen.heard()) == 1
				})
				require.Equal(t, []string{"U0ANNA heard.too-late"}, w.screen.heard(), name)
				continue
			}
			w.eventually("it is a case", func() bool { all, err := w.db.Recent(t.Context(), 1); return err == nil && len(all) == 1 })
			require.Equal(t, approval.Pending, w.latest().State, name)
		}
	}
}

// So is one whose plan had none. Nothing is read from a vendor before it has one: each read is in
// the record.
func TestAPlanWaitsForTheTurnOfItsAsker(t *testing.T) {
	w := newWorld(t)
	w.system.upset(func(s *system) { s.wire = newWire(t, w.clock.Now) })
	w.people.upset(func(p *directory) {
		n := 0
		p.asked = func(string) { n++; p.busy = n == 2 }
	})
	require.Empty(t, w.say("U0ANNA", "cache "+peer))
	w.system.upset(func(s *system) { assert.Zero(t, s.looks) })
	w.clock.advance(20 * time.Second)
	w.bot.Sweep(t.Context())
	w.eventually("its card is drawn", func() bool {
		all, err := w.db.Recent(t.Context(), 1)
		return err == nil && all[0].State == approval.Pending
	})
	w.system.upset(func(s *system) { assert.Equal(t, 1, s.looks) })
	assert.Contains(t, entries(t, w, "plan")[0]["http 001"], "GET /sessions")
}

// What somebody chose in a form and had no turn is never taken later, over what they chose since:
// the form says at once that they have to choose again, with all that is entered.
func TestAChoiceThatHadNoTurnIsNeverTakenLater(t *testing.T) {
	w := newWorld(t)
	w.second()
	w.bot = w.replica("R-2", rules+"  - name: two\n    commands: [kill-session]\n    targets: [cache-2]\n    roles: [on-call]\n")
	require.Empty(t, w.opens("U0ANNA", ""))
	f := w.screen.form(t)
	choose := func(user, target, reason string, things ...string) string {
		return w.deliver(w.bot, slack.Delivery{From: listener(user), FormAction: &slack.FormAction{Form: f.ID, Command: f.Command, Target: target, Reason: reason, Things: things}})
	}
	busy := func(is bool) { w.people.upset(func(p *directory) { p.busy = is }) }
	busy(true)
	require.Equal(t, "form.choose-again", choose("U0BEN", "cache", ""), "it is no form of theirs")
	require.Empty(t, choose("U0ANNA", "cache", "slow", "node/"+peer))
	again := w.screen.form(t)
	assert.Equal(t, "form.choose-again", again.Why.ID)
	assert.Equal(t, []string{"cache", "slow"}, []string{again.Target, again.Reason})
	assert.Equal(t, []string{"cache", "cache-2"}, again.Targets)

	busy(false)
	require.Empty(t, choose("U0ANNA", "cache", "slow"))
	w.screen.form(t)
	assert.Len(t, w.screen.form(t).Picked, 1, "what was picked before the form said so")
	busy(true)
	require.Empty(t, choose("U0ANNA", "cache", "slow"))
	w.screen.form(t)
	busy(false)
	require.Empty(t, choose("U0ANNA", "cache-2", "leaks"))
	w.screen.form(t)
	w.screen.form(t)
	for range 4 {
		w.clock.advance(20 * time.Second)
		w.bot.Sweep(t.Context())
	}
	w.bot.inbox.Sweep(t.Context())
	left, err := w.db.Unjudged(t.Context(), w.clock.Now(), w.clock.Now(), 9)
	require.NoError(t, err)
	assert.Empty(t, left, "nothing is left that could be drawn over the form")
}

// Nor is one whose process died before it judged it, or that cannot be stored.
func TestAChoiceThatWasLeftIsNeverTakenLater(t *testing.T) {
	w := newWorld(t)
	w.leave(slack.Delivery{ID: "left", From: listener("U0ANNA"), FormAction: &slack.FormAction{Form: "F1", Command: "kill-session", Target: "cache"}})
	w.clock.advance(20 * time.Second)
	w.eventually("they are told", func() bool { return len(w.screen.heard()) == 1 })
	assert.Equal(t, []string{"U0ANNA form.choose-again"}, w.screen.heard())
	w.flaky.fail("refused", 1)
	assert.Equal(t, "form.choose-again", w.deliver(w.bot, slack.Delivery{From: listener("U0ANNA"), FormAction: &slack.FormAction{Form: "F1", Command: "kill-session", Target: "none"}}))
	w.screen.upset(func(s *screen) { assert.Empty(t, s.forms) })
}

// What starts something is not acted on once it waited longer than a plan may take, whatever it
// is; what stops something, a yes and a signature are.
func TestWhatIsActedOnHoweverLate(t *testing.T) {
	type left struct {
		slack.Delivery
		user, says string
	}
	quell := func(text string) slack.Delivery {
		return slack.Delivery{SlashCommand: &slack.SlashCommand{Command: "quell", Text: text}}
	}
	all := func(c approval.Case) map[string]left {
		click := func(b slack.Button) slack.Delivery {
			return slack.Delivery{Click: &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: b}}
		}
		alone := slack.Delivery{BreakGlassReason: &slack.BreakGlassReason{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Why: "nobody answers"}}
		const late = "heard.too-late"
		return map[string]left{
			"acted alone": {alone, "U0ANNA", late},
			"acts alone":  {click(slack.ActAlone), "U0ANNA", late},
			"look again":  {click(slack.LookAgain), "U0ANNA", late},
			"ask again":   {click(slack.AskAgain), "U0ANNA", late},
			"calls":       {click(slack.ShowCalls), "U0EVE", late},
			"a form":      {slack.Delivery{Click: &slack.Click{Form: "F1", Button: slack.OpenForm}}, "U0ANNA", late},
			"status":      {quell("status"), "U0ANNA", late},
			"unfreeze":    {quell("unfreeze cache over"), "U0ANNA", late},
			"freeze":      {quell("freeze cache odd"), "U0ANNA", "freeze.done"},
			"sign":        {click(slack.Sign), "U0BEN", "review.none"},
			"a yes":       {click(slack.Approve), "U0ANNA", "vote.own"},
			"a no":        {click(slack.Deny), "U0EVE", "vote.role"},
			"why a no":    {slack.Delivery{DenyReason: &slack.DenyReason{Case: c.ID, Why: "leaks"}}, "U0EVE", "vote.over"},
			"withdraw":    {click(slack.Withdraw), "U0BEN", "vote.withdraw-other"},
		}
	}
	for name := range all(approval.Case{}) {
		w := newWorld(t)
		w.bot = w.replica("R-2", alone)
		c := w.ask()
		h := all(c)[name]
		h.ID, h.From = "left", listener(h.user)
		w.clock.advance(2 * time.Minute)
		w.leave(h.Delivery)
		w.clock.advance(2 * time.Minute)
		w.eventually(name, func() bool { return len(w.screen.heard()) == 1 })
		assert.Equal(t, []string{h.user + " " + h.says}, w.screen.heard(), name)
		rec, err := w.db.Load(t.Context(), c.ID)
		require.NoError(t, err)
		assert.Nil(t, rec.Case.BreakGlass, name)
	}
}

// alone are the rules with which somebody may act alone.
const alone = rules + "    break_glass: {not_before: 1m, cancel: 1m, notice: C0SEC, review: {need: 1, from: [commander]}}\n"

// Of what counts already, from before a crash, nobody is told that nothing came of it.
func TestWhatCountsIsNeverTooLate(t *testing.T) {
	w := newWorld(t)
	w.bot = w.replica("R-2", alone)
	c := w.ask()
	w.clock.advance(2 * time.Minute)
	h := slack.Delivery{ID: "left", From: listener("U0ANNA"), BreakGlassReason: &slack.BreakGlassReason{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Why: "nobody answers"}}
	s := bot.Speaker{ID: h.ID, Person: h.From.Person, Channel: channel}
	require.True(t, w.bot.BreakGlass(t.Context(), s, bot.On{Case: c.ID, Fingerprint: c.Plan.Fingerprint}, "nobody answers").Counts)
	w.leave(h)
	w.clock.advance(2 * time.Minute)
	w.eventually("it is judged", func() bool { left, err := w.db.IsUnjudged(t.Context(), "left"); return err == nil && !left })
	assert.NotContains(t, w.screen.heard(), "U0ANNA heard.too-late")
}

// What this process left open it judges again soon: a no after two seconds, all else after
// five, and not only once it could be another process's.
func TestWhatIsLeftOpenIsJudgedAgainSoon(t *testing.T) {
	for name, tt := range map[string]struct {
		user   string
		after  time.Duration
		button slack.Button
		text   string
	}{
		"no":     {user: "U0BEN", button: slack.Deny, after: 2 * time.Second},
		"yes":    {user: "U0BEN", button: slack.Approve, after: 5 * time.Second},
		"status": {user: "U0ANNA", text: "status", after: 5 * time.Second},
	} {
		w := newWorld(t)
		c := w.ask()
		h := slack.Delivery{From: listener(tt.user), SlashCommand: &slack.SlashCommand{Command: "quell", Text: tt.text}}
		if tt.button != "" {
			h.SlashCommand, h.Click = nil, &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: tt.button}
		}
		w.people.upset(func(p *directory) { p.busy = true })
		require.Contains(t, []string{"heard.busy", "vote.waits"}, w.deliver(w.bot, h), name)
		left := func() bool {
			is, err := w.db.IsUnjudged(t.Context(), w.envelope)
			require.NoError(t, err)
			return is
		}
		w.clock.advance(tt.after)
		w.bot.settle()
		w.bot.Sweep(t.Context())
		w.bot.settle()
		require.True(t, left(), "%s: there is no turn yet", name)
		w.people.upset(func(p *directory) { p.busy = false })
		w.clock.advance(tt.after - time.Millisecond)
		w.bot.Sweep(t.Context())
		w.bot.settle()
		require.True(t, left(), "%s: it is not due", name)
		w.clock.advance(time.Millisecond)
		w.eventually(name, func() bool { return !left() })
	}
}

// heldForms is an inbox from which one delivery cannot be read for now.
type heldForms struct {
	*store.Store
	held string
	goOn chan struct{}
}

func (f heldForms) Delivery(ctx context.Context, id string) (store.Delivery, error) {
	if id == f.held {
		<-f.goOn
	}
	return f.Store.Delivery(ctx, id)
}

// The forms that people opened by a button and that are left do not wait for each other.
func TestFormsThatAreLeftDoNotWaitForEachOther(t *testing.T) {
	w := newWorld(t)
	f := heldForms{w.db, "F-slow", make(chan struct{})}
	w.bot.inbox.Deliveries = f
	defer close(f.goOn)
	for _, of := range []string{"F-slow", "F-quick"} {
		w.leave(slack.Delivery{ID: "left " + of, From: listener("U0ANNA"), Click: &slack.Click{Button: slack.OpenForm, Form: of}})
		w.clock.advance(time.Second)
	}
	w.clock.advance(20 * time.Second)
	w.eventually("the other is judged", func() bool { return len(w.screen.heard()) == 1 })
	assert.Equal(t, []string{"U0ANNA form.forgotten"}, w.screen.heard())
}
