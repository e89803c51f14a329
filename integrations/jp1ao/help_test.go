package jp1ao_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/jp1ao"
	"quell/integrations/vendortest"
)

const (
	password = "fake-password-for-tests"
	token    = "a2e8ab6f-fake-token-for-tests_V0810"

	base         = "/Automation/v1/objects/Tasks"
	listPath     = "GET " + base
	taskPath     = "GET " + base + "/5381"
	templatePath = "GET " + base + "/5381/actions/forceStop"
	stopPath     = "POST " + base + "/5381/actions/forceStop/invoke"
	logPath      = "GET /Automation/v1/objects/TaskLogs"

	template = `{"name":"forceStop","href":"http://10.0.0.1:22015/Automation/v1/objects/Tasks/5381/actions/forceStop/invoke","method":"POST","parameters":null}`
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// vendorServer plays the vendor's answers.
type vendorServer struct{ *vendortest.Routes }

func play(t testing.TB, routes map[string]http.HandlerFunc) *vendorServer {
	return &vendorServer{vendortest.Play(t, routes, "Authorization", "Accept", "Accept-Language", "Content-Type")}
}

// proofs are the values of Authorization, in turn.
func (s *vendorServer) proofs() (all []string) {
	for _, one := range s.Received() {
		_, rest, _ := strings.Cut(one, "Authorization: ")
		scheme, _, _ := strings.Cut(rest, " ")
		all = append(all, scheme)
	}
	return all
}

func (s *vendorServer) client(t testing.TB, change func(*jp1ao.Config)) *jp1ao.Client {
	return s.clientAt(t, change, func() time.Time { return now })
}

func (s *vendorServer) clientAt(t testing.TB, change func(*jp1ao.Config), clock func() time.Time) *jp1ao.Client {
	cfg := jp1ao.Config{Endpoint: s.URL, User: "quell", Password: password}
	if change != nil {
		change(&cfg)
	}
	c, err := jp1ao.New(cfg, integrations.NewClient(integrations.ClientOptions{}), clock)
	require.NoError(t, err)
	return c
}

func respond(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("WWW-Authenticate", "HSSO "+token)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func refusal(status int, message string) http.HandlerFunc {
	return respond(status, fmt.Sprintf(`{"errorSource":"http://server/x","message":%q,"messageID":"KNAE02102-E","application":"Automation","messageData":""}`, message))
}

// logged gives the whole lines of a log that fit, from an offset on.
func logged(log string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var offset, size int
		_, _ = fmt.Sscan(r.URL.Query().Get("offset"), &offset)
		_, _ = fmt.Sscan(r.URL.Query().Get("readSize"), &size)
		rest := log[min(offset, len(log)):]
		if len(rest) > size {
			rest = rest[:strings.LastIndex(rest[:size], "\n")+1]
		}
		respond(200, rest)(w, r)
	}
}

func thing() integrations.Thing {
	return integrations.Thing{
		ID: "server/5381", Name: "5381",
		Identity: []integrations.Field{{Name: "task", Value: "5381"}, {Name: "start", Value: "2026-01-02T02:04:05.000+00:00"}},
	}
}

func row(id int, status string) string {
	return fmt.Sprintf(`{"instanceID":%d,"name":"backup","status":%q,"startTime":"2026-01-02T11:04:05.000+09:00","serviceGroupName":"Databases"}`, id, status)
}
