package taurusdb_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/sim"
)

// Rows may be so long that a whole page of them is past the limit of an answer: the list is read
// in smaller ones, to its end.
func TestAPageOfProxiesThatIsTooLarge(t *testing.T) {
	cfg := sim.Orders()
	cfg.Proxies = nil
	for i := range 90 {
		cfg.Proxies = append(cfg.Proxies, sim.Proxy{ID: fmt.Sprintf("%032dpo01", i), Name: strings.Repeat("n", 20<<10), Address: "10.0.0.1", Nodes: 1})
	}
	_, restart, _ := meet(t, cfg)
	seen, err := restart.List(t.Context(), "")
	require.NoError(t, err)
	require.True(t, seen.Complete)
	require.Equal(t, 90, seen.All())
}

// A page of jobs has one of three sizes.
func TestAPageOfJobsThatIsTooLarge(t *testing.T) {
	var sizes []string
	s := play(t, map[string]http.HandlerFunc{jobsPath: func(w http.ResponseWriter, r *http.Request) {
		size, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		sizes = append(sizes, r.URL.Query().Get("limit"))
		var rows []string
		for i := offset; i < min(offset+size, 45); i++ {
			of := "i-2"
			if i == 44 {
				of = instance
			}
			rows = append(rows, fmt.Sprintf(`{"job_id":"j-%d","instance_id":%q,"job_name":"Restart","status":"Running","created_time":"2026-01-02T03:03:25+0000","fail_reason":%q}`,
				i, of, strings.Repeat("x", 40<<10)))
		}
		respond(200, jobList(rows...))(w, r)
	}})
	got, err := s.client(t).Trace(t.Context(), thing(), integrations.Receipt{At: now.Add(-40 * time.Second)})
	require.NoError(t, err)
	require.Equal(t, mayBe, got.Note)
	require.Equal(t, []string{"50", "20", "20", "20"}, sizes)
}
