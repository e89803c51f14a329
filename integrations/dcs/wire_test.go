package dcs

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// The vendor's own example ends two sessions at once. We never do, but the
// body has its form.
func TestTheKillBodyIsTheDocumentedOne(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/kill_request_documented.json")
	require.NoError(t, err)
	got, err := json.Marshal(killBody{
		NodeID:      "8f7ee181-88e2-49b7-a4bf-81f18f93a135",
		ClientAddrs: []string{"10.63.238.158:2048", "10.63.238.159:3058"},
	})
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(got))
}
