package bot

import (
	"context"
	"log/slog"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/bucket"
	"quell/bot/engine"
	"quell/bot/people"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// Cases keeps cases and which card is theirs, and attempts that came to none.
type Cases interface {
	Create(ctx context.Context, c approval.Case, origin string, e audit.Entry) (approval.Case, error)
	Opened(ctx context.Context, origin string) (string, error)
	Load(ctx context.Context, id string) (store.CaseRow, error)
	Note(ctx context.Context, delivery string, e audit.Entry) error
	Adopt(ctx context.Context, id string, c store.Card, now time.Time) (bool, error)
	AddStray(ctx context.Context, id string, s store.Stray, now time.Time) error
}

// Freezes keeps the freezes, on which targets nothing may be done, and what is to be said of them.
type Freezes interface {
	Freeze(ctx context.Context, delivery string, f store.Freeze, e audit.Entry, tell func(before store.Freeze, holds []approval.Case) []store.Saying) error
	Unfreeze(ctx context.Context, target string, e audit.Entry, tell func(store.Unfreezing) []store.Saying) (done bool, err error)
	Freezes(ctx context.Context) ([]store.Freeze, error)
	ResultOf(ctx context.Context, key string) (store.Result, error)
	Dropped(ctx context.Context, key, why string, now time.Time) error
}

// Forms keeps the list that was read for an open form, so that a search in the form calls no
// vendor.
type Forms interface {
	SaveForm(ctx context.Context, id, body string, until time.Time) error
	SaveNewer(ctx context.Context, id, body string, until time.Time) error       // unless something later is kept
	Form(ctx context.Context, id string, now time.Time) (body string, err error) // store.ErrNotFound once it is too old
	FormsUntil(ctx context.Context, now, until time.Time, most int) ([]store.FormHead, error)
}

// Policies keeps each policy that was in force, and stores its announcement with it.
// Unannounced and Announced take over the policies that a release without an outbox did not
// announce.
type Policies interface {
	Enforce(ctx context.Context, hash, body string, e audit.Entry, tell func(before string) []store.Saying) (before string, err error)
	Say(ctx context.Context, all ...store.Saying) error
	Unannounced(ctx context.Context) ([]store.Succession, error)
	Announced(ctx context.Context, p store.Succession) error
}

// Lists are what people may ask to see.
type Lists interface {
	Open(ctx context.Context, most int) ([]approval.Case, error)
	Unsigned(ctx context.Context, most int) ([]approval.Case, error)
	OwedBy(ctx context.Context, who commands.Person) (id string, err error)
	Recent(ctx context.Context, most int) ([]approval.Case, error)
	AskedBy(ctx context.Context, who commands.Person, most int) ([]approval.Case, error)
	Find(ctx context.Context, q store.Search) ([]approval.Case, error)
}

// Config is what a Bot is made of. All of it is needed, but for Audit and News.
type Config struct {
	Cases    Cases
	Freezes  Freezes
	Forms    Forms
	Policies Policies
	Lists    Lists
	People   *people.People
	Engine   *engine.Engine
	Systems  *engine.Systems
	Outbox   engine.Outbox
	Policy   func() *policy.Policy // the one in force
	Limits   approval.Limits
	// News is what the face has to say of itself in Status; nil for nothing.
	News  func() []words.Message
	Audit string // the channel that is told of freezes and policies; "" for none
	Now   func() time.Time
	NewID func() string // a case id that was never used
	Log   *slog.Logger
}

// Bot is the front. Make it with New. Its own verbs are those about a case; the others are in rooms of
// their own.
type Bot struct {
	*desk
	*picker
	*freezer
	*reader
	*announcer
	failing *bucket.Buckets // the plans of each person that may fail
}

// New makes a front. It does nothing until it is asked.
func New(c Config) *Bot {
	d := &desk{c}
	return &Bot{
		desk: d, picker: &picker{d}, reader: &reader{d, c.Now()}, announcer: &announcer{d},
		freezer: &freezer{d, bucket.New(c.Now, freezeBurst, 1/freezeEvery.Seconds())},
		failing: bucket.New(c.Now, failedPlans, failedPlans/failedWithin.Seconds()),
	}
}
