package dcs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/dcs"
	"quell/integrations/huaweicloud"
	"quell/integrations/sim"
	"quell/integrations/vendortest"
)

// A token that ends between a look and its call is not renewed there: the refusal is final, and
// the next look gets another.
func TestATokenThatEndsEarly(t *testing.T) {
	t.Parallel()
	cfg := sim.CacheSingle()
	cfg.ScanTime = 0
	vendor, client := meet(t, cfg, func(c *dcs.Config) {
		c.IAMEndpoint = c.Endpoint
		c.Credentials = huaweicloud.Credentials{User: cfg.User.Name, Password: integrations.Secret(cfg.User.Password), Domain: cfg.User.Domain}
	})
	seen, err := client.Sessions(t.Context(), "")
	require.NoError(t, err)
	vendor.RevokeTokens()
	_, err = client.EndSession(t.Context(), seen.Things[0])
	failure := vendortest.Failure(t, err)
	require.Equal(t, integrations.Unauthenticated, failure.Kind)
	require.Equal(t, "huaweicloud.token-refused", failure.Hint)
	require.Equal(t, "DCS.1001", failure.Code)
	seen, err = client.Sessions(t.Context(), "")
	require.NoError(t, err)
	_, err = client.EndSession(t.Context(), seen.Things[0])
	require.NoError(t, err)
}
