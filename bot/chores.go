package bot

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"quell/bot/audit"
	"quell/bot/engine"
	"quell/bot/people"
	"quell/bot/store"
	"quell/commands/words"
	"quell/policy"
)

// ChoreStore is the part of the store that Chores needs.
type ChoreStore interface {
	CountRepeats(ctx context.Context, now time.Time) error
	Head(ctx context.Context) (int64, audit.Hash, error)
	Say(ctx context.Context, all ...store.Saying) error
	Tidy(ctx context.Context, before, now time.Time) error
}

// Chores are the housekeeping: they drop old rows, record repeated attempts, take snapshots of
// the user groups' members, announce the record's head, and look whom the policy counts on in
// vain.
type Chores struct {
	Store  ChoreStore
	People *people.People
	Outbox engine.Outbox
	Policy func() *policy.Policy // the one in force
	Audit  string                // the channel that witnesses the record's head; "" for none
	Team   string                // the workspace whose people the policy names
	Vacant func(n int)           // is told how many groups and people of the policy have nobody behind them; may be nil
	Now    func() time.Time
	Log    *slog.Logger

	headSent int64 // the number of the record's head that was sent out last
}

// retention is how long rows are kept that cases may rest on. It is longer than any case rests
// on a look: a vote is waited for a day at most (package policy).
const retention = 48 * time.Hour

// choresWithin bounds the chores, which the end of the process waits for.
const choresWithin = 10 * time.Second

// Run does the chores once a minute until ctx ends.
func (k *Chores) Run(ctx context.Context) {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for ctx.Err() == nil {
		k.Do(ctx)
		select {
		case <-ctx.Done():
		case <-minute.C:
		}
	}
}

// Do does the chores one after the other. A chore that fails is tried again the next time.
func (k *Chores) Do(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), choresWithin) // also while stopping
	defer cancel()
	if err := k.Store.Tidy(ctx, k.Now().Add(-retention), k.Now()); err != nil {
		k.Log.Error("what is old could not be dropped", "err", err)
	}
	if err := k.Store.CountRepeats(ctx, k.Now()); err != nil {
		k.Log.Error("repeated attempts could not be recorded", "err", err)
	}
	if err := k.People.SnapshotGroups(ctx, k.Policy()); err != nil {
		k.Log.Warn("who is in the user groups could not be looked up", "err", err)
	}
	if err := k.witness(ctx); err != nil {
		k.Log.Warn("the record's head could not be sent out", "err", err)
	}
	n := k.People.Vacancies(ctx, k.Policy(), k.Team)
	if k.Vacant != nil {
		k.Vacant(n)
	}
}

// witness sends the record's head, if it moved, to the log and the audit channel: somebody who
// can write the database cannot change it there. A record whose tail is cut off later no
// longer agrees with that head.
func (k *Chores) witness(ctx context.Context) error {
	number, hash, err := k.Store.Head(ctx)
	if err != nil || number == k.headSent {
		return err
	}
	k.Log.Info("record head", "number", number, "hash", hash)
	at := strconv.FormatInt(number, 10)
	head := words.New("audit.head", words.V{"number": words.Code(at), "hash": words.Code(hash.String())})
	all := sayings("head "+at+" "+hash.String(), k.Now(), tellHead, head, k.Audit)
	for i := range all {
		all[i].Topic = "head"
	}
	if err := k.Store.Say(ctx, all...); err != nil {
		return err
	}
	k.Outbox.Wake(context.WithoutCancel(ctx))
	k.headSent = number
	return nil
}
