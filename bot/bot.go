// Package bot is the front: what people may ask for, in verbs, whatever face they use.
//
//	Ask        a request → Admit → a stored case → its plan
//	Pick       a form, for a request that does not say what to act on; Fill reads its list,
//	           Choose takes another system, Send sends it, Search looks through it
//	Vote       yes or no to what somebody asked; Withdraw takes it back
//	ExplainNo  why somebody said no
//	BreakGlass one person acts alone (MayBreakGlass), loudly, and others sign afterwards (Sign)
//	LookAgain  one more look at an outcome that is not certain; AskAgain fills in a form
//	Freeze     one person stops everything; two lift that (Unfreeze)
//	Why        how a case was decided; Can says what somebody may do
//	Status     how the bot fares and what is open; Targets what somebody may act on; Help
//
// A verb takes a Speaker (who, where, under which id) and values, and returns a Verdict in
// words. It does its work once, however often it is said under one id, and trusts no face.
// A face (package slack; face_test.go has a small one) brings what people type and press to
// these verbs and shows them the verdict; what it brings it stores first, so that no crash
// loses a word, and what it finds stored after a crash it says again (Resume). It also is
// where cases are drawn (display.Screen) and news is said (display.Announcer), and knows
// people and places (people.Directory). Package wiring puts all of that together.
//
// A no goes before a yes. One that is stored before a claim keeps that claim from being
// committed until it is judged, and it also ends a case that is approved and waits:
// nobody's "stop" is overtaken by a look-up that was slow, and of several calls it stops
// those that have not begun.
//
// The front names no vendor, no Slack and no screen. Cases are moved by package engine,
// drawn by package display; who somebody is says package people.
package bot

import (
	"context"
	"log/slog"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/engine"
	"quell/bot/people"
	"quell/bot/store"
	"quell/policy"
)

// Cases keeps cases, and attempts that came to none.
type Cases interface {
	Create(ctx context.Context, c approval.Case, origin string, e audit.Entry) (approval.Case, error)
	Opened(ctx context.Context, origin string) (string, error)
	Load(ctx context.Context, id string) (store.CaseRow, error)
	Note(ctx context.Context, delivery string, e audit.Entry) error
}

// Freezes keeps the freezes: on which targets nothing may be done.
type Freezes interface {
	Freeze(ctx context.Context, f store.Freeze, e audit.Entry, tell ...store.Saying) error
	Unfreeze(ctx context.Context, target string, e audit.Entry, tell func(done bool) []store.Saying) (done bool, err error)
	Freezes(ctx context.Context) ([]store.Freeze, error)
}

// Forms keeps the list that was read for an open form, so that a search in the form calls no
// vendor.
type Forms interface {
	SaveForm(ctx context.Context, id, body string, until time.Time) error
	Form(ctx context.Context, id string, now time.Time) (body string, err error) // store.ErrNotFound once it is too old
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
}

// Config is what a Bot is made of. All of it is needed, but for Audit.
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
	Audit    string // the channel that is told of freezes and policies; "" for none
	Now      func() time.Time
	NewID    func() string // a case id that was never used
	Log      *slog.Logger
}

// Bot is the front. Make it with New.
type Bot struct {
	*desk
	*picker
	since time.Time // when this process began
}

// New makes a front. It does nothing until it is asked.
func New(c Config) *Bot {
	d := &desk{c}
	return &Bot{desk: d, picker: &picker{d}, since: c.Now()}
}
