package sim

import (
	"slices"
	"sync"
	"time"
)

// Op is a call by the name that the vendor's documents give it.
type Op string

// Call is one request that reached the vendor. It never holds a signature, a
// token or a secret.
type Call struct {
	ID     int // 1 is the first
	Op     Op
	Write  bool // the call can change something that people care about
	Method string
	Path   string
	Query  string
	Body   string        // empty for a call whose body holds a credential
	Done   bool          // the answer is ready, or the caller was left without one
	Status int           // 0 until Done, and for good if no answer was sent
	At     time.Time     // when it came
	Took   time.Duration // from At to Done
	Who    string        // access key id or user name; empty if the gate refused it
}

// keptCalls bounds the log of a simulator that runs for days.
const keptCalls = 2000

type callLog struct {
	mu    sync.Mutex
	last  int
	kept  []Call
	count map[Op]int
}

// open records a call as it comes in, so that one which hangs is seen too.
func (l *callLog) open(c Call) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	c.ID = l.last
	if len(l.kept) == keptCalls {
		l.kept = slices.Delete(l.kept, 0, keptCalls/2)
	}
	l.kept = append(l.kept, c)
	if l.count == nil {
		l.count = map[Op]int{}
	}
	l.count[c.Op]++
	return c.ID
}

// finish adds what became of the call.
func (l *callLog) finish(id int, done func(*Call)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.kept, func(c Call) bool { return c.ID == id })
	if i >= 0 {
		done(&l.kept[i])
	}
}

func (l *callLog) all() []Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.kept)
}

// arrived is how many calls of an op came, whatever became of them.
func (l *callLog) arrived(op Op) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count[op]
}
