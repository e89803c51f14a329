package dcs_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/vendortest"
)

// A session that the vendor refuses to end for no documented reason was seen a moment before: its
// node is looked at once, and what is seen is said.
func TestASessionThatEndedBeforeTheCall(t *testing.T) {
	t.Parallel()
	refused := func(status int, code string) http.HandlerFunc {
		return respond(status, `{"error_code":"`+code+`","error_msg":"no"}`)
	}
	gone, there := page("t", 1, rows(2, 1)), page("t", 2, rows(1, 2))
	for name, c := range map[string]struct {
		call http.HandlerFunc
		list http.HandlerFunc
		hint string
	}{
		"400, and it is gone":   {refused(400, "111400005"), gone, "dcs.gone-meanwhile"},
		"404, and it is gone":   {refused(404, "DCS.9999"), gone, "dcs.gone-meanwhile"},
		"400, and it is there":  {refused(400, "111400005"), there, "dcs.refused-live"},
		"404, and it is there":  {refused(404, "DCS.9999"), there, "dcs.refused-live"},
		"nobody can look":       {refused(400, "111400005"), refused(403, "DCS.2007"), "dcs.refused-unseen"},
		"not all was read":      {refused(400, "111400005"), page("t", 2, rows(2, 1)), "dcs.refused-unseen"},
		"a scan":                {respond(400, scanRunning), nil, "dcs.scan-running"},
		"another job":           {refused(400, "DCS.4017"), nil, "dcs.instance-busy"},
		"no such instance":      {refused(404, "DCS.3022"), nil, "dcs.no-instance"},
		"no such node any more": {refused(400, "DCS.3053"), nil, "dcs.node-gone"},
		"no right":              {refused(403, "DCS.2007"), nil, "dcs.no-permission"},
	} {
		t.Run(name, func(t *testing.T) {
			list := c.list
			if list != nil && name == "not all was read" {
				list = inTurn(c.list, page("t", 2, ""))
			}
			s := play(t, map[string]http.HandlerFunc{killPath: c.call, scanPath: respond(200, `{}`), listPath: list})
			item := commands.Item{Thing: thing(node, "1", "198.18.0.1:1001")}
			_, err := commands.KillSession(s.client(t, nil)).Act(t.Context(), item)
			got := vendortest.Failure(t, err)
			assert.Equal(t, c.hint, got.Hint)
			assert.Equal(t, integrations.NothingDone, got.Effect())
			assert.Equal(t, 1, s.count(killPath))
			assert.Equal(t, map[bool]int{true: 1, false: 0}[c.list != nil], s.count(scanPath))
		})
	}
}
