package main

import (
	"crypto/tls"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"quell/integrations/vendortest"
)

// peer is a server to which the way is broken.
type peer struct {
	cert *tls.Certificate // it speaks TLS with that; nil for none
	says string           // to whoever has said something; then it hangs up
	gone bool             // nobody listens
	mute bool             // it takes all and says nothing
}

// peers are the servers of a script about what breaks on the way to a system, by what is wrong
// with them.
func peersOf(t testing.TB, a vendortest.Authority) map[string]peer {
	const hour = time.Hour
	cert := func(a vendortest.Authority, address string, from, until time.Duration) *tls.Certificate {
		c := a.Issue(t, address, from, until)
		return &c
	}
	return map[string]peer{
		"untrusted": {cert: cert(vendortest.NewAuthority(t), "127.0.0.1", -hour, hour)},
		"expired":   {cert: cert(a, "127.0.0.1", -2*hour, -hour)},
		"early":     {cert: cert(a, "127.0.0.1", hour, 2*hour)},
		"misnamed":  {cert: cert(a, "192.0.2.1", -hour, hour)},
		"clear":     {says: "HTTP/1.0 400 Bad Request\r\n\r\n"},
		"secret":    {says: "\x15\x03\x01\x00\x02\x02F"},
		"absent":    {gone: true},
		"silent":    {},
		"mute":      {mute: true},
		"torn":      {says: "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"},
		"other":     {says: "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
	}
}

// peers starts them, and puts where they are and the file of the one authority into the
// configuration: "$expired", "$authority". "$encrypted-nightly" is the vendor of that system with
// a certificate that is good for ten days.
func (w *world) peers([]string) error {
	a := vendortest.NewAuthority(testingOf(w.ts))
	config, file := w.ts.MkAbs("quell.yaml"), w.ts.MkAbs("authority.pem")
	if err := os.WriteFile(file, a.PEM(), 0o600); err != nil {
		return err
	}
	data, err := os.ReadFile(config)
	text := strings.ReplaceAll(string(data), "$authority", file)
	for name, p := range peersOf(testingOf(w.ts), a) {
		address, listening := p.listen()
		if listening != nil {
			return listening
		}
		w.ts.Defer(address.end)
		text = strings.ReplaceAll(text, "$"+name, address.host)
	}
	for name, vendor := range w.answering {
		s := httptest.NewUnstartedServer(vendor)
		s.TLS = &tls.Config{Certificates: []tls.Certificate{a.Issue(testingOf(w.ts), "127.0.0.1", -time.Hour, 240*time.Hour)}}
		s.StartTLS()
		w.ts.Defer(s.Close)
		text = strings.ReplaceAll(text, "$encrypted-"+name, s.Listener.Addr().String())
	}
	if err != nil {
		return err
	}
	return os.WriteFile(config, []byte(text), 0o600)
}

// testingOf is what helpers of tests take, for a script.
func testingOf(ts *testscript.TestScript) testing.TB { return scriptTB{ts: ts} }

type scriptTB struct {
	testing.TB
	ts *testscript.TestScript
}

func (scriptTB) Helper() {}

func (s scriptTB) Errorf(format string, args ...any) { s.ts.Logf(format, args...) }

func (s scriptTB) FailNow() { s.ts.Fatalf("the world could not be made") }

// listening is a peer that was started.
type listening struct {
	host string
	end  func()
}

func (p peer) listen() (listening, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return listening{}, err
	}
	at := listening{host: l.Addr().String(), end: func() {}}
	if p.gone {
		return at, l.Close()
	}
	if p.cert != nil {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*p.cert}})
	}
	var group sync.WaitGroup
	at.end = func() { _ = l.Close(); group.Wait() }
	group.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.SetDeadline(time.Now().Add(patience))
			if p.mute {
				_, _ = io.Copy(io.Discard, conn)
			} else {
				_, _ = conn.Read(make([]byte, 16<<10))
			}
			_, _ = conn.Write([]byte(p.says))
			_ = conn.Close()
		}
	})
	return at, nil
}
