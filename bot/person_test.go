package bot_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/slack"
	"quell/commands"
)

// away is the workspace of our organization that interactions of some people name.
const away = "T1"

func (p *directory) Named(r slack.ReplyTo) commands.Person {
	if r.Person.Team == away {
		return commands.Person{Team: "T0", User: r.Person.User}
	}
	return r.Person
}

func (p *directory) Person(_ context.Context, r slack.ReplyTo) (commands.Person, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down && r.Person.Team == away {
		return commands.Person{}, errors.New("slack is down")
	}
	if p.outside[r.Person.User] {
		return r.Person, nil
	}
	return p.Named(r), nil
}

// from is a delivery of somebody who comes from a workspace.
func from(team, user string) slack.Delivery {
	return slack.Delivery{From: slack.ReplyTo{Person: commands.Person{Team: team, User: user}, Channel: channel}}
}

func (w *world) pressFrom(team, user string, choice slack.Button, c approval.Case) slack.Answer {
	w.t.Helper()
	h := from(team, user)
	h.Click = &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: choice}
	return w.answer(w.bot, h)
}

func (w *world) askFrom(team, user string) approval.Case {
	w.t.Helper()
	h := from(team, user)
	h.SlashCommand = &slack.SlashCommand{Command: "kill-session", Text: "cache " + peer}
	require.Empty(w.t, w.answer(w.bot, h).Say.ID)
	return w.latest()
}

// Whichever workspace of the organization each of their interactions names, a person is one
// person.
func TestAPersonIsOnePerson(t *testing.T) {
	for asks, clicks := range map[string]string{"T0": away, away: "T0"} {
		t.Run("asks from "+asks, func(t *testing.T) {
			w := newWorld(t)
			c := w.askFrom(asks, "U0ANNA")
			assert.Equal(t, commands.Person{Team: "T0", User: "U0ANNA"}, c.Request.By)
			assert.Equal(t, "vote.own", w.pressFrom(clicks, "U0ANNA", slack.Approve, c).Say.ID)
			assert.Equal(t, "vote.withdraw-other", w.pressFrom(clicks, "U0BEN", slack.Withdraw, c).Say.ID)
			require.Empty(t, w.pressFrom(clicks, "U0ANNA", slack.Withdraw, c).Say.ID)
			w.reaches(w.bot, c.ID, approval.Withdrawn)
			for _, e := range w.record() {
				assert.NotContains(t, e.Actor, away+"/")
			}
		})
	}
}

// A button that somebody presses twice counts once, also where the second press comes from
// another workspace while the first is still judged.
func TestOnePersonsClickIsOneClick(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.people.set(true)
	assert.Equal(t, "vote.waits", w.pressFrom("T0", "U0BEN", slack.Deny, c).Say.ID)
	assert.Empty(t, w.pressFrom(away, "U0BEN", slack.Deny, c).Say.ID, "nothing more is said of it")
	assert.Equal(t, "vote.waits", w.pressFrom("T2", "U0BEN", slack.Deny, c).Say.ID, "somebody else's Ben")
	later := w.clock.Now().Add(time.Minute)
	left, err := w.db.Unjudged(t.Context(), later, later, 9)
	require.NoError(t, err)
	assert.Len(t, left, 2)
}

// That a sender cannot be looked up is neither a yes nor a no: what decides or stops waits,
// all else is refused.
func TestASenderWhoCannotBeLookedUp(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.people.set(true)
	for choice, says := range map[slack.Button]string{
		slack.Approve: "vote.waits", slack.Withdraw: "heard.kept", slack.Sign: "review.waits", slack.AskAgain: "refused.lookup",
	} {
		assert.Equal(t, says, w.pressFrom(away, "U0BEN", choice, c).Say.ID, choice)
	}
	h := from(away, "U0ANNA")
	h.SlashCommand = &slack.SlashCommand{Command: "kill-session", Text: "cache " + peer}
	assert.Equal(t, "refused.lookup", w.answer(w.bot, h).Say.ID)
	h.SlashCommand = &slack.SlashCommand{Command: "quell", Text: "help"}
	assert.Equal(t, "help", w.answer(w.bot, h).Say.ID)
	h.SlashCommand, h.FormSubmission = nil, &slack.FormSubmission{Form: "F1", Command: "kill-session", Target: "cache", Things: []string{peer}}
	sent := w.answer(w.bot, h)
	assert.Equal(t, []string{"refused.lookup", string(bot.TheThings)}, []string{sent.Say.ID, string(sent.Field)})
	assert.Equal(t, "heard.kept", w.pressFrom(away, "U0ANNA", slack.Withdraw, c).Say.ID)
	w.people.set(false)
	w.clock.advance(15 * time.Second)
	w.reaches(w.bot, c.ID, approval.Withdrawn)
	h = from(away, "U0ANNA")
	h.Click = &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: slack.Approve}
	w.people.set(true)
	assert.Equal(t, "vote.over", w.answer(w.bot, h).Say.ID, "too late, whoever it was")
}

// While senders cannot be looked up, a no of who held no role waits for nobody, and a vote that
// waits stands on the card, whichever workspace the interaction named.
func TestAVoteFromAnotherWorkspaceWaitsLikeAnyOther(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	waits := func(user string) bool {
		rec, err := w.db.Load(t.Context(), c.ID)
		require.NoError(t, err)
		return rec.Case.Waiting.Of(listener(user).Person)
	}
	w.people.set(true)
	assert.Equal(t, "vote.last-known", w.press(w.bot, "U0EVE", slack.Deny, c))
	assert.Equal(t, "vote.last-known", w.pressFrom(away, "U0DEE", slack.Deny, c).Say.ID)
	assert.Equal(t, "vote.waits", w.pressFrom(away, "U0ANNA", slack.Deny, c).Say.ID, "it is never refused as what the asker alone can know")
	require.False(t, waits("U0DEE"))
	assert.Equal(t, "vote.waits", w.pressFrom(away, "U0BEN", slack.Approve, c).Say.ID)
	require.True(t, waits("U0BEN"))
	assert.Equal(t, "vote.waits", w.pressFrom(away, "U0EVE", slack.Approve, c).Say.ID)
	require.True(t, waits("U0EVE"))

	w.people.set(false)
	w.clock.advance(15 * time.Second)
	w.reaches(w.bot, c.ID, approval.Done)
}

// That somebody turns out to be no member here settles their vote, too.
func TestAVoteOfWhoIsNoMemberHereIsSettled(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	w.people.set(true)
	assert.Equal(t, "vote.waits", w.pressFrom(away, "U0EVE", slack.Approve, c).Say.ID)
	w.people.upset(func(p *directory) { p.down, p.outside = false, map[string]bool{"U0EVE": true} })
	w.eventually("it is judged", func() bool {
		w.clock.advance(15 * time.Second)
		w.bot.Sweep(t.Context())
		rec, err := w.db.Load(t.Context(), c.ID)
		return err == nil && len(rec.Case.Waiting) == 0 && rec.Case.State == approval.Pending
	})
}
