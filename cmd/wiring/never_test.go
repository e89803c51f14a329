package wiring_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/engine"
	"quell/cmd/wiring"
	"quell/commands"
	"quell/integrations"
)

// What wiring builds for act: never reads as ever and cannot act, whoever asks it to: nothing is sent.
func TestATargetThatNeverActsHasNoCall(t *testing.T) {
	targets := systemsOf(t, strings.ReplaceAll(systemsFile, "{kind:", "{act: never, kind:"))
	require.Len(t, targets, 5)
	for name, target := range targets {
		assert.True(t, target.Never, name)
		for _, action := range target.Actions {
			ctx, tape := integrations.WithTape(t.Context())
			seen, err := action.List(ctx, "")
			require.NoError(t, err)
			require.NotEmpty(t, seen.Things, name)
			tape.Take()
			for _, thing := range seen.Things {
				refusesToAct(t, action, thing, name)
			}
			require.Empty(t, tape.Take(), "%s: not even a token is fetched", name)
		}
	}
}

func refusesToAct(t *testing.T, action engine.Action, thing integrations.Thing, name string) {
	t.Helper()
	_, err := action.Act(t.Context(), commands.Item{Thing: thing})
	require.Equal(t, integrations.NotSent, integrations.KindOf(err), name)
	require.Equal(t, "never.not-sent", commands.Trouble(err, name).ID)
}

// Every kind has the gate, one that is added, too: it is not for the kind to think of it.
func TestEveryKindCanBeSetToNever(t *testing.T) {
	t.Setenv("FAKE_KEY", "fake-key")
	file := `targets:
  carts: {act: never, kind: redis, endpoint: 'redis://127.0.0.1:1', user: quell, password: env:FAKE_KEY}
`
	targets, _, err := wiring.LoadTargets("quell.yaml", []byte(file), wiring.Makings{Now: time.Now, Limiter: free{}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, targets["carts"].Close()) })
	refusesToAct(t, targets["carts"].Actions["kill-session"], integrations.Thing{ID: "7"}, "carts")
}

// Whatever stands there but the one word leaves the target out, so that nothing acts by a slip.
func TestAnotherWordThanNever(t *testing.T) {
	t.Setenv("FAKE_KEY", "fake-key")
	for _, word := range []string{"Never", "nver", "false", "no", "always", "'never '", "[never]", "''", "{}"} {
		file := "targets:\n  transfers: {kind: hulft, contract: acme, api_key: env:FAKE_KEY, act: " + word + "}\n"
		targets, all, err := wiring.LoadTargets("quell.yaml", []byte(file), wiring.Makings{Now: time.Now, Limiter: free{}})
		require.Error(t, err, word)
		assert.Len(t, all, 1)
		assert.Empty(t, targets, word)
	}
	_, _, err := wiring.LoadTargets("quell.yaml", []byte("targets:\n  transfers: {kind: hulft, contract: acme, api_key: env:FAKE_KEY, act: nver}\n"), wiring.Makings{Now: time.Now, Limiter: free{}})
	require.ErrorContains(t, err, `quell.yaml:2:72: act takes one word, "never"`)
	targets, _, err := wiring.LoadTargets("quell.yaml", []byte("targets:\n  transfers: {kind: hulft, contract: acme, api_key: env:FAKE_KEY}\n"), wiring.Makings{Now: time.Now, Limiter: free{}})
	require.NoError(t, err)
	assert.False(t, targets["transfers"].Never)
}

// What a look after a call needs is tried there as on a target that acts.
func TestTheLooksOfATargetThatNeverActsAreTried(t *testing.T) {
	acting, never := systems(t), systemsOf(t, strings.ReplaceAll(systemsFile, "{kind:", "{act: never, kind:"))
	for name, target := range acting {
		for command, action := range target.Actions {
			want, err := action.(engine.LookTrier).TryLook(t.Context())
			require.NoError(t, err)
			tried, ok := never[name].Actions[command].(engine.LookTrier)
			require.True(t, ok, name)
			got, err := tried.TryLook(t.Context())
			require.NoError(t, err)
			assert.Equal(t, want, got, name)
		}
	}
}

// The last look of a rehearsal holds its system as one before a call does: on a system that does one
// thing at a time a look alone may have to wait for others of ours, and that is rehearsed as well.
func TestARehearsalHoldsItsSystem(t *testing.T) {
	acting, never := systems(t), systemsOf(t, strings.ReplaceAll(systemsFile, "{kind:", "{act: never, kind:"))
	holders := 0
	for name, target := range acting {
		for command, action := range target.Actions {
			h, holds := action.(engine.Holder)
			n, ok := never[name].Actions[command].(engine.Holder)
			require.True(t, ok, name)
			ctx, release := n.Hold(t.Context(), commands.Plan{})
			if !holds {
				assert.Equal(t, t.Context(), ctx, name)
				continue
			}
			as, done := h.Hold(t.Context(), commands.Plan{})
			assert.Equal(t, as == t.Context(), ctx == t.Context(), "%s is held", name)
			holders++
			done()
			release()
		}
	}
	assert.Positive(t, holders)
}
