package dcs

import (
	"slices"
	"strconv"
	"strings"

	"quell/integrations"
)

// matesMost is how many sessions at one address can be named to people.
const matesMost = 20

// addresses are the sessions of a node by the address that a kill names (peer). Behind a proxy
// several can have one, and HangUpClients, which takes an address and nothing else, ends them
// together.
type addresses struct {
	first    map[string]*session
	shared   map[string][]*session          // with two or more
	nameless map[string]integrations.Traits // of the entries that cannot be told from others
}

func newAddresses() addresses {
	return addresses{first: map[string]*session{}, shared: map[string][]*session{}, nameless: map[string]integrations.Traits{}}
}

// addNameless notes an entry that cannot be told from others. It is no session that could be
// ended, and ends all the same with whoever has its address.
func (a addresses) addNameless(s *session) {
	peer, traits := s.peer(), s.traits()
	if peer == "" {
		return
	}
	if before, known := a.nameless[peer]; known {
		traits = before.Or(traits)
	}
	a.nameless[peer] = traits
}

func (a addresses) add(s *session) {
	peer := s.peer()
	first, known := a.first[peer]
	switch {
	case peer == "":
	case !known:
		a.first[peer] = s
	case len(a.shared[peer]) == 0:
		a.shared[peer] = []*session{first, s}
	default:
		a.shared[peer] = append(a.shared[peer], s)
	}
}

// together is a session with those that end when it does: what protects one of them protects
// all.
func (a addresses) together(t integrations.Thing, node string) integrations.Thing {
	t = a.withNameless(t)
	all := a.shared[t.IdentityField("peer")]
	if len(all) == 0 {
		return t
	}
	var names []string
	for _, s := range all {
		mate := s.thing(node)
		if mate.ID == t.ID {
			continue
		}
		names = append(names, s.told())
		t.With = append(t.With, integrations.Companion{ID: mate.ID, Name: s.told()})
		t.Traits = t.Traits.Or(mate.Traits)
		if t.Bar.IsZero() && !mate.Bar.IsZero() {
			t.Bar = integrations.NewNote("bar.dcs-shared-link")
		}
	}
	if len(names) > matesMost {
		t.With, t.Bar = t.With[:matesMost], integrations.NewNote("bar.dcs-crowded")
	}
	t.Warn = append(t.Warn, integrations.NewNote("warn.dcs-one-address",
		"address", t.Name, "others", strings.Join(names[:min(len(names), matesMost)], ", ")))
	t.Facts = slices.Insert(t.Facts, min(1, len(t.Facts)), integrations.Field{Name: "address-shared", Value: strconv.Itoa(len(names))})
	return t
}

// withNameless bars a session at whose address an entry is that nobody could be told of.
func (a addresses) withNameless(t integrations.Thing) integrations.Thing {
	traits, shares := a.nameless[t.IdentityField("peer")]
	if !shares {
		return t
	}
	t.Traits = t.Traits.Or(traits)
	if t.Bar.IsZero() {
		t.Bar = integrations.NewNote("bar.dcs-nameless")
	}
	return t
}

// told is what tells a session from another one at its address.
func (s session) told() string { return shown(string(s.ID)) + " (" + shown(s.Addr.String()) + ")" }
