package bot_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/integrations"
	"quell/policy"
)

// inForce is the policy of a bot, which changes as it does in a program: it is recorded,
// and only then decides.
type inForce struct {
	w   *world
	now atomic.Pointer[policy.Policy]
}

func (f *inForce) put(p *policy.Policy) {
	e := audit.Entry{At: f.w.clock.Now(), Actor: "quell", Event: "policy", Detail: map[string]string{}}
	_, err := f.w.db.Enforce(f.w.t.Context(), p.Hash(), p.Hash(), e, nil)
	require.NoError(f.w.t, err)
	f.now.Store(p)
}

// ruled is a world whose bot is ruled by what is in force, the usual rules at first.
func ruled(t *testing.T) (*world, *inForce) {
	t.Helper()
	w := newWorld(t)
	f := &inForce{w: w}
	f.put(w.load(rules))
	w.bot = w.judged("R-2", func() *policy.Policy { return f.now.Load() })
	return w, f
}

const shut = rules + "  - {name: shut, effect: deny, commands: [kill-session], targets: [cache]}\n"

// Once another policy is in the record, no call rests on the one before: not on a judgement
// that began under it, and not on one that was made for the first of several calls.
func TestNoCallRestsOnAPolicyFromBefore(t *testing.T) {
	t.Run("while people are looked up", func(t *testing.T) {
		w, f := ruled(t)
		strict := w.load(shut)
		c := w.ask()
		asked := 0
		w.people.upset(func(p *directory) {
			p.asked = func(user string) {
				if user != "U0BEN" {
					return
				}
				if asked++; asked == 2 { // for the claim; first for the vote
					f.put(strict)
				}
			}
		})
		require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
		c = w.reaches(w.bot, c.ID, approval.Refused)
		require.Equal(t, "refused.now", c.Why.ID)
		require.Zero(t, w.system.calls())
	})
	t.Run("while the things are read, of which it protects one", func(t *testing.T) {
		w, f := ruled(t)
		stricter := w.load(protecting)
		w.system.upset(func(s *system) { s.traits = map[string]integrations.Traits{peer: usedBy("app")} })
		c := w.ask()
		reading := make(chan struct{})
		w.system.upset(func(s *system) {
			s.wait, s.traits = reading, map[string]integrations.Traits{peer: usedBy("backup")}
		})
		require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
		w.is(c.ID, approval.Approved)
		require.Eventually(t, func() (reads bool) {
			w.system.upset(func(s *system) { reads = s.waiting > 0 })
			return reads
		}, 20*time.Second, time.Millisecond)
		f.put(stricter)
		close(reading)
		c = w.reaches(w.bot, c.ID, approval.Refused)
		require.Equal(t, "refused.now", c.Why.ID)
		require.Zero(t, w.system.calls())
	})
	t.Run("between two calls", func(t *testing.T) {
		w, f := ruled(t)
		strict := w.load(shut)
		calling, goOn := make(chan struct{}), make(chan struct{})
		w.system.upset(func(s *system) { s.calling, s.goOn = calling, goOn })
		require.Empty(t, w.say("U0ANNA", "cache "+peer+" 10.63.238.159:3058"))
		c := w.latest()
		require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
		<-calling
		f.put(strict)
		w.system.upset(func(s *system) { s.calling = nil })
		close(goOn)
		c = w.reaches(w.bot, c.ID, approval.Done)
		require.Equal(t, 1, w.system.calls())
		require.Equal(t, "1 of 2", c.Outcome().Values["gone"].Value+" of "+c.Outcome().Values["count"].Value)
	})
}

// is waits until the case is in a state, and lets no time pass.
func (w *world) is(id string, s approval.State) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		rec, err := w.db.Load(w.t.Context(), id)
		return err == nil && rec.Case.State == s
	}, 20*time.Second, time.Millisecond)
}

// One judgement is made by one policy, from its first look-up to its verdict: one that
// names groups must not judge by look-ups that were made for one without.
func TestAPolicyThatComesWithGroupsFindsThem(t *testing.T) {
	w, f := ruled(t)
	w.people.upset(func(p *directory) { p.groups = []store.Roster{{Group: "S0COM", Users: []string{"U0BEN"}}} })
	byGroup := w.load(`
roles: {on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}, commander: {}}
bindings: [{role: on-call, users: [U0ANNA]}, {role: commander, groups: [S0COM]}]
rules: [{name: kill, commands: [kill-session], targets: [cache], roles: [on-call], approvals: {need: 1, from: [commander]}}]
`)
	c := w.ask()
	w.people.upset(func(p *directory) {
		p.asked = func(user string) {
			if user == "U0BEN" && f.now.Load() != byGroup {
				f.put(byGroup)
			}
		}
	})
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c), "they may agree by both")
	w.reaches(w.bot, c.ID, approval.Done)
	require.Equal(t, 1, w.system.calls())
}
