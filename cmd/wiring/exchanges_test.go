package wiring_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
)

// Of all that a system is sent, the call alone may change something: a look by POST does
// not, nor what goes before a call. By that a tape tells what it may leave out.
func TestOnlyACallMayChangeSomething(t *testing.T) {
	for name, target := range systems(t) {
		for _, action := range target.Actions {
			ctx, tape := integrations.WithTape(t.Context())
			seen, err := action.List(ctx, "")
			require.NoError(t, err)
			thing := seen.Things[slices.IndexFunc(seen.Things, func(t integrations.Thing) bool { return t.Bar.Hint == "" })]
			plan := commands.Plan{Items: []commands.Item{{Thing: thing}}}
			_, err = action.Look(ctx, plan)
			require.NoError(t, err)
			require.Empty(t, changes(tape.Take()), "%s: a list and a look", name)

			_, err = action.Act(ctx, plan.Items[0])
			require.NoError(t, err, name)
			require.Len(t, changes(tape.Take()), 1, "%s: the call", name)

			_, _, err = action.Verify(ctx, plan, []commands.KnownCall{{}})
			require.NoError(t, err)
			require.Empty(t, changes(tape.Take()), "%s: the look after it", name)
		}
	}
}

func changes(exchanges []integrations.Exchange) []integrations.Exchange {
	return slices.DeleteFunc(exchanges, func(e integrations.Exchange) bool { return !e.Change })
}
