package policy

import (
	"maps"
	"slices"

	"quell/policy/strictyaml"
)

// maxNeed bounds the approvers of a rule: more is a slip of the finger.
const maxNeed = 20

func (a fileApprovals) complete() bool {
	return a.Need >= 1 && a.Need <= maxNeed && len(a.From) > 0
}

func (l *loader) addRule(part strictyaml.Part) {
	var f fileRule
	whole := part.Load(l.m, &f)
	l.oneOf("effect", f.Effect, "allow", "deny")
	l.oneOf("reason", f.Reason, "required", "optional")
	r := rule{
		name:     f.Name.Value,
		deny:     f.Effect.Value == "deny",
		commands: l.words("command", f.Commands, l.known.Commands),
		roles:    l.rolesIn(f.Roles),
		targets:  l.globs(f.Targets),
		channels: l.ids("channel", `[CG][A-Z0-9]{2,}`, f.Channels),
		within:   defaultWithin,
		reason:   f.Reason.Value == "required",
	}
	if a := f.Approvals; a != nil {
		r.need, r.from, r.within = a.Need, l.rolesIn(a.From), l.duration(a.Within)
	}
	if f.MaxItems != nil {
		r.most = *f.MaxItems
	}
	if whole {
		l.checkRule(f, r, part.Pos())
		l.checkHolders(f, r, part.Pos())
	}
	l.p.rules = append(l.p.rules, r)
}

// checkRule finds what a rule lacks. What could be read as "none" or as "any"
// is refused, for somebody would read it the other way.
func (l *loader) checkRule(f fileRule, r rule, at strictyaml.Pos) {
	if r.name == "" {
		l.m.Add(at, "a rule needs a name")
	} else if l.seen[r.name] {
		l.m.Add(f.Name.Pos, "a second rule is named %q", r.name)
	}
	l.seen[r.name] = true
	if len(f.Commands) == 0 || len(f.Targets) == 0 {
		l.m.Add(at, "rule %q needs commands and targets", r.name)
	}
	if !r.deny && len(f.Roles) == 0 {
		l.m.Add(at, "rule %q allows, so it needs roles: who may ask", r.name)
	}
	if f.Channels != nil && len(f.Channels) == 0 {
		l.m.Add(at, "rule %q names no channel; leave channels out to mean any", r.name)
	}
	if f.MaxItems != nil && r.most < 1 {
		l.m.Add(at, "rule %q: max_items is at least 1; leave it out to mean any number", r.name)
	}
	if f.Approvals != nil && !f.Approvals.complete() {
		l.m.Add(at, "rule %q: approvals needs both need (1 to %d) and from", r.name, maxNeed)
	}
}

// checkHolders finds a rule that nobody could ever pass, which would come to
// light in the worst moment.
func (l *loader) checkHolders(f fileRule, r rule, at strictyaml.Pos) {
	named := f.Roles
	if f.Approvals != nil {
		named = slices.Concat(named, f.Approvals.From)
	}
	if l.gaps || !l.held(named) || r.deny {
		return
	}
	for _, t := range f.Roles {
		if len(l.p.roles[t.Value].scopes) == 0 {
			l.m.Add(t.Pos, "the role %q has no scopes, so it may ask for nothing", t.Value)
		}
	}
	if f.Approvals != nil && f.Approvals.complete() && !l.enough(r) {
		l.m.Add(at, "rule %q needs %d to agree besides the asker, and there are fewer", r.name, r.need)
	}
}

// held notes the roles that nobody is bound to. It reports whether all roles
// exist and are held.
func (l *loader) held(named []text) bool {
	all := true
	for _, t := range named {
		r, known := l.p.roles[t.Value]
		if known && len(r.users)+len(r.groups) == 0 {
			l.m.Add(t.Pos, "nobody holds the role %q: no binding names it", t.Value)
		}
		all = all && len(r.users)+len(r.groups) > 0
	}
	return all
}

// enough reports whether somebody can ask who then finds as many others as the
// rule needs. Who is in a user group is not known here: a group may be enough.
func (l *loader) enough(r rule) bool {
	voters, groups := l.holders(r.from, r.need)
	others := len(voters)
	askers, more := l.holders(r.roles, others)
	maps.DeleteFunc(askers, func(id string, _ bool) bool { return voters[id] })
	if len(askers) == 0 && !more {
		others-- // whoever asks is one of the voters
	}
	return groups || others >= r.need
}

// holders are the users bound to any of the roles, and whether groups are too.
// Past enough users it stops.
func (l *loader) holders(roles []string, enough int) (users map[string]bool, groups bool) {
	users = map[string]bool{}
	for _, n := range roles {
		groups = groups || len(l.p.roles[n].groups) > 0
		for id := range l.p.roles[n].users {
			if len(users) > enough {
				break
			}
			users[id] = true
		}
	}
	return users, groups
}
