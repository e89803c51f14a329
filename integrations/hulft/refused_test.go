package hulft_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/vendortest"
)

// A connection that the vendor does not disconnect was seen a moment before: it is looked for at
// once, and what is seen is said.
func TestAConnectionThatEndedBeforeTheCall(t *testing.T) {
	bad, missing := vendortest.Fixture(t, "error.json"), `{"code":"E1","message":"no"}`
	live := row("agent01", session, "")
	leaving := strings.ReplaceAll(live, `"willBeClosed":false`, `"willBeClosed":true`)
	for name, c := range map[string]struct {
		call http.HandlerFunc
		list http.HandlerFunc
		hint string
		sent int
	}{
		"400, and it is gone":      {respond(400, bad), listed("", 0), "hulft.gone-meanwhile", 2},
		"404, and it is gone":      {respond(404, missing), respond(204, ""), "hulft.gone-meanwhile", 2},
		"it is back under another": {respond(400, bad), listed(row("agent01", "s-2", ""), 1), "hulft.gone-meanwhile", 2},
		"400, and it is there":     {respond(400, bad), listed(live, 1), "hulft.refused-live", 2},
		"404, and it is there":     {respond(404, missing), listed(live, 1), "hulft.refused-live", 2},
		"it is leaving":            {respond(400, bad), listed(leaving, 1), "hulft.leaving-meanwhile", 2},
		"nobody can look":          {respond(400, bad), respond(403, missing), "hulft.refused-unseen", 2},
		"no list, no proof":        {respond(404, missing), respond(200, `{"totalSize":0}`), "hulft.refused-unseen", 2},
		"no right":                 {respond(403, missing), nil, "hulft.no-permission", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{disconnectPath: c.call, statusPath: c.list})
			client, _ := s.client(t, nil)
			_, err := commands.DisconnectAgent(client).Act(t.Context(), commands.Item{Thing: thing()})
			got := vendortest.Failure(t, err)
			assert.Equal(t, c.hint, got.Hint)
			assert.Equal(t, integrations.NothingDone, got.Effect())
			assert.Len(t, s.Received(), c.sent)
		})
	}
	// What was never sent is no refusal.
	s := play(t, nil)
	client, _ := s.client(t, nil)
	_, err := commands.DisconnectAgent(client).Act(t.Context(), commands.Item{})
	assert.Equal(t, "hulft.no-address", vendortest.Failure(t, err).Hint)
	assert.Empty(t, s.Received())
}
