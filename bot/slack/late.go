package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"quell/bot"
	"quell/bot/store"
)

const (
	sweepMost = 100
	// A delivery that nobody judged in this time belonged to a replica that died.
	orphaned = 15 * time.Second
	// A no that waits holds its case up, so it is judged again sooner.
	hurried = 2 * time.Second
	// What could not be judged is judged again after this.
	again = 5 * time.Second
	// How long a delivery that was dealt with is kept, so that a late copy of it does not
	// count. Slack's own response_url lives half as long.
	remembered = time.Hour
)

// Run judges what was left, every so often, until ctx ends; then it waits for what is
// being judged.
func (i *Inbox) Run(ctx context.Context, every time.Duration) {
	tick, minute := time.NewTicker(every), time.NewTicker(time.Minute)
	defer tick.Stop()
	defer minute.Stop()
	i.Forget(ctx)
	for ctx.Err() == nil {
		i.Sweep(ctx)
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-minute.C:
			i.Forget(ctx)
		}
	}
	i.work.Wait()
}

// Sweep judges deliveries whose replica died before it could, or that had to wait.
func (i *Inbox) Sweep(ctx context.Context) {
	left, err := i.Deliveries.Unjudged(ctx, i.Now().Add(-orphaned), i.Now().Add(-hurried), sweepMost)
	if err != nil {
		i.Log.Error("sweep: deliveries left", "err", err)
	}
	i.resume(ctx, left)
}

// Forget drops what was dealt with long ago.
func (i *Inbox) Forget(ctx context.Context) {
	if err := i.Deliveries.Forget(ctx, i.Now().Add(-remembered)); err != nil {
		i.Log.Error("old deliveries could not be dropped", "err", err)
	}
}

// resume judges deliveries whose replica died before it could, or that had to
// wait for a look-up. Those about one case are taken one after the other, a "no"
// before a "yes": whoever pressed both while nobody could be asked meant to stop.
func (i *Inbox) resume(ctx context.Context, left []store.Delivery) {
	about := map[string][]Heard{}
	for _, d := range left {
		var h Heard
		switch err := json.Unmarshal([]byte(d.Body), &h); {
		case err != nil:
			i.Log.Error("a stored delivery is damaged", "id", d.ID, "err", err)
			i.judged(ctx, Heard{ID: d.ID}, bot.Verdict{})
		case h.Pressed != nil:
			about[h.Pressed.Case] = append(about[h.Pressed.Case], h)
		default:
			i.work.Go(func() { i.late(context.WithoutCancel(ctx), h, d) })
		}
	}
	for id, pressed := range about {
		slices.SortStableFunc(pressed, func(x, y Heard) int { return cmp.Compare(x.Pressed.Choice.order(), y.Pressed.Choice.order()) })
		i.clicks(ctx, id, pressed)
	}
}

// clicks judges what was pressed about one case, in the background. A process
// that is to end leaves the rest to the next one.
func (i *Inbox) clicks(ctx context.Context, id string, pressed []Heard) {
	busy := "clicks on " + id
	if !i.busy.Take(busy) {
		return
	}
	i.work.Go(func() {
		defer i.busy.Give(busy)
		for _, h := range pressed {
			if ctx.Err() != nil {
				return
			}
			i.late(context.WithoutCancel(ctx), h, store.Delivery{ID: h.ID})
		}
	})
}

// late judges one delivery that was left. A person who was already told to wait
// is not told again.
func (i *Inbox) late(ctx context.Context, h Heard, d store.Delivery) {
	if !i.busy.Take(h.ID) {
		return
	}
	defer i.busy.Give(h.ID)
	if waits, err := i.Deliveries.IsUnjudged(ctx, h.ID); err != nil || !waits {
		return // it was judged since it was listed, or will be listed again
	}
	v := i.judgeLate(ctx, h, d)
	if !v.Open {
		i.tell(ctx, h.From, v.Say)
	}
	i.judged(ctx, h, v)
}

// judgeLate judges a delivery as what it is by now.
func (i *Inbox) judgeLate(ctx context.Context, h Heard, d store.Delivery) bot.Verdict {
	if h.Typed != nil {
		if v, done := i.Front.Resume(ctx, h.speaker(), d.Received); done {
			return v
		}
	}
	return i.judge(ctx, h)
}
