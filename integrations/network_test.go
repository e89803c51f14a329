package integrations_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/vendortest"
)

// serveTLS answers over TLS with that certificate, and says where.
func serveTLS(t *testing.T, cert tls.Certificate) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ErrorLog = quiet()
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

// fails calls an address once with a read and once with a write, and returns what both met.
func fails(t *testing.T, opts integrations.ClientOptions, address string) []*integrations.Error {
	t.Helper()
	opts.Pause = time.Millisecond
	client := integrations.NewClient(opts)
	var met []*integrations.Error
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		_, err := client.R().SetHeader("Authorization", "SECRET").Execute(method, address+"/kill?key=SECRET")
		require.Error(t, err, method)
		met = append(met, integrations.Failure("toy", "call", err))
	}
	return met
}

func TestWhatIsWrongWithACertificateIsSaid(t *testing.T) {
	a := vendortest.NewAuthority(t)
	const hour = time.Hour
	for name, c := range map[string]struct {
		cert   tls.Certificate
		trusts *x509.CertPool
		hint   string
	}{
		"not trusted":   {a.Issue(t, "127.0.0.1", -hour, hour), vendortest.NewAuthority(t).Pool(), "network.not-trusted"},
		"expired":       {a.Issue(t, "127.0.0.1", -2*hour, -hour), a.Pool(), "network.expired"},
		"not yet valid": {a.Issue(t, "127.0.0.1", hour, 2*hour), a.Pool(), "network.not-yet-valid"},
		"another name":  {a.Issue(t, "192.0.2.1", -hour, hour), a.Pool(), "network.other-name"},
	} {
		t.Run(name, func(t *testing.T) {
			address := serveTLS(t, c.cert)
			for _, e := range fails(t, integrations.ClientOptions{RootCAs: c.trusts}, address) {
				assert.Equal(t, c.hint, e.Hint)
				assert.Equal(t, integrations.NotSent, e.Kind)
				assert.Equal(t, address, "https://"+e.Host)
			}
		})
	}
}

// TestBothSidesHaveToSpeakTLS also plays what other servers than Go's say to a request in the
// clear: an alert of TLS, or a page.
func TestBothSidesHaveToSpeakTLS(t *testing.T) {
	a := vendortest.NewAuthority(t)
	plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	encrypted := serveTLS(t, a.Issue(t, "127.0.0.1", -time.Hour, time.Hour))
	for _, e := range fails(t, integrations.ClientOptions{}, "https"+plain.URL[len("http"):]) {
		assert.Equal(t, "network.no-tls", e.Hint)
		assert.Equal(t, integrations.NotSent, e.Kind)
	}
	page := "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>"
	for name, address := range map[string]string{
		"Go":     "http" + encrypted[len("https"):],
		"nginx":  listen(t, page+"The plain HTTP request was sent to HTTPS port</html>"),
		"Apache": listen(t, page+"You're speaking plain HTTP to an SSL-enabled server port.</html>"),
		"alert":  listen(t, "\x15\x03\x01\x00\x02\x02F"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, e := range fails(t, integrations.ClientOptions{}, address) {
				assert.Equal(t, "network.wants-tls", e.Hint)
				assert.Equal(t, integrations.MayBeDone, e.Effect(), "it left")
				assert.NotContains(t, e.Error(), "SECRET")
			}
		})
	}
}

// A page with 400 that speaks of something else is an answer as any.
func TestAnotherBadRequestIsAnAnswer(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "no such task")
	})
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		res, err := integrations.NewClient(integrations.ClientOptions{}).R().Execute(method, s.URL)
		require.NoError(t, err)
		assert.Equal(t, "no such task", res.String())
	}
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	host := l.Addr().String()
	require.NoError(t, l.Close())
	for _, e := range fails(t, integrations.ClientOptions{}, "https://"+host) {
		assert.Equal(t, "network.refused", e.Hint)
		assert.Equal(t, host, e.Host)
		assert.Equal(t, integrations.NotSent, e.Kind)
	}
}

