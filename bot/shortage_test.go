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
	"quell/bot/store"
	"quell/policy"
)

// manned is a policy whose approvers are a group and a person bound by their id.
const manned = `
roles:
  on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}
  commander: {}
  chief: {}
bindings:
  - {role: on-call, users: [U0ANNA]}
  - {role: commander, users: [U0BEN]}
  - {role: commander, groups: [S0COM], member_for: 1h}
  - {role: chief, groups: [S0CHIEF]}
teams:
  web: {users: [U0ANNA, U0BEN]}
  ops: {groups: [S0CHIEF]}
rules:
  - {name: kill, commands: [kill-session], targets: [cache], roles: [on-call], approvals: {need: 1, from: [commander], within: 2h}}
`

// asked is what Anna is told alone when she asks, and the case.
func (w *world) asked(rules string) (string, approval.Case) {
	w.t.Helper()
	said := w.deliver(w.replica("R-2", rules), slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: "cache " + peer}})
	return said, w.latest()
}

// Whoever asks is told at once that too few people can agree, where that is definite, and the
// request stays open.
func TestWhoeverAsksIsToldThatNobodyCanAgree(t *testing.T) {
	gone := map[string]policy.Standing{"U0BEN": policy.Deactivated}
	glass := strings.Replace(manned, "within: 2h}", "within: 2h}, break_glass: {not_before: 5m, cancel: 1m, notice: C0SEC, review: {from: [chief]}}", 1)
	for name, c := range map[string]struct {
		rules  string
		not    map[string]policy.Standing
		groups []store.Roster
		said   string
		card   string
	}{
		"the person is there, the group is not listed":           {manned, nil, nil, "", "card.status.pending"},
		"the person has left, the group is not listed":           {manned, gone, nil, "short.stays-open", "card.status.short-nobody"},
		"the group is empty":                                     {manned, gone, []store.Roster{{Group: "S0COM"}}, "short.stays-open", "card.status.short-nobody"},
		"the asker is the only one":                              {manned, gone, []store.Roster{{Group: "S0COM", Users: []string{"U0ANNA"}}}, "short.stays-open", "card.status.short-nobody"},
		"somebody of another group":                              {manned, gone, []store.Roster{{Group: "S0CHIEF", Users: []string{"U0CAT"}}}, "short.stays-open", "card.status.short-nobody"},
		"somebody who will have been long enough in the group":   {manned, gone, []store.Roster{{Group: "S0COM", Users: []string{"U0CAT"}}}, "", "card.status.pending"},
		"the asker can act alone":                                {glass, gone, nil, "short.or-alone", "card.status.short-nobody"},
		"two have to, and one can":                               {strings.Replace(manned, "need: 1", "need: 2", 1), nil, nil, "short.stays-open", "card.status.short-few"},
		"two have to, and two can":                               {strings.Replace(manned, "need: 1", "need: 2", 1), nil, []store.Roster{{Group: "S0COM", Users: []string{"U0CAT"}}}, "", "card.status.pending"},
		"one of another team has to, and there is none":          {strings.Replace(manned, "within: 2h", "within: 2h, teams: another", 1), nil, nil, "short.stays-open", "card.status.short-no-other-team"},
		"nobody at first, and somebody by the time that it ends": {strings.Replace(manned, "within: 2h", "within: 2h, then: [{after: 1h, from: [chief]}]", 1), gone, []store.Roster{{Group: "S0CHIEF", Users: []string{"U0CAT"}}}, "", "card.status.pending"},
		"nobody has to":                                          {strings.Replace(manned, ", approvals: {need: 1, from: [commander], within: 2h}", "", 1), gone, nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.people.upset(func(p *directory) { p.not, p.groups = c.not, c.groups })
			said, shown := w.asked(c.rules)
			assert.Equal(t, c.said, said)
			if c.card != "" {
				assert.Equal(t, approval.Pending, shown.State)
				assert.Equal(t, c.card, approval.Status(shown).ID)
			}
		})
	}
}

