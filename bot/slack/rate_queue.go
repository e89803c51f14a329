package slack

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// rateQueue is the priority queue in front of one of Slack's rate limits (a token bucket).
// Calls leave it as fast as the limit allows, the earliest due first. A call is due at the
// time of its arrival plus its patience, for which it lets others go first: so an outcome
// overtakes mere progress, and no call starves behind a stream of outcomes. The longer a call can
// wait, the fuller the bucket has to be for it: what an outcome may need in a moment is not spent
// on progress.
type rateQueue struct {
	now func() time.Time

	mu        sync.Mutex
	limit     *rate.Limiter
	spare     int         // tokens that were taken and given back
	heldUntil time.Time   // no call leaves before this time: the end of a Retry-After
	queue     []*waiter   // by when they are due
	timer     *time.Timer // runs out when the next call may leave
}

// waiter is a call in the queue.
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

// wait returns nil once the call may leave, else the error of ctx.
func (l *rateQueue) wait(ctx context.Context, due time.Time) error {
	t := l.enqueue(due)
	select {
	case <-t.granted:
		return nil
	case <-ctx.Done():
		if !l.remove(t) {
			l.giveBack() // it was granted as ctx ended
		}
		return ctx.Err()
	}
}

// enqueue adds a call, behind those that are due at the same time (first come, first
// served).
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

// remove takes a call out of the queue, and reports whether it was there.
func (l *rateQueue) remove(t *waiter) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := slices.Index(l.queue, t)
	if at >= 0 {
		l.queue = slices.Delete(l.queue, at, at+1)
	}
	return at >= 0
}

// giveBack gives back the token of a call that was not made, to the next one.
func (l *rateQueue) giveBack() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spare++
	l.grant()
}

// tokens is how many calls may leave at once: never more than a burst.
func (l *rateQueue) tokens(now time.Time) float64 {
	there := l.limit.TokensAt(now)
	l.spare = max(0, min(l.spare, l.limit.Burst()-int(math.Ceil(there))))
	return there + float64(l.spare)
}

// held says that Slack asked for a pause that is not over.
func (l *rateQueue) held() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.heldUntil.After(l.now())
}

// hold lets no call leave for a while: Slack said so by Retry-After.
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

// grant lets the calls leave that may, and sets the timer for the next one. The caller
// holds mu.
func (l *rateQueue) grant() {
	now := l.now()
	for len(l.queue) > 0 {
		if d := l.delay(now, l.queue[0].due); d > 0 {
			l.timer.Reset(d)
			return
		}
		close(l.queue[0].granted)
		l.queue = l.queue[1:]
	}
}

// delay is how long the next call, which is due at a time, has to wait; 0 takes its token out of
// the bucket.
func (l *rateQueue) delay(now, due time.Time) time.Duration {
	if d := l.heldUntil.Sub(now); d > 0 {
		return d
	}
	if d := l.tooEmpty(now, due); d > 0 {
		return d
	}
	if l.spare > 0 {
		l.spare--
		return 0
	}
	next := l.limit.ReserveN(now, 1)
	d := next.DelayFrom(now)
	if d > 0 {
		next.CancelAt(now)
	}
	return d
}

// mostPatience is the patience with which a call leaves only a full bucket.
const mostPatience = 10 * time.Second

// tooEmpty is how long a call that is due at a time leaves the bucket alone: until the bucket is as
// full as its patience asks for, which is less every moment, or until it is due.
func (l *rateQueue) tooEmpty(now, due time.Time) time.Duration {
	left, perSecond := min(due.Sub(now), mostPatience), float64(l.limit.Burst()-1)/mostPatience.Seconds()
	short := 1 + perSecond*left.Seconds() - l.tokens(now)
	if left <= 0 || short <= 0 {
		return 0
	}
	return min(left, time.Duration(short/(float64(l.limit.Limit())+perSecond)*float64(time.Second))+time.Microsecond)
}
