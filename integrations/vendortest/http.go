package vendortest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"quell/integrations"
)

// server counts the requests that are calls and answers them badly.
type server struct {
	*httptest.Server
	login func(http.ResponseWriter, *http.Request) bool

	mu     sync.Mutex
	answer http.HandlerFunc
	calls  []string
	leave  chan struct{} // closed when the server goes: hanging answers end
}

func newServer(v Vendor, answer http.HandlerFunc) *server {
	s := &server{login: v.Login, answer: answer, leave: make(chan struct{})}
	s.Server = httptest.NewServer(s)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.login != nil && s.login(w, r) {
		return
	}
	s.mu.Lock()
	s.calls = append(s.calls, r.Method+" "+r.URL.Path)
	answer := s.answer
	s.mu.Unlock()
	answer(w, r)
}

// from changes the answer from here on and forgets the calls so far.
func (s *server) from(answer http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer, s.calls = answer, nil
}

func (s *server) received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

func (s *server) close() {
	close(s.leave)
	s.CloseClientConnections()
	s.Close()
}

// hang answers nothing while the server lives.
func (s *server) hang(http.ResponseWriter, *http.Request) { <-s.leave }

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

// trial is one server and one client of it.
type trial struct {
	*server
	Calls
}

func try(v Vendor, answer http.HandlerFunc) (*trial, error) {
	return tryWith(v, answer, integrations.ClientOptions{})
}

func tryWith(v Vendor, answer http.HandlerFunc, opts integrations.ClientOptions) (*trial, error) {
	s := newServer(v, answer)
	opts.Pause = time.Millisecond
	calls, err := v.Connect(s.URL, opts)
	if err != nil {
		s.close()
		return nil, fmt.Errorf("connecting: %w", err)
	}
	return &trial{server: s, Calls: calls}, nil
}

// expect says how err differs from an Error of that Kind, and whether it
// carries a secret.
func expect(v Vendor, what string, err error, want integrations.Kind) error {
	if got := integrations.KindOf(err); got != want {
		return fmt.Errorf("%s: kind %q, want %q (error: %v)", what, got, want, err)
	}
	return leak(v, what+": error", fmt.Sprintf("%v %+v %#v", err, err, err))
}

func background() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}
