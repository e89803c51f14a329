package taurusdb_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/huaweicloud"
	"quell/integrations/taurusdb"
	"quell/integrations/vendortest"
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

// vendorServer plays the vendor's answers.
type vendorServer struct{ *vendortest.Routes }

func play(t testing.TB, routes map[string]http.HandlerFunc) *vendorServer {
	return &vendorServer{vendortest.Play(t, routes, "X-Project-Id", "Content-Type", "X-Language")}
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

func thing() integrations.Thing {
	return integrations.Thing{
		ID: instance + "/" + proxy, Name: "orders-rw",
		Identity: []integrations.Field{{Name: "instance", Value: instance}, {Name: "proxy", Value: proxy}},
	}
}
