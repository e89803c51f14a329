package hulft_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/hulft"
	"quell/integrations/vendortest"
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

func (m *memory) Take(_ context.Context, at time.Time, l integrations.Limit, u integrations.Use) (integrations.NoRoom, error) {
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
		return integrations.NoRoom{}, m.fail
	case at.Before(m.until):
		return integrations.NoRoom{For: m.until.Sub(at), Banned: true}, nil
	case n >= l.For(u):
		return integrations.NoRoom{For: m.used[0].Add(l.Within).Sub(at)}, nil
	}
	m.used = append(m.used, at)
	return integrations.NoRoom{}, nil
}

func (m *memory) Ban(_ context.Context, name string, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.until = until
	m.banned = append(m.banned, until.Sub(now))
	return nil
}

// vendorServer plays the vendor's answers.
type vendorServer struct{ *vendortest.Routes }

func play(t testing.TB, routes map[string]http.HandlerFunc) *vendorServer {
	return &vendorServer{vendortest.Play(t, routes, "Authorization", "Accept", "Content-Type")}
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

func thing() integrations.Thing {
	return integrations.Thing{
		ID: session + "/agent01:send", Name: "agent01:send",
		Identity: []integrations.Field{{Name: "session", Value: session}, {Name: "endpoint", Value: point}, {Name: "direction", Value: "send"}},
	}
}
