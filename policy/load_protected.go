package policy

import (
	"slices"

	"quell/integrations"
	"quell/policy/strictyaml"
)

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

// checkShield warns of a shield that can fit nothing, so that nobody relies on it: the things
// of its targets lack the traits that it names.
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
