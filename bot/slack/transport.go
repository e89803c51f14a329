package slack

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/websocket"

	"quell/integrations"
)

const (
	// apiTimeout bounds one call of the Web API.
	apiTimeout = 10 * time.Second
	// maxAnswer bounds an answer of the Web API and maxFrame a frame of a socket, in
	// bytes. Slack documents neither; the largest answer here lists every user group of
	// a workspace with its members.
	maxAnswer = 16 << 20
	maxFrame  = 1 << 20
)

// errPlaintext keeps a token from travelling in the clear.
var errPlaintext = errors.New("http:// is refused beyond this machine")

// newHTTP is the client of every call to Slack. Tokens and what people write travel in
// it. So it follows no redirect: the library puts the token into the body, which a redirect
// would take along to anywhere. It speaks TLS but on loopback, and it bounds every answer.
func newHTTP() *http.Client {
	// Cards of many channels are drawn at once: two idle connections, the default,
	// would make each burst dial anew.
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 32
	return &http.Client{
		Transport: careful{transport}, Timeout: apiTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// careful is a RoundTripper that refuses plaintext beyond loopback, and bounds answers.
type careful struct{ next http.RoundTripper }

func (c careful) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" && !integrations.Loopback(req.URL) {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, errPlaintext
	}
	res, err := c.next.RoundTrip(req)
	if err == nil {
		res.Body = http.MaxBytesReader(nil, res.Body, maxAnswer)
	}
	return res, err
}

// maxWrite is the size of the write buffer of a socket, in bytes, and so of one frame: Slack
// drops a message that goes on in a continuation frame (slack-go, defaultWriteBufferSize).
const maxWrite = 32 << 10

// dialer opens sockets, over TLS beyond loopback: Slack tells their address, and a ticket,
// all that people type and every response_url travel through them.
func dialer() *websocket.Dialer {
	return &websocket.Dialer{HandshakeTimeout: apiTimeout, WriteBufferSize: maxWrite, Proxy: func(req *http.Request) (*url.URL, error) {
		if req.URL.Scheme != "https" && !integrations.Loopback(req.URL) { // wss is https here
			return nil, errPlaintext
		}
		return http.ProxyFromEnvironment(req)
	}}
}

// checkAddress refuses an address of Slack's that a token must not be sent to.
func checkAddress(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return fmt.Errorf("SLACK_API_URL: %q is no address such as https://slack.com/api/", address)
	case u.Scheme != "https" && !integrations.Loopback(u):
		return fmt.Errorf("SLACK_API_URL: %w: the tokens would travel in the clear. Write https://", errPlaintext)
	}
	return nil
}
