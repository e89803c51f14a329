package bot

import (
	"context"

	"quell/bot/approval"
)

// Calls returns a case, for the face to show to the speaker which calls it would make; else the
// zero case, and the verdict says why. Any member may see them. It is no vote, and no entry of
// the record.
func (b *Bot) Calls(ctx context.Context, s Speaker, on On) (approval.Case, Verdict) {
	t := pressed(on, "calls")
	c, v := b.load(ctx, s, t)
	if c.ID == "" {
		return c, v
	}
	if v, ok := b.notOutside(ctx, s, t, c); !ok {
		return approval.Case{}, v
	}
	return c, Verdict{}
}
