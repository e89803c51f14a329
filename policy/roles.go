package policy

import (
	"maps"
	"slices"
	"time"

	"quell/commands/words"
)

// maxRoles bounds the roles of one file, so that a set of them needs no room of its
// own.
const maxRoles = 256

// roleSet is a set of roles: bit n stands for role n.
type roleSet [maxRoles / 64]uint64

func (s *roleSet) add(n int) { s[n/64] |= 1 << (n % 64) }

func (s *roleSet) has(n int) bool { return s[n/64]&(1<<(n%64)) != 0 }

func (s *roleSet) intersects(o *roleSet) bool { return s.intersection(o) != roleSet{} }

func (s *roleSet) intersection(o *roleSet) (both roleSet) {
	for i := range s {
		both[i] = s[i] & o[i]
	}
	return both
}

// scopeSet is a set of scopes: bit n stands for the nth of the catalogue's names.
type scopeSet uint64

// maxScopes is how many scopes such a set can hold.
const maxScopes = 64

// scopeNames are the catalogue's names, each once.
type scopeNames []string

func (s scopeNames) set(names []string) (set scopeSet) {
	for i, n := range s {
		if slices.Contains(names, n) {
			set |= 1 << i
		}
	}
	return set
}

// first is the first name of a set, in the catalogue's order; "" for none.
func (s scopeNames) first(set scopeSet) string {
	for i, n := range s {
		if set&(1<<i) != 0 {
			return n
		}
	}
	return ""
}

// names are the names of a set's scopes.
func (s scopeNames) names(set scopeSet) (all []string) {
	for i, n := range s {
		if set&(1<<i) != 0 {
			all = append(all, n)
		}
	}
	return all
}

// grant is one binding, as it counts for a user or a group.
type grant struct {
	role   int
	line   int
	longer time.Duration // how long somebody must have been in the group
}

func (g grant) counts(since, now time.Time) bool {
	return g.longer == 0 || !since.IsZero() && !now.Before(since.Add(g.longer))
}

// addRolesOf adds the roles that a person holds now.
func (p *Policy) addRolesOf(to *roleSet, s Subject, now time.Time) {
	for _, g := range p.users[s.Person.User] {
		to.add(g.role)
	}
	for _, m := range s.Groups {
		for _, g := range p.groups[m.Group] {
			if g.counts(m.Since, now) {
				to.add(g.role)
			}
		}
	}
}

// bindingOf is the first binding by which a person holds one of the roles.
func (p *Policy) bindingOf(roles roleSet, s Subject, now time.Time) Binding {
	for _, g := range p.users[s.Person.User] {
		if roles.has(g.role) {
			return Binding{p.roles[g.role].name, s.Person.User, g.line}
		}
	}
	for _, m := range s.Groups {
		for _, g := range p.groups[m.Group] {
			if roles.has(g.role) && g.counts(m.Since, now) {
				return Binding{p.roles[g.role].name, m.Group, g.line}
			}
		}
	}
	return Binding{}
}

// hasAny reports whether a person holds one of the roles now. A role that the file no longer
// has is held by nobody.
func (p *Policy) hasAny(names []string, s Subject, now time.Time) bool {
	var held roleSet
	p.addRolesOf(&held, s, now)
	return slices.ContainsFunc(names, func(name string) bool {
		n, ok := p.number(name)
		return ok && held.has(n)
	})
}

func (p *Policy) number(name string) (int, bool) {
	n := slices.IndexFunc(p.roles, func(r role) bool { return r.name == name })
	return n, n >= 0
}

// Bound are the ids of the groups and of the people that are bound to one of these roles.
func (p *Policy) Bound(names []string) (groups, users []string) {
	var roles roleSet
	for _, name := range names {
		if n, ok := p.number(name); ok {
			roles.add(n)
		}
	}
	bound := func(to map[string][]grant) (ids []string) {
		for id, grants := range to {
			if slices.ContainsFunc(grants, func(g grant) bool { return roles.has(g.role) }) {
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		return ids
	}
	return bound(p.groups), bound(p.users)
}

// Groups are the ids of the user groups that the file names: to come into one of them, or to
// leave it, changes what a person may do.
func (p *Policy) Groups() []string {
	var ids []string
	for id := range p.groups {
		ids = append(ids, id)
	}
	for _, t := range p.teams {
		ids = append(ids, t.groups...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Users are the ids of the people whom the file binds to a role, or puts into a team, by their
// own id.
func (p *Policy) Users() []string {
	ids := slices.Collect(maps.Keys(p.users))
	for _, t := range p.teams {
		ids = append(ids, t.users...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Channels are the ids of the channels that the file names: where a rule lets people ask, where
// incidents are dealt with, and where a break-glass is told.
func (p *Policy) Channels() []string {
	ids := slices.Clone(p.incidents.channels)
	for _, r := range p.rules {
		if r.deny {
			continue
		}
		ids = append(ids, r.channels...)
		if r.breakGlass != nil {
			ids = append(ids, r.breakGlass.Notice)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Roles shows role names in a sentence.
func Roles(names []string) words.Value {
	return words.Any(words.Codes(names)...)
}
