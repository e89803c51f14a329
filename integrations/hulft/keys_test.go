package hulft_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/hulft"
)

// The key that disconnects is asked for one row with: what is answered tells whether it is a key,
// and whether it can do more than disconnect.
func TestTheKeyThatActsIsTried(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		reads  bool
		kind   integrations.Kind
	}{
		"it disconnects alone": {respond(403, `{"code":"E100002","message":"The API key does not have the scope."}`), false, ""},
		"it reads as well":     {listed(row("agent01", session, ""), 1), true, ""},
		"there are no Agents":  {respond(204, ""), true, ""},
		"it is no key":         {respond(401, `{"code":"E100001","message":"The API key is invalid."}`), false, integrations.Unauthenticated},
		"somebody's page":      {respond(403, "<html>"), false, integrations.Garbled},
		"the vendor is down":   {respond(503, ""), false, integrations.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{statusPath: c.answer})
			client, _ := s.client(t, func(cfg *hulft.Config) { cfg.ReadKey = readKey })
			require.True(t, client.TwoKeys())
			reads, err := client.ActingKey(integrations.Browsing(t.Context()))
			require.Equal(t, c.kind, integrations.KindOf(err))
			require.Equal(t, c.reads, reads)
			for _, sent := range s.Sent {
				require.Contains(t, sent, "Bearer "+key)
			}
		})
	}
	s := play(t, nil)
	client, _ := s.client(t, nil)
	require.False(t, client.TwoKeys())
}
