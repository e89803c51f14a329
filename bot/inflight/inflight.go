// Package inflight counts the work in flight of one room: what must have ended before the
// process may. It is a sync.WaitGroup that may be waited for while others still start work,
// which that one forbids: rooms give each other work, so the one that is waited for first may
// be given some by the next.
package inflight

import "sync"

// Group is work in flight. The zero value has none. It is safe for concurrent use.
type Group struct {
	mu    sync.Mutex
	count int
	idle  chan struct{} // closed once the count is 0 again; nil if nobody waits
}

// Go runs work in a goroutine of its own.
func (g *Group) Go(work func()) {
	g.mu.Lock()
	g.count++
	g.mu.Unlock()
	go func() {
		defer g.done()
		work()
	}()
}

func (g *Group) done() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.count--; g.count == 0 && g.idle != nil {
		close(g.idle)
		g.idle = nil
	}
}

// Wait returns at a moment when nothing is in flight. What is started later is not waited for.
func (g *Group) Wait() {
	g.mu.Lock()
	if g.count == 0 {
		g.mu.Unlock()
		return
	}
	if g.idle == nil {
		g.idle = make(chan struct{})
	}
	idle := g.idle
	g.mu.Unlock()
	<-idle
}
