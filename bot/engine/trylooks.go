package engine

import (
	"context"
	"errors"
	"log/slog"

	"golang.org/x/sync/errgroup"
)

// LookTrier is an Action whose looks after a call can be tried without one. ok is false where there
// is nothing to look at.
type LookTrier interface {
	TryLook(ctx context.Context) (ok bool, err error)
}

// looksAtOnce is how many systems are tried side by side.
const looksAtOnce = 4

// TryLooks tries at each target, once, what a look after a call needs, and keeps it for Health:
// credentials that can act and cannot look are known before somebody acts.
func (s *Systems) TryLooks(ctx context.Context, log *slog.Logger) {
	var all errgroup.Group
	all.SetLimit(looksAtOnce)
	for _, name := range s.Names("") {
		for _, action := range s.target(name).Actions {
			if a, ok := action.(LookTrier); ok && ctx.Err() == nil {
				all.Go(func() error {
					s.tryLook(ctx, name, a, log)
					return nil
				})
			}
		}
	}
	_ = all.Wait()
}

func (s *Systems) tryLook(ctx context.Context, target string, a LookTrier, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	ok, err := a.TryLook(ctx)
	if !ok || errors.Is(err, context.Canceled) {
		return
	}
	s.health.observeLook(target, err)
	if err != nil {
		log.Warn("what becomes of a call could not be seen at a target", "target", target, "err", err)
	}
}
