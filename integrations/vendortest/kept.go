package vendortest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// Kept holds a vendor's list to what a look is for: one for given things reads to the end and
// keeps those alone, so that a long list takes no room, and still tells what is gone.
func Kept(t *testing.T, list func(context.Context) (integrations.Sighting, error)) {
	t.Helper()
	require.NoError(t, checkKept(t.Context(), list))
}

func checkKept(ctx context.Context, list func(context.Context) (integrations.Sighting, error)) error {
	all, err := list(ctx)
	if err != nil {
		return err
	}
	if len(all.Things) < 2 || all.Left != 0 {
		return errors.New("there is nothing to check: fewer than two things, or not all of them")
	}
	one := all.Things[len(all.Things)-1]
	for what, c := range map[string]struct {
		keep integrations.Keep
		want []integrations.Thing
	}{
		"one thing": {func(t integrations.Thing) bool { return t.ID == one.ID }, []integrations.Thing{one}},
		"nothing":   {func(integrations.Thing) bool { return false }, []integrations.Thing{}},
	} {
		seen, err := list(integrations.Keeping(ctx, c.keep))
		switch {
		case err != nil:
			return err
		case !reflect.DeepEqual(identities(seen.Things), identities(c.want)):
			return fmt.Errorf("a look for %s keeps %d things", what, len(seen.Things))
		case seen.All() != all.All():
			return fmt.Errorf("a look for %s counts %d things of %d", what, seen.All(), all.All())
		case seen.Complete != all.Complete:
			return fmt.Errorf("a look for %s says something else of whether the list is whole", what)
		}
	}
	return nil
}

// identities are what does not move from look to look.
func identities(things []integrations.Thing) (all [][]integrations.Field) {
	for _, t := range things {
		all = append(all, append([]integrations.Field{{Name: "id", Value: t.ID}}, t.Identity...))
	}
	return all
}
