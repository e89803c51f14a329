package vendortest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// Things holds what a vendor listed, of its simulator or of the system itself, to what the
// floors above rely on and to what its profile says.
func Things(t *testing.T, p integrations.Profile, seen integrations.Sighting) {
	t.Helper()
	require.NoError(t, checkThings(p, seen))
}

func checkThings(p integrations.Profile, seen integrations.Sighting) error {
	if len(seen.Things) == 0 || seen.At.IsZero() {
		return errors.New("there is nothing to check: no things, or no time of the look")
	}
	if !reflect.DeepEqual(seen.Bounded(), seen) {
		return errors.New("a real list is longer than what is kept of one")
	}
	ids := map[string]bool{}
	for _, one := range seen.Things {
		if ids[one.ID] {
			return fmt.Errorf("two things have the id %q", one.ID)
		}
		ids[one.ID] = true
		if one.System != seen.System || one.Since.After(seen.At.Add(time.Minute)) {
			return fmt.Errorf("%s: it is of another system than the look, or began after it", one.ID)
		}
		for _, err := range []error{identityOf(one), factsOf(one), traitsOf(p, one), wordsOf(p, one)} {
			if err != nil {
				return fmt.Errorf("%s: %w", one.ID, err)
			}
		}
	}
	return nil
}

// identityOf finds what is wrong with what a thing is known by, now and at the call.
func identityOf(t integrations.Thing) error {
	said := slices.ContainsFunc(t.Identity, func(f integrations.Field) bool { return f.Value != "" })
	if t.ID == "" || t.Name == "" || !said {
		return errors.New("it has no id, no name or no identity")
	}
	return eachOnce("identity", t.Identity)
}

func factsOf(t integrations.Thing) error {
	if slices.ContainsFunc(t.Facts, func(f integrations.Field) bool { return f.Value == "" }) {
		return errors.New("a fact says nothing")
	}
	if slices.ContainsFunc(t.Warn, integrations.Note.IsZero) {
		return errors.New("a warning says nothing")
	}
	return eachOnce("facts", t.Facts)
}

func eachOnce(what string, fields []integrations.Field) error {
	seen := map[string]bool{}
	for _, f := range fields {
		if f.Name == "" || seen[f.Name] {
			return fmt.Errorf("%s: the name %q is none, or is there twice", what, f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}

// traitsOf holds its traits to those that the profile names, and no others. Of the classes, and of whether it is
// the bot's own, a thing may have none.
func traitsOf(p integrations.Profile, t integrations.Thing) error {
	is := t.Traits
	if !is.Read {
		return errors.New("nothing was read of it that a policy protects by")
	}
	given := func(t integrations.Trait) bool { return len(t.Values) > 0 || t.Unknown }
	for _, trait := range []struct {
		key       string
		has, must bool
	}{
		{"names", given(is.Names), true}, {"users", given(is.Users), true}, {"addresses", given(is.Addresses), true},
		{"clients", given(is.Classes), false}, {"own", t.Own || is.MaybeOwn, false},
	} {
		said := slices.Contains(p.Traits, trait.key)
		if trait.has && !said {
			return fmt.Errorf("it has %s, and the profile does not say so", trait.key)
		}
		if said && trait.must && !trait.has {
			return fmt.Errorf("the profile says that it has %s", trait.key)
		}
	}
	for _, class := range is.Classes.Values {
		if !slices.Contains(integrations.Classes(), class) {
			return fmt.Errorf("there is no class %q", class)
		}
	}
	return nil
}

// wordsOf tries what a person or a form names it by: the profile lets them pass.
func wordsOf(p integrations.Profile, t integrations.Thing) error {
	if p.Check == nil {
		return nil
	}
	for _, s := range p.Scopes {
		for _, w := range append([]string{t.ID, t.Name}, t.Aliases...) {
			if why := p.Check(s.Command, w); !why.IsZero() {
				return fmt.Errorf("/%s refuses %q, which names it", s.Command, w)
			}
		}
	}
	return nil
}

// Fact is what is drawn of a thing under a name; "" for nothing.
func Fact(t integrations.Thing, name string) string {
	for _, f := range t.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}
