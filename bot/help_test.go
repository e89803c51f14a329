package bot_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/integrations"
	"quell/policy"
)

const (
	channel = "C0INC"
	peer    = "10.63.238.158:2048"
	rules   = `
roles:
  on-call: {scopes: [dcs:clients:list, dcs:clients:kill]}
  commander: {scopes: [dcs:clients:list, dcs:clients:kill]}
bindings:
  - {role: on-call, users: [U0ANNA]}
  - {role: commander, users: [U0BEN, U0CAT]}
rules:
  - name: kill
    commands: [kill-session]
    targets: [cache]
    channels: [C0INC]
    roles: [on-call]
    approvals: {need: 1, from: [commander], within: 15m}
`
)

// world is an engine with a real store; people, channels, cards and the system
// are kept in memory where tests can look at them and upset them.
type world struct {
	t      *testing.T
	db     *store.Store
	flaky  *flaky
	clock  *clock
	people *people
	screen *screen
	system *system
	bot    *bot.Bot
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db, err := store.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	c := &clock{now: time.Date(2026, 11, 23, 3, 12, 0, 0, time.UTC)}
	w := &world{t: t, db: db, flaky: &flaky{Store: db, fails: map[string]int{}}, clock: c, people: &people{}, screen: newScreen(), system: newSystem(c.Now)}
	w.bot = w.replica("R-1", rules)
	return w
}

// replica is another engine on the same store, with a policy of its own.
func (w *world) replica(name, rules string) *bot.Bot {
	w.t.Helper()
	p, err := policy.Load("policy.yaml", []byte(rules), policy.Known{Commands: commands.Names(), Targets: []string{"cache"}})
	require.NoError(w.t, err)
	n := 0
	b := bot.New(bot.Config{
		Store: w.flaky, Inbox: w.db, Lists: w.db, Directory: w.people, Screen: w.screen, Policy: p,
		Targets: map[string]bot.Target{"cache": {Name: "cache", Kind: "dcs", Actions: map[string]bot.Action{
			"kill-session": commands.KillSession{System: w.system},
		}}},
		Limits: approval.DefaultLimits(), Audit: "C0AUDIT", Replica: name, Now: w.clock.Now,
		NewID: func() string { n++; return fmt.Sprintf("Q-%s%d", name, n) }, Log: slog.New(slog.DiscardHandler),
	})
	w.t.Cleanup(func() { // waits for what is under way
		ctx, stop := context.WithCancel(context.Background())
		stop()
		b.Run(ctx)
	})
	return b
}

// say delivers a slash command and returns what the asker alone is told.
func (w *world) say(user, text string) string {
	w.t.Helper()
	return w.deliver(w.bot, bot.Heard{From: listener(user), Typed: &bot.Typed{Command: "kill-session", Text: text}})
}

// ask says the usual command and returns the case.
func (w *world) ask() approval.Case {
	w.t.Helper()
	require.Empty(w.t, w.say("U0ANNA", "cache "+peer))
	return w.screen.latest(w.t)
}

// press delivers a click.
func (w *world) press(b *bot.Bot, user string, choice bot.Choice, c approval.Case) string {
	w.t.Helper()
	return w.deliver(b, bot.Heard{From: listener(user), Pressed: &bot.Pressed{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Choice: choice}})
}

func (w *world) deliver(b *bot.Bot, h bot.Heard) string {
	w.t.Helper()
	h.ID = fmt.Sprintf("envelope-%d", w.clock.count())
	acked := make(chan words.Message, 2)
	b.Handle(w.t.Context(), h, func(m words.Message) { acked <- m })
	select {
	case m := <-acked:
		return m.ID
	case <-time.After(20 * time.Second):
		require.Fail(w.t, "the envelope was not acknowledged")
		return ""
	}
}

// reaches sweeps until the case is in a state, moving the clock on.
func (w *world) reaches(b *bot.Bot, id string, s approval.State) approval.Case {
	w.t.Helper()
	for range 200 {
		rec, err := w.db.Load(w.t.Context(), id)
		require.NoError(w.t, err)
		if rec.Case.State == s {
			return rec.Case
		}
		require.False(w.t, rec.Case.State.Over(), "it ended as %s, not %s: %v", rec.Case.State, s, rec.Case.Why)
		w.clock.advance(time.Second)
		b.Sweep(w.t.Context())
		time.Sleep(5 * time.Millisecond) // the sweep's work runs beside us
	}
	require.Fail(w.t, "it never became "+string(s))
	return approval.Case{}
}

// leave stores a delivery as a replica does that dies before it judges it.
func (w *world) leave(h bot.Heard) {
	w.t.Helper()
	body, err := json.Marshal(h)
	require.NoError(w.t, err)
	_, err = w.db.Receive(w.t.Context(), store.Delivery{ID: h.ID, Kind: "typed", Body: string(body), Received: w.clock.Now()})
	require.NoError(w.t, err)
}

func listener(user string) bot.Listener {
	return bot.Listener{Person: commands.Person{Team: "T0", User: user}, Channel: channel}
}

// flaky is the store, failing so many times at an event, or at "shown".
type flaky struct {
	bot.Store
	mu    sync.Mutex
	fails map[string]int
}

func (f *flaky) fail(what string, times int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails[what] = times
}

func (f *flaky) failing(what string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fails[what] == 0 {
		return nil
	}
	f.fails[what]--
	return errors.New("the disk is full")
}

