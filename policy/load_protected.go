package policy

import (
	"maps"
	"slices"
	"time"

	"quell/integrations"
	"quell/policy/strictyaml"
)

// bound is who is bound to one role.
type bound struct {
	users  []string
	groups bool
}

// whoHolds gathers the bindings by role.
func (l *loader) whoHolds() map[string]bound {
	who := map[string]bound{}
	for _, id := range slices.Sorted(maps.Keys(l.p.users)) {
		for _, g := range l.p.users[id] {
			b := who[l.names[g.role]]
			b.users = append(b.users, id)
			who[l.names[g.role]] = b
		}
	}
	for _, grants := range l.p.groups {
		for _, g := range grants {
			b := who[l.names[g.role]]
			b.groups = true
			who[l.names[g.role]] = b
		}
	}
	return who
}

func (l *loader) addShield(part strictyaml.Part) {
	var f fileShield
	whole := part.Load(l.m, &f)
	l.oneOf("own", f.Own, "protected")
	s := shield{
		name: f.Name.Value, targets: l.globs(f.Targets), names: l.patterns(f.Names), users: l.patterns(f.Users),
		clients: l.words("kind of client", f.Clients, integrations.Classes()), own: f.Own.Value == "protected",
	}
	for _, t := range f.Addresses {
		p, err := prefix(t.Value)
		if err != nil {
			l.m.Add(t.Pos, "%q is not an address range; write it like 10.63.0.0/16", t.Value)
		}
		s.addresses = append(s.addresses, p)
	}
	if whole && s.name == "" {
		l.m.Add(part.Pos(), "what is protected needs a name")
	}
	if whole && len(s.names)+len(s.users)+len(s.addresses)+len(s.clients) == 0 && !s.own {
		l.m.Add(part.Pos(), "%q names nothing: it needs names, users, addresses, clients or own", s.name)
	}
	l.p.protected = append(l.p.protected, s)
	l.checkShield(&s, f.Targets, part.Pos())
}

// checkShield finds where a shield can fit nothing, so that nobody relies on it: what it
// names is nothing that the systems there have.
func (l *loader) checkShield(s *shield, targets []text, at strictyaml.Pos) {
	if len(targets) == 0 {
		targets = []text{{Value: "*", Pos: at}}
	}
	for _, t := range targets {
		var on, lacks []string
		for _, known := range l.known.Targets {
			if !matches([]string{t.Value}, known.Name) {
				continue
			}
			lacking := slices.DeleteFunc(s.keys(), func(key string) bool { return l.p.Gives(known.Kind, key) })
			if len(lacking) == 0 {
				on = nil
				break
			}
			on, lacks = append(on, known.Name+" ("+known.Kind+")"), append(lacks, lacking...)
		}
		slices.Sort(lacks)
		if len(on) > 0 {
			l.odd.Add(t.Pos, "%q protects nothing on %s: it names %s, which nothing there has", s.name, list(on), list(slices.Compact(lacks)))
		}
	}
}

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
