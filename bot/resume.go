package bot

import (
	"cmp"
	"context"
	"encoding/json"
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
			b.late(ctx, h, store.Delivery{ID: h.ID, Received: b.Now()})
		}
	})
}

// late judges one delivery that was left. Nobody who walked away for longer
// than a plan may take wants their command run now: they are told instead. A
// person who was already told to wait is not told again.
func (b *Bot) late(ctx context.Context, h Heard, d store.Delivery) {
	if !b.busy.take(h.ID) {
		return
	}
	defer b.busy.give(h.ID)
	v := verdict{say: words.New("heard.too-late", words.V{"at": words.At(d.Received)})}
	if b.Now().Sub(d.Received) < b.Limits.Plan {
		v = b.judge(ctx, h)
	}
	if !v.open {
		b.tell(ctx, h.From, v.say)
	}
	b.judged(ctx, h.ID, v)
}

// order puts what stops a case before what starts it.
func (c Choice) order() int {
	if c == Approve {
		return 1
	}
	return 0
}
