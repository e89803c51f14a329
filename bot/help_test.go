package bot_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-resty/resty/v2"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/display"
	"quell/bot/engine"
	"quell/bot/people"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/integrations/dcs"
	"quell/integrations/taurusdb"
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

// world is a bot with a real store, and what people say comes to it by a real inbox;
// people, channels, cards and the system are kept in memory where tests can look at them
// and upset them.
type world struct {
	t         testing.TB
	db        *store.Store
	lists     bot.Lists    // db
	freezes   bot.Freezes  // db
	listed    atomic.Int32 // how often it was read which lists there are
	formsRead atomic.Int32 // how often a form was read as a whole
	flaky     *flaky
	clock     *clock
	people    *directory
	screen    *screen
	system    *system
	bot       *replica

	targets map[string]engine.Target
	audit   string // the audit channel
	// envelope is the id of the newest delivery.
	envelope string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	db, err := store.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	c := &clock{now: time.Date(2026, 11, 23, 3, 12, 0, 0, time.UTC)}
	w := &world{t: t, db: db, lists: db, freezes: db, flaky: &flaky{fails: map[string]int{}}, clock: c, people: &directory{}, screen: newScreen(), system: newSystem(c.Now), audit: "C0AUDIT"}
	w.targets = map[string]engine.Target{"cache": {Name: "cache", Kind: "dcs", Actions: map[string]engine.Action{
		"kill-session": commands.KillSession(w.system),
	}}}
	w.bot = w.replica("R-1", rules)
	return w
}

// replica is one process: all its rooms.
type replica struct {
	*bot.Bot
	engine  *engine.Engine
	display *display.Display
	outbox  *display.Outbox
	chores  *bot.Chores
	inbox   *slack.Inbox
}

// Sweep starts what is due and what was left.
func (r *replica) Sweep(ctx context.Context) {
	r.engine.Sweep(ctx)
	if r.inbox != nil {
		r.inbox.Sweep(ctx)
	}
}

func (r *replica) Chores(ctx context.Context) {
	r.chores.Do(ctx)
	r.outbox.Send(ctx)
	r.inbox.Forget(ctx)
}

// settle waits for what is under way. The replica goes on.
func (r *replica) settle() {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	r.inbox.Run(ctx, time.Second)
	r.engine.Wait()
	r.outbox.Wait()
	r.engine.Wait()
	r.display.Wait()
}

// end waits for what is under way, and has nothing more said.
func (r *replica) end() {
	r.outbox.Stop()
	r.settle()
}

// replica is another process on the same store, with a policy of its own.
func (w *world) replica(name, rules string) *replica {
	w.t.Helper()
	p := w.load(rules)
	return w.judged(name, func() *policy.Policy { return p })
}

func (w *world) load(rules string) *policy.Policy {
	w.t.Helper()
	p, err := policy.Load("policy.yaml", []byte(rules), policy.Known{Commands: commands.Names(), Kinds: policy.NewCatalogue(dcs.Profile(), taurusdb.Profile()), Targets: []policy.Target{{Name: "cache", Kind: "dcs"}, {Name: "cache-2", Kind: "dcs"}, {Name: "orders", Kind: "taurusdb"}}})
	require.NoError(w.t, err)
	return p
}

// judged is replica with the policy that is in force at each moment.
func (w *world) judged(name string, inForce func() *policy.Policy) *replica {
	w.t.Helper()
	r := w.rooms(name, inForce, w.screen)
	r.inbox = slack.NewInbox(w.db, r.Bot, w.screen, w.people, w.clock.Now, slog.New(slog.DiscardHandler))
	r.inbox.StoreWithin, r.inbox.AckWithin = 20*time.Second, 20*time.Second // also on a busy machine
	r.inbox.Limit(1_000_000, 1)                                             // the clock stands still
	w.t.Cleanup(r.end)
	return r
}

