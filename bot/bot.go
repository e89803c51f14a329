// Package bot is the engine: it takes what people say and press, moves cases,
// and makes the vendor's call.
//
// Asking, deciding and running are three stored moments. Nothing waits in a
// goroutine: every step goes back to one dispatcher (next), which reads the
// stored case and does whatever its state calls for. The replica that committed
// a step goes straight on with it; a sweep once a second picks up what is due,
// whoever it belonged to. Compare-and-set in the store makes a double wake
// harmless.
//
//	Handle   stores what Slack delivered, acknowledges it, judges it
//	submit   text → request → Admit → a stored case
//	form     a command that does not say what to act on → a form → a request
//	vote     a click → who is this now? → a stored vote
//	next     planning: look up and decide      approved: look, claim, call
//	         running: a lost lease             verifying: look until settled
//	show     the card is drawn from the stored case, as often as needed
//	again    look again, ask again: what people can do after the end
//	glass    one person acts alone, loudly, and others sign afterwards
//	freeze   one person stops everything; two lift that
//	guard    freezes, budgets and cooldowns, which a claim meets in its own transaction
//	roster   who is in the groups that the policy names, and since when
//	why      how a case was decided, and what somebody may do
//	chores   what is old goes, repeated attempts are counted, the record's head is sent out
//
// A no goes before a yes. One that is stored before a claim keeps that claim from
// being committed until it is judged, and it also ends a case that is approved and
// waits: nobody's "stop" is overtaken by a look-up that was slow, and of several
// calls it stops those that have not begun.
//
// What goes over the wire is taped (package integrations) from one move of a case to
// the next: the entry of a move has every exchange since the one before.
//
// Two choices that are not obvious. A call may follow a look that ended less
// than five seconds ago, not one that began so: a vendor's scan may itself take
// seconds, and what is compared is an identity that no newcomer can take over.
// And rights are asked after that look, so that one which was taken away during it
// counts. What waits for a look-up is an open delivery that the sweep judges
// again; a command that waited longer than a plan may take is answered, not run.
//
// The engine names no vendor and no Slack: systems are Actions behind target
// names, people and channels come from a Directory, and what is shown or told
// goes to a Screen.
package bot

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/integrations"
	"quell/policy"
)

// Action is one command on one system.
type Action interface {
	// Plan looks up what a request means. A *commands.Mistake is the asker's to mend.
	Plan(ctx context.Context, r commands.Request) (commands.Plan, error)
	// List reads what is live at one place, or everywhere for "", to pick from.
	List(ctx context.Context, place string) (integrations.Sighting, error)
	// Look reads the plan's things afresh.
	Look(ctx context.Context, p commands.Plan) (integrations.Sighting, error)
	// Act sends an item's one call.
	Act(ctx context.Context, it commands.Item) (integrations.Receipt, error)
	// Verify looks what became of the plan's things, and says when it began to look.
	Verify(ctx context.Context, p commands.Plan, made []commands.Made) ([]commands.Sight, time.Time, error)
}

// Target is a system that people act on by its name.
type Target struct {
	Name    string
	Kind    string
	Actions map[string]Action // by command
	Limits  approval.Limits   // where they differ from those of all; zero where not
	Labels  map[string]string
}

// Store keeps cases and the record.
type Store interface {
	Create(ctx context.Context, c approval.Case, origin string, e audit.Entry) (approval.Case, error)
	Opened(ctx context.Context, origin string) (string, error)
	Load(ctx context.Context, id string) (store.Record, error)
	Advance(ctx context.Context, m store.Move) error
	Due(ctx context.Context, now time.Time, most int) ([]string, error)
	Shown(ctx context.Context, id string, seq int64, at store.Card) error
	Undrawn(ctx context.Context, id string, seq int64, until time.Time) error
	Allowed(ctx context.Context, c approval.Case, now time.Time, g store.Guards) error
	Freeze(ctx context.Context, f store.Freeze, e audit.Entry) error
	Thaw(ctx context.Context, target string, e audit.Entry) (done bool, err error)
	Freezes(ctx context.Context) ([]store.Freeze, error)
	Gathered(ctx context.Context, r store.Roster, e audit.Entry) error
	Since(ctx context.Context, user string) (map[string]time.Time, error)
	Note(ctx context.Context, delivery string, e audit.Entry) error
	Gather(ctx context.Context, now time.Time) error
	Head(ctx context.Context) (int64, audit.Hash, error)
	ForgetActed(ctx context.Context, before time.Time) error
}

// Forms keeps what was read for a form while it is open, so that searching in it
// asks no system.
type Forms interface {
	KeepForm(ctx context.Context, id, body string, until time.Time) error
	Form(ctx context.Context, id string, now time.Time) (body string, err error) // store.ErrNotFound once it is too old
	ForgetForms(ctx context.Context, now time.Time) error
}

// Policies keeps what was in force, and whether people know.
type Policies interface {
	Enforce(ctx context.Context, hash, body string, e audit.Entry) (before string, err error)
	Untold(ctx context.Context) ([]store.Succession, error)
	Told(ctx context.Context, p store.Succession) error
}

// Lists are what people may ask to see.
type Lists interface {
	Open(ctx context.Context, most int) ([]approval.Case, error)
}

// Inbox keeps what Slack delivered until it is dealt with.
type Inbox interface {
	Receive(ctx context.Context, d store.Delivery) (fresh bool, err error)
	Judged(ctx context.Context, id string, now time.Time) error
	Waits(ctx context.Context, id string) (bool, error)
	Forget(ctx context.Context, before time.Time) error
	Unjudged(ctx context.Context, before, stopping time.Time, most int) ([]store.Delivery, error)
}

