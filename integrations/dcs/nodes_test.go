package dcs_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/dcs"
	"quell/integrations/vendortest"
)

// perNode answers a list with one session that is named after its node.
func perNode(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("node_id")
	page("t", 1, fmt.Sprintf(`{"id":"1","addr":"10.0.0.1:1","peer":"10.0.0.1:1","name":%q}`, id))(w, r)
}

func TestWhichNodesAreRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		mode string
		want []string
	}{
		{"single", []string{"data1", "data2"}},
		{"ha", []string{"data1", "data2"}},
		{"cluster", []string{"data1", "data2"}},
		{"proxy", []string{"proxy1", "proxy2"}},
		{"ha_rw_split", []string{"proxy1", "proxy2"}},
	}
	for _, tt := range tests {
		t.Run(tt.mode, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{
				showPath:  respond(200, fmt.Sprintf(`{"status":"RUNNING","cache_mode":%q}`, tt.mode)),
				nodesPath: respond(200, vendortest.Fixture(t, "nodes_200.json")),
				scanPath:  respond(200, `{}`), listPath: perNode,
			})
			got, err := s.client(t, nil).Sessions(t.Context(), "")
			require.NoError(t, err)
			require.Len(t, got.Things, 2)
			for i, want := range tt.want {
				assert.Equal(t, want, got.Things[i].Place)
				assert.Equal(t, want, vendortest.Fact(got.Things[i], "name"))
			}
			assert.True(t, got.Complete)
		})
	}
}

func TestNodesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	list := func(total int, nodes string) http.HandlerFunc {
		return respond(200, fmt.Sprintf(`{"total":%d,"nodes":[%s]}`, total, nodes))
	}
	const good, bad = `{"node_id":"n1","node_role":"redis-server","status":"Active"}`, `{"node_id":"n2","node_role":"redis-server","status":"Active"}`
	scan := func(w http.ResponseWriter, _ *http.Request) { respond(200, `{}`)(w, nil) }
	broken := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("node_id") == "n2" {
			respond(500, `{"error_code":"DCS.5053","error_msg":"Instance node not found."}`)(w, r)
			return
		}
		perNode(w, r)
	}
	tests := []struct {
		name   string
		nodes  http.HandlerFunc
		things int
		kind   integrations.Kind
		hint   string
	}{
		{"one of two fails", list(2, good+","+bad), 1, "", ""},
		{"the only one fails", list(1, bad), 0, integrations.Unavailable, ""},
		{"one is not active", list(2, good+`,{"node_id":"n3","node_role":"redis-server","status":"Inactive"}`), 1, "", ""},
		{"one has an id that is none", list(2, good+`,{"node_id":"n\n4","node_role":"redis-server","status":"Active"}`), 1, "", ""},
		{"one has no id", list(2, good+`,{"node_role":"redis-server","status":"Active"}`), 1, "", ""},
		{"the list is short", list(3, good), 1, "", ""},
		{"none of that role", list(1, `{"node_id":"p","node_role":"redis-proxy","status":"Active"}`), 0, integrations.Unsupported, "dcs.no-node"},
		{"none at all", list(0, ""), 0, integrations.Unsupported, "dcs.no-node"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{
				showPath: respond(200, `{"cache_mode":"ha"}`), nodesPath: tt.nodes, scanPath: scan, listPath: broken,
			})
			got, err := s.client(t, nil).Sessions(t.Context(), "")
			assert.Equal(t, tt.kind, integrations.KindOf(err))
			assert.Len(t, got.Things, tt.things)
			assert.False(t, got.Complete)
			if tt.hint != "" {
				assert.Equal(t, tt.hint, hintOf(t, err))
			}
		})
	}
}

func TestAnInstanceThatIsTooOld(t *testing.T) {
	t.Parallel()
	for version, old := range map[string]bool{
		`"3.0"`: true, `"4.0"`: false, `"7"`: false, `"10.0"`: false, `6.2`: false, `null`: false, `"unknown"`: false,
	} {
		t.Run(version, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{
				showPath:  respond(200, `{"engine_version":`+version+`,"az_codes":[{}],"publicip_id":{}}`),
				nodesPath: respond(200, vendortest.Fixture(t, "nodes_200.json")), scanPath: respond(200, `{}`), listPath: perNode,
			})
			_, err := s.client(t, nil).Sessions(t.Context(), "")
			if !old {
				require.NoError(t, err)
				return
			}
			require.Equal(t, "dcs.needs-redis-4", hintOf(t, err))
			require.Zero(t, s.count(scanPath))
		})
	}
}

func TestAFixedNode(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: perNode})
	c := s.client(t, func(cfg *dcs.Config) { cfg.Node = "only" })
	got, err := c.Sessions(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, "only", got.Things[0].Place)
	require.Equal(t, integrations.NewNote("trace.dcs-limits", "node", "only"), got.Limits)
	got, err = s.client(t, nil).Sessions(t.Context(), "only")
	require.NoError(t, err)
	require.Zero(t, got.Limits, "whoever asks for one node knows that")

	_, err = c.Sessions(t.Context(), "other")
	require.Equal(t, "dcs.other-node", hintOf(t, err))
	_, err = c.EndSession(t.Context(), thing("other", "1", "10.0.0.1:1"))
	require.Equal(t, "dcs.other-node", hintOf(t, err))
	require.Zero(t, s.count(killPath))

	r := asking("172.16.200.77:41000", "")
	r.Met = func(string) bool { return true }
	_, err = commands.KillSession(c).Plan(t.Context(), r)
	require.Equal(t, "mistake.thing-limited", reason(t, err), "it was seen before, and may be on another node")
}
