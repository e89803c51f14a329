package wiring

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/display"
	"quell/bot/engine"
	"quell/bot/people"
	"quell/bot/slack"
	"quell/bot/store"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// Seams are what a test may put into a program; the zero Seams are production's.
type Seams struct {
	Now    func() time.Time
	Limits approval.Limits
	// Each wraps what one room asks of the store.
	Cases      func(bot.Cases) bot.Cases
	Moves      func(engine.Store) engine.Store
	Screen     func(display.Store) display.Store
	PollEvery  time.Duration // between two looks at the policy file, and at the tokens'
	ReachEvery time.Duration // between two tries to reach Slack at the start
	SweepEvery time.Duration // between two sweeps for what is due
	LooksAfter time.Duration // from the start to the try of what looks after a call need
	// Words is given what is said to people, to listen to it.
	Words func(*words.Catalogue)
	// RateFactor multiplies Slack's rate limits, for a Slack that is played.
	RateFactor int
	// StoreWithin is how long a delivery may take to be stored; 0 for what Slack leaves.
	StoreWithin time.Duration
}

// Program is the bot, ready to run.
type Program struct {
	slack      *slack.Slack
	inbox      *slack.Inbox
	front      *bot.Bot
	engine     *engine.Engine
	display    *display.Display
	outbox     *display.Outbox
	chores     *bot.Chores
	store      *store.Store
	rulebook   *rulebook
	targets    map[string]engine.Target // those of systems, to be closed
	census     *slack.Census
	ready      *readiness
	files      []*watched
	systems    *engine.Systems
	every      time.Duration // between two sweeps
	poll       time.Duration // between two looks at the files of credentials
	looksAfter time.Duration
	log        *slog.Logger
}

// Troubles says what keeps the program from serving people, as /ready does; nil if nothing does.
func (p *Program) Troubles() []string { return p.ready.now() }

// Start reads the files, opens the database and reaches Slack, for which it waits where need be.
func Start(ctx context.Context, s Settings, log *slog.Logger, seams Seams) (*Program, error) {
	seams = seams.filled()
	limiter := &later{}
	var sources []source
	targets, names, errTargets := readTargets(s.Targets, Makings{Now: seams.Now, Limiter: limiter, Sourced: func(one source) { sources = append(sources, one) }})
	rules, errPolicy := openRulebook(s.Policy, names, log)
	if errPolicy != nil || len(targets) == 0 {
		return nil, errors.Join(errTargets, errPolicy, shutAll(targets))
	}
	switch {
	case len(targets) < len(names):
		log.Error("some targets are left out", "err", errTargets)
	case errTargets != nil:
		log.Warn("the file of targets has mistakes", "served", len(targets), "err", errTargets)
	}
	if names := neverActing(targets); len(names) > 0 {
		log.Warn("targets that never act (act: never)", "targets", names)
	}
	p, err := start(ctx, s, seams, targets, rules, limiter, log)
	if err != nil {
		return nil, errors.Join(err, shutAll(targets))
	}
	credentials := credentialFiles(sources, p.systems, seams.Now)
	p.systems.Refresh = refresh(ctx, credentials, log)
	p.files = append(p.files, credentials...)
	return p, nil
}

