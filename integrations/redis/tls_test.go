package redis_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/redis"
)

// TestTLS verifies the server by the authorities that were named, and by nothing less.
func TestTLS(t *testing.T) {
	t.Parallel()
	cert, key, pool := certificate(t)
	s := start(t, "--tls-port", "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert, "--tls-auth-clients", "no")
	conn, err := tls.Dial("tcp", s.addr, &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"})
	require.NoError(t, err)
	stuck := greet(t, conn, "stuck")

	b := bot(t, "rediss://"+s.addr, func(c *redis.Config) { c.RootCAs = pool })
	thing := named(t, b, "stuck", whoever)
	_, _, err = ends(t, b, thing)
	require.NoError(t, err)
	_, err = stuck.in.ReadByte()
	require.Error(t, err)

	for name, b := range map[string]*redis.Client{
		"the system's authorities": bot(t, "rediss://"+s.addr),
		"another authority": bot(t, "rediss://"+s.addr, func(c *redis.Config) {
			_, _, c.RootCAs = certificate(t)
		}),
		"without TLS": bot(t, "redis://"+s.addr, within(time.Second)),
	} {
		_, err := b.Sessions(t.Context(), "")
		assert.Error(t, err, name)
		_, tape, err := ends(t, b, thing)
		assert.Equal(t, integrations.NotSent, failed(t, err).Kind, name)
		assert.NotContains(t, lines(tape), "KILL", name)
	}
}

// TestAServerThatAsksForACertificate is every one that serves TLS and says nothing of
// tls-auth-clients. TLS 1.3 refuses after the handshake, to whatever was sent first.
func TestAServerThatAsksForACertificate(t *testing.T) {
	t.Parallel()
	cert, key, pool := certificate(t)
	trusting := func(c *redis.Config) { c.RootCAs = pool }
	for _, asks := range [][]string{{"--tls-protocols", "TLSv1.2"}, {"--tls-protocols", "TLSv1.3"}} {
		s := start(t, append(asks, "--tls-port", "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert)...)
		for range 5 {
			_, err := bot(t, "rediss://"+s.addr, trusting).Sessions(t.Context(), "")
			assert.Equal(t, "redis.certificate-wanted", failed(t, err).Hint, "%v %v", asks, err)
		}
		thing := integrations.Thing{Identity: []integrations.Field{{Name: "server", Value: s.addr}, {Name: "client", Value: "5"}, {Name: "addr", Value: "a"}, {Name: "user", Value: "default"}}}
		_, _, err := ends(t, bot(t, "rediss://"+s.addr, trusting), thing)
		assert.Equal(t, "redis.certificate-wanted", failed(t, err).Hint, asks)
		assert.Equal(t, integrations.NothingDone, failed(t, err).Effect(), asks)
	}
	s := start(t, "--tls-port", "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert, "--tls-auth-clients", "optional")
	assert.True(t, look(t, bot(t, "rediss://"+s.addr, trusting)).Complete, "it asks, and does not insist")
}

// TestAServerThatDoesNotInsist asks for a certificate, as a proxy may, and its trouble is another
// one: it is silent, or hangs up.
func TestAServerThatDoesNotInsist(t *testing.T) {
	t.Parallel()
	cert, key, pool := certificate(t)
	pair, err := tls.LoadX509KeyPair(cert, key)
	require.NoError(t, err)
	for _, newest := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, hangsUp := range []bool{false, true} {
			addr := secured(t, &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequestClientCert, MaxVersion: newest}, func(conn net.Conn) {
				if !hangsUp {
					_, _ = io.Copy(io.Discard, conn)
				}
			})
			b := bot(t, "rediss://"+addr, func(c *redis.Config) { c.RootCAs = pool }, within(100*time.Millisecond))
			_, err := b.Sessions(t.Context(), "")
			assert.Equal(t, map[bool]string{true: "network.hung-up"}[hangsUp], failed(t, err).Hint)
		}
	}
}

// TestAServerThatInsists is told from one that cannot agree on how to encrypt, which in TLS 1.2
// is refused with the same alert.
func TestAServerThatInsists(t *testing.T) {
	t.Parallel()
	cert, key, pool := certificate(t)
	pair, err := tls.LoadX509KeyPair(cert, key)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		serves *tls.Config
		hint   string
	}{
		"1.2":               {&tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}, "redis.certificate-wanted"},
		"1.3":               {&tls.Config{ClientAuth: tls.RequireAnyClientCert}, "redis.certificate-wanted"},
		"nothing in common": {&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}, ""},
	} {
		c.serves.Certificates = []tls.Certificate{pair}
		addr := secured(t, c.serves, func(net.Conn) {})
		for range 20 {
			_, err := bot(t, "rediss://"+addr, func(c *redis.Config) { c.RootCAs = pool }).Sessions(t.Context(), "")
			assert.Equal(t, c.hint, failed(t, err).Hint, name)
		}
	}
}

// secured serves TLS, and then does as it is told with each connection.
func secured(t *testing.T, config *tls.Config, then func(net.Conn)) (addr string) {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", config)
	require.NoError(t, err)
	var group sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); group.Wait() })
	group.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(patience))
				if conn.(*tls.Conn).Handshake() == nil {
					then(conn)
				}
			})
		}
	})
	return l.Addr().String()
}

// TestOldTLS refuses what is older than 1.2.
func TestOldTLS(t *testing.T) {
	t.Parallel()
	cert, key, pool := certificate(t)
	pair, err := tls.LoadX509KeyPair(cert, key)
	require.NoError(t, err)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.(*tls.Conn).Handshake()
			_ = conn.Close()
		}
	}()
	_, err = bot(t, "rediss://"+l.Addr().String(), func(c *redis.Config) { c.RootCAs = pool }).Sessions(t.Context(), "")
	assert.Equal(t, integrations.NotSent, failed(t, err).Kind)
}

// certificate makes one for 127.0.0.1 that is its own authority.
func certificate(t *testing.T) (certFile, keyFile string, pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "redis"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	require.NoError(t, os.WriteFile(certFile, text, 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	pool = x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(text))
	return certFile, keyFile, pool
}
