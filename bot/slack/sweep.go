package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"quell/bot"
	"quell/bot/store"
)

const (
	sweepMost = 100
	// orphanedAfter is when a delivery that nobody has judged belonged to a replica that died.
	orphanedAfter = 15 * time.Second
	// retryStopAfter is when a stop that had to wait is judged again: sooner, for a no holds its
	// case up, and a freeze does not hold yet what it is to hold.
	retryStopAfter = 2 * time.Second
	// retryJudgeAfter is when any other delivery that had to wait is judged again.
	retryJudgeAfter = 5 * time.Second
	// keepJudgedFor is how long a judged delivery is kept, so that a late copy of it is
	// known (deduplication). Slack's own response_url lives half as long.
	keepJudgedFor = time.Hour
)

// Run sweeps at an interval until ctx ends; then it waits for the deliveries that are
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

// Sweep judges the deliveries that are left: their replica died before it judged them, or
// they had to wait for a look-up. Which of them this process left open it knows by itself, and
// judges again as soon as they are due.
func (i *Inbox) Sweep(ctx context.Context) {
	left, err := i.Deliveries.Unjudged(ctx, i.Now().Add(-orphanedAfter), i.Now().Add(-retryStopAfter), sweepMost)
	if err != nil {
		i.Log.Error("sweep: deliveries left", "err", err)
	}
	i.judgeLeft(ctx, append(left, i.leftOpen(ctx)...))
	i.homes.drawStale(ctx)
}

// leftOpen reads the deliveries that this process left open and that are due again. One that is
// listed by the store as well is judged once: it is then taken, or rests, or is judged.
func (i *Inbox) leftOpen(ctx context.Context) (all []store.Delivery) {
	for _, id := range i.busy.Rested(sweepMost) {
		d, err := i.Deliveries.Delivery(ctx, id)
		switch {
		case err == nil:
			all = append(all, d)
		case errors.Is(err, store.ErrNotFound): // another process judged it, long ago
			if i.busy.Take(id) {
				i.busy.Give(id)
			}
		default:
			i.Log.Error("sweep: a delivery that was left open", "id", id, "err", err)
		}
	}
	return all
}

// Forget drops deliveries that were judged long ago.
func (i *Inbox) Forget(ctx context.Context) {
	if err := i.Deliveries.Forget(ctx, i.Now().Add(-keepJudgedFor)); err != nil {
		i.Log.Error("old deliveries could not be dropped", "err", err)
	}
}

// judgeLeft judges deliveries side by side, but the clicks on one case, or for one form, one after
// the other, a no before a yes: whoever pressed both while Slack could not be asked about people meant
// to stop the case.
func (i *Inbox) judgeLeft(ctx context.Context, left []store.Delivery) {
	about := map[string][]Delivery{}
	for _, d := range left {
		var h Delivery
		err := json.Unmarshal([]byte(d.Body), &h)
		h.received = d.Received
		switch {
		case err != nil:
			i.Log.Error("a stored delivery is damaged", "id", d.ID, "err", err)
			i.judged(ctx, Delivery{ID: d.ID}, bot.Verdict{})
		case h.Click != nil:
			on := cmp.Or(h.Click.Case, h.Click.Form)
			about[on] = append(about[on], h)
		default:
			i.work.Go(func() { i.judgeOneLeft(context.WithoutCancel(ctx), h) })
		}
	}
	for id, pressed := range about {
		slices.SortStableFunc(pressed, func(x, y Delivery) int { return cmp.Compare(x.Click.Button.precedence(), y.Click.Button.precedence()) })
		i.judgeClicks(ctx, id, pressed)
	}
}

// judgeClicks judges the clicks on one case, or for one form, in the background. A process that is to end
// leaves the rest of them to another process.
func (i *Inbox) judgeClicks(ctx context.Context, id string, pressed []Delivery) {
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
			i.judgeOneLeft(context.WithoutCancel(ctx), h)
		}
	})
}

// judgeOneLeft judges one delivery that is left. Where it has to wait once more, its
// sender was told so already and is not told again.
func (i *Inbox) judgeOneLeft(ctx context.Context, h Delivery) {
	if !i.busy.Take(h.ID) {
		return
	}
	defer i.busy.Give(h.ID)
	if waits, err := i.Deliveries.IsUnjudged(ctx, h.ID); err != nil || !waits {
		return // judged since the sweep listed it, or left to the next sweep
	}
	v := i.judgeAgain(ctx, h)
	if !v.Open {
		i.reply(ctx, h, v)
	}
	i.judged(ctx, h, v)
}

// judgeAgain judges a delivery as late as it is: it may have waited too long, or count already. An
// act in a form always has waited too long.
func (i *Inbox) judgeAgain(ctx context.Context, h Delivery) bot.Verdict {
	switch {
	case h.FormAction != nil && !h.FormAction.Picked.IsZero():
		return bot.Verdict{} // the form can be sent all the same
	case h.FormAction != nil:
		return bot.Verdict{Say: bot.ChooseAgain(h.received)}
	case h.lasts():
		return i.dispatcher.judge(ctx, h)
	}
	if v, done := i.late(ctx, h); done {
		return v
	}
	return i.dispatcher.judge(ctx, h)
}

func (i *Inbox) late(ctx context.Context, h Delivery) (v bot.Verdict, done bool) {
	if h.SlashCommand != nil || h.FormSubmission != nil {
		return i.Front.Resume(ctx, h.speaker(), h.received)
	}
	return i.Front.TooLate(ctx, h.speaker(), h.about(), h.received)
}
