package integrations_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// listed is a list of n things as a look under ctx keeps it.
func listed(ctx context.Context, n int) integrations.Sighting {
	k := integrations.NewKeeper(ctx)
	for i := range n {
		k.Add(integrations.Thing{ID: fmt.Sprintf("n/%05d", i), Name: fmt.Sprint(i)})
	}
	return k.Of(ctx, integrations.Sighting{Complete: true})
}

func only(ids ...string) integrations.Keep {
	return func(t integrations.Thing) bool { return strings.Contains(strings.Join(ids, " "), t.ID) }
}

// Whoever looks around gets so many things and is told how many more there are: of such a list
// a thing that is not on it is not known to be gone.
func TestALookAroundIsBounded(t *testing.T) {
	s := listed(t.Context(), integrations.ListMost)
	assert.True(t, s.Complete)
	assert.Zero(t, s.Left)
	s = listed(t.Context(), 12_000)
	assert.Len(t, s.Things, integrations.ListMost)
	assert.Equal(t, 12_000, s.All())
	assert.False(t, s.Complete)
}

// A look for given things finds them wherever they stand, and knows what is gone.
func TestALookForGivenThingsKeepsThemAlone(t *testing.T) {
	s := listed(integrations.Keeping(t.Context(), only("n/11999", "n/77777")), 12_000)
	require.Len(t, s.Things, 1)
	assert.Equal(t, "n/11999", s.Things[0].ID)
	assert.Equal(t, 12_000, s.All())
	assert.True(t, s.Complete)
}

// A look that several share keeps what each of them is for, and is whole for those that it is
// whole for.
func TestASharedLookKeepsWhatEachIsFor(t *testing.T) {
	one := integrations.Keeping(t.Context(), only("n/11999"))
	other := integrations.Keeping(t.Context(), only("n/00001"))
	both := integrations.KeepingFor(t.Context(), one, other)
	assert.Len(t, listed(both, 12_000).Things, 2)
	assert.True(t, listed(both, 12_000).Complete)
	around := listed(integrations.KeepingFor(t.Context(), one, t.Context()), 12_000)
	assert.Len(t, around.Things, integrations.ListMost+1)
	assert.False(t, around.Complete)
	around.Complete = true // as it was read
	assert.True(t, around.For(one).Complete)
	assert.False(t, around.For(t.Context()).Complete)
}

// A thing is asked for as it is known: what a store cannot hold is not in its id any more.
func TestAThingIsFoundByWhatItIsKnownBy(t *testing.T) {
	vendors := integrations.Thing{ID: "n/\xff", Name: "\xff", Lineage: strings.Repeat("l", 10_000)}
	known := whole(vendors).Bounded().Things[0]
	k := integrations.NewKeeper(integrations.Keeping(t.Context(), func(t integrations.Thing) bool {
		return t.ID == known.ID && t.Name == known.Name && t.Lineage == known.Lineage
	}))
	k.Add(vendors)
	assert.Len(t, k.Things, 1)
}
