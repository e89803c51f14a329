package dcs_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/dcs"
)

const (
	project  = "0123456789abcdef0123456789abcdef"
	instance = "8f7ee181-88e2-49b7-a4bf-81f18f93a135"
	node     = "ff80808189bf92a50189d330303b77aa"

	base        = "/v2/" + project + "/instances/" + instance
	showPath    = "GET " + base
	nodesPath   = "GET " + base + "/logical-nodes"
	scanPath    = "POST " + base + "/clients"
	listPath    = "GET " + base + "/clients"
	killPath    = "POST " + base + "/clients/kill"
	scanRunning = `{"error_code":"DCS.4957","error_msg":"This operation is not allowed when the task is in the current state."}`
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// vendorServer answers each route by a function of its own, and keeps what it was
// sent. A route without an answer fails the test.
type vendorServer struct {
	*httptest.Server

	mu     sync.Mutex
	routes map[string]http.HandlerFunc
	sent   []string // method, path and query
	bodies map[string][]string
}

func play(t testing.TB, routes map[string]http.HandlerFunc) *vendorServer {
	s := &vendorServer{routes: routes, bodies: map[string][]string{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := r.Method + " " + r.URL.Path
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		s.mu.Lock()
		s.sent = append(s.sent, r.Method+" "+r.URL.RequestURI())
		s.bodies[route] = append(s.bodies[route], string(body))
		answer := s.routes[route]
		s.mu.Unlock()
		if assert.NotNil(t, answer, route) {
			answer(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *vendorServer) count(route string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.bodies[route])
}

func (s *vendorServer) client(t testing.TB, change func(*dcs.Config)) *dcs.Client {
	cfg := dcs.Config{
		Endpoint: s.URL, ProjectID: project, InstanceID: instance, Credentials: fakeKeys,
		PollEvery: time.Millisecond, ScanTimeout: 5 * time.Second,
	}
	if change != nil {
		change(&cfg)
	}
	c, err := dcs.New(cfg, integrations.NewClient(integrations.ClientOptions{}), func() time.Time { return now })
	require.NoError(t, err)
	return c
}

func respond(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Request-Id", "req-1")
		w.Header().Set("Date", now.Format(http.TimeFormat))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// inTurn gives one answer after the other, the last for ever.
func inTurn(answers ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		answer := answers[0]
		if len(answers) > 1 {
			answers = answers[1:]
		}
		mu.Unlock()
		answer(w, r)
	}
}

func thing(place, id, peer string) integrations.Thing {
	return integrations.Thing{
		ID: place + "/" + id + "/" + peer, Name: peer, Place: place,
		Identity: []integrations.Field{{Name: "node", Value: place}, {Name: "client", Value: id}, {Name: "peer", Value: peer}},
	}
}

// rows are n ListClients entries from the number first on.
func rows(first, n int) string {
	list := ""
	for i := first; i < first+n; i++ {
		if list != "" {
			list += ","
		}
		list += fmt.Sprintf(`{"id":"%d","addr":"10.0.%d.%d:%d","peer":"198.18.0.1:%d"}`, i, i/250, i%250, 1000+i, 1000+i)
	}
	return list
}

func page(at string, count int, rows string) http.HandlerFunc {
	return respond(200, fmt.Sprintf(`{"time":%q,"count":%d,"clients":[%s]}`, at, count, rows))
}

func hintOf(t *testing.T, err error) string {
	var failure *integrations.Error
	require.ErrorAs(t, err, &failure)
	return failure.Hint
}