// start opens the database and reaches Slack, with what the files say.
func start(ctx context.Context, s Settings, seams Seams, targets map[string]engine.Target, rules *rulebook, limiter *later, log *slog.Logger) (*Program, error) {
	catalogue, err := seams.Catalogue(s.Prefix)
	if err != nil {
		return nil, err
	}
	if s.Locale != "" && !catalogue.Speaks(s.Locale) {
		return nil, fmt.Errorf("QUELL_LOCALE: %q is no language that Quell speaks; en is", s.Locale)
	}
	dir, err := Folder(s.Database)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := leaveNewer(ctx, db, log); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	limiter.Limiter = db
	db.LimitOpen(cmp.Or(s.PersonCases, personCases))
	gauges := newMetrics()
	if err := gauges.serve(ctx, s.Listen, log); err != nil {
		return nil, errors.Join(fmt.Errorf("QUELL_LISTEN: %w", err), db.Close())
	}
	chat, err := reach(ctx, slack.Config{
		AppToken: s.AppToken, BotToken: s.BotToken, APIURL: s.APIURL, Words: catalogue, Locale: s.Locale, Now: seams.Now, Log: log, RateFactor: seams.RateFactor,
		AppTokenFrom: tokenFrom("SLACK_APP_TOKEN", s.AppTokenFile), BotTokenFrom: tokenFrom("SLACK_BOT_TOKEN", s.BotTokenFile),
		Cards: db.CardOf,
	}, func(chat *slack.Slack) error {
		if err := auditChannel(ctx, chat, s.Audit, seams.Now()); err != nil {
			return err
		}
		return userGroups(ctx, chat, rules.inForce.Load(), seams.Now)
	}, gauges.ready, seams.ReachEvery)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	p := assemble(s, seams, db, chat, targets, rules, log)
	p.ready = gauges.ready
	gauges.gauge("quell_slack_sockets", "How many sockets to Slack are open.", func() float64 { return float64(chat.Sockets()) })
	gauges.gauge("quell_slack_other_sockets", "How many sockets of the Slack app are somebody else's: they get a part of what people say.", func() float64 { return float64(p.census.Others()) })
	rules.gauge, rules.every = gauges.good, seams.PollEvery
	p.chores.Vacant = gauges.vacancies
	if err := rules.enforce(ctx, p.front, rules.inForce.Load(), rules.judged); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	log.Info("ready", "team", chat.Team(), "targets", len(targets), "policy", rules.inForce.Load().Hash())
	return p, nil
}

// personCases is how many open cases one person may have, where it is not set.
const personCases = 50

// assemble puts the rooms together, from the bottom up.
func assemble(s Settings, seams Seams, db *store.Store, chat *slack.Slack, targets map[string]engine.Target, rules *rulebook, log *slog.Logger) *Program {
	p := &Program{
		slack: chat, store: db, rulebook: rules, targets: targets, files: tokenFiles(s, chat, seams.Now),
		every: seams.SweepEvery, poll: seams.PollEvery, looksAfter: seams.LooksAfter, log: log,
	}
	inForce := func() *policy.Policy { return rules.inForce.Load() }
	systems := engine.NewSystems(targets, seams.Now)
	p.systems = systems
	who := &people.People{Directory: chat, Readers: chat, Memberships: db, Now: seams.Now, Log: log}
	p.display = display.New(seams.Screen(db), chat, seams.Now, log)
	p.outbox = &display.Outbox{Store: db, Chat: inside{chat, s.Audit}, Now: seams.Now, Log: log, Said: func(ctx context.Context, s store.Saying) {
		if s.Case != "" {
			p.engine.Start(ctx, s.Case)
		}
	}}
	p.engine = engine.New(engine.Config{
		Store: seams.Moves(db), History: db, People: who, Display: p, Outbox: p.outbox, Systems: systems, Policy: inForce,
		Replica: newID("R-", 10), Now: seams.Now, Pause: pause, Log: log,
	})
	p.display.Unshown = p.engine.Unshown
	p.census = countSockets(s, p, seams.Now, log)
	p.front = bot.New(bot.Config{
		Cases: seams.Cases(db), Freezes: db, Forms: db, Policies: db, Lists: db,
		People: who, Engine: p.engine, Systems: systems, Outbox: p.outbox, Policy: inForce, Limits: seams.Limits, Audit: s.Audit,
		News: p.census.Say, Now: seams.Now, NewID: func() string { return newID("Q-", 6) }, Log: log,
	})
	p.outbox.Refused = p.front.Unannounced
	p.chores = &bot.Chores{Store: db, People: who, Outbox: p.outbox, Policy: inForce, Audit: s.Audit, Team: chat.Team(), Now: seams.Now, Log: log}
	p.inbox = slack.NewInbox(db, p.front, chat, chat, seams.Now, log)
	p.inbox.Prefix = s.Prefix
	p.inbox.StoreWithin = cmp.Or(seams.StoreWithin, p.inbox.StoreWithin)
	if s.PersonBurst > 0 && s.PersonRate > 0 {
		p.inbox.Limit(s.PersonBurst, s.PersonRate)
	}
	return p
}

