package policy

import (
	"net/netip"
	"slices"

	"quell/bot/words"
	"quell/commands"
	"quell/integrations"
)

// shield says which things nobody may end. Everything that it names must fit, of
// what it lists one: a shield on users and addresses is for those users from those
// addresses.
type shield struct {
	name      string
	targets   []string // globs; none for all
	names     []string // globs
	users     []string // globs
	addresses []netip.Prefix
	clients   []string
	own       bool
}

// clientKinds are the kinds of client that a shield can name: facts that a vendor's
// client gives a thing of that kind.
func clientKinds() []string {
	return []string{"replication", "monitor", "subscriber", "blocked", "transaction"}
}

// Protects names the rule that protects a thing of a target; "" if none does.
func (p *Policy) Protects(target string, t integrations.Thing) string {
	for _, s := range p.protected {
		if s.fits(target, t) {
			return s.name
		}
	}
	return ""
}

// shielded refuses a plan with a thing that is protected.
func (p *Policy) shielded(a *Ask, plan *commands.Plan) words.Message {
	if plan == nil {
		return words.Message{}
	}
	for i := range plan.Items {
		t := &plan.Items[i].Thing
		if name := p.Protects(a.Target.Name, *t); name != "" {
			return words.New("refused.protected", words.V{"thing": words.Code(t.Name), "rule": words.Code(name)})
		}
	}
	return words.Message{}
}

func (s *shield) fits(target string, t integrations.Thing) bool {
	return (len(s.targets) == 0 || matches(s.targets, target)) &&
		(len(s.names) == 0 || matchesAny(s.names, append([]string{t.Name, t.Fact("name"), t.Fact("agent")}, t.Aliases...))) &&
		(len(s.users) == 0 || matchesAny(s.users, []string{t.Fact("user"), t.Fact("submitter")})) &&
		(len(s.addresses) == 0 || s.near(t)) &&
		(len(s.clients) == 0 || slices.ContainsFunc(s.clients, func(c string) bool { return t.Fact(c) != "" })) &&
		(!s.own || t.Own)
}

// near reports whether one of a thing's addresses is in the range. One that cannot
// be read might be.
func (s *shield) near(t integrations.Thing) bool {
	for _, name := range []string{"peer", "addr", "address"} {
		value := t.Fact(name)
		if value == "" {
			continue
		}
		at, ok := address(value)
		if !ok || slices.ContainsFunc(s.addresses, func(p netip.Prefix) bool { return p.Contains(at) }) {
			return true
		}
	}
	return false
}

// address reads an address with or without its port.
func address(s string) (netip.Addr, bool) {
	if at, err := netip.ParseAddrPort(s); err == nil {
		return at.Addr().Unmap(), true
	}
	at, err := netip.ParseAddr(s)
	return at.Unmap(), err == nil
}

func matchesAny(globs, values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return v != "" && matches(globs, v) })
}
