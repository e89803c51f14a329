package dcs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/sim"
	"quell/integrations/vendortest"
)

// What a look after a kill needs is read at one node of a cluster, once: each look has the vendor
// scan a node. That somebody may kill says nothing of it.
func TestALookIsTriedAtOneNode(t *testing.T) {
	t.Parallel()
	cfg := sim.CacheCluster()
	cfg.ScanTime = 20 * time.Millisecond
	vendor, client := meet(t, cfg)
	ok, err := commands.KillSession(client).TryLook(t.Context())
	require.NoError(t, err)
	require.True(t, ok)
	scans := 0
	for _, call := range vendor.Calls() {
		require.False(t, call.Write)
		if call.Op == sim.ScanClients {
			scans++
		}
	}
	require.Equal(t, 1, scans)

	for _, op := range []sim.Op{sim.ScanClients, sim.ListClients} {
		vendor.SetMoodOf(op, sim.Forbidden)
		_, err = commands.KillSession(client).TryLook(t.Context())
		require.Equal(t, integrations.Forbidden, vendortest.Failure(t, err).Kind, op)
		vendor.SetMoodOf(op, sim.Healthy)
	}
}
