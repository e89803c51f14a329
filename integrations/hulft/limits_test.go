package hulft_test

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/integrations"
	"quell/integrations/hulft"
	"quell/integrations/sim"
)

// An Agent outside of those that the target is limited to is not gone: it is said where it is.
func TestAnAgentOutsideTheLimits(t *testing.T) {
	cfg := sim.Transfers()
	clock := &clock{at: now}
	cfg.Now = clock.now
	vendor := sim.NewHULFT(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	client, err := hulft.New(hulft.Config{
		Endpoint: server.URL + "/api/v2", APIKey: "fake-hulft-key-for-the-playground", Limiter: &memory{}, Agent: "osaka-*",
	}, integrations.NewClient(integrations.ClientOptions{}), clock.now)
	require.NoError(t, err)
	c := commands.DisconnectAgent(client)
	for agent, says := range map[string]string{
		"sendai-03": "trace.hulft-outside", "sendai-03:receive": "trace.hulft-outside", "nagoya-09:send": "trace.hulft-limits",
	} {
		_, err := c.Plan(t.Context(), asking(agent))
		mistake, ok := errors.AsType[*commands.Mistake](err)
		require.True(t, ok, err)
		require.Equal(t, says, mistake.Message.Values["why"].Inner.ID, agent)
	}
	seen, err := c.List(t.Context(), "")
	require.NoError(t, err)
	require.True(t, seen.Complete)
	require.Empty(t, seen.Told, "nobody asked for those")
}
