package bot

import (
	"context"
	"strconv"
	"time"

	"quell/bot/words"
)

// remembered is how long a delivery that was dealt with is kept, so that a late
// copy of it does not count. Slack's own response_url lives half as long.
const remembered = time.Hour

// eldest is older than any look that a case may rest on: a vote is waited for a
// day at most (package policy).
const eldest = 48 * time.Hour

// choresWithin bounds the chores, which the end of the process waits for.
const choresWithin = 10 * time.Second

// tidy does the chores beside the sweeps, which must not wait for a database or
// a Slack that hangs.
func (b *Bot) tidy(ctx context.Context) {
	const chores = "chores"
	if !b.busy.take(chores) {
		return
	}
	ctx = context.WithoutCancel(ctx)
	b.work.Go(func() {
		defer b.busy.give(chores)
		b.Chores(ctx)
	})
}

// Chores tidies up: whatever fails is tried again a minute later.
func (b *Bot) Chores(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, choresWithin)
	defer cancel()
	if err := b.Inbox.Forget(ctx, b.Now().Add(-remembered)); err != nil {
		b.Log.Error("old deliveries could not be dropped", "err", err)
	}
	if err := b.Store.ForgetActed(ctx, b.Now().Add(-eldest)); err != nil {
		b.Log.Error("what cases acted on long ago could not be dropped", "err", err)
	}
	if err := b.Forms.ForgetForms(ctx, b.Now()); err != nil {
		b.Log.Error("old forms could not be dropped", "err", err)
	}
	if err := b.Store.Gather(ctx, b.Now()); err != nil {
		b.Log.Error("repeated attempts could not be recorded", "err", err)
	}
	if err := b.roster(ctx); err != nil {
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
	number, hash, err := b.Store.Head(ctx)
	if err != nil || number == b.seen {
		return err
	}
	b.Log.Info("record head", "number", number, "hash", hash)
	if b.Audit != "" {
		head := words.New("audit.head", words.V{"number": words.Code(strconv.FormatInt(number, 10)), "hash": words.Code(hash.String())})
		if err := b.Screen.Announce(ctx, b.Audit, head); err != nil {
			return err
		}
	}
	b.seen = number
	return nil
}
