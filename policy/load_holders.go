package policy

import (
	"maps"
	"slices"

	"quell/policy/strictyaml"
)

// bound are the holders of one role, by its bindings.
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

// named are all the roles that a rule names.
func (f fileRule) named() []text {
	named := slices.Clone(f.Roles)
	if a := f.Approvals; a != nil {
		named = append(named, a.From...)
		for _, t := range a.Then {
			named = append(named, t.From...)
		}
	}
	if g := f.BreakGlass; g != nil {
		named = slices.Concat(named, g.Roles, g.Review.From)
	}
	return named
}

// checkHolders finds a rule that can never be passed, because too few people hold its roles:
// without this check that would come to light in the worst moment.
func (l *loader) checkHolders(f fileRule, r rule, at strictyaml.Pos) {
	named := f.named()
	if l.gaps || !l.allHeld(named) || r.deny {
		return
	}
	for _, t := range f.Roles {
		if l.p.roles[slices.Index(l.names, t.Value)].scopes == 0 {
			l.m.Add(t.Pos, "the role %q has no scopes, so it may ask for nothing", t.Value)
		}
	}
	if f.Approvals != nil && f.Approvals.complete() && !l.enough(r, Decision{From: r.from, Escalation: r.escalation}.Approvers(maxWithin), r.need) {
		l.m.Add(at, "rule %q needs %d to agree besides the asker, and there are fewer", r.name, r.need)
	}
	if g := r.breakGlass; g != nil && len(g.Review.From) > 0 && !l.enough(r, g.Review.From, g.Review.Need) {
		l.m.Add(at, "rule %q needs %d to sign the review besides who acted, and there are fewer", r.name, g.Review.Need)
	}
}

// allHeld notes the roles that nobody is bound to. It reports whether all roles
// exist and are held.
func (l *loader) allHeld(named []text) bool {
	all := true
	for _, t := range named {
		n := slices.Index(l.names, t.Value)
		users, groups := l.holders([]string{t.Value}, 0)
		if n >= 0 && len(users) == 0 && !groups {
			l.m.Add(t.Pos, "nobody holds the role %q: no binding names it", t.Value)
		}
		all = all && (len(users) > 0 || groups)
	}
	return all
}

// enough reports whether the quorum of a rule can be reached: somebody can ask, and there are
// as many other voters as the rule needs. The members of user groups are not known here, so a
// group counts as enough.
func (l *loader) enough(r rule, from []string, need int) bool {
	voters, groups := l.holders(from, need)
	others := len(voters)
	askers, more := l.holders(r.roleNames, others)
	maps.DeleteFunc(askers, func(id string, _ bool) bool { return voters[id] })
	if len(askers) == 0 && !more {
		others-- // whoever asks is one of the voters
	}
	return groups || others >= need
}

// holders are the users bound to any of the roles, and whether groups are too.
// Past enough users it stops.
func (l *loader) holders(roles []string, enough int) (users map[string]bool, groups bool) {
	users = map[string]bool{}
	for _, name := range roles {
		h := l.who[name]
		groups = groups || h.groups
		for _, id := range h.users {
			if len(users) > enough {
				break
			}
			users[id] = true
		}
	}
	return users, groups
}