// countedForms counts how often it was read which lists there are.
type countedForms struct {
	*store.Store
	listed *atomic.Int32
	read   *atomic.Int32
}

func (f countedForms) Form(ctx context.Context, id string, now time.Time) (string, error) {
	f.read.Add(1)
	return f.Store.Form(ctx, id, now)
}

func (f countedForms) FormsUntil(ctx context.Context, now, until time.Time, most int) ([]store.FormHead, error) {
	f.listed.Add(1)
	return f.Store.FormsUntil(ctx, now, until, most)
}

// rooms puts a process together but for its face, with a screen to draw cases on.
func (w *world) rooms(name string, inForce func() *policy.Policy, on display.Screen) *replica {
	log := slog.New(slog.DiscardHandler)
	systems := engine.NewSystems(w.targets, w.clock.Now)
	who := &people.People{Directory: w.people, Readers: w.people, Memberships: w.db, Now: w.clock.Now, Log: log}
	r := &replica{display: display.New(flakyScreen{w.db, w.flaky}, on, w.clock.Now, log)}
	r.outbox = &display.Outbox{Store: w.db, Chat: w.screen, Now: w.clock.Now, Log: log}
	r.engine = engine.New(engine.Config{
		Store: flakyMoves{w.db, w.flaky}, History: flakyHistory{w.db, w.flaky}, People: who, Display: r.display, Outbox: r.outbox, Systems: systems, Policy: inForce,
		Replica: name, Now: w.clock.Now, Pause: func(context.Context, time.Duration) { w.clock.advance(100 * time.Millisecond) }, Log: log,
	})
	r.display.Unshown = r.engine.Unshown
	r.outbox.Refused = func(ctx context.Context, s store.Saying, why words.Message) (bool, error) {
		return r.Unannounced(ctx, s, why)
	}
	r.Bot = bot.New(bot.Config{
		Cases: flakyCases{w.db, w.flaky}, Freezes: w.freezes, Forms: countedForms{w.db, &w.listed, &w.formsRead}, Policies: w.db, Lists: w.lists,
		People: who, Engine: r.engine, Systems: systems, Outbox: r.outbox, Policy: inForce,
		Limits: approval.DefaultLimits(), Audit: w.audit, Now: w.clock.Now,
		NewID: func() string { return fmt.Sprintf("Q-%04d", w.clock.count()) }, Log: log,
	})
	r.chores = &bot.Chores{Store: w.db, People: who, Outbox: r.outbox, Policy: inForce, Audit: "C0AUDIT", Now: w.clock.Now, Log: log}
	return r
}

// say delivers a slash command and returns what the asker alone is told.
func (w *world) say(user, text string) string {
	w.t.Helper()
	return w.deliver(w.bot, slack.Delivery{From: listener(user), SlashCommand: &slack.SlashCommand{Command: "kill-session", Text: text}})
}

// ask says the usual command and returns the case.
func (w *world) ask() approval.Case {
	w.t.Helper()
	require.Empty(w.t, w.say("U0ANNA", "cache "+peer))
	return w.latest()
}

// latest waits for the card of the newest case.
func (w *world) latest() approval.Case {
	w.t.Helper()
	newest, err := w.db.Recent(w.t.Context(), 100)
	require.NoError(w.t, err)
	require.NotEmpty(w.t, newest)
	slices.SortFunc(newest, func(a, b approval.Case) int { return strings.Compare(b.ID, a.ID) })
	var shown approval.Case
	require.Eventually(w.t, func() (ok bool) {
		w.screen.upset(func(s *screen) { shown, ok = s.cards[newest[0].ID] })
		return ok
	}, 20*time.Second, time.Millisecond, "no card was drawn")
	return shown
}

// press delivers a click.
func (w *world) press(b *replica, user string, choice slack.Button, c approval.Case) string {
	w.t.Helper()
	return w.deliver(b, slack.Delivery{From: listener(user), Click: &slack.Click{Case: c.ID, Fingerprint: c.Plan.Fingerprint, Button: choice}})
}

