package commands

import (
	"context"

	"quell/integrations"
)

// LookTrier is a system whose list is costly, and that can be read once, gently, in its place.
type LookTrier interface {
	TryLook(ctx context.Context) error
}

// noJob is an id that no vendor gives to a job: whoever may read jobs is told that there is none.
const noJob = "00000000-0000-0000-0000-000000000000"

// TryLook makes the reads that a look after a call needs, before there is any call: credentials
// may be good for acting and not for looking. It is not ok where there is nothing to look at, so
// that nobody knows.
func (c Command) TryLook(ctx context.Context) (ok bool, err error) {
	ctx = integrations.Browsing(ctx)
	switch {
	case c.tryLook != nil:
		return true, c.tryLook(ctx)
	case c.reread != nil && c.trace == nil:
		_, err = c.reread(ctx, nil)
		return true, err
	}
	seen, err := c.list(ctx, "")
	if err != nil || c.trace == nil {
		return true, err
	}
	if len(seen.Things) == 0 {
		return false, nil
	}
	_, err = c.trace(ctx, seen.Things[0], integrations.Receipt{Job: noJob, At: seen.At})
	return true, err
}
