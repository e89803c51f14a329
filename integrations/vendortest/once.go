package vendortest

import (
	"context"
	"fmt"
	"net/http/httptest"
	"time"

	"quell/integrations"
)

func onceChecks() []check {
	return []check{
		{"a connection that dies under a write", dyingConnection},
		{"cancelled before the call", cancelled},
		{"nobody listens", nobody},
		{"a certificate of an unknown authority", unknownAuthority},
		{"plain HTTP beyond this machine", plaintext},
	}
}

// dyingConnection lets a read leave an idle connection behind, over which a
// careless client sends its write, and sends it again when it dies.
func dyingConnection(v Vendor) error {
	ready := respond(400, "application/json", v.Refusal(400, "no"))
	t, err := try(v, ready)
	if err != nil {
		return err
	}
	defer t.close()
	ctx, cancel := background()
	defer cancel()
	for range 3 {
		t.from(ready)
		_ = t.Read(ctx)
		t.from(hangUp)
		if err := expect(v, "write", t.Write(ctx), integrations.NoAnswer); err != nil {
			return err
		}
		if err := t.sent("write", 1); err != nil {
			return err
		}
	}
	return nil
}

func cancelled(v Vendor) error {
	t, err := try(v, respond(400, "application/json", v.Refusal(400, "no")))
	if err != nil {
		return err
	}
	defer t.close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := expect(v, "write", t.Write(ctx), integrations.NotSent); err != nil {
		return err
	}
	if err := t.Read(ctx); err == nil {
		return fmt.Errorf("read: no error though it was cancelled")
	}
	return t.sent("write", 0)
}

func nobody(v Vendor) error {
	s := newServer(v, hangUp)
	s.close()
	return unsent(v, s.URL)
}

func unknownAuthority(v Vendor) error {
	s := newServer(v, hangUp)
	defer s.close()
	encrypted := httptest.NewUnstartedServer(s)
	encrypted.Config.ErrorLog = quiet()
	encrypted.StartTLS()
	defer encrypted.Close()
	if err := unsent(v, encrypted.URL); err != nil {
		return err
	}
	return s.sent("write", 0)
}

// plaintext uses an address that nobody answers (RFC 5737), so that a client
// which tries shows by its delay: NewClient gives up connecting after 5 s.
func plaintext(v Vendor) error {
	start := time.Now()
	if err := unsent(v, "http://192.0.2.1"); err != nil {
		return err
	}
	if took := time.Since(start); took > 4*time.Second {
		return fmt.Errorf("refusing took %v: it was tried", took)
	}
	return nil
}

// unsent tries a write that cannot leave. A client may also refuse to be built.
func unsent(v Vendor, url string) error {
	calls, err := v.Connect(url, integrations.ClientOptions{})
	if err != nil {
		return leak(v, "connecting: error", err.Error())
	}
	ctx, cancel := background()
	defer cancel()
	return expect(v, "write", calls.Write(ctx), integrations.NotSent)
}