// Where the asker has to say first what was meant, nobody is asked before, and too few people are
// told of with that word.
func TestThatNobodyCanAgreeIsToldOnceTheyAreAsked(t *testing.T) {
	w := newWorld(t)
	w.people.upset(func(p *directory) { p.not = map[string]policy.Standing{"U0BEN": policy.Deactivated} })
	w.called("checkout-worker", peer)
	b := w.replica("R-2", manned)
	said := w.deliver(b, slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: "cache checkout-worker"}})
	require.Empty(t, said)
	c := w.latest()
	require.Equal(t, "card.status.confirming-first", approval.Status(c).ID)
	require.Equal(t, "short.stays-open", w.press(b, "U0ANNA", slack.Approve, c))
	rec, err := w.db.Load(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, "card.status.short-nobody", approval.Status(rec.Case).ID)
}

// A look that failed is neither yes nor no: nothing is said then.
func TestNothingIsSaidOfApproversWhoCouldNotBeLookedUp(t *testing.T) {
	w := newWorld(t)
	w.people.upset(func(p *directory) {
		p.fails = map[string]bool{"U0BEN": true}
		p.groups = []store.Roster{{Group: "S0COM", Users: []string{"U0ANNA"}}}
	})
	said, c := w.asked(manned)
	assert.Empty(t, said)
	assert.Nil(t, c.Shortage)
}

// A request that nobody can agree to closes its form, is no failure, and works once somebody
// can: a vote shows that there is somebody.
func TestARequestThatNobodyCanAgreeToStaysOpen(t *testing.T) {
	w := newWorld(t)
	w.people.upset(func(p *directory) { p.not = map[string]policy.Standing{"U0BEN": policy.Deactivated} })
	b := w.replica("R-2", strings.Replace(manned, "need: 1", "need: 2", 1))
	require.Empty(t, w.deliver(b, slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: "cache", Trigger: "t1"}}))
	w.screen.form(t)
	f := w.screen.form(t)
	a := w.answer(b, slack.Delivery{From: listener("U0ANNA"), FormSubmission: &slack.FormSubmission{Form: f.ID, Command: f.Command, Target: f.Target, Things: []string{"node/" + peer}}})
	require.Equal(t, slack.Answer{Say: a.Say, Field: bot.Field("")}, a)
	require.Equal(t, "short.stays-open", a.Say.ID)
	c := w.latest()
	w.people.upset(func(p *directory) {
		p.not = nil
		p.groups = []store.Roster{{Group: "S0COM", Users: []string{"U0CAT"}, Changed: w.clock.Now().Add(-2 * time.Hour)}}
	})
	b.Chores(t.Context())
	w.clock.advance(10 * time.Second)
	require.Empty(t, w.press(b, "U0BEN", slack.Approve, c))
	rec, err := w.db.Load(t.Context(), c.ID)
	require.NoError(t, err)
	assert.Equal(t, "card.status.pending", approval.Status(rec.Case).ID, "Ben was not there, so who else is not known either")
	require.Equal(t, "changed", w.press(b, "U0CAT", slack.Approve, c))
	w.reaches(b, c.ID, approval.Done)
	for _, e := range entries(t, w, "plan") {
		assert.Equal(t, "0", e["can"])
	}
}

// Enough people who are known to be there cost no look-up of their own.
func TestEnoughApproversAreNotLookedUp(t *testing.T) {
	w := newWorld(t)
	var asked []string
	b := w.replica("R-2", manned)
	w.people.upset(func(p *directory) { p.groups = []store.Roster{{Group: "S0COM", Users: []string{"U0CAT"}}} })
	b.Chores(t.Context())
	w.people.upset(func(p *directory) { p.asked = func(user string) { asked = append(asked, user) } })
	require.Empty(t, w.deliver(b, slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: "cache " + peer}}))
	w.people.upset(func(*directory) { assert.NotContains(t, asked, "U0BEN"); assert.NotContains(t, asked, "U0CAT") })
}
