package slack

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// rateQueue is one of Slack's limits. Calls leave it as fast as the limit allows, the
// one that is due first before the others. A call is due when it came in plus the
// time for which it lets others go first, its patience: so an outcome overtakes
// mere progress, and yet nothing waits for ever behind a stream of outcomes.
type rateQueue struct {
	now func() time.Time

	mu        sync.Mutex
	limit     *rate.Limiter
	heldUntil time.Time   // nothing leaves before: Slack said so
	queue     []*waiter   // the next one first
	timer     *time.Timer // rings when the next one may leave
}

// waiter is a call that waits.
type waiter struct {
	due     time.Time
	granted chan struct{} // closed when the call may leave
}

func newRateQueue(limit *rate.Limiter, now func() time.Time) *rateQueue {
	l := &rateQueue{limit: limit, now: now}
	l.timer = time.AfterFunc(time.Hour, l.onTimer)
	l.timer.Stop()
	return l
}

// wait returns nil once the call may leave, else why ctx ended.
func (l *rateQueue) wait(ctx context.Context, due time.Time) error {
	t := l.enqueue(due)
	select {
	case <-t.granted:
		return nil
	case <-ctx.Done():
		l.remove(t)
		return ctx.Err()
	}
}

// enqueue queues a call behind those that are due as early as itself.
func (l *rateQueue) enqueue(due time.Time) *waiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := &waiter{due: due, granted: make(chan struct{})}
	at := slices.IndexFunc(l.queue, func(other *waiter) bool { return other.due.After(due) })
	if at < 0 {
		at = len(l.queue)
	}
	l.queue = slices.Insert(l.queue, at, t)
	l.grant()
	return t
}

func (l *rateQueue) remove(t *waiter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = slices.DeleteFunc(l.queue, func(other *waiter) bool { return other == t })
}

// hold keeps everybody back for a while.
func (l *rateQueue) hold(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := l.now().Add(d); until.After(l.heldUntil) {
		l.heldUntil = until
	}
}

func (l *rateQueue) onTimer() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.grant()
}

// grant lets go whoever may, and sets the alarm for the next one. mu is held.
func (l *rateQueue) grant() {
	now := l.now()
	for len(l.queue) > 0 {
		if d := l.delay(now); d > 0 {
			l.timer.Reset(d)
			return
		}
		close(l.queue[0].granted)
		l.queue = l.queue[1:]
	}
}

// delay is how long nobody may leave; 0 takes one call out of the limit.
func (l *rateQueue) delay(now time.Time) time.Duration {
	if d := l.heldUntil.Sub(now); d > 0 {
		return d
	}
	next := l.limit.ReserveN(now, 1)
	d := next.DelayFrom(now)
	if d > 0 {
		next.CancelAt(now)
	}
	return d
}

// patienceKey is under which a context carries a call's patience.
type patienceKey struct{}

// withPatience marks what is called with the context: it lets others go first for
// a while where Slack's limit is short.
func withPatience(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, d)
}

func patienceOf(ctx context.Context) time.Duration {
	d, _ := ctx.Value(patienceKey{}).(time.Duration)
	return d
}
