package policy

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"quell/policy/strictyaml"
)

const (
	// maxNeed bounds the approvers of a rule: more is a slip of the finger.
	maxNeed = 20
	// defaultWithin is how long approvers have when a rule does not say.
	defaultWithin = 15 * time.Minute
	// maxWithin is the longest that anybody may be waited for.
	maxWithin = 24 * time.Hour
	// defaultCancel is how long break-glass can be stopped when a rule does not say.
	defaultCancel = time.Minute
)

func (l *loader) addRule(part strictyaml.Part) {
	var f fileRule
	whole := part.Load(l.m, &f)
	l.oneOf("effect", f.Effect, "allow", "deny")
	l.oneOf("reason", f.Reason, "required", "optional")
	l.oneOf("monitor", f.Monitor, "true", "false")
	l.oneOf("details", f.Details, "private", "channel")
	l.oneOf("ring", f.Ring, "channel", "directly")
	r := rule{
		name:      f.Name.Value,
		at:        part.Pos(),
		deny:      f.Effect.Value == "deny",
		commands:  l.words("command", f.Commands, l.known.Commands),
		roleNames: l.rolesIn(f.Roles),
		targets:   l.globs(f.Targets),
		labels:    l.labels(f.Labels),
		within:    defaultWithin,
		reason:    l.reason(f),
		when:      l.window(f.When, whole),
		private:   f.Details.Value == "private",
		quiet:     f.Ring.Value == "channel",
	}
	r.channels, r.incident = l.channels(f.Channels)
	r.roles = l.set(r.roleNames)
	l.approvals(&r, f.Approvals)
	l.breakGlass(&r, f.BreakGlass)
	if f.MaxItems != nil {
		r.most = *f.MaxItems
	}
	if whole {
		l.checkRule(f, r, part.Pos())
		l.checkScopes(f, &r)
		l.checkHolders(f, r, part.Pos())
	}
	r.says = sentencesOf(r)
	if f.Monitor.Value == "true" {
		l.p.monitors = append(l.p.monitors, r)
		return
	}
	l.p.rules = append(l.p.rules, r)
}

func (l *loader) set(names []string) (set roleSet) {
	for _, name := range names {
		if n := slices.Index(l.names, name); n >= 0 {
			set.add(n)
		}
	}
	return set
}

func (l *loader) approvals(r *rule, f *fileApprovals) {
	if f == nil {
		return
	}
	l.oneOf("teams", f.Teams, "another")
	r.need, r.from, r.otherTeam = f.Need, l.rolesIn(f.From), f.Teams.Value == "another"
	r.within = l.duration(f.Within, defaultWithin, time.Minute, maxWithin)
	if f.Remind != (text{}) {
		r.remind = l.duration(f.Remind, 0, time.Second, maxWithin)
	}
	if r.remind >= r.within {
		l.m.Add(f.Remind.Pos, "after %s nobody is reminded any more: the time runs out after %s", brief(r.remind), brief(r.within))
	}
	for _, t := range f.Then {
		tier := Tier{l.duration(t.After, 0, time.Second, maxWithin), l.rolesIn(t.From)}
		if t.After == (text{}) || len(t.From) == 0 {
			l.m.Add(f.first(), "each step of then needs both after and from")
		} else if tier.After >= r.within {
			l.m.Add(t.After.Pos, "after %s nobody is asked any more: the time runs out after %s", brief(tier.After), brief(r.within))
		}
		r.escalation = append(r.escalation, tier)
	}
	if r.otherTeam && len(l.p.teams) == 0 && !l.gaps {
		l.m.Add(f.Teams.Pos, "teams: another needs teams, and the file has none")
	}
}

// first is where approvals begin, as far as is known.
func (f *fileApprovals) first() strictyaml.Pos {
	if len(f.From) > 0 {
		return f.From[0].Pos
	}
	return strictyaml.Pos{}
}

func (l *loader) breakGlass(r *rule, f *fileBreakGlass) {
	if f == nil {
		return
	}
	g := BreakGlass{
		Roles:     l.rolesIn(f.Roles),
		NotBefore: l.duration(f.NotBefore, 0, time.Second, maxWithin),
		Cancel:    l.duration(f.Cancel, defaultCancel, 10*time.Second, 10*time.Minute),
		Review:    Review{max(f.Review.Need, 1), l.rolesIn(f.Review.From)},
	}
	if ids := l.ids("channel", []text{f.Notice}); f.Notice != (text{}) {
		g.Notice = ids[0]
	}
	if len(f.Roles) == 0 {
		g.Roles = r.roleNames
	}
	r.breakGlass, r.breakGlassRoles = &g, l.set(g.Roles)
}

