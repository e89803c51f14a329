package bot

import (
	"context"

	"quell/bot/store"
)

// Adopt makes a card the case's own, if it has none and none is being posted; it reports whether
// it did. A face that finds a card of a case which nobody stored calls it.
func (b *Bot) Adopt(ctx context.Context, id string, c store.Card) (bool, error) {
	adopted, err := b.c.Cases.Adopt(ctx, id, c, b.c.Now())
	if adopted {
		b.c.Engine.Start(ctx, id)
	}
	return adopted, err
}

// Stray has the buttons taken from a card that is not the case's own, once no card of the case
// is being posted: until then it may turn out to be its own.
func (b *Bot) Stray(ctx context.Context, id string, s store.Stray) error {
	err := b.c.Cases.AddStray(ctx, id, s, b.c.Now())
	if err == nil {
		b.c.Engine.Start(ctx, id)
	}
	return err
}