func (w *world) deliver(b *replica, h slack.Delivery) string {
	w.t.Helper()
	return w.answer(b, h).Say.ID
}

func (w *world) answer(b *replica, h slack.Delivery) slack.Answer {
	w.t.Helper()
	h.ID = fmt.Sprintf("envelope-%d", w.clock.count())
	w.envelope = h.ID
	acked := make(chan slack.Answer, 2)
	b.inbox.Handle(w.t.Context(), h, func(a slack.Answer) { acked <- a })
	select {
	case a := <-acked:
		return a
	case <-time.After(20 * time.Second):
		require.Fail(w.t, "the envelope was not acknowledged")
		return slack.Answer{}
	}
}

// insist says it once nothing is left to be judged: what is the same to us as something that
// is being judged counts once.
func (w *world) insist(h slack.Delivery) slack.Answer {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		left, err := w.db.Unjudged(w.t.Context(), w.clock.Now().Add(time.Hour), w.clock.Now().Add(time.Hour), 1)
		return err == nil && len(left) == 0
	}, 20*time.Second, 5*time.Millisecond)
	return w.answer(w.bot, h)
}

// reaches sweeps until the case is in a state, moving the clock on.
func (w *world) reaches(b *replica, id string, s approval.State) approval.Case {
	w.t.Helper()
	for range 400 {
		rec, err := w.db.Load(w.t.Context(), id)
		require.NoError(w.t, err)
		if rec.Case.State == s {
			return rec.Case
		}
		require.False(w.t, rec.Case.State.Terminal(), "it ended as %s, not %s: %v", rec.Case.State, s, rec.Case.Why)
		// A call's lease must not run out meanwhile, nor a look grow old that it rests on.
		if rec.Case.State != approval.Running && rec.Case.Due.After(w.clock.Now()) {
			w.clock.advance(time.Second)
		}
		b.Sweep(w.t.Context())
		time.Sleep(5 * time.Millisecond) // the sweep's work runs beside us
	}
	require.Fail(w.t, "it never became "+string(s))
	return approval.Case{}
}

// record is the whole record.
func (w *world) record() (all []audit.Entry) {
	w.t.Helper()
	require.NoError(w.t, w.db.Links(w.t.Context(), "", func(l audit.Link) error {
		e, err := audit.Parse(l.Body)
		all = append(all, e)
		return err
	}))
	return all
}

// leave stores a delivery as a replica does that dies before it judges it.
func (w *world) leave(h slack.Delivery) {
	w.t.Helper()
	body, err := json.Marshal(h)
	require.NoError(w.t, err)
	_, err = w.db.Receive(w.t.Context(), store.Delivery{ID: h.ID, Kind: "typed", Body: string(body), Received: w.clock.Now()})
	require.NoError(w.t, err)
}

func listener(user string) slack.ReplyTo {
	return slack.ReplyTo{Person: commands.Person{Team: "T0", User: user}, Channel: channel}
}

// flaky is the store, failing so many times at an event, or at "shown".
type flaky struct {
	mu    sync.Mutex
	fails map[string]int
}

type (
	flakyCases struct {
		bot.Cases
		*flaky
	}
	flakyMoves struct {
		engine.Store
		*flaky
	}
	flakyHistory struct {
		engine.History
		*flaky
	}
	flakyScreen struct {
		display.Store
		*flaky
	}
)

