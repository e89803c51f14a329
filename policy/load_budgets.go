package policy

import (
	"slices"
	"time"

	"quell/policy/strictyaml"
)

func (l *loader) addBudgets(budgets []strictyaml.Part, cooldown text) {
	l.p.cooldown = l.duration(cooldown, 0, time.Minute, maxWithin)
	for _, part := range budgets {
		var f fileBudget
		whole := part.Load(l.m, &f)
		l.oneOf("per", f.Per, "target", "person", "all")
		b := Budget{
			Name: f.Name.Value, Per: Per(f.Per.Value), Most: f.Most,
			Within: l.duration(f.Within, 0, time.Minute, maxWithin), Targets: l.globs(f.Targets),
		}
		switch {
		case !whole:
		case f.Name == (text{}) || f.Per == (text{}) || f.Within == (text{}):
			l.m.Add(part.Pos(), "a budget needs name, per, most and within")
		case b.Most < 1:
			l.m.Add(part.Pos(), "the budget %q allows nothing: most is at least 1; to allow nothing, deny it in a rule", b.Name)
		case slices.ContainsFunc(l.p.budgets, func(o Budget) bool { return o.Name == b.Name }):
			l.m.Add(f.Name.Pos, "a second budget is named %q", b.Name)
		}
		l.p.budgets = append(l.p.budgets, b)
	}
}
