package policy

import (
	"slices"
	"time"
)

// Sees reports whether a person may be told that there is a target: they hold a role that a
// rule on it names, of those who may ask, agree, act alone or sign. To all others it is like
// one that there is not.
func (p *Policy) Sees(s Subject, target Target, now time.Time) bool {
	return p.concerned(s, target, now, func(r *rule, held *roleSet) bool {
		return r.roles.intersects(held) || p.hasAny(r.others(), s, now)
	})
}

// Covers reports whether a rule allows anybody anything on a target.
func (p *Policy) Covers(t Target) bool {
	return slices.ContainsFunc(p.rules, func(r rule) bool {
		return !r.deny && slices.ContainsFunc(r.commands, func(c string) bool { return r.covers(c, t) })
	})
}

// concerned reports whether one of the rules that allow something on a target, or on any for
// "", means a person by their roles.
func (p *Policy) concerned(s Subject, target Target, now time.Time, means func(r *rule, held *roleSet) bool) bool {
	if s.Standing != Member {
		return false
	}
	var held roleSet
	p.addRolesOf(&held, s, now)
	return slices.ContainsFunc(p.rules, func(r rule) bool {
		covered := target.Name == "" || slices.ContainsFunc(r.commands, func(c string) bool { return r.covers(c, target) })
		return !r.deny && covered && means(&r, &held)
	})
}

// others are the roles that a rule names beside those that may ask.
func (r *rule) others() []string {
	all := slices.Clone(r.from)
	for _, t := range r.escalation {
		all = append(all, t.From...)
	}
	if g := r.breakGlass; g != nil {
		all = slices.Concat(all, g.Roles, g.Review.From)
	}
	return all
}

// Knows reports whether the file has anything to do with a channel: a rule lets people ask
// there, or it is an incident channel, or the channel that a break-glass is told to. A rule
// without channels lets people ask in each channel of the workspace.
func (p *Policy) Knows(c Channel) bool {
	if c.Place != Workspace {
		return false
	}
	return p.incidents.has(c) || slices.ContainsFunc(p.rules, func(r rule) bool {
		return !r.deny && (p.place(&r, c) || r.breakGlass != nil && r.breakGlass.Notice == c.ID)
	})
}
