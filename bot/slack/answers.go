package slack

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// ask looks something up in Slack by its id.
type ask[T any] func(ctx context.Context, id string) (T, error)

// answers keeps what Slack said, each with the time when it was asked for, and
// serves whoever accepts that age. Whoever wants the same at the same time shares
// one call, but never one that began before what they need: a right that was
// taken away in between must count. A failure is not remembered.
type answers[T any] struct {
	now func() time.Time
	ask ask[T]

	mu     sync.Mutex
	known  map[string]*answer[T]
	coming map[string]*answer[T] // the newest call that is under way
}

type answer[T any] struct {
	asked time.Time
	ready chan struct{} // closed when the rest is there
	value T
	err   error
}

func newAnswers[T any](now func() time.Time, ask ask[T]) *answers[T] {
	return &answers[T]{now: now, ask: ask, known: map[string]*answer[T]{}, coming: map[string]*answer[T]{}}
}

// lookUpTimeout bounds one look-up, its wait for a turn included.
const lookUpTimeout = 5 * time.Second

// get returns what was true at notBefore or later. When ctx ends, only its own
// caller stops waiting: the call goes on for the others.
func (a *answers[T]) get(ctx context.Context, id string, notBefore time.Time) (T, error) {
	k := a.find(ctx, id, notBefore)
	select {
	case <-k.ready:
		return k.value, k.err
	case <-ctx.Done():
		var none T
		return none, fmt.Errorf("a look-up was not waited for: %w", ctx.Err())
	}
}

// find returns an answer that is young enough: known, coming, or asked for now.
func (a *answers[T]) find(ctx context.Context, id string, notBefore time.Time) *answer[T] {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, there := range []map[string]*answer[T]{a.known, a.coming} {
		if k, ok := there[id]; ok && !k.asked.Before(notBefore) {
			return k
		}
	}
	k := &answer[T]{asked: a.now(), ready: make(chan struct{})}
	a.coming[id] = k
	go a.fetch(context.WithoutCancel(ctx), id, k)
	return k
}

func (a *answers[T]) fetch(ctx context.Context, id string, k *answer[T]) {
	ctx, cancel := context.WithTimeout(ctx, lookUpTimeout)
	defer cancel()
	k.value, k.err = a.ask(ctx, id)
	a.keep(id, k)
	close(k.ready)
}

func (a *answers[T]) keep(id string, k *answer[T]) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.coming[id] == k {
		delete(a.coming, id)
	}
	if old, ok := a.known[id]; k.err == nil && (!ok || old.asked.Before(k.asked)) {
		a.known[id] = k
	}
}
