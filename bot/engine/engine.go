// Package engine runs the state machine of cases: it plans, runs and verifies them, and it is
// the only room that calls a vendor.
//
// Asking, deciding and running are three stored moments. Nothing waits in a goroutine:
// every step goes back to one dispatcher (next), which reads the stored case and does
// whatever its state calls for. The replica that committed a step goes straight on with
// the case; a sweep once a second picks up every case that is due, whichever replica had it
// before. The store's compare-and-set (optimistic lock) makes it harmless to wake a case twice.
//
//	engine      sweeps, and starts what is due
//	next        the dispatcher; planning: look up and decide
//	run         approved: look, claim, call; running: a lost lease
//	precheck    what keeps an approved case from its call: the things, the rights of now
//	never       what is not called although all else allows it (act: never)
//	breakglass  the channel of its rule is notified before anything is done
//	verify      looks until the outcome is settled
//	met         what was seen on a target in cases before
//	unshown     what becomes of a case that people cannot be shown
//	rights      whether the asker may still ask, and the approvers still approve
//	guard       freezes, budgets and cooldowns, which a claim meets in its own transaction
//	systems     what people act on by name
//	health      how the systems answer; every read of a vendor goes through it
//	trylooks    whether what becomes of a call could be seen, tried at the start
//	entry       the audit entry of a move
//
// Exchanges with vendors are taped (package integrations) from one move of a case to the
// next: the entry of a move has every exchange since the move before.
//
// Two choices that are not obvious. A call may follow a look that ended less than five
// seconds ago, however long ago that look began: a vendor's scan may itself take seconds, and
// the look is compared by identities, which no newcomer can take over. And rights are checked
// after that look, so that a right which was taken away during the look counts.
package engine

import (
	"context"
	"log/slog"
	"time"

	"quell/bot/approval"
	"quell/bot/inflight"
	"quell/bot/keylock"
	"quell/bot/people"
	"quell/bot/store"
	"quell/commands"
	"quell/policy"
)

// Store keeps cases, the audit entries of their moves, and the outbox.
type Store interface {
	Load(ctx context.Context, id string) (store.CaseRow, error)
	Advance(ctx context.Context, m store.Move) error
	Allowed(ctx context.Context, c approval.Case, now time.Time, g store.Guards) error
	Due(ctx context.Context, now time.Time, most int) ([]string, error)
	Say(ctx context.Context, all ...store.Saying) error
	ResultOf(ctx context.Context, key string) (store.Result, error)
}

// History lists the newest cases on a target first.
type History interface {
	OnTarget(ctx context.Context, target string, most int) ([]approval.Case, error)
}

// People looks up who somebody is, and all else that policy judges by.
type People interface {
	Subject(ctx context.Context, inForce people.NamedGroups, who commands.Person) (policy.Subject, error)
	TooFew(ctx context.Context, inForce people.Voters, d policy.Decision, a policy.Ask) (r people.Reach, definite bool)
	Rings(ctx context.Context, inForce people.Bindings, d policy.Decision, a policy.Ask) []approval.Ring
	LookUp(ctx context.Context, inForce people.NamedGroups, r commands.Request, target policy.Target) (policy.Ask, error)
	LookUpForCall(ctx context.Context, inForce people.NamedGroups, r commands.Request, target policy.Target) (policy.Ask, error)
}

// Display draws a case in the background, until people see what is stored.
type Display interface {
	Paint(ctx context.Context, id string)
}

// Outbox says what is stored to be said. Wake returns at once.
type Outbox interface {
	Wake(ctx context.Context)
}

// Config is what an Engine is made of. All of it is needed.
type Config struct {
	Store   Store
	History History
	People  People
	Display Display
	Outbox  Outbox
	Systems *Systems
	Policy  func() *policy.Policy // the one in force
	Replica string                // names this process among those that share the store
	Now     func() time.Time
	// Pause waits between two tries to store how a call ended.
	Pause func(ctx context.Context, d time.Duration)
	Log   *slog.Logger
}

// Engine moves cases. Make it with New.
type Engine struct {
	Config
	work inflight.Group // what must end before the process may
	busy *keylock.Lock  // cases that this process is on
}

// New makes an engine. It does nothing until Sweep, Start or Follow is called.
func New(c Config) *Engine { return &Engine{Config: c, busy: keylock.New(c.Now)} }

// Run sweeps until ctx ends.
func (eng *Engine) Run(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for ctx.Err() == nil {
		eng.Sweep(ctx)
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// sweepMost bounds what one sweep starts.
const sweepMost = 100

// Sweep starts what is due: cases whose time has come or whose card is behind, and what
// is to be said.
func (eng *Engine) Sweep(ctx context.Context) {
	ids, err := eng.Store.Due(ctx, eng.Now(), sweepMost)
	if err != nil {
		eng.Log.Error("sweep: cases due", "err", err)
	}
	for _, id := range ids {
		eng.Start(ctx, id)
	}
	eng.Outbox.Wake(ctx)
}

// Start goes on with a case in the background, unless this process is on it.
func (eng *Engine) Start(ctx context.Context, id string) {
	eng.Display.Paint(ctx, id)
	if !eng.busy.Take(id) {
		return
	}
	ctx = context.WithoutCancel(ctx)
	eng.work.Go(func() {
		defer eng.busy.Give(id)
		eng.next(ctx, id)
	})
}

// Follow goes on with a case and returns when there is nothing to do for now; at once if
// this process is on it already.
func (eng *Engine) Follow(ctx context.Context, id string) {
	if !eng.busy.Take(id) {
		return
	}
	defer eng.busy.Give(id)
	eng.next(ctx, id)
}

// Wait returns once everything that was started is over and stored.
func (eng *Engine) Wait() { eng.work.Wait() }
