package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"quell/bot/store"
	"quell/bot/words"
)

// clicks is the name under which one goroutine at a time goes through the
// clicks that were left.
const clicks = "clicks"

// resume judges deliveries whose replica died before it could, or that had to
// wait for a look-up. Clicks are taken one after the other, a "no" before a
// "yes": whoever pressed both while nobody could be asked meant to stop.
func (b *Bot) resume(ctx context.Context, left []store.Delivery) {
	ctx = context.WithoutCancel(ctx)
	var pressed []Heard
	for _, d := range left {
		var h Heard
		switch err := json.Unmarshal([]byte(d.Body), &h); {
		case err != nil:
			b.Log.Error("a stored delivery is damaged", "id", d.ID, "err", err)
			b.judged(ctx, d.ID, verdict{})
		case h.Pressed != nil:
			pressed = append(pressed, h)
		default:
			b.work.Go(func() { b.late(ctx, h, d) })
		}
	}
	slices.SortStableFunc(pressed, func(x, y Heard) int { return cmp.Compare(x.Pressed.Choice.order(), y.Pressed.Choice.order()) })
	if len(pressed) == 0 || !b.busy.take(clicks) {
		return
	}
	b.work.Go(func() {
		defer b.busy.give(clicks)
		for _, h := range pressed {
			b.late(ctx, h, store.Delivery{ID: h.ID})
		}
	})
}

// late judges one delivery that was left. A person who was already told to wait
// is not told again.
func (b *Bot) late(ctx context.Context, h Heard, d store.Delivery) {
	if !b.busy.take(h.ID) {
		return
	}
	defer b.busy.give(h.ID)
	v := b.judgeLate(ctx, h, d)
	if !v.open {
		b.tell(ctx, h.From, v.say)
	}
	b.judged(ctx, h.ID, v)
}

// judgeLate judges a delivery as what it is by now. A command that opened its
// case before a crash goes on. One that did not, and whose asker has waited for
// longer than a plan may take, is not run: they are told instead.
func (b *Bot) judgeLate(ctx context.Context, h Heard, d store.Delivery) verdict {
	if h.Typed == nil {
		return b.judge(ctx, h)
	}
	switch id, err := b.Store.Opened(ctx, h.ID); {
	case err == nil:
		return b.follow(ctx, id)
	case !errors.Is(err, store.ErrNotFound):
		b.Log.Error("a delivery's case could not be read", "id", h.ID, "err", err)
		return verdict{open: true}
	case b.Now().Sub(d.Received) >= b.Limits.Plan:
		return verdict{say: words.New("heard.too-late", words.V{"at": words.At(d.Received)})}
	}
	return b.judge(ctx, h)
}

// order puts what stops a case before what starts it.
func (c Choice) order() int {
	if c == Approve {
		return 1
	}
	return 0
}
