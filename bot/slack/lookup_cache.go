package slack

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// fetch looks something up in Slack by its id.
type fetch[T any] func(ctx context.Context, id string) (T, error)

// lookUpCache caches what Slack answered, each answer with the time when its call began.
// Callers say how fresh an answer has to be. Concurrent callers of one id share one call
// (singleflight), but never a call that began before the time that they name: a right that
// was taken away in between must count. Failures are not cached.
type lookUpCache[T any] struct {
	now func() time.Time
	ask fetch[T]

	mu       sync.Mutex
	cached   map[string]*lookUpCall[T]
	inFlight map[string]*lookUpCall[T] // the newest call of each id
	dropped  map[string]time.Time      // when what was known of an id was dropped last
}

type lookUpCall[T any] struct {
	asked time.Time
	ready chan struct{} // closed when value and err are set
	value T
	err   error
}

func newLookUpCache[T any](now func() time.Time, ask fetch[T]) *lookUpCache[T] {
	return &lookUpCache[T]{now: now, ask: ask, cached: map[string]*lookUpCall[T]{}, inFlight: map[string]*lookUpCall[T]{}, dropped: map[string]time.Time{}}
}

// lookUpTimeout bounds one look-up, its wait in the rate queue included.
const lookUpTimeout = 5 * time.Second

// get returns an answer whose call began at notBefore or later. When ctx ends, only its own
// caller stops waiting: the shared call goes on for the others.
func (a *lookUpCache[T]) get(ctx context.Context, id string, notBefore time.Time) (T, error) {
	k := a.callFor(ctx, id, notBefore)
	select {
	case <-k.ready:
		return k.value, k.err
	case <-ctx.Done():
		var none T
		return none, fmt.Errorf("a look-up was not waited for: %w", ctx.Err())
	}
}

// callFor returns a call that is fresh enough: cached, in flight, or begun now.
func (a *lookUpCache[T]) callFor(ctx context.Context, id string, notBefore time.Time) *lookUpCall[T] {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, there := range []map[string]*lookUpCall[T]{a.cached, a.inFlight} {
		if k, ok := there[id]; ok && !k.asked.Before(notBefore) {
			return k
		}
	}
	k := &lookUpCall[T]{asked: a.now(), ready: make(chan struct{})}
	a.inFlight[id] = k
	go a.do(context.WithoutCancel(ctx), id, k)
	return k
}

// last is the newest answer about an id, however old.
func (a *lookUpCache[T]) last(id string) (value T, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	k, known := a.cached[id]
	if known {
		value = k.value
	}
	return value, known
}

// drop forgets what was answered about an id, and what is being answered: a call that began
// before may have been answered before, too.
func (a *lookUpCache[T]) drop(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.cached, id)
	delete(a.inFlight, id)
	a.dropped[id] = a.now()
}

func (a *lookUpCache[T]) do(ctx context.Context, id string, k *lookUpCall[T]) {
	ctx, cancel := context.WithTimeout(withPatience(ctx, 0), lookUpTimeout) // others may wait for it who have none
	defer cancel()
	k.value, k.err = a.ask(ctx, id)
	a.store(id, k)
	close(k.ready)
}

func (a *lookUpCache[T]) store(id string, k *lookUpCall[T]) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.inFlight[id] == k {
		delete(a.inFlight, id)
	}
	if dropped, ok := a.dropped[id]; ok && !k.asked.After(dropped) {
		return
	}
	if old, ok := a.cached[id]; k.err == nil && (!ok || old.asked.Before(k.asked)) {
		a.cached[id] = k
	}
}
