// Package bucket is token buckets, one for each of many names, within one process: each name may
// take so many at once (burst), and so many a second from then on.
//
// A bucket that is full again is forgotten, for a new one is full as well. So the memory is
// bounded by the names that took something within the time that a bucket takes to fill.
package bucket

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Buckets is safe for concurrent use.
type Buckets struct {
	now    func() time.Time
	burst  int
	refill rate.Limit

	mu     sync.Mutex
	of     map[string]*rate.Limiter
	tidyAt int // how many buckets there are when the full ones are forgotten next
}

// tidyLeast is how many buckets are kept before it is worth looking for full ones.
const tidyLeast = 1000

// New makes buckets of a size that are filled at so many a second.
func New(now func() time.Time, burst int, perSecond float64) *Buckets {
	return &Buckets{now: now, burst: burst, refill: rate.Limit(perSecond), of: map[string]*rate.Limiter{}, tidyAt: tidyLeast}
}

// Take takes one out of a name's bucket, and reports whether there was one.
func (b *Buckets) Take(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l, ok := b.of[name]
	if !ok {
		b.tidy()
		l = rate.NewLimiter(b.refill, b.burst)
		b.of[name] = l
	}
	return l.AllowN(b.now(), 1)
}

// Has reports whether there is one in a name's bucket.
func (b *Buckets) Has(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l, ok := b.of[name]
	return !ok || l.TokensAt(b.now()) >= 1
}

// tidy forgets the buckets that are full, each time that there are twice as many as were left
// the last time.
func (b *Buckets) tidy() {
	if len(b.of) < b.tidyAt {
		return
	}
	now := b.now()
	for name, l := range b.of {
		if l.TokensAt(now) >= float64(b.burst) {
			delete(b.of, name)
		}
	}
	b.tidyAt = max(tidyLeast, 2*len(b.of))
}
