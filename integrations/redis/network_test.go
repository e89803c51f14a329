package redis_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/redis"
	"quell/integrations/vendortest"
)

// speaks says that to whoever has said something, and hangs up.
func speaks(t *testing.T, text string) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var group sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); group.Wait() })
	group.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.SetDeadline(time.Now().Add(patience))
			_, _ = conn.Read(make([]byte, 8<<10))
			_, _ = conn.Write([]byte(text))
			_ = conn.Close()
		}
	})
	return l.Addr().String()
}

// TestWhatBrokeOnTheWayIsSaid: each has a sentence of its own, and nothing of it was sent.
func TestWhatBrokeOnTheWayIsSaid(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	a := vendortest.NewAuthority(t)
	good := a.Issue(t, "127.0.0.1", -hour, hour)
	serves := func(cert tls.Certificate) string {
		return secured(t, &tls.Config{Certificates: []tls.Certificate{cert}}, func(net.Conn) {})
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	for name, c := range map[string]struct {
		address string
		trusts  *x509.CertPool
		hint    string
	}{
		"not trusted":    {"rediss://" + serves(good), vendortest.NewAuthority(t).Pool(), "network.not-trusted"},
		"expired":        {"rediss://" + serves(a.Issue(t, "127.0.0.1", -2*hour, -hour)), a.Pool(), "network.expired"},
		"not yet valid":  {"rediss://" + serves(a.Issue(t, "127.0.0.1", hour, 2*hour)), a.Pool(), "network.not-yet-valid"},
		"another name":   {"rediss://" + serves(a.Issue(t, "192.0.2.1", -hour, hour)), a.Pool(), "network.other-name"},
		"no TLS":         {"rediss://" + speaks(t, "-ERR Protocol error\r\n"), a.Pool(), "network.no-tls"},
		"nobody":         {"redis://" + closed.Addr().String(), nil, "network.refused"},
		"TLS":            {"redis://" + speaks(t, "\x15\x03\x01\x00\x02\x02F"), nil, "network.wants-tls"},
		"nothing":        {"redis://" + speaks(t, ""), nil, "network.hung-up"},
		"half a line":    {"redis://" + speaks(t, "*1"), nil, "network.torn"},
		"half an answer": {"redis://" + speaks(t, "*14\r\n$6\r\nser"), nil, "network.torn"},
	} {
		b := bot(t, c.address, func(cfg *redis.Config) { cfg.RootCAs = c.trusts })
		_, err := b.Sessions(t.Context(), "")
		assert.Equal(t, c.hint, failed(t, err).Hint, "%s: %v", name, err)
		_, server, _ := strings.Cut(c.address, "://")
		assert.Equal(t, server, failed(t, err).Host, name)
		thing := integrations.Thing{Identity: []integrations.Field{{Name: "server", Value: server}, {Name: "client", Value: "5"}, {Name: "addr", Value: "a"}, {Name: "user", Value: "default"}}}
		_, tape, err := ends(t, b, thing)
		assert.Equal(t, c.hint, failed(t, err).Hint, name)
		assert.Equal(t, integrations.NothingDone, failed(t, err).Effect(), name)
		assert.NotContains(t, lines(tape), "KILL", name)
	}
}

// TestAKillWhoseAnswerBreaksOff may have been done.
func TestAKillWhoseAnswerBreaksOff(t *testing.T) {
	t.Parallel()
	for said, hint := range map[string]string{"": "network.hung-up", ":": "network.torn"} {
		f := fakeServer(t, map[string]string{"CLIENT KILL": said})
		f.hangUp = "CLIENT KILL"
		b := bot(t, "redis://"+f.addr)
		thing := look(t, b).Things[0]
		_, _, err := ends(t, b, thing)
		assert.Equal(t, hint, failed(t, err).Hint, "%q: %v", said, err)
		assert.Equal(t, integrations.MayBeDone, failed(t, err).Effect())
	}
}
