package commands_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
)

// nodes is a system that says of a node that it has none of that name.
type nodes struct {
	cache
	names []string
	fails integrations.Error // what it says of any other
	asked []string
}

func (n *nodes) Sessions(ctx context.Context, place string) (integrations.Sighting, error) {
	n.asked = append(n.asked, place)
	if !slices.Contains(n.names, place) {
		return integrations.Sighting{}, &n.fails
	}
	return n.cache.Sessions(ctx, place)
}

// A node is the one that was typed, letter by letter; where there is none of that name, it is the
// one in ordinary letters. A system that did not answer for it is asked nothing else.
func TestAPlaceIsReadAsTypedFirst(t *testing.T) {
	const address = "10.63.238.158:2048"
	sessions := cache{sessions: []integrations.Thing{session("node１", "7", address), session("node1", "8", address)}}
	for name, c := range map[string]struct {
		names []string
		fails integrations.Error
		found string
		asked []string
	}{
		"both are there":       {[]string{"node1", "node１"}, integrations.Error{Kind: integrations.NotFound}, "node１/7/" + address, []string{"node１"}},
		"one is there":         {[]string{"node1"}, integrations.Error{Kind: integrations.NotFound}, "node1/8/" + address, []string{"node１", "node1"}},
		"it cannot be read so": {[]string{"node1"}, integrations.Error{Kind: integrations.Unsupported, Status: 400}, "", []string{"node１"}},
		"one may be read":      {[]string{"node1"}, integrations.Error{Kind: integrations.Unsupported}, "node1/8/" + address, []string{"node１", "node1"}},
		"none is there":        {nil, integrations.Error{Kind: integrations.NotFound}, "", []string{"node１", "node1"}},
		"it is busy":           {[]string{"node1"}, integrations.Error{Kind: integrations.Busy}, "", []string{"node１"}},
		"it could not be read": {[]string{"node1"}, integrations.Error{Kind: integrations.Garbled}, "", []string{"node１"}},
	} {
		n := &nodes{cache: sessions, names: c.names, fails: c.fails}
		p, err := commands.KillSession(n).Plan(t.Context(), commands.Request{Command: "kill-session", Target: "cache", Things: []string{address}, Place: "node１"})
		assert.Equal(t, c.asked, n.asked, name)
		if c.found == "" {
			require.Error(t, err, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, []string{c.found}, p.IDs(), name)
	}
}
