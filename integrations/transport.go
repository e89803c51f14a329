package integrations

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"
)

// errPlaintext keeps credentials from travelling in the clear.
var errPlaintext = errors.New("http:// is refused beyond this machine")

// errLate keeps a write back that rests on what is old by now.
var errLate = errors.New("the time to send it had passed")

// unsentError marks a failure before the first byte of the request left.
type unsentError struct{ error }

func (e *unsentError) Unwrap() error { return e.error }

// transport is one round trip, or two of a read, with the manners of NewClient.
type transport struct {
	reads  http.RoundTripper // GET and HEAD, over kept-alive connections
	writes http.RoundTripper // everything else and second tries, each on a connection of its own
	opts   ClientOptions
}

func newTransport(opts ClientOptions) *transport {
	t := &transport{reads: newRoute(opts), opts: opts}
	writes := newRoute(opts)
	writes.DisableKeepAlives = true
	t.writes = writes
	return t
}

// newRoute is HTTP/1.1 only: HTTP/2 shares connections among calls, resends by
// rules of its own, and never reports GotConn, by which RoundTrip knows that
// nothing left.
func newRoute(opts ClientOptions) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	// Connecting must give up well before http.Client's own timeout, which
	// replaces the error and with it the knowledge that nothing was sent.
	step := opts.Timeout / 3
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment, // which leaves loopback alone
		DialContext:         (&net.Dialer{Timeout: step}).DialContext,
		TLSHandshakeTimeout: step,
		TLSClientConfig:     &tls.Config{RootCAs: opts.RootCAs, MinVersion: tls.VersionTLS12},
		Protocols:           protocols,
		MaxIdleConnsPerHost: 8,
		IdleConnTimeout:     time.Minute,
	}
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	over, r := t.writes, readingOf(req)
	if !writes(req.Method) {
		over = t.reads
	}
	a := t.try(req, r, over)
	if r != nil {
		if next := t.retry(req, r, a); next != nil {
			a = t.try(next, r, t.writes) // a connection that was kept may be as dead as the first
		}
	}
	return a.res, a.err
}

// CloseIdleConnections ends what is kept for the next read (http.Client.CloseIdleConnections).
func (t *transport) CloseIdleConnections() {
	for _, route := range []http.RoundTripper{t.reads, t.writes} {
		if kept, ok := route.(interface{ CloseIdleConnections() }); ok {
			kept.CloseIdleConnections()
		}
	}
}

// try sends once. r is nil for a write.
func (t *transport) try(req *http.Request, r *reading, over http.RoundTripper) sendResult {
	start := t.opts.Now()
	res, err := t.send(req, r, over)
	t.tape(req, res, err, start)
	if err == nil && wantsTLS(req, res) {
		_ = res.Body.Close()
		err = ErrWantsTLS
	}
	if err != nil {
		return sendResult{err: &wayError{req.URL.Host, err}}
	}
	meet(req, res, start, t.opts.Now)
	res.Body = tornBody{res.Body, req.URL.Host}
	// Without it net/http has nowhere to follow a redirect to, and the caller
	// sees the 3xx as the answer.
	res.Header.Del("Location")
	if r == nil {
		return sendResult{res: res}
	}
	return sendResult{res: res, torn: hold(res)}
}

func (t *transport) send(req *http.Request, r *reading, over http.RoundTripper) (*http.Response, error) {
	if !t.opts.Plaintext && req.URL.Scheme == "http" && !Loopback(req.URL) {
		return nil, keptBack(req, &unsentError{errPlaintext})
	}
	if r == nil && TimeToSend(req.Context(), t.opts.Now, time.Hour) <= 0 {
		return nil, keptBack(req, errLate)
	}
	var connected atomic.Int32
	trace := &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) {
		if connected.Add(1) > 1 {
			_ = c.Conn.Close() // before the request is written to it
		}
	}}
	res, err := over.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	switch n := connected.Load(); {
	case err != nil && n == 0:
		err = &unsentError{err}
	case err != nil && n > 1: // net/http takes another only where a kept one broke
		err = io.EOF
	}
	return res, misread(err)
}

func keptBack(req *http.Request, why error) error {
	if req.Body != nil {
		_ = req.Body.Close()
	}
	return why
}

func (t *transport) tape(req *http.Request, res *http.Response, err error, start time.Time) {
	tape := tapeOf(req.Context())
	if tape == nil {
		return
	}
	e := asked(req)
	e.At, e.Millis = start.UTC(), t.opts.Now().Sub(start).Milliseconds()
	if err != nil {
		e.Fail = kindOfBroken(err)
	} else {
		e.Answer, e.RequestID = strconv.Itoa(res.StatusCode), requestID(req, res)
	}
	tape.add(taped{e, res})
}

// Loopback says that an address is on this machine.
func Loopback(u *url.URL) bool {
	return u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()
}
