package bot_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/engine"
	"quell/bot/slack"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// works is a system that works in the background. It fits commands.Proxies.
type works struct {
	now func() time.Time

	mu     sync.Mutex
	trace  integrations.Trace
	fail   error        // of every read
	lost   bool         // the answer to the call is lost
	answer func() error // in place of a yes
	traced []integrations.Receipt
}

func (s *works) Proxies(context.Context) (integrations.Sighting, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return integrations.Sighting{Complete: true, At: s.now(), Things: []integrations.Thing{{
		ID: "i/p", Name: "orders-rw", Identity: []integrations.Field{{Name: "proxy", Value: "p"}},
		Warn: []integrations.Note{integrations.NewNote("warn.taurusdb-connections")},
	}}}, s.fail
}

func (s *works) Restart(context.Context, integrations.Thing) (integrations.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answer != nil {
		return integrations.Receipt{}, s.answer()
	}
	if s.lost {
		return integrations.Receipt{}, &integrations.Error{Kind: integrations.NoAnswer}
	}
	return integrations.Receipt{At: s.now(), Status: 200, Job: "j-1"}, nil
}

func (s *works) RestartCall(integrations.Thing) string { return "POST /restart" }

func (s *works) Trace(_ context.Context, _ integrations.Thing, r integrations.Receipt) (integrations.Trace, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.traced = append(s.traced, r)
	t := s.trace
	t.At = s.now()
	return t, s.fail
}

func (s *works) upset(f func(*works)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s)
}

// orders gives the world a target whose restarts take up to ten minutes.
func (w *world) orders() *works {
	s := &works{now: w.clock.Now, trace: integrations.Trace{Fate: integrations.Leaving, Note: integrations.NewNote("trace.taurusdb-running", "progress", "30%")}}
	w.targets["orders"] = engine.Target{
		Name: "orders", Kind: "taurusdb", Actions: map[string]engine.Action{"restart-proxy": commands.RestartProxy(s)},
		Limits: approval.Limits{Patience: 10 * time.Minute, Pace: 5 * time.Second},
	}
	scopes := strings.ReplaceAll(rules, "dcs:clients:kill]", "dcs:clients:kill, gaussdbformysql:proxy:list, gaussdbformysql:task:list, gaussdbformysql:proxy:restart]")
	w.bot = w.replica("R-9", strings.ReplaceAll(scopes, "rules:\n", `rules:
  - name: restart
    commands: [restart-proxy]
    targets: [orders]
    channels: [C0INC]
    roles: [on-call]
    approvals: {need: 1, from: [commander], within: 15m}
`))
	return s
}

// restarting asks, approves and waits until the vendor is at it.
func (w *world) restarting(t *testing.T) approval.Case {
	t.Helper()
	h := slack.Delivery{From: listener("U0ANNA"), SlashCommand: &slack.SlashCommand{Command: "restart-proxy", Text: "orders orders-rw"}}
	require.Empty(t, w.deliver(w.bot, h))
	c := w.latest()
	require.Equal(t, []string{"hurts.restart-proxy", "warn.taurusdb-connections"}, []string{c.Plan.Hurts[0].ID, c.Plan.Hurts[1].ID})
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	return w.looked(c.ID)
}

// looks lets time pass until another look was had.
func (w *world) looks(t *testing.T, s *works, id string) approval.Case {
	t.Helper()
	var before int
	s.upset(func(s *works) { before = len(s.traced) })
	require.Eventually(t, func() bool {
		w.clock.advance(time.Second)
		w.bot.Sweep(t.Context())
		var now int
		s.upset(func(s *works) { now = len(s.traced) })
		return now > before
	}, 20*time.Second, 2*time.Millisecond)
	rec, err := w.db.Load(t.Context(), id)
	require.NoError(t, err)
	return rec.Case
}

// The card follows the vendor's job, for longer than a session is watched.
func TestAJobIsFollowed(t *testing.T) {
	w := newWorld(t)
	s := w.orders()
	c := w.restarting(t)
	for range 8 { // five seconds apart, at least
		c = w.looks(t, s, c.ID)
	}
	require.Equal(t, approval.Verifying, c.State)
	require.Equal(t, commands.UnderWay, c.Items[0].Seen)
	require.Equal(t, words.New("trace.taurusdb-running", words.V{"progress": words.Code("30%")}), c.Items[0].Note)
	assert.Greater(t, w.clock.Now().Sub(c.CallsEnded), 30*time.Second)
	s.upset(func(s *works) {
		s.trace = integrations.Trace{Fate: integrations.Over, Note: integrations.NewNote("trace.taurusdb-completed")}
	})
	c = w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, "ending.restart-proxy.gone", c.Outcome().ID)
	assert.True(t, c.Verified())
	assert.Equal(t, "j-1", s.traced[0].Job)
	last := entries(t, w, "look")
	assert.Equal(t, "trace.taurusdb-completed", last[len(last)-1]["note 0"])
	assert.Equal(t, `trace.taurusdb-running progress="30%"`, last[0]["note 0"])
}

func TestAJobThatFails(t *testing.T) {
	w := newWorld(t)
	s := w.orders()
	c := w.restarting(t)
	s.upset(func(s *works) {
		s.trace = integrations.Trace{Fate: integrations.Failed, Note: integrations.NewNote("trace.taurusdb-failed")}
	})
	c = w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, "ending.restart-proxy.still there", c.Outcome().ID)
	assert.True(t, c.Items[0].Final)
}

