package slack

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// lane is one of Slack's limits. Calls leave it as fast as the limit allows, the
// one that is due first before the others. A call is due when it came in plus the
// time for which it lets others go first, its patience: so an outcome overtakes
// mere progress, and yet nothing waits for ever behind a stream of outcomes.
type lane struct {
	now func() time.Time

	mu    sync.Mutex
	limit *rate.Limiter
	held  time.Time   // nothing leaves before: Slack said so
	queue []*turn     // the next one first
	alarm *time.Timer // rings when the next one may leave
}

// turn is a call that waits.
type turn struct {
	due  time.Time
	come chan struct{} // closed when the call may leave
}

func newLane(limit *rate.Limiter, now func() time.Time) *lane {
	l := &lane{limit: limit, now: now}
	l.alarm = time.AfterFunc(time.Hour, l.ring)
	l.alarm.Stop()
	return l
}

// wait returns nil once the call may leave, else why ctx ended.
func (l *lane) wait(ctx context.Context, due time.Time) error {
	t := l.join(due)
	select {
	case <-t.come:
		return nil
	case <-ctx.Done():
		l.leave(t)
		return ctx.Err()
	}
}

// join queues a call behind those that are due as early as itself.
func (l *lane) join(due time.Time) *turn {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := &turn{due: due, come: make(chan struct{})}
	at := slices.IndexFunc(l.queue, func(other *turn) bool { return other.due.After(due) })
	if at < 0 {
		at = len(l.queue)
	}
	l.queue = slices.Insert(l.queue, at, t)
	l.serve()
	return t
}

func (l *lane) leave(t *turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = slices.DeleteFunc(l.queue, func(other *turn) bool { return other == t })
}

// hold keeps everybody back for a while.
func (l *lane) hold(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := l.now().Add(d); until.After(l.held) {
		l.held = until
	}
}

func (l *lane) ring() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.serve()
}

// serve lets go whoever may, and sets the alarm for the next one. mu is held.
func (l *lane) serve() {
	now := l.now()
	for len(l.queue) > 0 {
		if d := l.closed(now); d > 0 {
			l.alarm.Reset(d)
			return
		}
		close(l.queue[0].come)
		l.queue = l.queue[1:]
	}
}

// closed is how long nobody may leave; 0 takes one call out of the limit.
func (l *lane) closed(now time.Time) time.Duration {
	if d := l.held.Sub(now); d > 0 {
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

// patiently marks what is called with the context: it lets others go first for
// a while where Slack's limit is short.
func patiently(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, d)
}

func patience(ctx context.Context) time.Duration {
	d, _ := ctx.Value(patienceKey{}).(time.Duration)
	return d
}
