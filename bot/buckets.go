package bot

import (
	"maps"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"quell/commands"
)

// The bucket of one person's freezes: the first ones are always taken, and then one a minute.
// Each is announced in several channels, which nobody may flood.
const (
	freezeBurst = 10
	freezeEvery = time.Minute
)

// buckets bound how often each person does something: a token bucket for each.
type buckets struct {
	every time.Duration
	burst int

	mu   sync.Mutex
	each map[commands.Person]*rate.Limiter // those that are not full
}

func newBuckets(every time.Duration, burst int) *buckets {
	return &buckets{every: every, burst: burst, each: map[commands.Person]*rate.Limiter{}}
}

// may says whether a person may do it now. It takes nothing: what fails costs nothing.
func (b *buckets) may(who commands.Person, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l, ok := b.each[who]
	return !ok || l.TokensAt(now) >= 1
}

// made takes one of a person's tokens: they did it.
func (b *buckets) made(who commands.Person, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.DeleteFunc(b.each, func(_ commands.Person, l *rate.Limiter) bool { return l.TokensAt(now) >= float64(b.burst) })
	if b.each[who] == nil {
		b.each[who] = rate.NewLimiter(rate.Every(b.every), b.burst)
	}
	b.each[who].AllowN(now, 1)
}
