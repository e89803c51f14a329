package integrations

import (
	"context"
	"crypto/x509"
	"net/http"
	"time"

	"github.com/go-resty/resty/v2"
)

const (
	defaultTimeout = 15 * time.Second
	// maxAnswer is in bytes, after decompression.
	maxAnswer = 1 << 20
	// defaultPause is the longest before a second try.
	defaultPause = 400 * time.Millisecond
)

// ClientOptions says how a client behaves towards one vendor. The zero value is
// the careful default.
type ClientOptions struct {
	// Timeout bounds a whole call, answer included; 0 means 15 s.
	Timeout time.Duration
	// RootCAs are the authorities to trust; nil means the system's. There is no
	// way to skip the check of a certificate.
	RootCAs *x509.CertPool
	// Plaintext accepts to go without TLS beyond this machine, as http:// does: whoever
	// sets it accepts that credentials travel in the clear.
	Plaintext bool
	// Pause is the longest before a read is tried once more; 0 means 400 ms. It
	// is no shorter than half of that, so that those who met the same failure do
	// not all come back at once.
	Pause time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

type sendBefore struct{}

// SendBefore marks a write that rests on something seen, and must not leave once
// that has grown old: from t on it is Late. Reads do not care.
func SendBefore(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, sendBefore{}, t)
}

// TimeToSend is how long a write may still be kept back, at most most.
func TimeToSend(ctx context.Context, now func() time.Time, most time.Duration) time.Duration {
	if t, ok := ctx.Value(sendBefore{}).(time.Time); ok {
		return min(most, t.Sub(now()))
	}
	return most
}

// NewClient returns a resty client with the manners that a production system
// is owed:
//
//   - A write is sent at most once, by every layer. resty does not retry, and
//     net/http, which resends on a kept-alive connection that died, gets a new
//     connection for everything but GET and HEAD.
//   - A read that meets a 5xx or a connection that broke is tried once more, after
//     a short pause and within the same time limits (retry.go). net/http's own
//     second sending of a read is held back: it would pass by the tape, and by a
//     vendor's limit.
//   - A redirect is an answer and is never followed, so no credential goes to
//     a host that was not configured.
//   - Every call ends within the timeout and reads at most 1 MiB.
//   - http:// is refused beyond loopback unless Plaintext accepts it.
//   - No cookies, no debug output, no log lines.
func NewClient(opts ClientOptions) *resty.Client {
	if opts.Timeout <= 0 {
		opts.Timeout = defaultTimeout
	}
	if opts.Pause <= 0 {
		opts.Pause = defaultPause
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	// A client made from an http.Client has no cookie jar; resty.New's has one.
	client := resty.NewWithClient(&http.Client{
		Transport: newTransport(opts),
		Timeout:   opts.Timeout,
	})
	return client.
		SetLogger(silent{}).
		SetResponseBodyLimit(maxAnswer).
		SetHeader("User-Agent", "quell")
}

// silent keeps resty from writing to standard error past our own log.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}
