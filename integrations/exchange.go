package integrations

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// HTTP is the protocol of an Exchange that names none: those stored before there was
// another one do not.
const HTTP = "http"

// Exchange is one operation over the wire and what came of it, as a record keeps it. It
// speaks the words of its protocol, whichever that is.
//
// A credential is not in it. HTTP's travel in headers, which are left out; a call that
// carries one anywhere else says so (WithSecrets), and then query, body and RequestID are
// left out too.
type Exchange struct {
	At       time.Time `json:"at"` // when it began, UTC
	Protocol string    `json:"protocol,omitempty"`
	Host     string    `json:"host"`
	// Operation is the protocol's own name of it, with what it is about: "GET
	// /v2/p/instances?limit=5", "CLIENT KILL".
	Operation string `json:"op,omitempty"`
	// Sent is what went with it: a body, arguments. Past 2 kB it is cut, and says so.
	Sent string `json:"sent,omitempty"`
	// Answer is the protocol's short word for what came back: HTTP's status, a server's
	// number or the code of its error. Empty where nothing did.
	Answer string `json:"answer,omitempty"`
	// Change says that it may have changed something at the vendor.
	Change bool `json:"change,omitempty"`
	// Fail is why there is no Answer: NotSent, Late or NoAnswer.
	Fail Kind `json:"fail,omitempty"`
	// Millis is the time until the answer began, in milliseconds. What became of the
	// rest of the answer is not in here.
	Millis    int64  `json:"ms"`
	RequestID string `json:"request_id,omitempty"` // the vendor's, from X-Request-Id
	// Code and Advice are what the vendor said of a refusal over HTTP in its body: its own code,
	// and what it advises. Advice is text from outside, cleaned and cut.
	Code   string `json:"code,omitempty"`
	Advice string `json:"advice,omitempty"`
	// Omitted is how many reads just before this one a full tape left out.
	Omitted int `json:"omitted,omitempty"`
}

// Wire is the protocol.
func (e Exchange) Wire() string { return cmp.Or(e.Protocol, HTTP) }

// Line is the exchange in one line of technical notation:
//
//	POST /v2/p/instances/i/clients/kill {"node_id":"n"} → 400 DCS.4957, 12 ms, request abc
func (e Exchange) Line() string {
	s := e.Operation
	if e.Sent != "" {
		s += " " + Clean(e.Sent, 300)
	}
	s += " → " + cmp.Or(e.Answer, string(e.Fail))
	if e.Code != "" {
		s += " " + e.Code
	}
	s += fmt.Sprintf(", %d ms", e.Millis)
	if e.RequestID != "" {
		s += ", request " + e.RequestID
	}
	if e.Advice != "" {
		s += ", solution: " + Clean(e.Advice, adviceMost)
	}
	return s
}

// httpForm is how an exchange over HTTP is stored: as it was while there was no other
// protocol, so that a release of that time reads it too.
type httpForm struct {
	Method string `json:"method,omitempty"`
	Path   string `json:"path,omitempty"`
	Query  string `json:"query,omitempty"`
	Body   string `json:"body,omitempty"`
	Status int    `json:"status,omitempty"`
}

// stored is an exchange as JSON. Change was told by the method before it was stored.
type stored struct {
	plainExchange
	httpForm
	Change *bool `json:"change,omitempty"`
}

// plainExchange is an Exchange without methods: its JSON has each field by its own tag.
type plainExchange Exchange

// MarshalJSON writes an exchange over HTTP in its own form, and any other by the tags.
func (e Exchange) MarshalJSON() ([]byte, error) {
	if e.Wire() != HTTP {
		return json.Marshal(plainExchange(e))
	}
	form := httpForm{Body: e.Sent}
	form.Method, form.Path, _ = strings.Cut(e.Operation, " ")
	form.Path, form.Query, _ = strings.Cut(form.Path, "?")
	form.Status, _ = strconv.Atoi(e.Answer)
	e.Operation, e.Sent, e.Answer = "", "", ""
	return json.Marshal(stored{plainExchange(e), form, &e.Change})
}

// UnmarshalJSON reads both forms.
func (e *Exchange) UnmarshalJSON(b []byte) error {
	var s stored
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*e = Exchange(s.plainExchange)
	e.Change = s.Change != nil && *s.Change || s.Change == nil && s.Method != "" && writes(s.Method)
	if s.Method == "" {
		return nil
	}
	e.Operation, e.Sent = operation(s.Method, s.Path, s.Query), s.Body
	if s.Status != 0 {
		e.Answer = strconv.Itoa(s.Status)
	}
	return nil
}

// operation names a request of HTTP.
func operation(method, path, query string) string {
	path = cmp.Or(path, "/")
	if query != "" {
		path += "?" + query
	}
	return method + " " + path
}

func writes(method string) bool { return method != http.MethodGet && method != http.MethodHead }

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
	e := Exchange{Host: req.URL.Host, Operation: operation(req.Method, req.URL.EscapedPath(), ""), Change: readingOf(req) == nil}
	if !hasSecrets(req) {
		e.Operation, e.Sent = cut(operation(req.Method, req.URL.EscapedPath(), req.URL.RawQuery)), cut(bodyOf(req))
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
	if id == "" || len(id) > 128 || hasSecrets(req) || repeatsHeaders(id, req) {
		return ""
	}
	return Clean(id, 128)
}

// repeatsHeaders says whether a header of the request has id in it, or a telling part of it.
func repeatsHeaders(id string, req *http.Request) bool {
	for _, values := range req.Header {
		if repeats(id, strings.Join(values, " ")) {
			return true
		}
	}
	return false
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
