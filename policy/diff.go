package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"quell/commands"
)

// Change is something that a changed policy gives or takes.
type Change struct {
	Gain bool
	What string // who may do what, and how; or a limit on all
	// Monitor says that it is what a monitor rule would have said: nobody gains or loses it.
	Monitor bool
}

// Diff says who gains and loses what by a changed policy: for each user and group that
// a binding of either names, each command on each known target, the ways in which they
// may do it, in the order in which they are tried. A rule that is only called another
// name changes nothing.
func Diff(was, is *Policy, known Known) (all []Change) {
	before, after := side{was}, side{is}
	for _, who := range slices.Compact(slices.Sorted(slices.Values(append(before.subjects(), after.subjects()...)))) {
		for _, c := range known.Commands {
			for _, t := range known.Targets {
				at := fmt.Sprintf("%s: /%s %s: ", who, c, t.Name)
				all = append(all, changed(at, before.ways(who, c, t), after.ways(who, c, t), false)...)
				all = append(all, changed(at, before.dryRuns(who, c, t), after.dryRuns(who, c, t), true)...)
			}
		}
	}
	return append(all, differences(before.limits(), after.limits())...)
}

// changed is what goes and what comes; "" is nothing.
func changed(at, was, is string, monitor bool) (all []Change) {
	if was == is {
		return nil
	}
	if was != "" {
		all = append(all, Change{false, at + was, monitor})
	}
	if is != "" {
		all = append(all, Change{true, at + is, monitor})
	}
	return all
}

// differences are the lines that one list has and the other lacks. A bound that goes is
// a gain: more can be done.
func differences(before, after []string) (all []Change) {
	for _, b := range before {
		if !slices.Contains(after, b) {
			all = append(all, Change{Gain: true, What: "no longer " + b})
		}
	}
	for _, b := range after {
		if !slices.Contains(before, b) {
			all = append(all, Change{What: b})
		}
	}
	return all
}

// side is one of two policies that are compared.
type side struct{ *Policy }

// subjects are the ids that bindings name.
func (p side) subjects() []string {
	return append(slices.Collect(maps.Keys(p.users)), slices.Collect(maps.Keys(p.groups))...)
}

// ways tells in which ways a user, or the members of a group, may do something; "" if they may
// not.
func (p side) ways(id, command string, t Target) string {
	a, held := p.someday(id, command, t)
	var ways, never []string
	for _, r := range p.covering(command, t) {
		switch {
		case len(r.roleNames) > 0 && !r.roles.intersects(held):
		case r.deny && len(r.channels) == 0 && !r.incident && r.when == nil:
			return ""
		case r.deny:
			never = append(never, "never "+r.conditions())
		case p.lacks(r, a, held) == "":
			ways = append(ways, r.conditions()+": "+p.demands(r, held))
		}
	}
	if len(ways) == 0 {
		return ""
	}
	return strings.Join(append(ways, never...), "; else ")
}

// dryRuns tells what the monitor rules would say to a user, or to the members of a group, who
// want to do something; "" for nothing.
func (p side) dryRuns(id, command string, t Target) string {
	a, held := p.someday(id, command, t)
	var all []string
	for i := range p.monitors {
		r := &p.monitors[i]
		switch {
		case !r.covers(command, t) || len(r.roleNames) > 0 && !r.roles.intersects(held):
		case r.deny:
			all = append(all, "never "+r.conditions())
		case p.lacks(r, a, held) == "":
			all = append(all, r.conditions()+": "+p.demands(r, held))
		}
	}
	return strings.Join(all, "; and ")
}

// someday is a request of a user, or of the members of a group, so late that every member_for is
// over, with the roles that they hold.
func (p side) someday(id, command string, t Target) (a *Ask, held *roleSet) {
	long := time.Unix(0, 0)
	now := long.AddDate(100, 0, 0)
	a = &Ask{
		Request: commands.Request{Command: command}, Target: t, At: now,
		By: Subject{Person: commands.Person{User: id}, Groups: []Membership{{id, long}}},
	}
	held = &roleSet{}
	p.addRolesOf(held, a.By, now)
	return a, held
}

