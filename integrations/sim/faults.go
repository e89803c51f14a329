package sim

import (
	"slices"
	"sync"
)

// Fault is a way for a call to go wrong. A fault can hit the next call of one
// op (FailNext), stay with one op (SetMoodOf), or be the vendor's mood and stay (SetMood).
type Fault string

const (
	Healthy Fault = "healthy" // nothing goes wrong
	Slow    Fault = "slow"    // the deed and its answer come late, also when the caller has gone by then

	// Nothing is done.
	Throttled Fault = "throttled" // too many requests, with Retry-After
	Busy      Fault = "busy"      // the vendor's documented "not now"
	Forbidden Fault = "forbidden" // the caller lacks the permission
	Down      Fault = "down"      // a gateway's HTML page with 503
	Hang      Fault = "hangs"     // no answer until the caller goes

	// The deed is done, the answer is not to be trusted.
	HangAfter Fault = "does it and hangs" // no answer until the caller goes
	FailAfter Fault = "does it and fails" // the vendor's 500
	WrongBody Fault = "wrong body"        // a gateway's HTML page with 502
	Torn      Fault = "torn answer"       // the connection breaks in mid-answer

	// The answer is right, the deed is not.
	Ignore  Fault = "ignores the call" // says yes and does nothing
	Respawn Fault = "respawns"         // does it, and soon its owner is back; for played clients only
)

// moods are the faults that a person can choose on a panel.
func moods() []Fault {
	return []Fault{Healthy, Slow, Throttled, Down, Ignore, Respawn}
}

// aboutTheDeed says that, as a mood, the fault spares the reads.
func (f Fault) aboutTheDeed() bool {
	return slices.Contains([]Fault{HangAfter, FailAfter, Ignore, Respawn}, f)
}

// faultPlan says what goes wrong next. The zero plan is healthy.
type faultPlan struct {
	mu   sync.Mutex
	mood Fault
	of   map[Op]Fault // moods of single ops
	next map[Op][]Fault
}

// take returns the fault that the arriving call meets, and uses it up.
func (p *faultPlan) take(op Op, write bool) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	if queue := p.next[op]; len(queue) > 0 {
		p.next[op] = queue[1:]
		return queue[0]
	}
	if f, ok := p.of[op]; ok {
		return f
	}
	if p.mood == "" || p.mood.aboutTheDeed() && !write {
		return Healthy
	}
	return p.mood
}

func (p *faultPlan) add(op Op, faults []Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next == nil {
		p.next = map[Op][]Fault{}
	}
	p.next[op] = append(p.next[op], faults...)
}

func (p *faultPlan) setOf(op Op, mood Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of = map[Op]Fault{}
	}
	p.of[op] = mood
}

func (p *faultPlan) set(mood Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mood = mood
}

func (p *faultPlan) lasting() Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mood == "" {
		return Healthy
	}
	return p.mood
}
