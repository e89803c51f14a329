package people

import (
	"context"
	"time"

	"quell/commands"
)

// Readers say who may read a channel. What they return was true at notBefore or later.
type Readers interface {
	Reads(ctx context.Context, p commands.Person, channel string, notBefore time.Time) (bool, error)
}

// Reads says whether a member may read a channel, and so what was asked in it, also where they
// are told of it elsewhere. It is known within FreshPlace, as what the channel is.
func (p *People) Reads(ctx context.Context, who commands.Person, channel string) (bool, error) {
	return p.Readers.Reads(ctx, who, channel, p.Now().Add(-FreshPlace))
}
