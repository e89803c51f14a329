package wiring_test

import (
	"context"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/cmd/wiring"
	"quell/integrations"
	"quell/integrations/sim"
)

// A server whose certificate the system does not trust is trusted by its own
// authority's file, and in no other way.
func TestAuthoritiesOfOnesOwn(t *testing.T) {
	vendor := sim.NewJP1AO(sim.Nightly())
	t.Cleanup(vendor.Close)
	server := httptest.NewTLSServer(vendor)
	t.Cleanup(server.Close)
	authority := filepath.Join(t.TempDir(), "authority.pem")
	require.NoError(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))

	require.NoError(t, look(t, "endpoint: "+server.URL, "ca_file: "+authority))
	require.ErrorContains(t, look(t, "endpoint: "+server.URL), "certificate signed by unknown authority")
	stranger := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	require.ErrorContains(t, look(t, "endpoint: "+stranger, "ca_file: "+authority), "certificate is valid for")
}

// look reads the tasks of a server.
func look(t *testing.T, lines ...string) error {
	t.Helper()
	t.Setenv("NIGHTLY_PASSWORD", sim.Nightly().Password)
	file := "targets:\n  nightly:\n    " + strings.Join(append(lines, "kind: jp1ao", "user: quell", "password: env:NIGHTLY_PASSWORD"), "\n    ") + "\n"
	targets, _, err := wiring.LoadTargets("quell.yaml", []byte(file), wiring.Makings{Now: time.Now, Limiter: free{}})
	require.NoError(t, err)
	_, err = targets["nightly"].Actions["stop-task"].List(t.Context(), "")
	return err
}

// free is a limiter without a limit.
type free struct{}

func (free) Take(context.Context, time.Time, integrations.Limit, integrations.Use) (time.Duration, error) {
	return 0, nil
}
func (free) Ban(context.Context, string, time.Time) error { return nil }
