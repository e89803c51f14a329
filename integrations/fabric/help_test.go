package fabric_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/fabric"
	"quell/integrations/huaweicloud"
	"quell/integrations/vendortest"
)

const (
	project   = "0123456789abcdef0123456789abcdef"
	workspace = "3f0c7b62-5a41-4e0c-9d36-51d1f8a1c2e4"
	session   = "9b2d4c1e-report"

	base           = "/v1/workspaces/" + workspace + "/sessions"
	listPath       = "GET " + base
	showPath       = "GET " + base + "/" + session
	statementsPath = "GET " + base + "/" + session + "/statements"
	closePath      = "DELETE " + base + "/" + session
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

var fakeKeys = huaweicloud.Credentials{
	AccessKey: "FAKEAKFORTESTSONLY00", SecretKey: "fake-secret-key-for-tests", SecurityToken: "fake-security-token-for-tests",
}

// vendorServer plays the vendor's answers.
type vendorServer struct{ *vendortest.Routes }

func play(t testing.TB, routes map[string]http.HandlerFunc) *vendorServer {
	return &vendorServer{vendortest.Play(t, routes, "X-Project-Id", "Content-Type")}
}

func (s *vendorServer) client(t testing.TB) *fabric.Client { return s.clientAs(t, fakeKeys) }

func (s *vendorServer) clientAs(t testing.TB, who huaweicloud.Credentials) *fabric.Client {
	c, err := fabric.New(fabric.Config{
		Endpoint: s.URL, IAMEndpoint: s.URL, ProjectID: project, WorkspaceID: workspace, Credentials: who,
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

// lists answers a list by the state that it asks for; a state that is not there
// has no sessions.
func lists(byStatus map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		rows := byStatus[r.URL.Query().Get("status")]
		n := 0
		if rows != "" {
			n = 1
		}
		respond(http.StatusOK, fmt.Sprintf(`{"sessions":[%s],"total":%d}`, rows, n))(w, r)
	}
}

func thing() integrations.Thing {
	return integrations.Thing{
		ID: workspace + "/" + session, Name: session,
		Identity: []integrations.Field{{Name: "workspace", Value: workspace}, {Name: "session", Value: session}, {Name: "created", Value: "2026-01-02T01:04:05.000Z"}},
	}
}
