package fabric_test

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/fabric"
	"quell/integrations/sim"
)

// A proxy between us and the vendor writes the vendor's host in place of its own: the signature
// holds all the same.
func TestAProxyThatRewritesTheHost(t *testing.T) {
	t.Parallel()
	cfg := sim.Lakehouse()
	cfg.SecurityToken = "fake-security-token"
	vendor := sim.NewFabric(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	to, err := url.Parse(server.URL)
	require.NoError(t, err)
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = "fabric-ep.cn-north-4.myhuaweicloud.com"
	}})
	t.Cleanup(proxy.Close)
	client, err := fabric.New(fabric.Config{
		Endpoint: proxy.URL, ProjectID: cfg.ProjectID, WorkspaceID: cfg.WorkspaceID, Credentials: keys(cfg),
	}, integrations.NewClient(integrations.ClientOptions{}), time.Now)
	require.NoError(t, err)
	seen, err := client.Sessions(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, seen.Things, 5)
	_, err = client.EndSession(t.Context(), seen.Things[0])
	require.NoError(t, err)
}
