package commands_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// together lists what it is told to. It fits commands.Sessions.
type together struct{ seen integrations.Sighting }

func (l together) Sessions(context.Context, string) (integrations.Sighting, error) {
	return l.seen, nil
}

func (together) EndSession(context.Context, integrations.Thing) (integrations.Receipt, error) {
	return integrations.Receipt{}, nil
}

func (together) EndSessionCall(integrations.Thing) string { return "" }

// What ends with a thing is looked for by its own id, and what cannot be seen is said to be that.
func TestWhatBecameOfCompanions(t *testing.T) {
	t.Parallel()
	one := integrations.Thing{ID: "1", With: []integrations.Companion{{ID: "2", Name: "two"}, {ID: "3", Name: "three"}}}
	two, three := integrations.Thing{ID: "2"}, integrations.Thing{ID: "3"}
	for name, tt := range map[string]struct {
		seen integrations.Sighting
		want words.Message
	}{
		"all are gone":    {integrations.Sighting{Complete: true}, words.New("outcome.with-gone", words.V{"others": words.All(words.Code("two"), words.Code("three"))})},
		"all are there":   {integrations.Sighting{Things: []integrations.Thing{one, two, three}}, words.New("outcome.with-there", words.V{"others": words.All(words.Code("two"), words.Code("three"))})},
		"one is there":    {integrations.Sighting{Things: []integrations.Thing{three}, Complete: true}, words.New("outcome.with-partly", words.V{"gone": words.Code("two"), "there": words.Code("three")})},
		"who knows":       {integrations.Sighting{Things: []integrations.Thing{three}}, words.New("outcome.with-unseen", words.V{"others": words.Code("two")})},
		"somewhere else":  {integrations.Sighting{Complete: true, System: "another"}, words.New("outcome.other-system")},
		"not called (it)": {integrations.Sighting{Complete: true}, words.Message{}},
	} {
		t.Run(name, func(t *testing.T) {
			p := commands.Plan{Items: []commands.Item{{Thing: one}}}
			sights, _, err := commands.KillSession(together{tt.seen}).Verify(t.Context(), p, []commands.KnownCall{{Claimed: name != "not called (it)"}})
			require.NoError(t, err)
			assert.Equal(t, tt.want, sights[0].Note)
		})
	}
}
