package bot

import (
	"sync"
	"time"
)

// keyed says which names this process is busy with, and which it leaves alone
// for a while.
type keyed struct {
	now func() time.Time

	mu      sync.Mutex
	taken   map[string]bool
	resting map[string]time.Time
	failed  map[string]int // how often in a row
}

func newKeyed(now func() time.Time) *keyed {
	return &keyed{now: now, taken: map[string]bool{}, resting: map[string]time.Time{}, failed: map[string]int{}}
}

// take reports whether the name was free; the caller must give it back.
func (k *keyed) take(name string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.taken[name] || k.now().Before(k.resting[name]) {
		return false
	}
	delete(k.resting, name)
	k.taken[name] = true
	return true
}

func (k *keyed) give(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.taken, name)
}

// rest keeps a name from being taken before a time.
func (k *keyed) rest(name string, until time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.resting[name] = until
}

// fail counts a failure of a name and says how long to leave it alone: first,
// then twice as long with each further failure, up to most.
func (k *keyed) fail(name string, first, most time.Duration) time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := k.failed[name]
	k.failed[name]++
	if n >= 10 {
		return most
	}
	return min(first<<n, most)
}

// succeed forgets the failures of a name.
func (k *keyed) succeed(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.failed, name)
}
