package vendortest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

func TestACarelessListIsCaught(t *testing.T) {
	things := func(ids ...string) (all []integrations.Thing) {
		for _, id := range ids {
			all = append(all, integrations.Thing{ID: id, Name: id})
		}
		return all
	}
	careful := func(ctx context.Context, s integrations.Sighting) (integrations.Sighting, error) {
		kept := integrations.NewKeeper(ctx)
		for _, t := range s.Things {
			kept.Add(t)
		}
		return kept.Of(ctx, s), nil
	}
	asked := func(ctx context.Context) bool {
		s, _ := careful(ctx, integrations.Sighting{Things: things("a")})
		return s.Left > 0
	}
	whole := integrations.Sighting{Things: things("a", "b"), Complete: true}
	for name, c := range map[string]struct {
		list func(context.Context) (integrations.Sighting, error)
		says string
	}{
		"as it should be": {func(ctx context.Context) (integrations.Sighting, error) { return careful(ctx, whole) }, ""},
		"it keeps all":    {func(context.Context) (integrations.Sighting, error) { return whole, nil }, "keeps 2 things"},
		"it counts what it keeps": {func(ctx context.Context) (integrations.Sighting, error) {
			s, err := careful(ctx, whole)
			s.Left = 0
			return s, err
		}, "counts"},
		"it is not whole any more": {func(ctx context.Context) (integrations.Sighting, error) {
			s, err := careful(ctx, whole)
			s.Complete = !asked(ctx)
			return s, err
		}, "whether the list is whole"},
		"there is one thing": {func(ctx context.Context) (integrations.Sighting, error) {
			return careful(ctx, integrations.Sighting{Things: things("a")})
		}, "nothing to check"},
	} {
		t.Run(name, func(t *testing.T) {
			err := checkKept(t.Context(), c.list)
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.says)
		})
	}
}
