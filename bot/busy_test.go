package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/slack"
	"quell/commands"
)

// Whoever has to be looked up and gets no turn is refused nothing: what they said stays open,
// whatever it was, and is no attempt.
func TestNobodyIsRefusedForWantOfATurn(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	require.Empty(t, w.opens("U0ANNA", "cache"))
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
		"choose":    func() bot.Verdict { return verdict(w.bot.Choose(t.Context(), s, opened)) },
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
				w.eventually("they are told that it was not run", func() bool { return len(w.screen.heard()) == 1 })
				require.Equal(t, []string{"U0ANNA heard.too-late"}, w.screen.heard(), name)
				continue
			}
			w.eventually("it is a case", func() bool { all, err := w.db.Recent(t.Context(), 1); return err == nil && len(all) == 1 })
			require.Equal(t, approval.Pending, w.latest().State, name)
		}
	}
}

// So is one whose plan was read when it had none.
func TestAPlanWaitsForTheTurnOfItsAsker(t *testing.T) {
	w := newWorld(t)
	w.people.upset(func(p *directory) {
		n := 0
		p.asked = func(string) { n++; p.busy = n == 2 }
	})
	require.Empty(t, w.say("U0ANNA", "cache "+peer))
	w.clock.advance(20 * time.Second)
	w.bot.Sweep(t.Context())
	w.eventually("its card is drawn", func() bool {
		all, err := w.db.Recent(t.Context(), 1)
		return err == nil && all[0].State == approval.Pending
	})
}
