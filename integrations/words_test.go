package integrations_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

func TestWhatAFailureLeavesOpen(t *testing.T) {
	tests := []struct {
		kind   integrations.Kind
		effect integrations.Effect
		again  bool
	}{
		{integrations.Invalid, integrations.NothingDone, false},
		{integrations.Unauthenticated, integrations.NothingDone, false},
		{integrations.Forbidden, integrations.NothingDone, false},
		{integrations.NotFound, integrations.NothingDone, false},
		{integrations.Unsupported, integrations.NothingDone, false},
		{integrations.Busy, integrations.NothingDone, true},
		{integrations.Throttled, integrations.NothingDone, true},
		{integrations.NotSent, integrations.NothingDone, false},
		{integrations.Unsuccessful, integrations.MayBeDone, false},
		{integrations.Unavailable, integrations.MayBeDone, false},
		{integrations.NoAnswer, integrations.MayBeDone, false},
		{integrations.Garbled, integrations.MayBeDone, false},
		{"", integrations.MayBeDone, false},
	}
	for _, tt := range tests {
		t.Run(string(tt.kind), func(t *testing.T) {
			failure := &integrations.Error{Kind: tt.kind}
			wrapped := fmt.Errorf("ending the session: %w", failure)
			assert.Equal(t, tt.effect, integrations.EffectOf(wrapped))
			assert.Equal(t, tt.kind, integrations.KindOf(wrapped))
			assert.Equal(t, tt.again, failure.Retryable())
		})
	}
	assert.Equal(t, integrations.MayBeDone, integrations.EffectOf(errors.New("unknown")))
	assert.Empty(t, integrations.KindOf(errors.New("unknown")))
}

func TestASecretShowsDots(t *testing.T) {
	secret := integrations.Secret("fake-secret")
	inside := struct{ Key integrations.Secret }{secret}
	encoded, err := json.Marshal(inside)
	require.NoError(t, err)
	printed := string(encoded) + secret.String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		printed += fmt.Sprintf(verb, secret) + fmt.Sprintf(verb, inside) + fmt.Sprintf(verb, &inside)
	}
	assert.NotContains(t, printed, "fake-secret")
	assert.NotContains(t, printed, fmt.Sprintf("%x", "fake-secret"))
	assert.Equal(t, "fake-secret", secret.Reveal())
}

func TestThings(t *testing.T) {
	thing := integrations.Thing{
		ID:       "n/1",
		Identity: []integrations.Field{{Name: "peer", Value: "identity"}},
		Facts:    []integrations.Field{{Name: "peer", Value: "fact"}, {Name: "idle", Value: "3", Unit: "s"}},
	}
	assert.Equal(t, "identity", thing.IdentityField("peer"))
	assert.Empty(t, thing.IdentityField("idle"), "a fact is no identity")

	seen := integrations.Sighting{Things: []integrations.Thing{thing}}
	got, found := seen.Find("n/1")
	assert.True(t, found)
	assert.Equal(t, thing, got)
	_, found = seen.Find("n/2")
	assert.False(t, found)
}
