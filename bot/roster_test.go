package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/store"
)

const rosterRules = `
roles:
  on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}
  commander: {}
bindings:
  - {role: on-call, users: [U0ANNA]}
  - {role: commander, groups: [S0COM], member_for: 1h}
rules:
  - {name: kill, commands: [kill-session], targets: [cache], roles: [on-call], approvals: {need: 1, from: [commander], within: 24h}}
`

// A group counts for who has been in it long enough: on the first look since Slack says
// that it was changed, then since they were seen to come in.
func TestWhoCameInAMomentAgoDoesNotCount(t *testing.T) {
	w := newWorld(t)
	b := w.replica("R-2", rosterRules)
	member := func(users ...string) {
		w.people.upset(func(p *directory) {
			p.groups = []store.Roster{{Group: "S0COM", Users: users, Changed: w.clock.Now().Add(-30 * time.Minute)}}
		})
	}
	member("U0BEN")
	require.Empty(t, w.deliver(b, slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: "cache " + peer}}))
	c := w.latest()
	require.Equal(t, "vote.role", w.press(b, "U0BEN", slack.Approve, c), "nobody has looked yet who is in")
	b.Chores(t.Context())
	require.Equal(t, "vote.role", w.press(b, "U0BEN", slack.Approve, c), "half an hour is too short")
	w.clock.advance(31 * time.Minute)
	member("U0BEN", "U0CAT")
	b.Chores(t.Context())
	require.Equal(t, "vote.role", w.press(b, "U0CAT", slack.Approve, c), "they came in just now")
	require.Empty(t, w.press(b, "U0BEN", slack.Approve, c))
	w.reaches(b, c.ID, approval.Done)

	// Whoever comes and goes is recorded, once.
	b.Chores(t.Context())
	member("U0CAT")
	b.Chores(t.Context())
	var changes []map[string]string
	for _, e := range w.record() {
		if e.Event == "members" {
			changes = append(changes, e.Detail)
		}
	}
	require.Equal(t, []map[string]string{
		{"group": "S0COM", "came": "U0CAT", "left": ""}, {"group": "S0COM", "came": "", "left": "U0BEN"},
	}, changes)
}

// While Slack cannot be asked who is in a group, nobody is taken out of it.
func TestAFailedLookAtGroupsChangesNothing(t *testing.T) {
	w := newWorld(t)
	b := w.replica("R-2", rosterRules)
	w.people.upset(func(p *directory) { p.groups = []store.Roster{{Group: "S0COM", Users: []string{"U0BEN"}}} })
	b.Chores(t.Context())
	w.people.set(true)
	b.Chores(t.Context())
	since, err := w.db.Since(t.Context(), "U0BEN")
	require.NoError(t, err)
	require.Contains(t, since, "S0COM")
	for _, e := range w.record() {
		require.NotEqual(t, "members", e.Event)
	}
}

// A policy that names people alone needs no user groups, which not every plan of Slack's
// has, and nothing hangs on a list of them.
func TestAPolicyWithoutGroupsAsksForNone(t *testing.T) {
	w := newWorld(t)
	c := w.ask()
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Done)
	w.bot.Chores(t.Context())
	w.people.upset(func(p *directory) { require.Zero(t, p.rosters) })

	b := w.replica("R-2", rosterRules)
	require.Equal(t, "short.stays-open", w.deliver(b, slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: "cache 10.63.238.159:3058"}}), "nobody is in the group")
	w.people.upset(func(p *directory) { require.NotZero(t, p.rosters) })
}

// Of a group whose members Slack did not name it is not known that somebody is not in it:
// nobody is judged by it, and nobody is taken out of it. Other groups are no matter.
func TestAGroupWhoseMembersWereNotSaid(t *testing.T) {
	w := newWorld(t)
	b := w.replica("R-2", rosterRules)
	w.people.upset(func(p *directory) {
		p.groups = []store.Roster{{Group: "S0COM", Users: []string{"U0BEN"}}, {Group: "S0ELSE", Unlisted: true}}
	})
	b.Chores(t.Context())
	typed := slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: "cache " + peer}}
	require.Empty(t, w.deliver(b, typed))
	c := w.latest()
	w.people.upset(func(p *directory) { p.groups = []store.Roster{{Group: "S0COM", Unlisted: true}} })
	b.Chores(t.Context())
	since, err := w.db.Since(t.Context(), "U0BEN")
	require.NoError(t, err)
	require.Contains(t, since, "S0COM")
	require.Equal(t, "vote.waits", w.press(b, "U0BEN", slack.Approve, c))
}

// A workspace without user groups gets none by waiting: whoever asks, votes or signs is told so
// at once, and a case that waits ends. A policy that names no groups asks for none.
func TestAWorkspaceThatCanHaveNoGroups(t *testing.T) {
	w := newWorld(t)
	b := w.replica("R-2", rosterRules)
	w.people.upset(func(p *directory) { p.groups = []store.Roster{{Group: "S0COM", Users: []string{"U0BEN"}}} })
	ask := slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: "cache " + peer}}
	require.Empty(t, w.deliver(b, ask))
	c := w.latest()
	w.people.upset(func(p *directory) { p.groupless = true })
	for _, choice := range []slack.Button{slack.Approve, slack.Deny} {
		require.Equal(t, "refused.no-groups", w.press(b, "U0BEN", choice, c))
	}
	ask.SlashCommand.Text = "cache 10.63.238.159:3058"
	require.Equal(t, "refused.no-groups", w.deliver(b, ask))
	h := slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "quell", Text: "status"}}
	require.Equal(t, "refused.no-groups", w.deliver(b, h))
	require.Equal(t, "status", w.deliver(w.bot, h), "by a policy that names none")
}
