package bot

import (
	"context"
	"time"

	"quell/bot/approval"
	"quell/commands"
	"quell/integrations"
)

// look reads the things of a case whose calls are over, and judges them.
func (b *Bot) look(ctx context.Context, c approval.Case) approval.Event {
	now := b.Now()
	e, err := b.sighted(ctx, c)
	e.Next = now.Add(pause(now.Sub(c.Called)))
	if err != nil {
		b.Log.Warn("the look after the call failed", "case", c.ID, "err", err)
	}
	return e
}

// sighted looks at the things of a case. Where the look fails, none was seen.
func (b *Bot) sighted(ctx context.Context, c approval.Case) (approval.Looked, error) {
	e := approval.Looked{At: b.Now(), Seen: make([]approval.Sight, len(c.Items))}
	for i := range e.Seen {
		e.Seen[i].Seen = commands.NotLooked
	}
	action, ok := b.action(c)
	if !ok {
		return e, &integrations.Error{Kind: integrations.NotSent, Hint: "case.no-target"}
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	seen, err := action.Look(ctx, c.Plan)
	if err != nil {
		return e, err
	}
	e.At = seen.At
	for i, it := range c.Plan.Items {
		e.Seen[i].Seen, e.Seen[i].Successor = commands.Judge(it.Thing, c.Items[i].Known, seen)
	}
	return e, nil
}

// pause is how long to wait before the next look: short at first, when people
// watch, and never long enough to miss the end of the watch by much.
func pause(since time.Duration) time.Duration {
	return min(max(since/2, time.Second), 8*time.Second)
}