// TestANameThatNobodyKnows asks a name server of its own, which knows no name.
func TestANameThatNobodyKnows(t *testing.T) {
	was := net.DefaultResolver
	net.DefaultResolver = knowsNoName(t)
	t.Cleanup(func() { net.DefaultResolver = was })
	for _, e := range fails(t, integrations.ClientOptions{}, "https://dcs.nowhere.example:22016") {
		assert.Equal(t, "network.no-name", e.Hint)
		assert.Equal(t, "dcs.nowhere.example", e.Host)
		assert.Equal(t, integrations.NotSent, e.Kind)
	}
}

// knowsNoName answers each question with NXDOMAIN (RFC 1035, 4.1.1).
func knowsNoName(t *testing.T) *net.Resolver {
	t.Helper()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan struct{})
	t.Cleanup(func() { _ = l.Close(); <-ended })
	go func() {
		defer close(ended)
		question := make([]byte, 1500)
		for {
			n, from, err := l.ReadFrom(question)
			if err != nil {
				return
			}
			end := 12
			for end < n && question[end] != 0 {
				end += int(question[end]) + 1
			}
			answer := append([]byte{}, question[:min(end+5, n)]...)
			copy(answer[2:12], []byte{0x81, 0x83, 0, 1, 0, 0, 0, 0, 0, 0})
			_, _ = l.WriteTo(answer, from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", l.LocalAddr().String())
	}}
}

// TestAnAnswerThatIsNotWhole tells an answer that broke off from none at all, and both from a
// time that ran out.
func TestAnAnswerThatIsNotWhole(t *testing.T) {
	for name, c := range map[string]struct{ answer, hint string }{
		"nothing":              {"", "network.hung-up"},
		"in the first line":    {"HTTP/1.1 20", "network.no-http"},
		"in the headers":       {"HTTP/1.1 200 OK\r\nContent-Le", "network.no-http"},
		"before the body":      {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "network.torn"},
		"in the body":          {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\"", "network.torn"},
		"in a refusal's body":  {"HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\n{\"a\"", "network.torn"},
		"in a chunk":           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"", "network.torn"},
		"no HTTP in the least": {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "network.no-http"},
	} {
		t.Run(name, func(t *testing.T) {
			address := listen(t, c.answer)
			for _, e := range fails(t, integrations.ClientOptions{}, address) {
				assert.Equal(t, c.hint, e.Hint)
				assert.Equal(t, integrations.NoAnswer, e.Kind)
				if c.hint != "network.no-http" {
					assert.Equal(t, address, "http://"+e.Host)
				}
			}
		})
	}
}

func TestATimeThatRanOutIsNoBrokenAnswer(t *testing.T) {
	leave := make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/begins" {
			_, _ = io.WriteString(w, "{")
			w.(http.Flusher).Flush()
		}
		<-leave
	})
	t.Cleanup(func() { close(leave) }) // before the server, which waits for it
	for _, path := range []string{"", "/begins"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			_, err := integrations.NewClient(integrations.ClientOptions{Timeout: 60 * time.Millisecond}).R().Execute(method, s.URL+path)
			e := integrations.Failure("toy", "call", err)
			assert.Equal(t, integrations.NoAnswer, e.Kind)
			assert.Empty(t, e.Hint)
		}
	}
}

// What broke a login's way is what kept the call from being sent.
func TestALoginThatDoesNotGetThrough(t *testing.T) {
	login := &integrations.Error{Kind: integrations.NoAnswer, Op: "login", Hint: "network.torn", Host: "iam.example.com"}
	e := integrations.Failure("toy", "kill", login)
	assert.Equal(t, "network.torn", e.Hint)
	assert.Equal(t, "iam.example.com", e.Host)
}

// A proxy that does not take the connection is not the server.
func TestAProxyThatIsNotThere(t *testing.T) {
	err := &url.Error{Op: "Get", URL: "https://dcs.example.com/x", Err: &net.OpError{Op: "proxyconnect", Net: "tcp", Err: &net.OpError{Op: "dial", Net: "tcp", Err: io.EOF}}}
	assert.Empty(t, integrations.Network(err))
}
