package policy

import (
	"fmt"
	"strings"

	"quell/commands"
	"quell/commands/words"
)

// A monitor rule (monitor: true) is a dry run. It permits nothing, forbids nothing and names
// nobody: it stands apart from the rules, and only what is here, Explain and Diff read it. A rule
// can so be tried beside those that decide, on the real requests of real people, before it is
// put in force.

// monitored is what each monitor rule that fits a request would have decided, in the order of the
// file. Each is judged alone: that another rule comes first is seen beside it. Where a rule denies,
// none would have been asked that allows, for deny wins.
func (p *Policy) monitored(a *Ask, held *roleSet, plan *commands.Plan, decided Decision) (all []Decision) {
	for i := range p.monitors {
		r := &p.monitors[i]
		if !r.covers(a.Request.Command, a.Target) || !p.miss(r, a, held).fits() || !r.deny && decided.Cause == CauseDenied {
			continue
		}
		d := Decision{Cause: CauseDenied, Why: r.says.denied, Rule: r.name}
		if !r.deny {
			d = p.grant(r, a, held, plan)
		}
		d.Policy = "" // that of the decision beside which it stands
		all = append(all, d)
	}
	return all
}

// Answer is why nothing came of a request, for whoever asked, with what the monitor rules would
// have said. A reason that is missing is still to be given: nothing is settled before.
func (d Decision) Answer(why words.Message) words.Message {
	if len(d.Monitored) == 0 || d.Cause == CauseReason {
		return why
	}
	return words.New("monitor.answer", words.V{"why": words.Say(why), "monitored": words.Lines(d.WouldHave())})
}

// wouldHaveMost bounds how many monitor rules people are told of at once.
const wouldHaveMost = 3

// WouldHave says to people what the monitor rules would have decided, a sentence each.
func (d Decision) WouldHave() (all []words.Message) {
	for i, m := range d.Monitored {
		if i == wouldHaveMost {
			return append(all, words.New("monitor.more", words.V{"count": words.Count(len(d.Monitored) - i)}))
		}
		all = append(all, m.wouldHave())
	}
	return all
}

// wouldHaveAtLength is WouldHave of all monitor rules, with who else could have agreed, and that
// the asker could have acted alone.
func (d Decision) wouldHaveAtLength(who words.Value) (all []words.Message) {
	for _, m := range d.Monitored {
		all = append(all, m.wouldHave())
		for _, t := range m.Escalation {
			all = append(all, words.New("monitor.then", words.V{"after": words.For(t.After), "roles": Roles(t.From)}))
		}
		if g := m.BreakGlass; g != nil {
			all = append(all, words.New("monitor.glass", words.V{"after": words.For(g.NotBefore), "who": who}))
		}
	}
	return all
}

func (d Decision) wouldHave() words.Message {
	v := words.V{"rule": words.Code(d.Rule), "count": words.Count(d.Need), "roles": Roles(d.From), "within": words.For(d.Within)}
	switch {
	case d.Verdict == Run:
		return words.New("monitor.run", v)
	case d.Verdict == Consult:
		return words.New("monitor.consult", v)
	case d.Cause == CauseReason:
		return words.New("monitor.reason", v)
	case d.Cause == CauseNumber:
		return words.New("monitor.number", v)
	case d.Cause == CauseShield:
		return words.New("monitor.protected", v)
	}
	return words.New("monitor.denied", v)
}

// Record is what the monitor rules would have decided, for an audit entry: "" for none.
func (d Decision) Record() string {
	all := make([]string, len(d.Monitored))
	for i, m := range d.Monitored {
		all[i] = m.Rule + ": " + m.record()
	}
	return strings.Join(all, "; ")
}

func (d Decision) record() string {
	switch d.Verdict {
	case Run:
		return "would have run"
	case Consult:
		return fmt.Sprintf("would have asked %d of %s, would have run", d.Need, strings.Join(d.From, " or "))
	}
	return "would have refused (" + string(d.Cause) + ")"
}
