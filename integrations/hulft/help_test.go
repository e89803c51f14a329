package hulft_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/hulft"
)

const (
	key     = "fake-api-key-for-tests-only-0000"
	readKey = "fake-read-key-for-tests-only-000"
	session = "dfBqpCYBFcQZNRx9z6q_A6rQ0Yv7y3yZ3IJJf2aJ"
	point   = "california-service1.webconnect.hulft.com"

	statusPath     = "GET /api/v2/agent/status"
	logPath        = "GET /api/v2/relay/log"
	disconnectPath = "POST /api/v2/agent/disconnection"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// memory is a Limiter for one process.
type memory struct {
	mu     sync.Mutex
	used   []time.Time
	uses   []integrations.Use
	until  time.Time // of a ban
	banned []time.Duration
	fail   error
}

func (m *memory) Take(_ context.Context, at time.Time, l integrations.Limit, u integrations.Use) (time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.uses = append(m.uses, u)
	n := 0
	for _, t := range m.used {
		if at.Sub(t) < l.Within {
			n++
		}
	}
	switch {
	case m.fail != nil:
		return 0, m.fail
	case at.Before(m.until):
		return m.until.Sub(at), nil
	case n >= l.For(u):
		return m.used[0].Add(l.Within).Sub(at), nil
	}
	m.used = append(m.used, at)
	return 0, nil
}

func (m *memory) Ban(_ context.Context, name string, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.until = until
	m.banned = append(m.banned, until.Sub(now))
	return nil
}

// vendorServer answers each route by a function of its own, and keeps what it was
// sent. A route without an answer fails the test.
type vendorServer struct {
	*httptest.Server

	mu   sync.Mutex
	sent []string // method, path and query, the headers that matter, body
}

func play(t testing.TB, routes map[string]http.HandlerFunc) *vendorServer {
	s := &vendorServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		s.mu.Lock()
		s.sent = append(s.sent, fmt.Sprintf("%s %s\nAuthorization: %s\nAccept: %s\nContent-Type: %s\n\n%s",
			r.Method, r.URL.RequestURI(), r.Header.Get("Authorization"), r.Header.Get("Accept"), r.Header.Get("Content-Type"), body))
		s.mu.Unlock()
		answer := routes[r.Method+" "+r.URL.Path]
		if assert.NotNil(t, answer, r.Method+" "+r.URL.Path) {
			answer(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// count is how many requests came, also where none of them was answered.
func (s *vendorServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sent)
}

func (s *vendorServer) client(t testing.TB, change func(*hulft.Config)) (*hulft.Client, *memory) {
	m := &memory{}
	cfg := hulft.Config{Endpoint: s.URL + "/api/v2", APIKey: key, Limiter: m}
	if change != nil {
		change(&cfg)
	}
	c, err := hulft.New(cfg, integrations.NewClient(integrations.ClientOptions{}), func() time.Time { return now })
	require.NoError(t, err)
	return c, m
}

func respond(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if w.Header().Get("Date") == "" {
			w.Header().Set("Date", now.Format(http.TimeFormat))
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func listed(rows string, total int) http.HandlerFunc {
	return respond(200, fmt.Sprintf(`{"totalSize":%d,"fetchSize":1,"startIndex":0,"maxResults":1000,"status":[%s]}`, total, rows))
}

func row(agent, session, more string) string {
	return fmt.Sprintf(`{"agentId":%q,"direction":"send","connectionId":["c1"],"endpoint":%q,"startConnection":"2026-01-02 02:04:05.942",`+
		`"sessionId":%q,"agentVersion":"2.0.0","willBeClosed":false,"supportingDisconnectApi":true%s}`, agent, point, session, more)
}

func fixture(t *testing.T, name string) string {
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return string(data)
}

func thing() integrations.Thing {
	return integrations.Thing{
		ID: session + "/agent01:send", Name: "agent01:send",
		Identity: []integrations.Field{{Name: "session", Value: session}, {Name: "endpoint", Value: point}, {Name: "direction", Value: "send"}},
	}
}

func failure(t *testing.T, err error) *integrations.Error {
	t.Helper()
	var failure *integrations.Error
	require.ErrorAs(t, err, &failure)
	return failure
}
