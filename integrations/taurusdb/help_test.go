package taurusdb_test

import (
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
	"quell/integrations/huaweicloud"
	"quell/integrations/taurusdb"
)

// The ids of the document's example.
const (
	project  = "0483b6b16e954cb88930a360d2c4e663"
	instance = "61a4ea66210545909d74a05c27a7179ein07"
	proxy    = "151c14381ac14ecfb9703a745b992677po01"
	job      = "dff1d289-4d03-4942-854f-463ea07c000d"

	base        = "/v3/" + project
	listPath    = "GET " + base + "/instances/" + instance + "/proxies"
	restartPath = "POST " + base + "/instances/" + instance + "/proxy/" + proxy + "/restart"
	jobPath     = "GET " + base + "/jobs"
	jobsPath    = "GET " + base + "/immediate-jobs"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

var fakeKeys = huaweicloud.Credentials{
	AccessKey: "FAKEAKFORTESTSONLY00", SecretKey: "fake-secret-key-for-tests", SecurityToken: "fake-security-token-for-tests",
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
		s.sent = append(s.sent, fmt.Sprintf("%s %s\nX-Project-Id: %s\nContent-Type: %s\nX-Language: %s\n\n%s",
			r.Method, r.URL.RequestURI(), r.Header.Get("X-Project-Id"), r.Header.Get("Content-Type"), r.Header.Get("X-Language"), body))
		s.mu.Unlock()
		answer := routes[r.Method+" "+r.URL.Path]
		if assert.NotNil(t, answer, r.Method+" "+r.URL.Path) {
			answer(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *vendorServer) client(t testing.TB) *taurusdb.Client {
	c, err := taurusdb.New(taurusdb.Config{
		Endpoint: s.URL, ProjectID: project, InstanceID: instance, Credentials: fakeKeys,
	}, integrations.NewClient(integrations.ClientOptions{}), func() time.Time { return now })
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

func refusal(status int, code string) http.HandlerFunc {
	return respond(status, fmt.Sprintf(`{"error_code":%q,"error_msg":"…"}`, code))
}

// listed is a list of one proxy.
func listed(status string) http.HandlerFunc {
	return respond(200, fmt.Sprintf(`{"proxy_list":[{"proxy":{"pool_id":%q,"name":"orders-rw","status":%q}}]}`, proxy, status))
}

func fixture(t *testing.T, name string) string {
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return string(data)
}

func thing() integrations.Thing {
	return integrations.Thing{
		ID: instance + "/" + proxy, Name: "orders-rw",
		Identity: []integrations.Field{{Name: "instance", Value: instance}, {Name: "proxy", Value: proxy}},
	}
}

func failure(t *testing.T, err error) *integrations.Error {
	t.Helper()
	var failure *integrations.Error
	require.ErrorAs(t, err, &failure)
	return failure
}
