package hulft_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Cases are stored with these ids and lineages: whatever else changes, a look still finds by
// them what a case is about.
func TestIDsAndLineagesAreThoseOfStoredCases(t *testing.T) {
	cut := strings.Repeat("a", 79) + "…"
	for name, c := range map[string]struct{ row, id, lineage string }{
		"a plain name":          {row("agent01", "s-1", ""), "s-1/agent01:send", "agent01|send"},
		"a name with a space":   {row("agent 01", "s-1", ""), "s-1/agent_01:send", "agent 01|send"},
		"a name that just fits": {row(strings.Repeat("a", 80), "s-1", ""), "s-1/" + strings.Repeat("a", 80) + ":send", strings.Repeat("a", 80) + "|send"},
		"a long name":           {row(strings.Repeat("a", 90), "s-1", ""), "s-1/" + cut + ":send", cut + "|send"},
		"an unclean name":       {row("ag\u202eent\n", "s-1", ""), "s-1/ag\ufffdent\ufffd:send", "ag\ufffdent\ufffd|send"},
		"a long direction": {
			strings.ReplaceAll(row("agent01", "s-1", ""), `"send"`, `"`+strings.Repeat("a", 90)+`"`), "s-1/agent01:" + cut, "agent01|" + cut,
		},
		"an unclean direction": {strings.ReplaceAll(row("agent01", "s-1", ""), `"send"`, `"\u202esend"`), "s-1/agent01:\ufffdsend", "agent01|\ufffdsend"},
		"no direction":         {strings.ReplaceAll(row("agent01", "s-1", ""), `"direction":"send",`, ""), "s-1/agent01:", "agent01|"},
		"an endpoint that no call takes": {
			strings.ReplaceAll(row("agent01", "s-1", ""), point, "http://evil.example/x"), "s-1/agent01:send", "agent01|send",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{statusPath: listed(c.row, 1)})
			client, _ := s.client(t, nil)
			got, err := client.AgentsOf(t.Context(), nil)
			require.NoError(t, err)
			require.True(t, got.Complete)
			require.Len(t, got.Things, 1)
			assert.Equal(t, c.id, got.Things[0].ID)
			assert.Equal(t, c.lineage, got.Things[0].Lineage)
		})
	}
}

// Names that differ only past what people read make one id, which is nobody's proof that the
// other is gone.
func TestTwoAgentsOfOneID(t *testing.T) {
	long := strings.Repeat("a", 90)
	s := play(t, map[string]http.HandlerFunc{statusPath: listed(row(long+"1", "s-1", "")+","+row(long+"2", "s-1", ""), 2)})
	client, _ := s.client(t, nil)
	got, err := client.AgentsOf(t.Context(), nil)
	require.NoError(t, err)
	assert.False(t, got.Complete)
	assert.Len(t, got.Things, 1)
}
