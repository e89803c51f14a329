package integrations

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
)

// Traits are what a policy's protection is matched on: raw values, as the vendor gave
// them, neither cut nor cleaned. Facts are the same look made fit for people, and nothing
// is decided by them.
type Traits struct {
	// Read says that a vendor's answer was read for these. The zero Traits are of a thing
	// that nobody read so, such as one in a plan that an older version stored: nothing is
	// known of it.
	Read      bool  `json:"read,omitempty"`
	Names     Trait `json:"names,omitzero"`     // what people call it, ids and addresses too
	Users     Trait `json:"users,omitzero"`     // the vendor's user whose it is
	Addresses Trait `json:"addresses,omitzero"` // with or without a port
	Classes   Trait `json:"classes,omitzero"`   // of a client
	// MaybeOwn says that it cannot be told whether the thing is the bot's own (Thing.Own).
	MaybeOwn bool `json:"maybe_own,omitempty"`
}

// Or are the traits of two things that end together: what protects one protects both.
func (t Traits) Or(o Traits) Traits {
	return Traits{
		Read: t.Read && o.Read, MaybeOwn: t.MaybeOwn || o.MaybeOwn,
		Names: t.Names.Or(o.Names), Users: t.Users.Or(o.Users), Addresses: t.Addresses.Or(o.Addresses), Classes: t.Classes.Or(o.Classes),
	}
}

// The classes of a client.
const (
	Replication = "replication" // a link between the nodes of a system
	Monitor     = "monitor"
	Subscriber  = "subscriber"
	Blocked     = "blocked"     // in a call that waits
	Transaction = "transaction" // in an open one
)

// Classes are all of them.
func Classes() []string { return []string{Replication, Monitor, Subscriber, Blocked, Transaction} }

// Trait is one of the traits of a thing. The zero Trait is of a kind of thing that never
// has it.
type Trait struct {
	// Values are those that were given. An empty one is a value like any other.
	Values []string `json:"values,omitempty"`
	// Unknown says that there is a value, or may be, that was withheld or cannot be read.
	Unknown bool `json:"unknown,omitempty"`
}

// May reports whether a value fits, or whether one that is not known might.
func (t Trait) May(fit func(value string) bool) bool {
	return t.Unknown || slices.ContainsFunc(t.Values, fit)
}

// Or is what is in either.
func (t Trait) Or(o Trait) Trait {
	return Trait{slices.Concat(t.Values, o.Values), t.Unknown || o.Unknown}
}

// Each makes a trait of fields of which every such thing has each: one that was not given
// was withheld.
func Each(fields ...Given) Trait {
	t := Some(fields...)
	t.Unknown = t.Unknown || slices.ContainsFunc(fields, func(f Given) bool { return !f.given })
	return t
}

// Some makes a trait of fields that such a thing may lack.
func Some(fields ...Given) (t Trait) {
	for _, f := range fields {
		if f.given {
			t.Unknown = t.Unknown || f.garbled()
			t.Values = append(t.Values, f.text)
		}
	}
	return t
}

// Given is a field as a vendor gave it: a JSON string, number or boolean as text. A field
// that is missing or null was not given; an object or a list was given and cannot be read.
type Given struct {
	text         string
	given, other bool
}

// Say is a field with that value.
func Say(value string) Given { return Given{text: value, given: true} }

// UnmarshalJSON never fails on valid JSON.
func (g *Given) UnmarshalJSON(b []byte) error {
	*g = Given{given: string(b) != "null"}
	switch b[0] {
	case '{', '[':
		g.other = true
	case '"':
		return json.Unmarshal(b, &g.text)
	default:
		if g.given {
			g.text = string(b)
		}
	}
	return nil
}

// String is the value; "" for what was not given or cannot be read.
func (g Given) String() string { return g.text }

// garbled says that the value is not all of what the vendor has: what JSON cannot carry
// arrives as U+FFFD.
func (g Given) garbled() bool {
	return g.other || strings.ContainsRune(strings.ToValidUTF8(g.text, string(unicode.ReplacementChar)), unicode.ReplacementChar)
}

// Unprotected is a thing that no rule protects: it was read, and nothing was given.
func Unprotected() Thing { return Thing{Traits: Traits{Read: true}} }
