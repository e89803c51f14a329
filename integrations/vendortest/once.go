package vendortest

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"sync"
	"time"

	"quell/integrations"
)

func onceChecks() []check[Vendor] {
	return []check[Vendor]{
		{"a connection that dies under a write", dyingConnection},
		{"cancelled before the call", cancelled},
		{"its time had passed", late},
		{"nobody listens", nobody},
		{"a certificate of an unknown authority", unknownAuthority},
		{"a certificate of an authority that was named", knownAuthority},
		{"in the clear beyond this machine", plaintext},
	}
}

// dyingConnection lets a read leave an idle connection behind, over which a
// careless client sends its write, and sends it again when it dies.
func dyingConnection(v Vendor) error {
	t, err := try(v, integrations.ClientOptions{})
	if err != nil {
		return err
	}
	defer t.close()
	ctx, cancel := background()
	defer cancel()
	for range 3 {
		word, _ := v.plain()
		t.Refuse(word, false)
		_ = t.Read(ctx)
		t.Behave(HangsUp)
		if err := v.expect("write", t.Write(ctx), integrations.NoAnswer); err != nil {
			return err
		}
		if err := t.sent("write", 1); err != nil {
			return err
		}
	}
	return nil
}

func cancelled(v Vendor) error {
	t, err := try(v, integrations.ClientOptions{})
	if err != nil {
		return err
	}
	defer t.close()
	word, _ := v.plain()
	t.Refuse(word, false)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := v.expect("write", t.Write(ctx), integrations.NotSent); err != nil {
		return err
	}
	if err := t.Read(ctx); err == nil {
		return fmt.Errorf("read: no error though it was cancelled")
	}
	return t.sent("write", 0)
}

// late keeps a write back that rests on what is old by now. A read rests on nothing.
func late(v Vendor) error {
	t, err := try(v, integrations.ClientOptions{})
	if err != nil {
		return err
	}
	defer t.close()
	word, kind := v.plain()
	t.Refuse(word, false)
	ctx, cancel := background()
	defer cancel()
	ctx = integrations.SendBefore(ctx, time.Now().Add(-time.Second))
	if err := v.expect("write", t.Write(ctx), integrations.Late); err != nil {
		return err
	}
	if err := t.sent("write", 0); err != nil {
		return err
	}
	return v.expect("read", t.Read(ctx), kind)
}

func nobody(v Vendor) error {
	l, err := listen()
	if err != nil {
		return err
	}
	host := l.Addr().String()
	_ = l.Close()
	return unsent(v, v.Address(host, false), "network.refused")
}

// unknownAuthority also looks at the bytes below TLS: nothing that is secret may be in
// them, whatever the client made of the certificate.
func unknownAuthority(v Vendor) error {
	l, err := listen()
	if err != nil {
		return err
	}
	below := &overheard{Listener: l}
	encrypted, _ := withTLS(below)
	peer := v.Serve(encrypted)
	defer peer.Close()
	told := unsent(v, v.Address(l.Addr().String(), true), "network.not-trusted")
	if heard := peer.Heard(); len(heard) > 0 {
		return errors.Join(told, fmt.Errorf("%q was sent to it", heard[0].Operation))
	}
	return errors.Join(told, v.leak("below TLS", below.String()))
}

func knownAuthority(v Vendor) error {
	l, err := listen()
	if err != nil {
		return err
	}
	encrypted, authority := withTLS(l)
	t, err := tryOn(v, encrypted, true, integrations.ClientOptions{RootCAs: authority})
	if err != nil {
		return err
	}
	defer t.close()
	word, kind := v.plain()
	t.Refuse(word, false)
	ctx, cancel := background()
	defer cancel()
	if err := v.expect("write", t.Write(ctx), kind); err != nil {
		return err
	}
	return t.sent("write", 1)
}

// withTLS serves with the certificate that net/http brings for tests: it is for
// 127.0.0.1, and nobody trusts its authority unless told so.
func withTLS(l net.Listener) (net.Listener, *x509.CertPool) {
	lender := httptest.NewTLSServer(nil)
	defer lender.Close()
	authority := x509.NewCertPool()
	authority.AddCert(lender.Certificate())
	return tls.NewListener(l, &tls.Config{Certificates: lender.TLS.Certificates}), authority
}

// overheard is a listener that keeps what its connections read.
type overheard struct {
	net.Listener

	mu    sync.Mutex
	bytes bytes.Buffer
}

func (o *overheard) Accept() (net.Conn, error) {
	conn, err := o.Listener.Accept()
	return overheardConn{conn, o}, err
}

func (o *overheard) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes.String()
}

type overheardConn struct {
	net.Conn
	by *overheard
}

func (c overheardConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.by.mu.Lock()
	defer c.by.mu.Unlock()
	c.by.bytes.Write(b[:n])
	return n, err
}

// plaintext uses an address that nobody answers (RFC 5737), so that a client
// which tries shows by its delay: NewClient gives up connecting after 5 s.
func plaintext(v Vendor) error {
	start := time.Now()
	if err := unsent(v, v.Address("192.0.2.1:80", false), ""); err != nil {
		return err
	}
	if took := time.Since(start); took > 4*time.Second {
		return fmt.Errorf("refusing took %v: it was tried", took)
	}
	return nil
}

// unsent tries a write that cannot leave, for which people have that sentence. A client may also
// refuse to be built.
func unsent(v Vendor, address, sentence string) error {
	calls, err := v.Connect(address, integrations.ClientOptions{})
	if err != nil {
		return v.leak("connecting: error", err.Error())
	}
	if calls.Close != nil {
		defer calls.Close()
	}
	ctx, cancel := background()
	defer cancel()
	err = calls.Write(ctx)
	return errors.Join(v.expect("write", err, integrations.NotSent), says("write", err, sentence))
}
