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

// resume judges deliveries whose replica died before it could, or that had to
// wait for a look-up. Those about one case are taken one after the other, a "no"
// before a "yes": whoever pressed both while nobody could be asked meant to stop.
func (b *Bot) resume(ctx context.Context, left []store.Delivery) {
	about := map[string][]Heard{}
	for _, d := range left {
		var h Heard
		switch err := json.Unmarshal([]byte(d.Body), &h); {
		case err != nil:
			b.Log.Error("a stored delivery is damaged", "id", d.ID, "err", err)
			b.judged(ctx, Heard{ID: d.ID}, verdict{})
		case h.Pressed != nil:
			about[h.Pressed.Case] = append(about[h.Pressed.Case], h)
		default:
			b.work.Go(func() { b.late(context.WithoutCancel(ctx), h, d) })
		}
	}
	for id, pressed := range about {
		slices.SortStableFunc(pressed, func(x, y Heard) int { return cmp.Compare(x.Pressed.Choice.order(), y.Pressed.Choice.order()) })
		b.clicks(ctx, id, pressed)
	}
}

// clicks judges what was pressed about one case, in the background. A process
// that is to end leaves the rest to the next one.
func (b *Bot) clicks(ctx context.Context, id string, pressed []Heard) {
	busy := "clicks on " + id
	if !b.busy.take(busy) {
		return
	}
	b.work.Go(func() {
		defer b.busy.give(busy)
		for _, h := range pressed {
			if ctx.Err() != nil {
				return
			}
			b.late(context.WithoutCancel(ctx), h, store.Delivery{ID: h.ID})
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
	if waits, err := b.Inbox.Waits(ctx, h.ID); err != nil || !waits {
		return // it was judged since it was listed, or will be listed again
	}
	v := b.judgeLate(ctx, h, d)
	if !v.open {
		b.tell(ctx, h.From, v.say)
	}
	b.judged(ctx, h, v)
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