// Directory says who people are and what channels are. What it returns was true
// at notBefore or later.
type Directory interface {
	Standing(ctx context.Context, p commands.Person, notBefore time.Time) (policy.Standing, error)
	Channel(ctx context.Context, id string, notBefore time.Time) (policy.Channel, error)
	Rosters(ctx context.Context, notBefore time.Time) ([]store.Roster, error)
}

// Screen is what people see.
type Screen interface {
	// Show draws a case as it is: a new card for the zero Card, else that one.
	Show(ctx context.Context, c approval.Case, at store.Card) (store.Card, error)
	// Explain tells in the card's thread which calls a case would make, and in the
	// end which were made. It returns the card with the thread's message.
	Explain(ctx context.Context, c approval.Case, at store.Card) (store.Card, error)
	// Tell says something to one person alone, where they spoke.
	Tell(ctx context.Context, to Listener, m words.Message) error
	// AskWhy opens a form in which whoever said no may say why. A trigger works
	// for three seconds after the click it came with.
	AskWhy(ctx context.Context, trigger string, c approval.Case) error
	// AskGlass opens the form in which the asker may say why they act alone.
	AskGlass(ctx context.Context, trigger string, c approval.Case) error
	// Open opens a form.
	Open(ctx context.Context, trigger string, f Form) error
	// Redraw shows an open form as it is now; ErrFormClosed if it is not open any more.
	Redraw(ctx context.Context, f Form) error
	// Retire takes the buttons from a second copy of a case's card.
	Retire(ctx context.Context, c approval.Case, stray store.Card) error
	// Announce says something to everybody in a channel.
	Announce(ctx context.Context, channel string, m words.Message) error
}

// Judge is the policy in force.
type Judge interface {
	Admit(a policy.Ask) policy.Decision
	Decide(a policy.Ask, p commands.Plan) policy.Decision
	Hash() string
	Groups() []string
	Explain(a policy.Ask) []words.Message
	MayApprove(d policy.Decision, b policy.Ballot) words.Message
	MaySign(g policy.Glass, b policy.Ballot) words.Message
	Elsewhere(asker, voter policy.Subject) bool
	Responder(s policy.Subject, t policy.Target, now time.Time) bool
	Protects(target string, t integrations.Thing) string
	Budgets(target string) []policy.Budget
	Cooldown() time.Duration
}

// Config is what a Bot is made of. All of it is needed, but for Audit.
type Config struct {
	Store     Store
	Inbox     Inbox
	Lists     Lists
	Forms     Forms
	Policies  Policies
	Directory Directory
	Screen    Screen
	Policy    func() Judge // the one in force
	Targets   map[string]Target
	Limits    approval.Limits
	Audit     string // the channel that witnesses the record's head; "" for none
	Replica   string // names this process among those that share the store
	Now       func() time.Time
	NewID     func() string // a case id that was never used
	Log       *slog.Logger
}

// Bot is the engine. Make it with New.
type Bot struct {
	Config
	work    sync.WaitGroup // what must end before the process may
	busy    *keyed         // cases and deliveries that this process is on
	drawing *keyed         // cases whose card it is drawing
	strays  *keyed         // second cards that are being retired
	posted  posted         // cards that could not be stored yet
	health  *health        // how the systems answered
	since   time.Time      // when this process began
	seen    int64          // the record's head that was sent out last
	// announced is the policy that was announced last; that may not be stored yet.
	announced store.Succession
}

// New makes an engine. It does nothing until Run, Handle or Sweep is called.
func New(c Config) *Bot {
	return &Bot{
		Config: c, busy: newKeyed(c.Now), drawing: newKeyed(c.Now), strays: newKeyed(c.Now), posted: posted{cards: map[string]store.Card{}},
		health: &health{now: c.Now, reads: map[string]reading{}}, since: c.Now(),
	}
}

const (
	sweepEvery = time.Second
	sweepMost  = 100
	// A delivery that nobody judged in this time belonged to a replica that died.
	orphaned = 15 * time.Second
	// A no that waits holds its case up, so it is judged again sooner.
	hurried = 2 * time.Second
)

// Run sweeps, and does the chores once a minute, until ctx ends; then it waits
// for calls that are under way.
func (b *Bot) Run(ctx context.Context) {
	tick, minute := time.NewTicker(sweepEvery), time.NewTicker(time.Minute)
	defer tick.Stop()
	defer minute.Stop()
	b.tidy(ctx)
	for ctx.Err() == nil {
		b.Sweep(ctx)
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-minute.C:
			b.tidy(ctx)
		}
	}
	b.work.Wait()
	b.Chores(context.WithoutCancel(ctx))
}

// Sweep starts what is due: cases whose time has come or whose card is behind,
// and deliveries whose replica died.
func (b *Bot) Sweep(ctx context.Context) {
	ids, err := b.Store.Due(ctx, b.Now(), sweepMost)
	if err != nil {
		b.Log.Error("sweep: cases due", "err", err)
	}
	for _, id := range ids {
		b.start(ctx, id)
	}
	left, err := b.Inbox.Unjudged(ctx, b.Now().Add(-orphaned), b.Now().Add(-hurried), sweepMost)
	if err != nil {
		b.Log.Error("sweep: deliveries left", "err", err)
	}
	b.resume(ctx, left)
}

// start goes on with a case in the background, unless this process is on it.
func (b *Bot) start(ctx context.Context, id string) {
	b.paint(ctx, id)
	if !b.busy.take(id) {
		return
	}
	ctx = context.WithoutCancel(ctx)
	b.work.Go(func() {
		defer b.busy.give(id)
		b.next(ctx, id)
	})
}
