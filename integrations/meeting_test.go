package integrations_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/vendortest"
)

func TestWhatAnAnswerShowsOfItsServer(t *testing.T) {
	a := vendortest.NewAuthority(t)
	cert := a.Issue(t, "127.0.0.1", -time.Hour, 100*time.Hour)
	date := ""
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = []string{date}
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.StartTLS()
	t.Cleanup(s.Close)
	now := time.Date(2026, 11, 23, 3, 12, 0, 900_000_000, time.UTC)
	client := integrations.NewClient(integrations.ClientOptions{RootCAs: a.Pool(), Now: func() time.Time { return now }})
	for said, want := range map[string]integrations.Meeting{
		"Mon, 23 Nov 2026 03:12:00 GMT": {Clock: true},
		"Mon, 23 Nov 2026 03:14:00 GMT": {Clock: true, Ahead: 119100 * time.Millisecond},
		"Mon, 23 Nov 2026 03:11:00 GMT": {Clock: true, Ahead: -time.Minute},
		"Mon, 01 Jan 0001 00:00:00 GMT": {},
		"soon":                          {},
	} {
		date = said
		ctx, met := integrations.WithMeetings(t.Context())
		for range 2 {
			_, err := client.R().SetContext(ctx).Get(s.URL)
			require.NoError(t, err)
		}
		require.Len(t, met.ByHost(), 1, "one for each host")
		got := met.ByHost()[0]
		assert.WithinDuration(t, time.Now().Add(100*time.Hour), got.Expires, time.Minute)
		assert.Equal(t, s.URL, "https://"+got.Host)
		got.Expires, got.Host = time.Time{}, ""
		assert.Equal(t, want, got, said)
	}
}

// A server may send a certificate along that is over, for clients of long ago, as many did with DST
// Root CA X3. What was verified without it is good for longer.
func TestACertificateThatIsSentAlongAndOver(t *testing.T) {
	a := vendortest.NewAuthority(t)
	cert := a.Issue(t, "127.0.0.1", -time.Hour, 100*time.Hour)
	cert.Certificate = append(cert.Certificate, a.Issue(t, "127.0.0.1", -200*time.Hour, -100*time.Hour).Certificate...)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.StartTLS()
	t.Cleanup(s.Close)
	ctx, met := integrations.WithMeetings(t.Context())
	_, err := integrations.NewClient(integrations.ClientOptions{RootCAs: a.Pool()}).R().SetContext(ctx).Get(s.URL)
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now().Add(100*time.Hour), met.ByHost()[0].Expires, time.Minute)
}

func TestUntilWhenCertificatesAreGood(t *testing.T) {
	ends := func(days int) *x509.Certificate {
		return &x509.Certificate{NotAfter: time.Unix(0, 0).AddDate(0, 0, days)}
	}
	leaf, root, old, between := ends(100), ends(1000), ends(-1), ends(10)
	sent := []*x509.Certificate{leaf, old}
	for name, tt := range map[string]struct {
		state *tls.ConnectionState
		want  time.Time
	}{
		"no TLS":              {nil, time.Time{}},
		"one chain":           {&tls.ConnectionState{PeerCertificates: sent, VerifiedChains: [][]*x509.Certificate{{leaf, root}}}, leaf.NotAfter},
		"its first end":       {&tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{leaf, between, root}}}, between.NotAfter},
		"the best of several": {&tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{leaf, between, root}, {leaf, root}, {leaf, between}}}, leaf.NotAfter},
		"nothing verified":    {&tls.ConnectionState{PeerCertificates: sent}, old.NotAfter},
	} {
		assert.Equal(t, tt.want, integrations.Expires(tt.state), name)
	}
}

func TestWithoutTLSThereIsNoCertificate(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	ctx, met := integrations.WithMeetings(t.Context())
	_, err := integrations.NewClient(integrations.ClientOptions{}).R().SetContext(ctx).Get(s.URL)
	require.NoError(t, err)
	assert.Zero(t, met.ByHost()[0].Expires)
	_, err = integrations.NewClient(integrations.ClientOptions{}).R().Get(s.URL)
	require.NoError(t, err, "nobody asked")
}