// Paint has the card of a case drawn, and the open Homes and lists on which it may be.
func (p *Program) Paint(ctx context.Context, id string) {
	p.inbox.CaseMoved()
	p.display.Paint(ctx, id)
}

// countSockets has Slack's count of the app's sockets compared with those of this database's
// processes.
func countSockets(s Settings, p *Program, now func() time.Time, log *slog.Logger) *slack.Census {
	c := &slack.Census{
		Register: p.store, Wake: p.outbox.Wake, Audit: s.Audit, Process: p.engine.Replica, Explained: s.OtherSockets, Now: now, Log: log,
	}
	p.slack.Count(c)
	return c
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// leaveNewer says, once, that there are live cases which only a newer release goes on with.
func leaveNewer(ctx context.Context, db *store.Store, log *slog.Logger) error {
	live, err := db.CountNewer(ctx)
	if err == nil && live > 0 {
		log.Warn("live cases of a newer release are left alone", "cases", live)
	}
	return err
}

// auditChannel makes sure that the record's head can be posted in the audit channel, and that
// nobody outside reads it. If Slack cannot tell for the moment, nothing is started either.
func auditChannel(ctx context.Context, chat *slack.Slack, id string, now time.Time) error {
	if id == "" {
		return nil
	}
	c, err := chat.Channel(ctx, id, now)
	switch {
	case err != nil:
		return fmt.Errorf("QUELL_AUDIT_CHANNEL: %s cannot be looked up: %w", id, err)
	case c.Place == policy.Hidden:
		return fmt.Errorf("QUELL_AUDIT_CHANNEL: Slack shows the bot no channel %s; if it is private, invite the bot", id)
	case c.Place == policy.Absent:
		return fmt.Errorf("QUELL_AUDIT_CHANNEL: the bot is not in %s; invite it", id)
	case c.Place == policy.Archived, c.Place == policy.ReadOnly, c.Place == policy.ThreadOnly:
		return fmt.Errorf("QUELL_AUDIT_CHANNEL: the bot cannot post in %s: it is %s", id, c.Place)
	case c.Place != policy.Workspace:
		return fmt.Errorf("QUELL_AUDIT_CHANNEL: %s is no channel of this workspace alone", id)
	}
	return nil
}

// userGroups makes sure that the workspace can have the user groups that the policy names:
// without them nobody's rights can be told.
func userGroups(ctx context.Context, chat *slack.Slack, inForce *policy.Policy, now func() time.Time) error {
	who := people.People{Directory: chat, Now: now}
	if err := who.CheckGroups(ctx, inForce); err != nil {
		return fmt.Errorf("QUELL_POLICY: it names the user groups %s, and user groups need a paid plan of Slack; name people by their ids, or get such a plan: %w", strings.Join(inForce.Groups(), ", "), err)
	}
	return nil
}

// Run serves until ctx ends or Slack refuses for good. It returns once every
// call that was in flight is over and stored.
func (p *Program) Run(ctx context.Context) error {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	inside, stop := context.WithCancel(context.WithoutCancel(ctx))
	var judging, working sync.WaitGroup
	judging.Go(func() { p.inbox.Run(inside, p.every) })
	working.Go(func() { p.engine.Run(inside, p.every) })
	working.Go(func() { p.chores.Run(inside) })
	working.Go(func() { p.rulebook.watch(inside, hangup, p.front) })
	working.Go(func() { watch(inside, p.files, p.poll, p.log) })
	working.Go(func() { p.tryLooks(inside) })
	err := p.slack.Hear(ctx, p.inbox)
	stop() // only now: nothing more comes in
	judging.Wait()
	working.Wait()
	p.end(context.WithoutCancel(ctx))
	return errors.Join(err, shutAll(p.targets), p.store.Close())
}

// tryLooks tries, a little after the start, what looks after a call need.
func (p *Program) tryLooks(ctx context.Context) {
	if pause(ctx, p.looksAfter); ctx.Err() == nil {
		p.systems.TryLooks(ctx, p.log)
	}
}

// looksAfter is how long after the start systems are read to see whether they can be: whoever
// waits for the program comes first.
const looksAfter = 2 * time.Second

// lastWords is how long after the signal sayings are still sent. The outbox keeps the others
// for the next process.
const lastWords = 10 * time.Second

// end waits for each room in turn. A room that was waited for may be given work once more by the
// next, so the engine is waited for again; the outbox, once it is stopped, takes none. The last head
// of the record covers what the engine stored, but not the move of a case whose notice is
// posted together with that head.
func (p *Program) end(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastWords)
	defer cancel()
	p.outbox.Stop()
	p.engine.Wait()
	p.chores.Do(ctx)
	p.outbox.Last(ctx)
	p.engine.Wait()
	p.display.Wait()
}

