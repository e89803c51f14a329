package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/words"
	"quell/integrations"
	"quell/policy"
)

// redraw is how long a card that could not be drawn is left alone; each further
// failure doubles it, up to redrawMost, or for a case that has ended to
// redrawOver: its channel may be gone for ever. A move ends the wait.
const (
	redraw     = 5 * time.Second
	redrawMost = 30 * time.Second
	redrawOver = 5 * time.Minute
)

// paint draws a case in the background until people see what is stored. There
// is one drawer at a time and it always draws the newest state, so a burst of
// moves costs few edits and no call to a vendor ever waits for Slack.
func (b *Bot) paint(ctx context.Context, id string) {
	if !b.drawing.take(id) {
		return
	}
	ctx = context.WithoutCancel(ctx)
	b.work.Go(func() {
		defer b.drawing.give(id)
		for b.draw(ctx, id) {
		}
	})
}

// draw shows the case as it is stored now. It reports whether to look again.
func (b *Bot) draw(ctx context.Context, id string) bool {
	rec, err := b.Store.Load(ctx, id)
	if err != nil {
		b.Log.Error("a case could not be read", "case", id, "err", err)
		return false
	}
	if rec.ShownSeq >= rec.Case.Seq || rec.Case.State == approval.Planning {
		return false
	}
	card, err := b.card(ctx, rec)
	if err != nil {
		b.Log.Warn("a card could not be drawn", "case", id, "err", err)
		b.undrawn(ctx, rec.Case)
		return false
	}
	if err := b.Store.Shown(ctx, id, rec.Case.Seq, card); err != nil {
		b.Log.Error("what is shown could not be stored", "case", id, "err", err)
		b.posted.keep(id, card) // or the next drawing would post a second card
		b.drawing.rest(id, b.Now().Add(redraw))
		return false
	}
	b.posted.drop(id)
	b.drawing.succeed(id)
	return true
}

// undrawn puts the next drawing off.
func (b *Bot) undrawn(ctx context.Context, c approval.Case) {
	most := redrawMost
	if c.State.Over() {
		most = redrawOver
	}
	until := b.Now().Add(b.drawing.fail(c.ID, redraw, most))
	if err := b.Store.Undrawn(ctx, c.ID, c.Seq, until); err != nil {
		b.Log.Error("a drawing could not be put off", "case", c.ID, "err", err)
		b.drawing.rest(c.ID, until)
	}
}

// card draws a record: the card, and what its thread tells. A case that never got
// as far as asking or running has no card: its asker was told.
func (b *Bot) card(ctx context.Context, rec store.Record) (store.Card, error) {
	if rec.Case.Decision.Verdict == policy.Refuse {
		return rec.Card, nil
	}
	if rec.Card == (store.Card{}) {
		rec.Card = b.posted.card(rec.Case.ID)
	}
	card, err := b.Screen.Show(ctx, rec.Case, rec.Card)
	if err != nil {
		return card, err
	}
	if card != rec.Card { // where it is must be known, even if its thread fails
		if err := b.Store.Shown(ctx, rec.Case.ID, rec.ShownSeq, card); err != nil {
			b.posted.keep(rec.Case.ID, card)
			return card, err
		}
	}
	return b.Screen.Explain(ctx, rec.Case, card)
}

// posted remembers cards that were posted while the database could not take it.
type posted struct {
	mu    sync.Mutex
	cards map[string]store.Card
}

func (p *posted) keep(id string, c store.Card) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cards[id] = c
}

func (p *posted) drop(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.cards, id)
}

func (p *posted) card(id string) store.Card {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cards[id]
}

// blame is the sentence for a call that failed: the vendor's own trouble if it
// has a sentence, else that of its kind.
func blame(err error, target string) words.Message {
	v := words.V{"target": words.Code(target)}
	e, ok := errors.AsType[*integrations.Error](err)
	if !ok {
		return words.New("vendor.internal", v)
	}
	if e.Code != "" {
		v["code"] = words.Code(e.Code)
	}
	if e.Hint != "" {
		return words.New(e.Hint, v)
	}
	return words.New("vendor."+string(e.Kind), v)
}
