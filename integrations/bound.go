package integrations

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// What is kept of one thing, in bytes. A vendor's own values are far below; what is longer is
// somebody's who fills a field to see what happens.
const (
	maxIdentity = 2 << 10 // of all that names it
	maxAlias    = 1 << 10 // nobody types more
	maxTrait    = 4 << 10 // of the values of one trait together
	maxFact     = 1 << 10
	maxFacts    = 40 // facts of one thing, and notes
)

// Bounded is the sighting as it can be kept, whatever a vendor's fields are filled with.
// What a thing is known by is never cut: a thing with too long a name is left out, and the
// list is not complete. Nor is what protects it: of a value that is too long it is unknown
// what it is, which protects. What is there for people alone is cut.
func (s Sighting) Bounded() Sighting {
	s.Things = slices.Clone(s.Things)
	all := len(s.Things)
	for i := range s.Things {
		s.Things[i] = s.Things[i].bounded()
	}
	s.Things = slices.DeleteFunc(s.Things, func(t Thing) bool { return t.identitySize() > maxIdentity })
	s.Complete = s.Complete && len(s.Things) == all
	s.System = atMost(valid(s.System), maxIdentity)
	s.AsOf = atMost(s.AsOf, maxFact)
	s.Limits = s.Limits.bounded()
	s.Told = slices.DeleteFunc(slices.Clone(s.Told[:min(len(s.Told), maxFacts)]), func(t Told) bool { return len(t.ID)+len(t.Name) > maxIdentity })
	for i, t := range s.Told {
		s.Told[i] = Told{valid(t.ID), valid(t.Name), slices.DeleteFunc(slices.Clone(t.Aliases), func(a string) bool { return len(a) > maxAlias }), t.Note.bounded()}
	}
	return s
}

func (t Thing) identitySize() int {
	n := len(t.ID) + len(t.Name) + len(t.Place) + len(t.System)
	for _, f := range t.Identity {
		n += len(f.Name) + len(f.Value)
	}
	for _, c := range t.With {
		n += len(c.ID)
	}
	return n
}

func (t Thing) bounded() Thing {
	t.ID, t.Name, t.Place, t.Called = valid(t.ID), valid(t.Name), valid(t.Place), atMost(valid(t.Called), maxFact)
	t.System = valid(t.System)
	t.Identity = slices.Clone(t.Identity)
	for i := range t.Identity {
		t.Identity[i].Value = valid(t.Identity[i].Value) // as it will be read back from the store
	}
	t.Lineage = boundedLineage(t.Lineage)
	t.Aliases = slices.DeleteFunc(slices.Clone(t.Aliases), func(a string) bool { return len(a) > maxAlias })
	t.With = slices.Clone(t.With)
	for i := range t.With {
		t.With[i] = Companion{valid(t.With[i].ID), atMost(valid(t.With[i].Name), maxFact)}
	}
	t.Facts = boundedFields(t.Facts)
	t.Traits = t.Traits.bounded()
	t.Bar = t.Bar.bounded()
	t.Warn = slices.Clone(t.Warn[:min(len(t.Warn), maxFacts)])
	for i := range t.Warn {
		t.Warn[i] = t.Warn[i].bounded()
	}
	return t
}

// boundedLineage is a lineage as it can be kept: it is only compared.
func boundedLineage(lineage string) string {
	if len(lineage) <= maxIdentity {
		return lineage
	}
	sum := sha256.Sum256([]byte(lineage))
	return hex.EncodeToString(sum[:])
}

// bounded is the note as it can be kept.
func (n Note) bounded() Note {
	n.Values = boundedFields(n.Values)
	return n
}

func boundedFields(fields []Field) []Field {
	fields = slices.Clone(fields[:min(len(fields), maxFacts)])
	for i := range fields {
		fields[i].Value = atMost(valid(fields[i].Value), maxFact)
	}
	return fields
}

func (t Traits) bounded() Traits {
	for _, one := range []*Trait{&t.Names, &t.Users, &t.Addresses, &t.Classes} {
		*one = one.bounded()
	}
	return t
}

// bounded keeps the values that there is room for, each whole.
func (t Trait) bounded() Trait {
	room := maxTrait
	for i, v := range t.Values {
		if room -= len(v); room < 0 {
			return Trait{slices.Clone(t.Values[:i]), true}
		}
	}
	return t
}
