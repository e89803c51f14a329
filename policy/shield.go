package policy

import (
	"net/netip"
	"slices"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// shield is an entry of protected: things that nobody may end. A thing must fit every key that
// the shield has, and of the values under a key one is enough: a shield on users and addresses
// protects those users when they come from those addresses.
type shield struct {
	name      string
	targets   []string // globs; none for all
	names     []string // globs
	users     []string // globs
	addresses []netip.Prefix
	clients   []string
	own       bool
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

// fits reports whether the shield protects, or might protect, a thing. A trait that the vendor
// withheld, or that cannot be read, might have any value; a trait that things of its kind never
// have fits nothing.
func (s *shield) fits(target string, t integrations.Thing) bool {
	if len(s.targets) > 0 && !matches(s.targets, target) {
		return false
	}
	is := t.Traits
	return !is.Read ||
		(len(s.names) == 0 || is.Names.May(like(s.names))) &&
			(len(s.users) == 0 || is.Users.May(like(s.users))) &&
			(len(s.addresses) == 0 || is.Addresses.May(s.inRange)) &&
			(len(s.clients) == 0 || is.Classes.May(func(c string) bool { return slices.Contains(s.clients, c) })) &&
			(!s.own || t.Own || is.MaybeOwn)
}

// keys are what the shield matches a thing by.
func (s *shield) keys() (keys []string) {
	for _, of := range []struct {
		key string
		is  bool
	}{{"names", len(s.names) > 0}, {"users", len(s.users) > 0}, {"addresses", len(s.addresses) > 0}, {"clients", len(s.clients) > 0}, {"own", s.own}} {
		if of.is {
			keys = append(keys, of.key)
		}
	}
	return keys
}

func like(globs []string) func(string) bool {
	return func(v string) bool { return matches(globs, v) }
}

// inRange reports whether an address is, or might be, in one of the shield's ranges: an address
// that cannot be read might be, an empty one is not.
func (s *shield) inRange(v string) bool {
	at, ok := address(v)
	return v != "" && (!ok || slices.ContainsFunc(s.addresses, func(p netip.Prefix) bool {
		return p.Contains(at) || p.Contains(at.Unmap())
	}))
}

// address reads an address with or without a port. The zone of an IPv6 address is dropped: it
// is local to a host, and ranges have none.
func address(s string) (netip.Addr, bool) {
	if at, err := netip.ParseAddrPort(s); err == nil {
		return at.Addr().WithZone(""), true
	}
	at, err := netip.ParseAddr(s)
	return at.WithZone(""), err == nil
}

// prefix reads an address range, or one address. IPv4 in IPv6's form is IPv4.
func prefix(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if one, errOne := netip.ParseAddr(s); err != nil && errOne == nil {
		p, err = netip.PrefixFrom(one, one.BitLen()), nil
	}
	if at := p.Addr(); at.Is4In6() {
		p = netip.PrefixFrom(at.Unmap(), max(0, p.Bits()-96))
	}
	return p.Masked(), err
}
