package policy

import (
	"slices"
)

// warn notes what is no mistake and still odd: a scope that no rule uses, and a rule that never
// decides.
func (l *loader) warn() {
	if len(l.p.rules) == 0 && len(l.p.monitors) > 0 {
		l.odd.Add(l.p.monitors[0].at, "every rule is a dry run (monitor: true), so nobody may do anything")
	}
	for _, r := range l.p.rules {
		l.warnOfRinging(r)
	}
	for _, s := range l.listed {
		if name := l.p.kinds.first[s.text.Value]; !l.used(s.role, l.p.kinds.scopes.set([]string{name})) {
			l.odd.Add(s.text.Pos, "no rule lets the role %q use the scope %s", l.names[s.role], s.text.Value)
		}
	}
	for j := range l.p.rules {
		r := &l.p.rules[j]
		if i := slices.IndexFunc(l.p.rules, func(o rule) bool { return o.deny && !r.deny && l.includes(&o, r) }); i >= 0 {
			l.odd.Add(r.at, "rule %q never allows anything: rule %q, in line %d, denies all of it", r.name, l.p.rules[i].name, l.p.rules[i].at.Line)
			continue
		}
		if i := slices.IndexFunc(l.p.rules[:j], func(o rule) bool { return o.deny == r.deny && l.includes(&o, r) }); i >= 0 {
			l.odd.Add(r.at, "rule %q is never reached: rule %q, in line %d, comes first and covers all of it", r.name, l.p.rules[i].name, l.p.rules[i].at.Line)
		}
	}
}

// used reports whether a role needs a scope for anything that a rule allows it, or would allow it
// (monitor).
func (l *loader) used(role int, scope scopeSet) bool {
	return slices.ContainsFunc(slices.Concat(l.p.rules, l.p.monitors), func(r rule) bool {
		return !r.deny && r.roles.has(role) && slices.ContainsFunc(r.commands, func(c string) bool { return l.needed(&r, c)&scope != 0 })
	})
}

// needed is what a command of a rule needs on the targets that it covers; where no
// target is known, on any kind.
func (l *loader) needed(r *rule, command string) (all scopeSet) {
	if len(l.known.Targets) == 0 {
		for _, of := range l.p.kinds.needs {
			all |= of[command]
		}
	}
	for _, t := range l.known.Targets {
		if r.covers(command, t) {
			all |= l.p.kinds.needs[t.Kind][command]
		}
	}
	return all
}

// includes reports whether every request that fits r fits o as well.
func (l *loader) includes(o, r *rule) bool {
	return (len(o.roleNames) == 0 || len(r.roleNames) > 0 && o.roles.intersection(&r.roles) == r.roles) &&
		l.coversAll(o, r) &&
		placesInclude(o, r) &&
		(o.when == nil || r.when != nil && o.when.text == r.when.text)
}

func (l *loader) coversAll(o, r *rule) bool {
	for _, c := range r.commands {
		if !slices.Contains(o.commands, c) {
			return false
		}
		for _, t := range l.known.Targets {
			if r.covers(c, t) && !o.covers(c, t) {
				return false
			}
		}
	}
	// A target that is not known yet may be covered by r and not by o.
	return len(o.labels) == 0 && slices.Contains(o.targets, "*") ||
		len(l.known.Targets) > 0 && slices.ContainsFunc(l.known.Targets, func(t Target) bool { return r.covers(r.commands[0], t) })
}

func placesInclude(o, r *rule) bool {
	if len(o.channels) == 0 && !o.incident {
		return true
	}
	if len(r.channels) == 0 && !r.incident || r.incident && !o.incident {
		return false
	}
	return !slices.ContainsFunc(r.channels, func(c string) bool { return !slices.Contains(o.channels, c) })
}

// manyRung is how many people one request may ring directly before that is odd.
const manyRung = 10

// warnOfRinging notes a rule by which each request sends direct messages to many people.
func (l *loader) warnOfRinging(r rule) {
	_, users := l.p.Bound(r.from)
	if r.need > 0 && !r.quiet && len(users) > manyRung {
		l.odd.Add(r.at, "rule %q rings %d people with a direct message each; ring: channel mentions them in the channel alone, and a user group is rung as one", r.name, len(users))
	}
}
