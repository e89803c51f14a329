package policy

import (
	"slices"
	"strings"

	"quell/commands/words"
)

// Explain says what the policy makes of a request, line by line: the verdict, the
// rule, the binding and the permissions that it rests on, and of each rule that could
// have allowed it what would have to differ.
func (p *Policy) Explain(a Ask) []words.Message {
	d := p.Admit(a)
	who := words.User(a.By.Person.User)
	lines := append(p.verdict(d, a, who), d.wouldHaveAtLength(who)...)
	if d.Verdict != Refuse {
		lines = append(lines, words.New("explain.holds", words.V{
			"who": who, "role": words.Code(d.Binding.Role), "by": holder(d.Binding.By), "line": words.Count(d.Binding.Line),
		}))
	}
	if scopes := p.Needs(a.Target.Kind, a.Request.Command); len(scopes) > 0 {
		lines = append(lines, words.New("explain.scopes", words.V{"scopes": words.All(words.Codes(scopes)...)}))
	}
	lines = append(lines, words.New("explain.at", words.V{"at": words.At(a.At), "channel": words.Channel(a.Where.ID), "policy": words.Digest(p.hash)}))
	if !Unfit(a.By, a.Where).IsZero() {
		return lines
	}
	if d.Verdict == Refuse {
		lines = append(lines, p.differ(a)...)
	}
	return append(lines, p.monitorsDiffer(a)...)
}

func (p *Policy) verdict(d Decision, a Ask, who words.Value) []words.Message {
	v := words.V{
		"who": who, "command": words.Code("/" + a.Request.Command), "target": words.Code(a.Target.Name), "rule": words.Code(d.Rule),
		"count": words.Count(d.Need), "roles": Roles(d.From), "within": words.For(d.Within), "why": words.Say(d.Why),
	}
	lines := []words.Message{words.New("explain.refused", v)}
	switch d.Verdict {
	case Run:
		lines = []words.Message{words.New("explain.run", v)}
	case Consult:
		lines = []words.Message{words.New("explain.consult", v)}
	}
	for _, t := range d.Escalation {
		lines = append(lines, words.New("explain.then", words.V{"after": words.For(t.After), "roles": Roles(t.From)}))
	}
	lines = append(lines, p.rung(d)...)
	if d.OtherTeam {
		lines = append(lines, words.New("card.another"))
	}
	if g := d.BreakGlass; g != nil {
		lines = append(lines, words.New("explain.glass", words.V{"after": words.For(g.NotBefore), "who": who, "channel": words.Channel(g.Notice), "roles": Roles(g.Review.From)}))
	}
	return lines
}

// rung says whom a request rings.
func (p *Policy) rung(d Decision) (lines []words.Message) {
	if d.Verdict != Consult {
		return nil
	}
	groups, users := p.Bound(d.From)
	v := words.V{"who": words.Code(list(slices.Concat(groups, users)))}
	switch {
	case len(groups)+len(users) == 0:
	case d.Quiet:
		lines = append(lines, words.New("explain.rings-channel", v))
	default:
		lines = append(lines, words.New("explain.rings", v))
	}
	if d.Remind > 0 {
		lines = append(lines, words.New("explain.reminds", words.V{"after": words.For(d.Remind)}))
	}
	return lines
}

// differ says of each rule on this command and target what would have to be another
// way for it to allow the request.
func (p *Policy) differ(a Ask) (lines []words.Message) {
	var held roleSet
	p.addRolesOf(&held, a.By, a.At)
	for _, r := range p.covering(a.Request.Command, a.Target) {
		v := words.V{"rule": words.Code(r.name), "line": words.Count(r.at.Line)}
		if r.deny {
			if p.miss(r, &a, &held).fits() {
				lines = append(lines, words.New("explain.denies", v))
			}
			continue
		}
		all := p.missing(r, &a, &held)
		if len(all) == 0 {
			all = append(all, words.New("differ.demands"))
		}
		v["differ"] = words.Lines(all)
		lines = append(lines, words.New("explain.rule", v))
	}
	if len(lines) == 0 {
		lines = append(lines, words.New("explain.no-rule"))
	}
	return lines
}

// monitorsDiffer says of each monitor rule on this command and target that does not fit what
// would have to be another way for it to fit.
func (p *Policy) monitorsDiffer(a Ask) (lines []words.Message) {
	var held roleSet
	p.addRolesOf(&held, a.By, a.At)
	for i := range p.monitors {
		r := &p.monitors[i]
		if !r.covers(a.Request.Command, a.Target) || p.miss(r, &a, &held).fits() {
			continue
		}
		v := words.V{"rule": words.Code(r.name), "line": words.Count(r.at.Line), "differ": words.Lines(p.missing(r, &a, &held))}
		lines = append(lines, words.New("explain.monitor", v))
	}
	return lines
}

// missing is what would have to be another way for a rule to fit; none if it fits.
func (p *Policy) missing(r *rule, a *Ask, held *roleSet) (all []words.Message) {
	if !p.place(r, a.Where) {
		all = append(all, words.New("differ.channel", words.V{"channels": r.places()}))
	}
	if len(r.roleNames) > 0 && !r.roles.intersects(held) {
		all = append(all, words.New("differ.role", words.V{"roles": Roles(r.roleNames)}))
	} else if lacks := p.lacks(r, a, held); lacks != "" && !r.deny {
		all = append(all, words.New("differ.scope", words.V{"scope": words.Code(lacks)}))
	}
	if r.when != nil && !r.when.holds(a.At) {
		all = append(all, words.New("differ.when", words.V{"when": words.Text(r.when.text)}))
	}
	return all
}

// places are the channels of a rule, for people.
func (r *rule) places() words.Value {
	var all []words.Message
	for _, id := range r.channels {
		all = append(all, words.New("differ.one-channel", words.V{"channel": words.Channel(id)}))
	}
	if r.incident {
		all = append(all, words.New("differ.incident"))
	}
	return words.Lines(all)
}

// holder is who a binding names: a person, or a group by its id.
func holder(id string) words.Value {
	if strings.HasPrefix(id, "S") {
		return words.Code(id)
	}
	return words.User(id)
}