// conditions are where and when a rule holds.
func (r *rule) conditions() string {
	where := "in any channel"
	if len(r.channels) > 0 || r.incident {
		places := slices.Clone(r.channels)
		if r.incident {
			places = append(places, "incidents")
		}
		where = "in " + list(places)
	}
	if r.when != nil {
		where += ", " + r.when.text
	}
	return where
}

// demands are what a rule wants before it lets something through.
func (p side) demands(r *rule, held *roleSet) string {
	say := "at once"
	if r.need > 0 {
		say = fmt.Sprintf("after %d of %s agree within %s", r.need, p.holdersOf(r.from), brief(r.within))
	}
	for _, t := range r.escalation {
		say += fmt.Sprintf(", after %s also %s", brief(t.After), p.holdersOf(t.From))
	}
	if r.otherTeam {
		say += ", one of another team"
	}
	if r.reason.required {
		say += ", with a reason"
	}
	if r.reason.ticket != nil {
		say += " that holds " + r.reason.ticket.String()
	}
	if r.most > 0 {
		say += fmt.Sprintf(", at most %d at a time", r.most)
	}
	if r.remind > 0 {
		say += ", reminded after " + brief(r.remind)
	}
	if r.quiet {
		say += ", rung in the channel alone"
	}
	if r.private {
		say += ", with details out of the channel"
	}
	if g := r.breakGlass; g != nil && r.breakGlassRoles.intersects(held) {
		say += fmt.Sprintf(", or alone after %s (%s to stop it, told in %s, signed by %d of %s)", brief(g.NotBefore), brief(g.Cancel), g.Notice, g.Review.Need, p.holdersOf(g.Review.From))
	}
	return say
}

// holdersOf are roles with the ids that are bound to them.
func (p side) holdersOf(roles []string) string {
	var all []string
	for _, name := range roles {
		n, _ := p.number(name)
		var ids []string
		for _, of := range []map[string][]grant{p.users, p.groups} {
			for id, grants := range of {
				if i := slices.IndexFunc(grants, func(g grant) bool { return g.role == n }); i >= 0 {
					if grants[i].longer > 0 {
						id += " for " + brief(grants[i].longer)
					}
					ids = append(ids, id)
				}
			}
		}
		slices.Sort(ids)
		all = append(all, fmt.Sprintf("%s (%s)", name, list(ids)))
	}
	return strings.Join(all, " or ")
}

// limits are the limits that hold for everybody.
func (p side) limits() (all []string) {
	for _, s := range p.protected {
		all = append(all, "protected: "+s.text())
	}
	for _, b := range p.budgets {
		on := ""
		if len(b.Targets) > 0 {
			on = " on " + list(b.Targets)
		}
		all = append(all, fmt.Sprintf("budget: %d calls in %s per %s%s", b.Most, brief(b.Within), b.Per, on))
	}
	if p.cooldown > 0 {
		all = append(all, "cooldown: "+brief(p.cooldown))
	}
	for _, id := range p.incidents.channels {
		all = append(all, "incident channel: "+id)
	}
	for _, id := range p.incidents.creators {
		all = append(all, "incident channels made by "+id)
	}
	for _, t := range p.teams {
		all = append(all, fmt.Sprintf("team: %s (%s)", t.name, list(append(slices.Clone(t.users), t.groups...))))
	}
	return all
}

// text is what a shield names.
func (s *shield) text() string {
	var parts []string
	for _, of := range []struct {
		what string
		list []string
	}{{"targets", s.targets}, {"names", s.names}, {"users", s.users}, {"clients", s.clients}} {
		if len(of.list) > 0 {
			parts = append(parts, of.what+" "+list(of.list))
		}
	}
	for _, a := range s.addresses {
		parts = append(parts, "address "+a.String())
	}
	if s.own {
		parts = append(parts, "the bot's own")
	}
	return strings.Join(parts, ", ")
}