// A job that outlasts the target's patience is under way for all that is known.
func TestPatienceWithAJobEnds(t *testing.T) {
	w := newWorld(t)
	s := w.orders()
	c := w.restarting(t)
	require.Equal(t, c.CallsEnded.Add(10*time.Minute), c.Deadline)
	w.clock.advance(10 * time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Done)
	require.Equal(t, "card.outcome.older", c.Outcome().ID, "it was seen at the beginning alone")
	assert.Equal(t, "ending.restart-proxy.under way", c.Outcome().Values["outcome"].Inner.ID)
	assert.False(t, c.Verified())
	assert.True(t, c.Uncertain())
	s.upset(func(s *works) {
		s.trace = integrations.Trace{Fate: integrations.Over, Note: integrations.NewNote("trace.taurusdb-completed")}
	})
	require.Empty(t, w.press(w.bot, "U0ANNA", slack.LookAgain, c), "looking again tells the rest")
}

// Where the answer was lost, the look knows when the call was sent.
func TestAJobWhoseAnswerWasLost(t *testing.T) {
	w := newWorld(t)
	s := w.orders()
	s.upset(func(s *works) {
		s.lost = true
		s.trace = integrations.Trace{Fate: integrations.Untold, Note: integrations.NewNote("trace.taurusdb-jobs-seen", "count", "0")}
	})
	c := w.restarting(t)
	c = w.looks(t, s, c.ID)
	assert.Empty(t, s.traced[0].Job)
	assert.Equal(t, c.Items[0].Sent, s.traced[0].At)
	w.clock.advance(10 * time.Minute)
	c = w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, []string{"unknown, not looked"}, became(c))
	assert.Equal(t, "trace.taurusdb-jobs-seen", c.Items[0].Note.ID, "evidence stands beside it")
}

// Everybody sees what they may act on, and nobody anything else.
func TestWhatSomebodyMayActOn(t *testing.T) {
	w := newWorld(t)
	s := w.orders()
	list := func(user string) words.Message {
		return w.answer(w.bot, slack.Delivery{From: listener(user), SlashCommand: &slack.SlashCommand{Command: "quell", Text: "targets"}}).Say
	}
	say := func(m words.Message) string {
		catalogue, err := words.Load()
		require.NoError(t, err)
		return catalogue.In("en", words.Plain{}).Say(m)
	}
	said := say(list("U0ANNA"))
	assert.Contains(t, said, "cache (dcs) with /kill-session. I have not listed anything there since I started. My credentials for it need: dcs:clients:list, dcs:clients:kill and dcs:instance:get.")
	assert.Contains(t, said, "orders (taurusdb) with /restart-proxy. I have not listed anything there")
	assert.Equal(t, "refused.role", list("U0EVE").ID)

	c := w.restarting(t)
	assert.Contains(t, say(list("U0ANNA")), "orders (taurusdb) with /restart-proxy. I last read it at ")
	s.upset(func(s *works) {
		s.fail = &integrations.Error{Kind: integrations.Unauthenticated, Hint: "huaweicloud.unauthenticated"}
	})
	w.looks(t, s, c.ID)
	require.Eventually(t, func() bool {
		return strings.Contains(say(list("U0ANNA")), "orders: the vendor does not accept my credentials. The owners of this bot should check them. I last read it at ")
	}, 10*time.Second, 5*time.Millisecond)
	s.upset(func(s *works) { s.fail = nil })
	w.looks(t, s, c.ID)

	w.system.upset(func(s *system) { s.fail = errors.New("x") })
	require.NotEmpty(t, w.say("U0ANNA", "cache "+peer))
	assert.Contains(t, say(list("U0ANNA")), "It was not read well since I started.")
}

// An answer that tells nothing comes after the deed: what is looked for began when the
// call was sent.
func TestAJobWhoseAnswerWasA500(t *testing.T) {
	w := newWorld(t)
	s := w.orders()
	s.upset(func(s *works) {
		s.answer = func() error {
			w.clock.advance(3 * time.Second)
			return &integrations.Error{Kind: integrations.Unavailable, Status: 500}
		}
		s.trace = integrations.Trace{Fate: integrations.Untold, Note: integrations.NewNote("trace.taurusdb-jobs-seen", "count", "0")}
	})
	c := w.restarting(t)
	c = w.looks(t, s, c.ID)
	require.Equal(t, commands.Unknown, c.Items[0].Done)
	assert.Equal(t, c.Items[0].Sent, s.traced[0].At)
}

// A vendor that says when to come again is left alone until then.
func TestALookThatWasThrottledWaits(t *testing.T) {
	w := newWorld(t)
	s := w.orders()
	c := w.restarting(t)
	s.upset(func(s *works) {
		s.fail = &integrations.Error{Kind: integrations.Throttled, Status: 429, RetryAfter: time.Minute}
	})
	seq := w.looks(t, s, c.ID).Seq
	require.Eventually(t, func() bool {
		rec, err := w.db.Load(t.Context(), c.ID)
		require.NoError(t, err)
		c = rec.Case
		return c.Seq > seq || !c.Due.Before(w.clock.Now().Add(50*time.Second))
	}, 5*time.Second, 2*time.Millisecond)
	require.False(t, c.Due.Before(w.clock.Now().Add(50*time.Second)), "due in %s", c.Due.Sub(w.clock.Now()))
}
