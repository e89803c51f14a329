package vendortest

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// HTTP is what a client over HTTP must tell of itself to be tried.
type HTTP struct {
	// Connect builds the client for the server at url with a resty client from
	// these options. All its endpoints are at url.
	Connect func(url string, opts integrations.ClientOptions) (Calls, error)
	// Secrets are all the credentials that Connect uses, fake ones.
	Secrets []string
	// Refusal is an error body in the vendor's documented shape, with a code
	// that means no more than the status does.
	Refusal func(status int, message string) string
	// Kinds are the statuses for which this vendor documents another Kind.
	Kinds map[int]integrations.Kind
	// Login answers what has to go before a call and is none, such as a login,
	// and says whether it did. It may be nil.
	Login func(w http.ResponseWriter, r *http.Request) bool
	// ReadsLogIn says that the typical read carries a password, as it has no token
	// yet. Where no answer came that may have been refused, and it must not be
	// repeated.
	ReadsLogIn bool
}

// RunHTTP tries a client over HTTP: as Run does, and with what HTTP alone can do wrong.
func RunHTTP(t *testing.T, v HTTP) {
	printed := capture(t)
	each(t, v.vendor(), checks(v.vendor(), patience))
	each(t, v, httpChecks())
	t.Run("prints nothing", func(t *testing.T) { require.Empty(t, printed()) })
}

func httpChecks() []check[HTTP] {
	all := statusChecks()
	all = append(all, againChecks()...)
	return append(all, headerChecks()...)
}

// vendor is the client as one of any protocol.
func (v HTTP) vendor() Vendor {
	refusals := map[string]integrations.Kind{}
	for status := range documented {
		refusals[strconv.Itoa(status)] = v.kind(status)
	}
	return Vendor{
		Connect:  v.Connect,
		Address:  address,
		Serve:    func(l net.Listener) Peer { return newServer(v, l) },
		Secrets:  append(slices.Clone(v.Secrets), "Authorization"), // whose name shows that a header is repeated
		Refusals: refusals,
	}
}

func address(hostPort string, encrypted bool) string {
	if encrypted {
		return "https://" + hostPort
	}
	return "http://" + hostPort
}

// kind is what a refusal in the vendor's own shape means.
func (v HTTP) kind(status int) integrations.Kind {
	if kind, ok := v.Kinds[status]; ok {
		return kind
	}
	return documented[status]
}

// server is the Peer of HTTP. A check of HTTP alone brings its answer (from).
type server struct {
	*httptest.Server
	vendor HTTP

	mu     sync.Mutex
	answer http.HandlerFunc
	word   string // the status that it refuses with
	heard  []Heard
	leave  chan struct{} // closed when the server goes: hanging answers end
}

func newServer(v HTTP, l net.Listener) *server {
	s := &server{vendor: v, answer: hangUp, leave: make(chan struct{})}
	s.Server = &httptest.Server{Listener: l, Config: &http.Server{Handler: s, ErrorLog: quiet()}}
	s.Start()
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.vendor.Login != nil && s.vendor.Login(w, r) {
		s.hear(Heard{Operation: r.Method + " " + r.URL.EscapedPath(), Ahead: true})
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	answer := s.hear(Heard{Operation: r.Method + " " + r.RequestURI, Sent: string(body)})
	answer(w, r)
}

func (s *server) hear(h Heard) http.HandlerFunc {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !h.Ahead {
		h.Answer = s.word
	}
	s.heard = append(s.heard, h)
	return s.answer
}

// from changes the answer from here on and forgets the calls so far.
func (s *server) from(answer http.HandlerFunc) { s.turn(answer, "") }

func (s *server) turn(answer http.HandlerFunc, word string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer, s.word, s.heard = answer, word, nil
}

func (s *server) Behave(b Behaviour) {
	s.from(map[Behaviour]http.HandlerFunc{
		Silent: s.hang, HangsUp: hangUp, Drips: s.drip, Babbles: respond(http.StatusOK, "text/html", page),
	}[b])
}

func (s *server) Refuse(word string, repeat bool) {
	status, _ := strconv.Atoi(word) // the words are those of vendor
	s.turn(func(w http.ResponseWriter, r *http.Request) {
		message := "no"
		if repeat {
			message = all(r)
		}
		respond(status, "application/json", s.vendor.Refusal(status, message))(w, r)
	}, word)
}

// all is a request as a gateway puts it into its error message.
func all(r *http.Request) string {
	var sent strings.Builder
	_ = r.Header.Write(&sent)
	body, _ := io.ReadAll(r.Body)
	return strings.NewReplacer("\r", " ", "\n", " ", `"`, "'").Replace(sent.String() + string(body))
}

func (s *server) Heard() []Heard {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard
}

func (s *server) Close() {
	close(s.leave)
	s.CloseClientConnections()
	s.Server.Close()
}

// hang answers nothing while the server lives.
func (s *server) hang(http.ResponseWriter, *http.Request) { <-s.leave }

// drip begins an answer and never comes to its end.
func (s *server) drip(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		_, _ = w.Write([]byte(" "))
		_ = http.NewResponseController(w).Flush()
		select {
		case <-tick.C:
		case <-s.leave:
			return
		case <-r.Context().Done():
			return
		}
	}
}

func respond(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// hangUp reads the request and closes the connection without a byte.
func hangUp(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// reset does the same less politely.
func reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// torn promises more than it sends.
func torn(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"error`))
	}
}

// tryHTTP connects a client to a server that answers so.
func tryHTTP(v HTTP, answer http.HandlerFunc) (*trial, *server, error) {
	t, err := try(v.vendor(), integrations.ClientOptions{})
	if err != nil {
		return nil, nil, err
	}
	s := t.Peer.(*server)
	s.from(answer)
	return t, s, nil
}

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
