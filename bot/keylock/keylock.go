// Package keylock is a key lock: a lock for each of many names, within one process. Of two
// goroutines that want to work on the same case, or to draw the same card, one does. A name
// can also rest, after failures in a row longer and longer (exponential backoff).
//
// It keeps a process from doing the same work twice at once. Between processes the store's
// compare-and-set (optimistic lock) does that.
package keylock

import (
	"slices"
	"sync"
	"time"
)

// Lock is a set of names, each free, taken or resting. It is safe for concurrent use.
type Lock struct {
	now func() time.Time

	mu     sync.Mutex
	taken  map[string]bool
	rests  map[string]time.Time
	failed map[string]int // how often in a row
}

// New makes a lock in which every name is free.
func New(now func() time.Time) *Lock {
	return &Lock{now: now, taken: map[string]bool{}, rests: map[string]time.Time{}, failed: map[string]int{}}
}

// Take reports whether the name was free, and takes it: then it must be given back.
func (l *Lock) Take(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.taken[name] || l.now().Before(l.rests[name]) {
		return false
	}
	delete(l.rests, name)
	l.taken[name] = true
	return true
}

// Give frees a name that was taken. It still rests if that was said.
func (l *Lock) Give(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.taken, name)
}

// Rest keeps a name from being taken before a time.
func (l *Lock) Rest(name string, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rests[name] = until
}

// Rested lists names whose rest is over and that nobody has taken since, those that have rested
// longest first.
func (l *Lock) Rested(most int) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	now := l.now()
	for name, until := range l.rests {
		if !l.taken[name] && !now.Before(until) {
			all = append(all, name)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return l.rests[a].Compare(l.rests[b]) })
	return all[:min(len(all), most)]
}

// Fail counts a failure of a name and says for how long to back off: first, then twice
// as long with each further failure in a row, up to most.
func (l *Lock) Fail(name string, first, most time.Duration) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.failed[name]
	l.failed[name]++
	if n >= 10 {
		return most
	}
	return min(first<<n, most)
}

// Succeed ends a name's row of failures.
func (l *Lock) Succeed(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.failed, name)
}