func (f flakyHistory) OnTarget(ctx context.Context, target string, most int) ([]approval.Case, error) {
	if err := f.failing("on target"); err != nil {
		return nil, err
	}
	return f.History.OnTarget(ctx, target, most)
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

func (f flakyMoves) Advance(ctx context.Context, m store.Move) error {
	if err := f.failing(m.Entry.Event); err != nil {
		return err
	}
	return f.Store.Advance(ctx, m)
}

func (f flakyCases) Note(ctx context.Context, delivery string, e audit.Entry) error {
	if err := f.failing(e.Event); err != nil {
		return err
	}
	return f.Cases.Note(ctx, delivery, e)
}

func (f flakyScreen) Shown(ctx context.Context, id string, seq int64, at store.Card) error {
	if err := f.failing("shown"); err != nil {
		return err
	}
	return f.Store.Shown(ctx, id, seq, at)
}

func (f flakyScreen) Posted(ctx context.Context, id string, from, to store.Card, until, now time.Time) (store.Card, error) {
	if err := f.failing("shown"); err != nil {
		return "", err
	}
	return f.Store.Posted(ctx, id, from, to, until, now)
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

// directory is one in which everybody is a member, unless told otherwise.
type directory struct {
	mu        sync.Mutex
	down      bool
	not       map[string]policy.Standing
	fails     map[string]bool // who cannot be looked up
	outside   map[string]bool // who comes from another workspace and is no member of ours
	groups    []store.Roster
	asked     func(user string) // is told whom it was asked about
	groupless bool              // the workspace has no groups
	// rosters is how often it was asked who is in the groups.
	rosters int
	place   policy.Place            // of every channel, if not of the workspace
	places  map[string]policy.Place // of some channels
	// placeless means that no channel can be looked up.
	placeless bool
	unknown   string // a channel that cannot be looked up
	// busy has no turn for anybody, and full for no channel.
	busy, full bool
	// closed are the channels that not everybody reads, each with those who do; readings is how often
	// it was asked who reads one.
	closed   map[string]string
	readings int
	// placesSince is how old at most the knowledge of a channel was asked to be, each time.
	placesSince []time.Time
}

func (p *directory) upset(change func(*directory)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
}

func (p *directory) set(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

func (p *directory) stand(user string, s policy.Standing) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.not = map[string]policy.Standing{user: s}
}

func (p *directory) Standing(_ context.Context, who commands.Person, _ time.Time) (policy.Standing, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked != nil {
		p.asked(who.User)
	}
	if p.busy {
		return "", fmt.Errorf("users.info: %w", people.ErrBusy)
	}
	if p.down || p.fails[who.User] {
		return "", errors.New("slack is down")
	}
	if s, ok := p.not[who.User]; ok {
		return s, nil
	}
	return policy.Member, nil
}

func (p *directory) Rosters(context.Context, time.Time) ([]store.Roster, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rosters++
	if p.groupless {
		return nil, fmt.Errorf("usergroups.list: %w", people.ErrNoGroups)
	}
	if p.down {
		return nil, errors.New("slack is down")
	}
	return p.groups, nil
}

func (p *directory) Channel(_ context.Context, id string, since time.Time) (policy.Channel, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.placesSince = append(p.placesSince, since)
	if p.busy || p.full {
		return policy.Channel{ID: id}, fmt.Errorf("conversations.info: %w", people.ErrBusy)
	}
	if p.placeless || p.unknown != "" && p.unknown == id {
		return policy.Channel{ID: id}, errors.New("slack is down")
	}
	return policy.Channel{ID: id, Place: cmp.Or(p.places[id], p.place, policy.Workspace)}, nil
}

// screen keeps what was shown and told.
type screen struct {
	mu    sync.Mutex
	cards map[string]approval.Case
	told  []string
	posts int      // cards that were posted anew
	asked []string // who was asked why, by trigger
	heads []string // what was announced
	// announced is the same, whole.
	announced []announcement
	stray     []store.Card
	calls     []string          // whose calls were shown
	deaf      bool              // announcing fails
	refuses   map[string]string // why some channels take no announcement, by channel
	refusals  map[string]int    // how often they refused one
	broken    error             // showing fails
	forms     []bot.Form
	formed    chan struct{}
	closed    bool // forms cannot be drawn anew
	offering  bool // forms that could not be opened can be offered
	offers    []offer
	homes     []shownHome // what was shown of them, and of lists
	noHome    error       // showing one fails
	// drawing is told when a Home is about to be shown, and that goes on when it is told.
	drawing chan struct{}
	// threads is how often the thread was told; threadless makes that fail.
	threads, threadless int
}

// offer is a button for a form.
type offer struct {
	to      slack.ReplyTo
	message words.Message
	of      string
}

type announcement struct {
	channel string
	message words.Message
}

func newScreen() *screen {
	return &screen{cards: map[string]approval.Case{}, refusals: map[string]int{}, formed: make(chan struct{}, 1000)}
}

func (s *screen) Show(_ context.Context, c approval.Case, at store.Card) (store.Card, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return at, s.broken
	}
	if at == "" {
		s.posts++
	}
	s.cards[c.ID] = c
	return slack.Message{Channel: channel, TS: "1." + c.ID}.Card(), nil
}

func (s *screen) Tell(_ context.Context, to slack.ReplyTo, m words.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, to.Person.User+" "+m.ID)
	return nil
}

