package hulft_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/hulft"
	"quell/integrations/vendortest"
)

// Each call is sent as its fixture says: path, headers, body. Reads have a key of
// their own.
func TestRequests(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{
		statusPath: listed(row("agent01", session, ""), 1), logPath: respond(200, `{"relayLog":[]}`), disconnectPath: respond(200, ""),
	})
	c, m := s.client(t, func(c *hulft.Config) { c.ReadKey, c.TimeZone = readKey, "Asia/Tokyo" })
	_, err := c.Agents(t.Context())
	require.NoError(t, err)
	receipt, err := c.Disconnect(t.Context(), thing())
	require.NoError(t, err)
	require.Equal(t, integrations.Receipt{At: now, Status: 200}, receipt)
	require.Equal(t, vendortest.Fixture(t, "requests.txt"), strings.Join(s.Sent, "\n----\n")+"\n")
	require.Equal(t, []integrations.Use{integrations.Check, integrations.Browse, integrations.Act}, m.uses)
}

// The body is the document's example.
func TestTheBodyIsTheDocuments(t *testing.T) {
	c, _ := play(t, nil).client(t, nil)
	documented := thing()
	documented.Identity[0].Value = "xxxxxxxxxxxxxxxx"
	path, body, _ := strings.Cut(c.DisconnectCall(documented), "\n")
	require.Equal(t, "POST /agent/disconnection", path)
	require.JSONEq(t, vendortest.Fixture(t, "request_documented.json"), body)
}

// Any documented success will do, for the page names none.
func TestSuccess(t *testing.T) {
	for _, status := range []int{200, 201, 204} {
		s := play(t, map[string]http.HandlerFunc{disconnectPath: respond(status, "")})
		c, _ := s.client(t, nil)
		receipt, err := c.Disconnect(t.Context(), thing())
		require.NoError(t, err)
		require.Equal(t, status, receipt.Status)
	}
}

// The guide has TLS 1.2 and nothing later (APIComSpeci).
func TestTLS12(t *testing.T) {
	server := httptest.NewUnstartedServer(respond(200, ""))
	server.TLS = &tls.Config{MaxVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	c, err := hulft.New(hulft.Config{Endpoint: server.URL, APIKey: key, Limiter: &memory{}},
		integrations.NewClient(integrations.ClientOptions{RootCAs: trusted}), time.Now)
	require.NoError(t, err)
	_, err = c.Disconnect(t.Context(), thing())
	require.NoError(t, err)
}

// A case has its calls on its tape, without a key.
func TestTheTape(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{statusPath: listed(row("a", session, ""), 1), logPath: respond(403, ""), disconnectPath: respond(200, "")})
	c, _ := s.client(t, nil)
	ctx, tape := integrations.WithTape(t.Context())
	_, err := c.Agents(ctx)
	require.NoError(t, err)
	_, err = c.Disconnect(ctx, thing())
	require.NoError(t, err)
	var lines []string
	for _, e := range tape.Take() {
		e.Millis = 0
		lines = append(lines, e.Line())
	}
	require.Equal(t, []string{
		statusPath + "?maxResults=1000&startIndex=0&timezone=UTC → 200, 0 ms",
		logPath + "?maxResults=50&timezone=UTC → 403, 0 ms",
		disconnectPath + ` {"sessionId":"` + session + `","endpoint":"` + point + `"} → 200, 0 ms`,
	}, lines)
}

func TestWhatCannotBeNamed(t *testing.T) {
	s := play(t, nil)
	c, _ := s.client(t, nil)
	for _, ids := range [][2]string{{"", point}, {session, ""}, {"a b", point}, {session, "http://x"}, {session, "x/y"}, {session, "-x"}} {
		other := thing()
		other.Identity = []integrations.Field{{Name: "session", Value: ids[0]}, {Name: "endpoint", Value: ids[1]}}
		_, err := c.Disconnect(t.Context(), other)
		require.Equal(t, "hulft.no-address", vendortest.Failure(t, err).Hint, ids)
		require.Empty(t, c.DisconnectCall(other))
	}
	require.Empty(t, s.Sent)
}

func TestEveryMistakeIsNamed(t *testing.T) {
	_, err := hulft.New(hulft.Config{Endpoint: "webconnect", APIKey: "two words", TimeZone: "Tokyo", Agent: "["}, integrations.NewClient(integrations.ClientOptions{}), time.Now)
	for _, want := range []string{"endpoint: an address", "an API key is needed", `"Tokyo" is none`, "no glob", "a limiter is needed"} {
		require.ErrorContains(t, err, want)
	}
}
