// Package storetest is what every store of cases must pass, whichever database
// it rests on. There are no opt-outs.
//
// Each check gets a fresh database as two handles on it: what one does the
// other sees, and where two race one wins. An engine that lets a second program
// in gives two handles of their own. One that does not, such as SQLite behind
// the lock of store.Open, gives the same handle twice: its checks then race
// within one program, which is all the racing that can happen there.
//
// What only one engine can show (a locked folder, a crash, a full disk) is
// tested with that engine.
package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/integrations"
)

// Store is all that the program asks of a database.
type Store interface {
	Create(ctx context.Context, c approval.Case, origin string, e audit.Entry) (approval.Case, error)
	Opened(ctx context.Context, origin string) (string, error)
	Load(ctx context.Context, id string) (store.CaseRow, error)
	Advance(ctx context.Context, m store.Move) error
	Due(ctx context.Context, now time.Time, most int) ([]string, error)
	PostponeDraw(ctx context.Context, id string, seq int64, until time.Time) error
	Shown(ctx context.Context, id string, seq int64, at store.Card) error
	Holder(ctx context.Context, thing string) (string, error)
	Open(ctx context.Context, most int) ([]approval.Case, error)
	Recent(ctx context.Context, most int) ([]approval.Case, error)
	Exchanges(ctx context.Context, id string) ([]approval.Exchange, error)
	CountNewer(ctx context.Context) (live int, err error)
	Tidy(ctx context.Context, before, now time.Time) error

	SaveForm(ctx context.Context, id, body string, until time.Time) error
	Form(ctx context.Context, id string, now time.Time) (string, error)

	Take(ctx context.Context, at time.Time, l integrations.Limit, u integrations.Use) (time.Duration, error)
	Ban(ctx context.Context, name string, until time.Time) error

	Receive(ctx context.Context, d store.Delivery) (fresh bool, err error)
	Judged(ctx context.Context, id string, now time.Time) error
	IsUnjudged(ctx context.Context, id string) (bool, error)
	Forget(ctx context.Context, before time.Time) error
	Unjudged(ctx context.Context, before, stopping time.Time, most int) ([]store.Delivery, error)

	Allowed(ctx context.Context, c approval.Case, now time.Time, g store.Guards) error
	Freeze(ctx context.Context, f store.Freeze, e audit.Entry, tell ...store.Saying) error
	Unfreeze(ctx context.Context, target string, e audit.Entry, tell func(done bool) []store.Saying) (done bool, err error)
	Freezes(ctx context.Context) ([]store.Freeze, error)
	Enforce(ctx context.Context, hash, body string, e audit.Entry, tell func(before string) []store.Saying) (before string, err error)
	Policy(ctx context.Context, hash string) (string, error)
	Unannounced(ctx context.Context) ([]store.Succession, error)
	Announced(ctx context.Context, p store.Succession) error
	SnapshotGroup(ctx context.Context, r store.Roster, e audit.Entry) error
	Since(ctx context.Context, user string) (map[string]time.Time, error)

	Say(ctx context.Context, all ...store.Saying) error
	Claim(ctx context.Context, now, until time.Time, most int) ([]store.Saying, error)
	GiveUp(ctx context.Context, now time.Time) ([]store.Saying, error)
	Said(ctx context.Context, key string, now time.Time) error
	Retry(ctx context.Context, key, why string, until time.Time) error
	Dropped(ctx context.Context, key, why string, now time.Time) error
	FateOf(ctx context.Context, key string) (store.Fate, error)

	Note(ctx context.Context, delivery string, e audit.Entry) error
	CountRepeats(ctx context.Context, now time.Time) error
	Head(ctx context.Context) (int64, audit.Hash, error)
	Links(ctx context.Context, id string, f func(audit.Link) error) error
}

// check is one promise, tried on a fresh database.
type check struct {
	name string
	try  func(t *testing.T, a, b Store)
}

// Run holds a store to all of it. open makes a fresh database and closes it
// with t.
func Run(t *testing.T, open func(t *testing.T) (a, b Store)) {
	t.Helper()
	for _, c := range slices.Concat(caseChecks, moveChecks, exchangeChecks, holdChecks, dueChecks, inboxChecks, formChecks, limitChecks, guardChecks, newerChecks, policyChecks, outboxChecks, recordChecks) {
		t.Run(c.name, func(t *testing.T) {
			a, b := open(t)
			c.try(t, a, b)
			Chain(t, b) // whatever was done, the record is whole
		})
	}
}
