package integrations

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// ErrWantsTLS says that a server took what was sent in the clear for a broken TLS: its
// port is one for TLS alone.
var ErrWantsTLS = errors.New("the server speaks TLS, and was spoken to in the clear")

// Network names the sentence for what broke between here and a server, or "" where the Kind's
// own serves. It tells nothing of whether a request left: that is the Kind's.
func Network(err error) (hint string) {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "proxyconnect" {
		return "" // what is said of a proxy is not said of the server
	}
	if cert, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return ofCertificate(cert.Err)
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return "network.no-name"
	}
	_, inTheClear := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case inTheClear:
		return "network.no-tls"
	case errors.Is(err, ErrWantsTLS):
		return "network.wants-tls"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "network.refused"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "network.torn"
	case broken(err):
		return "network.hung-up"
	}
	return ""
}

// ofCertificate names what is wrong with a server's certificate. crypto/x509 has one reason for
// a time that is over and for one that is still to come.
func ofCertificate(err error) (hint string) {
	invalid, ok := errors.AsType[x509.CertificateInvalidError](err)
	_, named := errors.AsType[x509.HostnameError](err)
	switch {
	case ok && invalid.Reason == x509.Expired && invalid.Cert != nil && time.Now().Before(invalid.Cert.NotBefore):
		return "network.not-yet-valid"
	case ok && invalid.Reason == x509.Expired:
		return "network.expired"
	case named:
		return "network.other-name"
	}
	return "network.not-trusted"
}

// wayError is a failure with the host that was to be reached.
type wayError struct {
	host string
	error
}

func (e *wayError) Unwrap() error { return e.error }

// onTheWay is how far err says where it broke: the sentence for it, and whom it was on the way to.
func onTheWay(err error) (hint, host string) {
	way, ok := errors.AsType[*wayError](err)
	if !ok {
		return "", ""
	}
	if hint = Network(way); hint == "" {
		return "", ""
	}
	if _, unnamed := errors.AsType[*net.DNSError](err); unnamed {
		return hint, (&url.URL{Host: way.host}).Hostname() // the port is no part of a name
	}
	return hint, way.host
}

// tornBody is the body of an answer, whose breaking off is told as that: a connection that is
// reset says only that it ended.
type tornBody struct {
	io.ReadCloser
	host string
}

func (b tornBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && broken(err) {
		err = &wayError{b.host, io.ErrUnexpectedEOF}
	}
	return n, err
}

// misread is err, or ErrWantsTLS if the answer that could not be read begins as a record of TLS
// does (RFC 8446, 5.1: an alert, version 3). net/http quotes it, and has no type for it.
func misread(err error) error {
	if err != nil && strings.Contains(err.Error(), `malformed HTTP response "\x15\x03`) {
		return ErrWantsTLS
	}
	return err
}

// pageMost is how much of a page is read for what it says, in bytes.
const pageMost = 4 << 10

// wantsTLS says that an answer is the page with which a server of TLS meets a request in the
// clear, as net/http, nginx and Apache word it. The answer can be read all the same.
func wantsTLS(req *http.Request, res *http.Response) bool {
	if req.URL.Scheme != "http" || res.StatusCode != http.StatusBadRequest {
		return false
	}
	page, err := io.ReadAll(io.LimitReader(res.Body, pageMost))
	rest := io.Reader(res.Body)
	if err != nil {
		rest = ending{err}
	}
	res.Body = readCloser{io.MultiReader(bytes.NewReader(page), rest), res.Body}
	for _, says := range []string{
		"Client sent an HTTP request to an HTTPS server", "plain HTTP request was sent to HTTPS port", "speaking plain HTTP to an SSL-enabled server port",
	} {
		if bytes.Contains(page, []byte(says)) {
			return true
		}
	}
	return false
}

type readCloser struct {
	io.Reader
	io.Closer
}