// sweepEvery is how soon what is due is seen.
const sweepEvery = time.Second

// Folder is where the database that a URL names keeps its file.
func Folder(database string) (string, error) {
	dir, ok := strings.CutPrefix(database, "sqlite:")
	if !ok || dir == "" {
		return "", errors.New("QUELL_DATABASE_URL: this version keeps its data in SQLite: write sqlite:FOLDER")
	}
	return dir, nil
}

// Check reads both files as serve would and returns everything that is wrong.
func Check(targets, rules string) error {
	names, errTargets := readNames(targets)
	_, errPolicy := openRulebook(rules, names, slog.New(slog.DiscardHandler))
	if err := errors.Join(errTargets, errPolicy); err != nil {
		return fmt.Errorf("there are mistakes:\n%w", err)
	}
	return nil
}

// Known is what a policy may name: the commands, and the targets of a file, whether or
// not these could be reached. No file names none.
func Known(file string) policy.Known {
	var targets []policy.Target
	if file != "" {
		targets, _ = readNames(file)
	}
	return known(targets)
}

// CheckTarget says that a configuration names no such target, and which name is near. Without a
// file or a target there is nothing to check.
func CheckTarget(file, target string) error {
	if file == "" || target == "" {
		return nil
	}
	all, err := readNames(file)
	if len(all) == 0 {
		return err
	}
	var names []string
	for _, t := range all {
		names = append(names, t.Name)
	}
	switch near := words.Nearest(target, names); {
	case slices.Contains(names, target):
		return nil
	case near != "":
		return fmt.Errorf("there is no target %q - did you mean %q?", target, near)
	}
	return fmt.Errorf("there is no target %q - known: %s", target, strings.Join(names, ", "))
}

// Time is the clock of a program that has these seams.
func (s Seams) Time() time.Time { return s.filled().Now() }

func (s Seams) filled() Seams {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Limits == (approval.Limits{}) {
		s.Limits = approval.DefaultLimits()
	}
	s.PollEvery, s.SweepEvery, s.ReachEvery = cmp.Or(s.PollEvery, pollEvery), cmp.Or(s.SweepEvery, sweepEvery), cmp.Or(s.ReachEvery, reachEvery)
	s.LooksAfter = cmp.Or(s.LooksAfter, looksAfter)
	if s.Words == nil {
		s.Words = func(*words.Catalogue) {}
	}
	if s.Cases == nil {
		s.Cases = func(c bot.Cases) bot.Cases { return c }
	}
	if s.Moves == nil {
		s.Moves = func(e engine.Store) engine.Store { return e }
	}
	if s.Screen == nil {
		s.Screen = func(d display.Store) display.Store { return d }
	}
	return s
}

// readTargets returns the targets that work, and all as a policy names them: it may
// name one that is left out today. all is nil if the file cannot be read.
func readTargets(path string, mk Makings) (map[string]engine.Target, []policy.Target, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("QUELL_CONFIG: %w", err)
	}
	return LoadTargets(path, data, mk)
}

// readNames reads the file as serve would, and keeps all targets as a policy names them.
func readNames(path string) ([]policy.Target, error) {
	targets, all, err := readTargets(path, forReading())
	return all, errors.Join(err, shutAll(targets))
}

// forReading is what clients are made of that make no call.
func forReading() Makings { return Makings{Now: time.Now, Limiter: &later{}} }

// later is a limiter that is given the database once that is open: the configuration is read
// before a database is made.
type later struct{ integrations.Limiter }

// newID makes an id that people can read to each other: base32 has no 0, 1, 8
// or 9, which are taken for letters.
func newID(prefix string, length int) string {
	b := make([]byte, length)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return prefix + base32.StdEncoding.EncodeToString(b)[:length]
}
