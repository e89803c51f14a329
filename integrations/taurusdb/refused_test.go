package taurusdb_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/vendortest"
)

// A proxy that the vendor does not know at the call was seen a moment before: it is looked for at
// once, and what is seen is said.
func TestAProxyThatSomebodyElseTookAway(t *testing.T) {
	for name, c := range map[string]struct {
		call http.HandlerFunc
		list http.HandlerFunc
		hint string
		sent int
	}{
		"it is gone":          {refusal(400, "DBS.270024"), respond(200, `{"proxy_list":[]}`), "taurusdb.gone-meanwhile", 2},
		"it is there":         {refusal(400, "DBS.270024"), listed("ACTIVE"), "taurusdb.refused-live", 2},
		"nobody can look":     {refusal(400, "DBS.270024"), refusal(403, "DBS.200010"), "taurusdb.no-proxy", 2},
		"no list, no proof":   {refusal(400, "DBS.270024"), respond(200, `{}`), "taurusdb.no-proxy", 2},
		"the instance is not": {refusal(404, "DBS.200002"), refusal(404, "DBS.200002"), "taurusdb.no-instance", 2},
		"another refusal":     {refusal(409, "DBS.200011"), nil, "taurusdb.busy", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{restartPath: c.call, listPath: c.list})
			_, err := commands.RestartProxy(s.client(t)).Act(t.Context(), commands.Item{Thing: thing()})
			got := vendortest.Failure(t, err)
			assert.Equal(t, c.hint, got.Hint)
			assert.Equal(t, integrations.NothingDone, got.Effect())
			require.Len(t, s.Received(), c.sent)
		})
	}
}
