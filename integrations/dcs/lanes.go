package dcs

import (
	"strings"
	"sync"
)

// Lanes are for clients that are made one after the other, or side by side, of the same instances:
// those that are made with the same Lanes keep order between their calls to a node (share.go), as
// the calls of one client do.
type Lanes struct {
	mu sync.Mutex
	of map[string]*order // by what tells an instance from all others
}

// NewLanes knows no instance yet.
func NewLanes() *Lanes { return &Lanes{of: map[string]*order{}} }

// order is that of one instance. Nil Lanes give each client one of its own.
func (l *Lanes) order(endpoint, project, instance string) *order {
	if l == nil {
		return newOrder()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key := strings.Join([]string{endpoint, project, instance}, " ")
	if l.of[key] == nil {
		l.of[key] = newOrder()
	}
	return l.of[key]
}
