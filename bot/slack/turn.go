package slack

import (
	"context"
	"sync/atomic"
	"time"
)

// patienceKey is the key of a call's patience in its context.
type patienceKey struct{}

// withPatience gives the calls made with the context a lower priority: each lets others go
// first for that long where Slack's limit is short.
func withPatience(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, d)
}

func patienceOf(ctx context.Context) time.Duration {
	d, _ := ctx.Value(patienceKey{}).(time.Duration)
	return d
}

// turn is a token of one rateQueue that was taken before its call was written: so the call is
// written from what is true when it leaves, not when it began to wait. It serves one call.
type turn struct {
	queue *rateQueue
	used  atomic.Bool
}

// turnKey is the key of a turn in the context of the call that it is for.
type turnKey struct{}

// take waits for a turn in a queue, as a call would that is due then.
func (l *rateQueue) take(ctx context.Context, due time.Time) (*turn, error) {
	if err := l.wait(ctx, due); err != nil {
		return nil, err
	}
	return &turn{queue: l}, nil
}

func withTurn(ctx context.Context, t *turn) context.Context {
	return context.WithValue(ctx, turnKey{}, t)
}

// hasTurn reports whether a call of the queue has its turn already, and spends that. While Slack has
// the queue held back, a turn is given back, and the call waits like all others.
func (l *rateQueue) hasTurn(ctx context.Context) bool {
	t, _ := ctx.Value(turnKey{}).(*turn)
	if t == nil || t.queue != l || t.used.Swap(true) {
		return false
	}
	if l.held() {
		l.giveBack()
		return false
	}
	return true
}

// unspent gives back the turn of a call that was not made.
func unspent(ctx context.Context) {
	if t, _ := ctx.Value(turnKey{}).(*turn); t != nil && !t.used.Swap(true) {
		t.queue.giveBack()
	}
}
