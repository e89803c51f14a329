package dcs

import (
	"context"
	"sync"
	"time"

	"quell/integrations"
)

// share lets callers who ask for the same node at the same time share a look,
// without ever handing one a look that began before it asked: whoever verifies
// an act must not be shown the time before it. So a newcomer never joins the
// running look but the one after it, of which there is at most one.
type share struct {
	timeout time.Duration // of one look
	look    func(ctx context.Context, node string) (integrations.Sighting, error)

	mu    sync.Mutex
	lanes map[string]*lane // by node; only those in use
}

type lane struct{ running, next *sharedLook }

// sharedLook belongs to no caller: it goes on while anybody waits for it.
type sharedLook struct {
	ctx     context.Context
	cancel  context.CancelFunc
	waiting int
	done    chan struct{} // closed once result is set
	result  result
}

type result struct {
	sighting integrations.Sighting
	err      error
}

func newShare(timeout time.Duration, look func(context.Context, string) (integrations.Sighting, error)) *share {
	return &share{timeout: timeout, look: look, lanes: map[string]*lane{}}
}

func (s *share) get(ctx context.Context, node string) result {
	if err := ctx.Err(); err != nil {
		return gaveUp(err)
	}
	look := s.join(ctx, node)
	select {
	case <-look.done:
		return look.result
	case <-ctx.Done():
		s.leave(node, look)
		return gaveUp(ctx.Err())
	}
}

func gaveUp(err error) result {
	return result{err: &integrations.Error{Kind: integrations.NoAnswer, Vendor: Vendor, Op: opList, Cause: err}}
}

func (s *share) join(ctx context.Context, node string) *sharedLook {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lanes[node]
	switch {
	case l == nil:
		l = &lane{running: newSharedLook(ctx)}
		s.lanes[node] = l
		go s.run(node, l.running) //nolint:contextcheck // the look carries a context of its own
		return l.running
	case l.next == nil:
		l.next = newSharedLook(ctx)
	default:
		l.next.waiting++
	}
	return l.next
}

// newSharedLook keeps the values of its first caller's context, not its end.
func newSharedLook(ctx context.Context) *sharedLook {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	return &sharedLook{ctx: ctx, cancel: cancel, waiting: 1, done: make(chan struct{})}
}

// leave ends a look that nobody waits for any more.
func (s *share) leave(node string, look *sharedLook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	look.waiting--
	if look.waiting > 0 {
		return
	}
	look.cancel()
	if l := s.lanes[node]; l != nil && l.next == look {
		l.next = nil
	}
}

func (s *share) run(node string, look *sharedLook) {
	ctx, cancel := context.WithTimeout(look.ctx, s.timeout)
	look.result.sighting, look.result.err = s.look(ctx, node)
	cancel()
	look.cancel()
	close(look.done)
	s.advance(node)
}

func (s *share) advance(node string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lanes[node]
	if l.next == nil {
		delete(s.lanes, node)
		return
	}
	l.running, l.next = l.next, nil
	go s.run(node, l.running)
}