func (f *flaky) Advance(ctx context.Context, prev int64, next approval.Case, e audit.Entry) error {
	if err := f.failing(e.Event); err != nil {
		return err
	}
	return f.Store.Advance(ctx, prev, next, e)
}

func (f *flaky) Note(ctx context.Context, delivery string, e audit.Entry) error {
	if err := f.failing(e.Event); err != nil {
		return err
	}
	return f.Store.Note(ctx, delivery, e)
}

func (f *flaky) Shown(ctx context.Context, id string, seq int64, at store.Card) error {
	if err := f.failing("shown"); err != nil {
		return err
	}
	return f.Store.Shown(ctx, id, seq, at)
}

type clock struct {
	mu  sync.Mutex
	now time.Time
	n   int
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n
}

// people is a directory in which everybody is a member, unless told otherwise.
type people struct {
	mu   sync.Mutex
	down bool
	not  map[string]policy.Standing
}

func (p *people) set(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

func (p *people) stand(user string, s policy.Standing) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.not = map[string]policy.Standing{user: s}
}

func (p *people) Subject(_ context.Context, who commands.Person, _ time.Time) (policy.Subject, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return policy.Subject{}, errors.New("slack is down")
	}
	if s, ok := p.not[who.User]; ok {
		return policy.Subject{Person: who, Standing: s}, nil
	}
	return policy.Subject{Person: who, Standing: policy.Member}, nil
}

func (p *people) Channel(_ context.Context, id string, _ time.Time) (policy.Channel, error) {
	return policy.Channel{ID: id, Place: policy.Workspace}, nil
}

// screen keeps what was shown and told.
type screen struct {
	mu     sync.Mutex
	cards  map[string]approval.Case
	last   string
	told   []string
	posts  int // cards that were posted anew
	drawn  chan struct{}
	asked  []string // who was asked why, by trigger
	heads  []string // what was announced
	stray  []store.Card
	deaf   bool  // announcing fails
	broken error // showing fails
}

func newScreen() *screen {
	return &screen{cards: map[string]approval.Case{}, drawn: make(chan struct{}, 1000)}
}

func (s *screen) Show(_ context.Context, c approval.Case, at store.Card) (store.Card, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return at, s.broken
	}
	if at.TS == "" {
		s.posts++
	}
	s.cards[c.ID], s.last = c, c.ID
	s.drawn <- struct{}{}
	return store.Card{Channel: channel, TS: "1." + c.ID}, nil
}

func (s *screen) Tell(_ context.Context, to bot.Listener, m words.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, to.Person.User+" "+m.ID)
	return nil
}

func (s *screen) AskWhy(_ context.Context, trigger string, c approval.Case) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, trigger+" "+c.ID+" "+string(c.State))
	return nil
}

func (s *screen) Explain(context.Context, approval.Case, store.Card) error { return nil }

func (s *screen) Retire(_ context.Context, c approval.Case, stray store.Card) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stray = append(s.stray, stray)
	return nil
}

func (s *screen) Announce(_ context.Context, channel string, m words.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deaf {
		return errors.New("slack is down")
	}
	s.heads = append(s.heads, channel+" "+m.ID+" "+m.Values["number"].Value)
	return nil
}

// upset changes or reads what people see.
func (s *screen) upset(f func(*screen)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s)
}

func (s *screen) posted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.posts
}

func (s *screen) heard() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.told)
}

func (s *screen) latest(t *testing.T) approval.Case {
	t.Helper()
	select {
	case <-s.drawn:
	case <-time.After(20 * time.Second):
		require.Fail(t, "no card was drawn")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cards[s.last]
}

// system is a cache with sessions. It fits commands.Sessions.
type system struct {
	now func() time.Time

	mu       sync.Mutex
	sessions []string
	ended    []string
	toSend   time.Duration // that the last call had
	looks    int
	fail     error     // of looks
	refuse   error     // of the next ends
	deaf     bool      // it takes the call and does nothing
	at       time.Time // when a look began, if not now
}

func newSystem(now func() time.Time) *system {
	return &system{now: now, sessions: []string{peer, "10.63.238.159:3058"}}
}

func (s *system) upset(f func(*system)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s)
}

func (s *system) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.ended)
}

func (s *system) Sessions(context.Context, string) (integrations.Sighting, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looks++
	out := integrations.Sighting{Complete: true, At: s.now()}
	if !s.at.IsZero() {
		out.At = s.at
	}
	for _, name := range s.sessions {
		out.Things = append(out.Things, integrations.Thing{
			ID: "node/" + name, Name: name, Place: "node", Identity: []integrations.Field{{Name: "peer", Value: name}},
		})
	}
	return out, s.fail
}

func (s *system) EndSession(ctx context.Context, t integrations.Thing) (integrations.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.toSend = integrations.TimeToSend(ctx, s.now, time.Hour)
	s.ended = append(s.ended, t.Name)
	if s.refuse != nil {
		return integrations.Receipt{}, s.refuse
	}
	if s.deaf {
		return integrations.Receipt{At: s.now(), Status: 204}, nil
	}
	var left []string
	for _, name := range s.sessions {
		if name != t.Name {
			left = append(left, name)
		}
	}
	s.sessions = left
	return integrations.Receipt{At: s.now(), Status: 204}, nil
}

func (s *system) EndSessionCall(t integrations.Thing) string { return "end " + t.Name }
