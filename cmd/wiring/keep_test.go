package wiring

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/dcs"
	"quell/integrations/huaweicloud"
	"quell/integrations/sim"
)

// A look for a given session reads the nodes of an instance side by side, and what it keeps is
// decided by one function.
func TestALookForOneSessionReadsManyNodesSideBySide(t *testing.T) {
	cluster := sim.CacheCluster()
	cluster.ScanTime = 0
	for i := range 3000 {
		cluster.Sessions = append(cluster.Sessions, sim.Session{Peer: fmt.Sprintf("10.0.%d.%d:4000", i>>8, i&255), Name: "worker", Node: cluster.Nodes[i%len(cluster.Nodes)].ID})
	}
	vendor := sim.NewDCS(cluster)
	t.Cleanup(vendor.Close)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	client, err := dcs.New(dcs.Config{
		Endpoint: server.URL, ProjectID: cluster.ProjectID, InstanceID: cluster.InstanceID, PollEvery: 10 * time.Millisecond,
		Credentials: huaweicloud.Credentials{AccessKey: cluster.AccessKey, SecretKey: integrations.Secret(cluster.SecretKey)},
	}, integrations.NewClient(integrations.ClientOptions{Pause: time.Millisecond}), time.Now)
	require.NoError(t, err)
	for range 5 {
		_, err = commands.KillSession(client).Plan(t.Context(), commands.Request{Command: "kill-session", Things: []string{"10.0.0.7:400"}})
		require.ErrorContains(t, err, "mistake.thing")
	}
}