func (s *screen) AskDenyReason(_ context.Context, trigger, channel, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, trigger+" "+id+" "+channel)
	return nil
}

func (s *screen) AskBreakGlassReason(_ context.Context, trigger string, c approval.Case) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, trigger+" "+c.ID+" alone")
	return nil
}

func (s *screen) Turn(ctx context.Context, _ approval.Case, _ store.Card, _ time.Time) (context.Context, error) {
	return ctx, nil
}

func (s *screen) ShowCalls(_ context.Context, trigger string, c approval.Case) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if trigger == "late" {
		return errors.New("expired_trigger_id")
	}
	s.calls = append(s.calls, c.ID)
	return nil
}

func (s *screen) Explain(_ context.Context, c approval.Case, _ []approval.Exchange, at store.Card) (store.Card, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.threads++
	if s.threadless > 0 {
		s.threadless--
		return at, errors.New("slack is down")
	}
	m := slack.MessageOf(at)
	m.Thread = "2." + c.ID
	return m.Card(), nil
}

func (s *screen) OpenForm(_ context.Context, trigger string, f bot.Form) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if trigger == "late" {
		return errors.New("expired_trigger_id")
	}
	s.forms = append(s.forms, f)
	s.formed <- struct{}{}
	return nil
}

func (s *screen) Fits(context.Context, slack.ReplyTo, words.Message) bool { return true }

func (s *screen) OfferForm(_ context.Context, to slack.ReplyTo, m words.Message, of string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.offering {
		return errors.New("slack is down")
	}
	s.offers = append(s.offers, offer{to, m, of})
	return nil
}

func (s *screen) RedrawForm(_ context.Context, f bot.Form) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.New("not_found")
	}
	s.forms = append(s.forms, f)
	s.formed <- struct{}{}
	return nil
}

// form waits for the next picture of a form.
func (s *screen) form(t testing.TB) bot.Form {
	t.Helper()
	select {
	case <-s.formed:
	case <-time.After(20 * time.Second):
		require.Fail(t, "no form was drawn")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.forms[0]
	s.forms = s.forms[1:]
	return f
}

func (s *screen) Retire(_ context.Context, _ string, _ store.Card, stray store.Stray) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stray = append(s.stray, stray.Card)
	return nil
}

