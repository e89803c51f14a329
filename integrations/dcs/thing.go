package dcs

import (
	"cmp"
	"net/netip"
	"strings"

	"quell/integrations"
)

// identified says whether the entry can be told from others.
func (s session) identified() bool {
	return s.ID != "" && (s.Peer.String() != "" || s.Addr.String() != "")
}

// peer is the address that the vendor's kill takes, or "" if the entry has
// none: anything but an address must not be sent.
func (s session) peer() string {
	if _, err := netip.ParseAddrPort(s.Peer.String()); err != nil {
		return ""
	}
	return s.Peer.String()
}

func (s session) thing(node string) integrations.Thing {
	id, addr, peer := string(s.ID), s.Addr.String(), s.peer()
	thing := integrations.Thing{
		Name: peer, Aliases: []string{addr, id}, Place: node,
		Identity: []integrations.Field{
			{Name: "node", Value: node},
			{Name: "client", Value: id},
			{Name: "peer", Value: peer},
			{Name: "addr", Value: addr},
		},
		Called:  s.Name.String(),
		Facts:   s.facts(),
		Traits:  s.traits(),
		Idle:    s.Idle.Seconds(),
		Lineage: s.lineage(),
	}
	// A link between the nodes of a system is nobody's client: ended, it comes back at
	// once and loads the system in between.
	if s.flag("SM") != "" {
		thing.Bar = integrations.Note{Hint: "bar.dcs-replication"}
	}
	if peer == "" {
		thing.Bar = integrations.Note{Hint: "bar.dcs-no-address"}
		thing.Name, thing.Aliases = addr, []string{id}
	}
	thing.ID = strings.Join([]string{node, shown(id), cmp.Or(peer, shown(addr))}, "/")
	return thing
}

// lineage is that of a client that connects again: its port and its id are others then. What
// has no name has none: whoever else connects from there would pass for it.
func (s session) lineage() string {
	if s.Name.String() == "" {
		return ""
	}
	from := host(shown(s.Addr.String()), s.peer())
	return strings.Join([]string{from, shown(s.Name.String()), shown(s.User.String()), shown(string(s.DB))}, "|")
}

// shown is what people read of a value. Ids and lineages are made of that, as stored cases
// have them; two entries of one id make the list incomplete.
func shown(s string) string { return integrations.Clean(s, integrations.Shown) }

// traits are those of a client of Redis. Sessions are listed and ended by the cloud's
// API, so none of them is the bot's own.
func (s session) traits() integrations.Traits {
	return integrations.Traits{
		Read:      true,
		Names:     integrations.Each(s.Name, s.Peer, s.Addr).Or(integrations.Some(integrations.Say(string(s.ID)))),
		Users:     integrations.Each(s.User),
		Addresses: integrations.Each(s.Peer, s.Addr),
		Classes:   s.classes(),
	}
}

// classes are told by the flags, whose letters are those of Redis' CLIENT LIST.
func (s session) classes() integrations.Trait {
	t := integrations.Trait{Unknown: integrations.Each(s.Flags).Unknown}
	for _, c := range []struct{ name, letters string }{
		{integrations.Replication, "SM"}, {integrations.Monitor, "O"}, {integrations.Blocked, "b"},
		{integrations.Transaction, "x"}, {integrations.Subscriber, "P"},
	} {
		if s.flag(c.letters) != "" {
			t.Values = append(t.Values, c.name)
		}
	}
	return t
}

// host is the client's own, without the port, which changes with every
// connection. It is addr's where the instance passes client addresses through;
// where it does not, addr shows an internal 198.19.x.x ("Managing Sessions" of
// the DCS user guide) and peer tells more.
func host(addr, peer string) string {
	internal := netip.MustParsePrefix("198.18.0.0/15")
	a, err := netip.ParseAddrPort(addr)
	if p, errPeer := netip.ParseAddrPort(peer); errPeer == nil && (err != nil || internal.Contains(a.Addr())) {
		return p.Addr().String()
	}
	if err != nil {
		return addr
	}
	return a.Addr().String()
}

// facts leaves out what is empty, and counts that say "none": multi is -1
// outside a transaction, else the number of commands queued in it. Of the flags
// only those tell that a person who is about to end the session should know;
// the letters are those of Redis' CLIENT LIST.
func (s session) facts() []integrations.Field {
	return integrations.Filled([]integrations.Field{
		{Name: "client", Value: string(s.ID)},
		{Name: "name", Value: s.Name.String()},
		{Name: "idle", Value: atLeast(1, s.Idle), Unit: "s"},
		{Name: "active", Value: s.active()},
		{Name: "blocked", Value: s.flag("b")},
		{Name: "transaction", Value: s.flag("x")},
		{Name: "multi", Value: atLeast(0, s.Multi)},
		{Name: "subscriber", Value: s.flag("P")},
		{Name: "age", Value: atLeast(1, s.Age), Unit: "s"},
		{Name: "cmd", Value: string(s.Cmd)},
		{Name: "user", Value: s.user()},
		{Name: "db", Value: string(s.DB)},
		{Name: "replication", Value: s.flag("SM")},
		{Name: "monitor", Value: s.flag("O")},
		{Name: "sub", Value: atLeast(1, s.Sub)},
		{Name: "psub", Value: atLeast(1, s.PSub)},
		{Name: "qbuf", Value: atLeast(1, s.QBuf), Unit: "B"},
		{Name: "omem", Value: atLeast(1, s.OMem), Unit: "B"},
		{Name: "closing", Value: s.flag("Ac")},
	}...)
}

// user leaves out Redis' own default, which tells people nothing.
func (s session) user() string {
	if s.User.String() == "default" {
		return ""
	}
	return s.User.String()
}

// flag returns the first of the letters that is among the session's flags.
func (s session) flag(letters string) string {
	if i := strings.IndexAny(s.Flags.String(), letters); i >= 0 {
		return s.Flags.String()[i : i+1]
	}
	return ""
}

// active is for an idle time that rounds to nothing: a command came within the
// last second.
func (s session) active() string {
	if s.Idle.Number() == 0 {
		return string(s.Idle)
	}
	return ""
}

func atLeast(least int, t text) string {
	if n := t.Number(); n < least || n < 0 {
		return ""
	}
	return string(t)
}
