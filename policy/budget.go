package policy

import "time"

// Per is what the calls of a budget are counted by.
type Per string

const (
	PerTarget Per = "target"
	PerPerson Per = "person"
	PerAll    Per = "all"
)

// Budget bounds the calls within a time. Each item of a plan is one call.
type Budget struct {
	Name   string
	Per    Per
	Most   int
	Within time.Duration
	// Targets are globs: only calls on these count, and only they are bound; none for
	// all.
	Targets []string
}

// Budgets are those that bind a call on a target.
func (p *Policy) Budgets(target string) []Budget {
	var on []Budget
	for _, b := range p.budgets {
		if b.On(target) {
			on = append(on, b)
		}
	}
	return on
}

// On reports whether calls on a target count.
func (b Budget) On(target string) bool { return len(b.Targets) == 0 || matches(b.Targets, target) }

// Cooldown is how long a target is left alone after something on it came back; 0
// for not at all.
func (p *Policy) Cooldown() time.Duration { return p.cooldown }