func (s *screen) Announce(_ context.Context, say store.Saying) (store.Card, error) {
	channel, m := say.Place, say.Message
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deaf {
		return "", &display.NotSaid{Err: errors.New("slack is down")}
	}
	if why := s.refuses[channel]; why != "" {
		s.refusals[channel]++
		return "", &display.NotSaid{Final: true, Why: words.New(why), Err: errors.New("restricted_action")}
	}
	s.heads = append(s.heads, channel+" "+m.ID+" "+m.Values["number"].Value)
	s.announced = append(s.announced, announcement{channel, m})
	return store.Card(say.Key), nil
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

// system is a cache with sessions. It fits commands.Sessions.
type system struct {
	now func() time.Time

	mu       sync.Mutex
	sessions []string
	ended    []string
	toSend   time.Duration // that the last call had
	looks    int
	looked   []string  // where
	fail     error     // of looks
	failAt   string    // the one place that fails; "" for all
	refuse   error     // of the next ends
	deaf     bool      // it takes the call and does nothing
	at       time.Time // when a look began, if not now
	facts    map[string][]integrations.Field
	traits   map[string]integrations.Traits
	partial  bool              // its list is not complete
	untold   bool              // it gives no traits, as older versions stored none
	cut      bool              // it gives identities as older versions did: no longer than people read
	bars     map[string]string // hints, by session
	since    map[string]time.Time
	run      string        // of the system
	wait     chan struct{} // looks end when it is closed
	waiting  int           // looks that have begun to wait for that
	refuseOf map[string]error
	deafTo   string
	calling  chan struct{} // is closed when a call has begun, which then waits for
	goOn     chan struct{}
	wire     *resty.Client // where looks and calls leave a trace; nil for none
}

// newWire is a vendor that says yes to everything.
func newWire(t *testing.T, now func() time.Time) *resty.Client {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	t.Cleanup(s.Close)
	return integrations.NewClient(integrations.ClientOptions{Now: now}).SetBaseURL(s.URL)
}

// trace sends what the system does over the wire.
func (s *system) trace(ctx context.Context, method, path string, body any) {
	s.mu.Lock()
	wire := s.wire
	s.mu.Unlock()
	if wire != nil {
		_, _ = wire.R().SetContext(ctx).SetBody(body).Execute(method, path)
	}
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

func (s *system) Sessions(ctx context.Context, place string) (integrations.Sighting, error) {
	s.trace(ctx, http.MethodGet, "/sessions", nil)
	s.mu.Lock()
	wait := s.wait
	if wait != nil {
		s.waiting++
	}
	s.mu.Unlock()
	if wait != nil {
		<-wait
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looks++
	s.looked = append(s.looked, place)
	out := integrations.Sighting{Complete: !s.partial, At: s.now(), System: s.run}
	if !s.at.IsZero() {
		out.At = s.at
	}
	for _, name := range s.sessions {
		out.Things = append(out.Things, integrations.Thing{
			ID: "node/" + integrations.Clean(name, integrations.Shown), Name: name, Place: "node",
			Identity: []integrations.Field{{Name: "peer", Value: s.identity(name)}},
			Facts:    s.facts[name], Bar: integrations.Note{Hint: s.bars[name]}, Traits: s.given(name),
			Since: s.since[name], System: s.run,
		})
	}
	if s.failAt != "" && s.failAt != place {
		return out, nil
	}
	return out, s.fail
}

// identity needs the lock.
func (s *system) identity(name string) string {
	if s.cut {
		return integrations.Clean(name, integrations.Shown)
	}
	return name
}

// given needs the lock.
func (s *system) given(name string) integrations.Traits {
	t := s.traits[name]
	t.Read = !s.untold
	return t
}

func (s *system) EndSession(ctx context.Context, t integrations.Thing) (integrations.Receipt, error) {
	s.trace(ctx, http.MethodPost, "/kill", map[string]string{"peer": t.Name})
	s.mu.Lock()
	calling, goOn := s.calling, s.goOn
	s.mu.Unlock()
	if calling != nil {
		close(calling)
		<-goOn
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.toSend = integrations.TimeToSend(ctx, s.now, time.Hour)
	s.ended = append(s.ended, t.Name)
	if s.refuse != nil {
		return integrations.Receipt{}, s.refuse
	}
	if err := s.refuseOf[t.Name]; err != nil {
		return integrations.Receipt{}, err
	}
	if s.deaf || s.deafTo == t.Name {
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