func (l *loader) reason(f fileRule) reason {
	w := reason{required: f.Reason.Value == "required" || f.Ticket != (text{})}
	if f.Ticket == (text{}) {
		return w
	}
	var err error
	if w.ticket, err = regexp.Compile(f.Ticket.Value); err != nil {
		l.m.Add(f.Ticket.Pos, "%q is not a regular expression; write it like '(INC|CHG)-[0-9]+'", f.Ticket.Value)
	}
	return w
}

// checkRule finds what a rule lacks, and what has no meaning in it. What could be
// read as "none" or as "any" is refused, for somebody would read it the other way.
func (l *loader) checkRule(f fileRule, r rule, at strictyaml.Pos) {
	if l.seen[r.name] && r.name != "" {
		l.m.Add(f.Name.Pos, "a second rule is named %q", r.name)
	}
	l.seen[r.name] = true
	for _, wrong := range []struct {
		is  bool
		say string
	}{
		{r.name == "", "a rule needs a name"},
		{len(f.Commands) == 0 || len(f.Targets)+len(f.Labels) == 0, `rule %q needs commands and targets`},
		{len(f.Labels) > 0 && len(f.Targets) > 0 && l.coversNone(&r), `rule %q fits no target: none has both such a name and such labels`},
		{!r.deny && len(f.Roles) == 0, `rule %q allows, so it needs roles: who may ask`},
		{f.MaxItems != nil && r.most < 1, `rule %q: max_items is at least 1; leave it out to mean any number`},
		{f.Approvals != nil && !f.Approvals.complete(), `rule %q: approvals needs both need (1 to ` + strconv.Itoa(maxNeed) + `) and from`},
		{f.Reason.Value == "optional" && f.Ticket != (text{}), `rule %q: a ticket stands in the reason, so the reason is required`},
		{r.deny && f.demands(), `rule %q denies, so approvals, break_glass, reason, ticket, max_items, details and ring have no meaning in it`},
		{!r.deny && f.Approvals == nil && f.Ring != (text{}), `rule %q: ring is about those who have to agree, so it needs approvals`},
	} {
		if wrong.is {
			l.m.Add(at, "%s", strings.ReplaceAll(wrong.say, "%q", strconv.Quote(r.name)))
		}
	}
	l.checkBreakGlass(f, r, at)
}

// demands says that a rule asks something of the request.
func (f fileRule) demands() bool {
	return f.Approvals != nil || f.BreakGlass != nil || f.MaxItems != nil || f.Ticket != (text{}) || f.Details != (text{}) || f.Ring != (text{}) || f.Reason.Value == "required"
}

func (l *loader) coversNone(r *rule) bool {
	return len(l.known.Targets) > 0 && len(r.commands) > 0 &&
		!slices.ContainsFunc(l.known.Targets, func(t Target) bool { return r.covers(r.commands[0], t) })
}

func (l *loader) checkBreakGlass(f fileRule, r rule, at strictyaml.Pos) {
	switch g := f.BreakGlass; {
	case g == nil:
	case f.Approvals == nil:
		l.m.Add(at, "rule %q: break_glass is for when nobody agrees, so it needs approvals", r.name)
	case g.NotBefore == (text{}) || g.Notice == (text{}) || len(g.Review.From) == 0:
		l.m.Add(at, "rule %q: break_glass needs not_before, notice and review: {from: [role]}", r.name)
	case r.breakGlass.NotBefore >= r.within:
		l.m.Add(g.NotBefore.Pos, "after %s the request is over: the time runs out after %s", brief(r.breakGlass.NotBefore), brief(r.within))
	case g.Review.Need < 0 || g.Review.Need > maxNeed:
		l.m.Add(at, "rule %q: review needs 1 to %d people", r.name, maxNeed)
	}
}

func (f fileApprovals) complete() bool {
	return f.Need >= 1 && f.Need <= maxNeed && len(f.From) > 0
}

// checkScopes finds a command that a rule allows and for which its roles lack a permission: the
// command would be refused to everybody.
func (l *loader) checkScopes(f fileRule, r *rule) {
	if r.deny || len(l.names) == 0 || len(r.roleNames) == 0 || l.gaps || l.unscoped {
		return
	}
	var granted scopeSet
	for n, role := range l.p.roles {
		if r.roles.has(n) {
			granted |= role.scopes
		}
	}
	if granted == 0 {
		return // checkHolders says it
	}
	for i, command := range r.commands {
		on := l.kindsOf(r, command)
		for _, kind := range slices.Sorted(maps.Keys(on)) {
			if lacking := l.p.kinds.needs[kind][command] &^ granted; lacking != 0 {
				l.m.Add(f.Commands[i].Pos, "rule %q allows /%s on %s (%s), and none of its roles has the scope %s", r.name, command, on[kind], kind, list(l.p.kinds.scopes.names(lacking)))
			}
		}
	}
}
