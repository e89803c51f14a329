package integrations_test

import (
	"compress/gzip"
	"context"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func TestARequestIsSentAsItWasBuilt(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.Equal(t, "quell", r.UserAgent())
		assert.Empty(t, r.Header["Idempotency-Key"])
		assert.Equal(t, `{"a":"<b>"}`, string(body))
		http.SetCookie(w, &http.Cookie{Name: "track", Value: "1"})
		assert.Empty(t, r.Cookies())
		_, _ = io.WriteString(w, "ok")
	})
	client := integrations.NewClient(integrations.ClientOptions{})
	for range 2 {
		res, err := client.R().SetBody([]byte(`{"a":"<b>"}`)).Post(s.URL + "/x")
		require.NoError(t, err)
		require.Equal(t, "ok", res.String())
	}
}

func TestEachWriteHasAConnectionOfItsOwn(t *testing.T) {
	var mu sync.Mutex
	from := map[string][]string{}
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		from[r.Method] = append(from[r.Method], r.RemoteAddr)
	})
	client := integrations.NewClient(integrations.ClientOptions{})
	for _, method := range []string{"GET", "GET", "POST", "POST", "DELETE", "DELETE"} {
		_, err := client.R().Execute(method, s.URL)
		require.NoError(t, err)
	}
	assert.Equal(t, from["GET"][0], from["GET"][1], "reads share a connection")
	seen := map[string]bool{from["GET"][0]: true}
	for _, addr := range append(from["POST"], from["DELETE"]...) {
		assert.False(t, seen[addr], "a write came over a connection that was used before")
		seen[addr] = true
	}
}

// What a write rests on grows old: past its time nothing leaves, and it is known
// that nothing did. Reads do not care.
func TestAWriteIsNotSentAfterItsTime(t *testing.T) {
	var mu sync.Mutex
	var came []string
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		came = append(came, r.Method)
	})
	now := time.Date(2026, 11, 23, 3, 12, 0, 0, time.UTC)
	client := integrations.NewClient(integrations.ClientOptions{Now: func() time.Time { return now }})
	send := func(method string, before time.Time) error {
		_, err := client.R().SetContext(integrations.SendBefore(t.Context(), before)).Execute(method, s.URL)
		return err
	}
	require.NoError(t, send("POST", now.Add(time.Nanosecond)))
	require.NoError(t, send("GET", now.Add(-time.Hour)))
	for _, method := range []string{"POST", "DELETE", "PUT"} {
		err := integrations.Failure("toy", "write", send(method, now))
		assert.Equal(t, integrations.Late, err.Kind)
		assert.Equal(t, integrations.NothingDone, err.Effect())
		assert.True(t, err.Retryable())
	}
	assert.Equal(t, []string{"POST", "GET"}, came)
	for most, left := range map[time.Duration]time.Duration{time.Second: time.Second, time.Hour: time.Minute} {
		assert.Equal(t, left, integrations.TimeToSend(integrations.SendBefore(t.Context(), now.Add(time.Minute)), func() time.Time { return now }, most))
	}
	assert.Equal(t, time.Hour, integrations.TimeToSend(t.Context(), nil, time.Hour), "nothing is waited for")
}

func TestTheAnswerIsLimitedAfterDecompression(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write(make([]byte, 50<<20))
		_ = z.Close()
	})
	_, err := integrations.NewClient(integrations.ClientOptions{}).R().Get(s.URL)
	require.Error(t, err)
	require.Equal(t, integrations.Garbled, integrations.Failure("toy", "read", err).Kind)
}

func TestCertificatesAreChecked(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ErrorLog = quiet()
	s.StartTLS()
	t.Cleanup(s.Close)

	_, err := integrations.NewClient(integrations.ClientOptions{}).R().Get(s.URL)
	failure := integrations.Failure("toy", "read", err)
	assert.Equal(t, integrations.NotSent, failure.Kind)
	assert.ErrorContains(t, failure, "certificate")

	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	client := integrations.NewClient(integrations.ClientOptions{RootCAs: pool})
	res, err := client.R().Get(s.URL)
	require.NoError(t, err)
	assert.Equal(t, "HTTP/1.1", res.RawResponse.Proto)
}

func TestPlaintext(t *testing.T) {
	tests := []struct {
		url     string
		opts    integrations.ClientOptions
		refused bool
	}{
		{"http://192.0.2.1/", integrations.ClientOptions{}, true},
		{"http://localhost.example.invalid/", integrations.ClientOptions{}, true},
		{"http://192.0.2.1/accepted", integrations.ClientOptions{Plaintext: true}, false},
		{"https://192.0.2.1/", integrations.ClientOptions{}, false},
		{"http://127.0.0.1:1/", integrations.ClientOptions{}, false},
		{"http://[::1]:1/", integrations.ClientOptions{}, false},
		{"http://localhost:1/", integrations.ClientOptions{}, false},
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // what is not refused ends here, before it looks for the host
	for _, tt := range tests {
		t.Run(tt.url, func(t *testing.T) {
			_, err := integrations.NewClient(tt.opts).R().SetContext(ctx).Post(tt.url)
			require.Error(t, err)
			const text = "http:// is refused"
			assert.Equal(t, tt.refused, strings.Contains(integrations.Failure("toy", "write", err).Error(), text))
		})
	}
}
