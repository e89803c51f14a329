package integrations

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Exchange is one request on the wire and what came of it, as a record keeps it.
//
// No header is in it, and a credential travels in a header. A call that carries
// one anywhere else says so (WithSecrets); then query, body and RequestID are
// left out.
type Exchange struct {
	At     time.Time `json:"at"` // when it began, UTC
	Method string    `json:"method"`
	Host   string    `json:"host"`
	Path   string    `json:"path"`
	Query  string    `json:"query,omitempty"` // as sent, without the question mark
	Body   string    `json:"body,omitempty"`  // the request's; past 2 kB it is cut, and says so
	Status int       `json:"status,omitempty"`
	// Fail is why there is no Status: NotSent, Late or NoAnswer.
	Fail Kind `json:"fail,omitempty"`
	// Millis is the time until the answer's head, in milliseconds. What became of
	// the answer's body is not in here.
	Millis    int64  `json:"ms"`
	RequestID string `json:"request_id,omitempty"` // the vendor's, from X-Request-Id
	// Omitted is how many reads just before this one a full tape left out.
	Omitted int `json:"omitted,omitempty"`
}

// Write says whether the exchange may have changed something. By its method
// alone: a vendor may well read by POST.
func (e Exchange) Write() bool { return writes(e.Method) }

func writes(method string) bool { return method != http.MethodGet && method != http.MethodHead }

// Line is the exchange in one line of technical notation:
//
//	POST /v2/p/instances/i/clients/kill {"node_id":"n"} → 204, 12 ms, request abc
func (e Exchange) Line() string {
	s := e.Method + " " + e.Path
	if e.Query != "" {
		s += "?" + e.Query
	}
	if e.Body != "" {
		s += " " + Clean(e.Body, 300)
	}
	end := string(e.Fail)
	if e.Status != 0 {
		end = fmt.Sprint(e.Status)
	}
	s += fmt.Sprintf(" → %s, %d ms", end, e.Millis)
	if e.RequestID != "" {
		s += ", request " + e.RequestID
	}
	return s
}

type secrets struct{}

// WithSecrets marks a call whose query or request body holds a credential, such
// as a login: neither is then in its Exchange, nor is what the vendor could repeat
// them in.
func WithSecrets(ctx context.Context) context.Context {
	return context.WithValue(ctx, secrets{}, true)
}

func hasSecrets(req *http.Request) bool { return req.Context().Value(secrets{}) != nil }

// asked is the half of an Exchange that is known before the answer.
func asked(req *http.Request) Exchange {
	e := Exchange{Method: req.Method, Host: req.URL.Host, Path: req.URL.EscapedPath()}
	if !hasSecrets(req) {
		e.Query, e.Body = cut(req.URL.RawQuery), cut(bodyOf(req))
	}
	return e
}

func bodyOf(req *http.Request) string {
	if req.GetBody == nil {
		return ""
	}
	body, err := req.GetBody()
	if err != nil {
		return ""
	}
	defer body.Close()
	text, _ := io.ReadAll(body)
	return string(text)
}

// maxText is in bytes.
const maxText = 2 << 10

func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	return fmt.Sprintf("%s… (%d bytes)", strings.ToValidUTF8(s[:maxText], ""), len(s))
}

// requestID is the vendor's, unless it repeats a part of what was sent: a server
// can put a credential there.
func requestID(req *http.Request, res *http.Response) string {
	id := res.Header.Get("X-Request-Id")
	if id == "" || len(id) > 128 || hasSecrets(req) {
		return ""
	}
	for _, values := range req.Header {
		if repeats(id, strings.Join(values, " ")) {
			return ""
		}
	}
	return Clean(id, 128)
}

// repeats says whether id is in text, or a telling part of it is.
func repeats(id, text string) bool {
	part := min(len(id), 16)
	for i := range len(id) - part + 1 {
		if strings.Contains(text, id[i:i+part]) {
			return true
		}
	}
	return false
}
