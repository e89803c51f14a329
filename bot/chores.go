package bot

import (
	"context"
	"strconv"
	"time"

	"quell/bot/words"
)

// eldest is older than any look that a case may rest on: a vote is waited for a
// day at most (package policy).
const eldest = 48 * time.Hour

// choresWithin bounds the chores, which the end of the process waits for.
const choresWithin = 10 * time.Second

// Run does the chores once a minute until ctx ends.
func (b *Bot) Run(ctx context.Context) {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for ctx.Err() == nil {
		b.Chores(ctx)
		select {
		case <-ctx.Done():
		case <-minute.C:
		}
	}
}

// Chores tidies up: whatever fails is tried again a minute later.
func (b *Bot) Chores(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, choresWithin)
	defer cancel()
	if err := b.Record.ForgetActed(ctx, b.Now().Add(-eldest)); err != nil {
		b.Log.Error("what cases acted on long ago could not be dropped", "err", err)
	}
	if err := b.Forms.ForgetForms(ctx, b.Now()); err != nil {
		b.Log.Error("old forms could not be dropped", "err", err)
	}
	if err := b.Record.Gather(ctx, b.Now()); err != nil {
		b.Log.Error("repeated attempts could not be recorded", "err", err)
	}
	if err := b.People.Gather(ctx, b.Policy()); err != nil {
		b.Log.Warn("who is in the user groups could not be looked up", "err", err)
	}
	if err := b.witness(ctx); err != nil {
		b.Log.Warn("the record's head could not be sent out", "channel", b.Audit, "err", err)
	}
}

// witness sends the record's head, if it moved, to where whoever can write the
// database cannot reach: the log, and the audit channel. A tail that is cut off
// later no longer agrees with it.
func (b *Bot) witness(ctx context.Context) error {
	number, hash, err := b.Record.Head(ctx)
	if err != nil || number == b.seen {
		return err
	}
	b.Log.Info("record head", "number", number, "hash", hash)
	if b.Audit != "" {
		head := words.New("audit.head", words.V{"number": words.Code(strconv.FormatInt(number, 10)), "hash": words.Code(hash.String())})
		if err := b.Announcer.Announce(ctx, b.Audit, head); err != nil {
			return err
		}
	}
	b.seen = number
	return nil
}
