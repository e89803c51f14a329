package dcs

import (
	"context"
	"sync"
	"time"

	"quell/integrations"
)

// share keeps order between our own calls to a node, which the vendor serves
// one at a time: while it scans a node it refuses everything else there.
//
// Callers who ask for the same node at the same time share a look, without ever
// being handed one that began before they asked: whoever verifies an act must
// not be shown the time before it. So a newcomer never joins the running look
// but the one after it, of which there is at most one. What a look called goes
// onto the tape of each of its callers.
//
// A kill goes before the next look: it waits for the running one only, and none
// begins before the kill is answered (hold).
type share struct {
	timeout time.Duration // of one look
	look    func(ctx context.Context, node string) (integrations.Sighting, error)

	mu    sync.Mutex
	lanes map[string]*lane // by node; only those in use
}

type lane struct {
	running, next *sharedLook
	held          int // kills that wait or are on their way
}

// sharedLook belongs to no caller: it goes on while anybody waits for it.
type sharedLook struct {
	ctx     context.Context
	cancel  context.CancelFunc
	tape    *integrations.Tape // of its calls, for each caller's own
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
	defer look.tape.Replay(ctx)
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
	l := s.lane(node)
	look := l.next
	if look == nil {
		look = newSharedLook(ctx)
		l.next = look
	} else {
		look.waiting++
	}
	s.proceed(node, l) //nolint:contextcheck // the look carries a context of its own
	return look
}

// hold keeps looks at the node from beginning and waits until none runs, or
// says that ctx ended first. Whoever got ok must call release.
func (s *share) hold(ctx context.Context, node string) (release func(), ok bool) {
	s.mu.Lock()
	l := s.lane(node)
	l.held++
	running := l.running
	s.mu.Unlock()
	release = func() { //nolint:contextcheck // the same
		s.mu.Lock()
		defer s.mu.Unlock()
		l.held--
		s.proceed(node, l)
	}
	if running == nil {
		return release, true
	}
	select {
	case <-running.done:
		return release, true
	case <-ctx.Done():
		release()
		return nil, false
	}
}

// lane needs the lock, as proceed does.
func (s *share) lane(node string) *lane {
	if s.lanes[node] == nil {
		s.lanes[node] = &lane{}
	}
	return s.lanes[node]
}

// proceed begins the next look if nothing is in its way.
func (s *share) proceed(node string, l *lane) {
	switch {
	case l.running != nil || l.held > 0:
	case l.next == nil:
		delete(s.lanes, node)
	default:
		l.running, l.next = l.next, nil
		go s.run(node, l.running)
	}
}

// newSharedLook keeps the values of its first caller's context, not its end.
func newSharedLook(ctx context.Context) *sharedLook {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ctx, tape := integrations.Record(ctx)
	return &sharedLook{ctx: ctx, cancel: cancel, tape: tape, waiting: 1, done: make(chan struct{})}
}

// leave ends a look that nobody waits for any more, and waits until it has
// ended: the last caller's tape is to show what became of its last call.
func (s *share) leave(node string, look *sharedLook) {
	if s.abandon(node, look) {
		<-look.done
	}
}

// abandon says whether that broke off a look that runs.
func (s *share) abandon(node string, look *sharedLook) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	look.waiting--
	if look.waiting > 0 {
		return false
	}
	look.cancel()
	l := s.lanes[node]
	if l != nil && l.next == look {
		l.next = nil
	}
	return l != nil && l.running == look
}

func (s *share) run(node string, look *sharedLook) {
	ctx, cancel := context.WithTimeout(look.ctx, s.timeout)
	look.result.sighting, look.result.err = s.look(ctx, node)
	cancel()
	look.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	close(look.done)
	l := s.lanes[node]
	l.running = nil
	s.proceed(node, l)
}
