package slacksim

import (
	"time"

	"golang.org/x/time/rate"
)

// limit is a number of calls a minute, and how many may come at once. With by,
// each value of that argument is counted apart.
type limit struct {
	aMinute, burst int
	by             string
}

// rates holds a token bucket for each key that is counted apart.
type rates map[string]*rate.Limiter

// take takes one call out of the bucket of key. The answer is how long to wait
// before the next try; 0 means that the call is granted.
func (r rates) take(key string, l limit, now time.Time) time.Duration {
	bucket, ok := r[key]
	if !ok {
		bucket = rate.NewLimiter(rate.Limit(float64(l.aMinute)/60), l.burst)
		r[key] = bucket
	}
	turn := bucket.ReserveN(now, 1)
	wait := turn.DelayFrom(now)
	if wait > 0 {
		turn.CancelAt(now)
	}
	return wait
}
