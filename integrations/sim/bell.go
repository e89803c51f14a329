package sim

import "sync"

// bell tells everyone who waits that something has changed. What has changed
// they read for themselves.
type bell struct {
	mu   sync.Mutex
	next chan struct{}
}

// heard returns a channel that is closed by the next ring. Take it before the
// look, or a change between look and wait is missed.
func (b *bell) heard() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		b.next = make(chan struct{})
	}
	return b.next
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next != nil {
		close(b.next)
		b.next = nil
	}
}
