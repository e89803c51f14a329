package sim_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

const (
	workspace = "/v1/workspaces/3f0c7b62-5a41-4e0c-9d36-51d1f8a1c2e4/sessions"
	report    = "9b2d4c1e-report-nightly" // runs two statements
	notebook  = "51f7a0c3-notebook-yuki"  // runs none
)

// lakehouse calls DataArts Fabric as a client would that has read the reference.
type lakehouse struct {
	caller // signs and sends
	vendor *sim.Fabric
	cfg    sim.FabricConfig
}

func newLakehouse(t *testing.T, change ...func(*sim.FabricConfig)) *lakehouse {
	t.Helper()
	time := newClock()
	cfg := sim.Lakehouse()
	cfg.Now = time.now
	for _, f := range change {
		f(&cfg)
	}
	vendor := sim.NewFabric(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	key := sim.DCSConfig{AccessKey: cfg.AccessKey, SecretKey: cfg.SecretKey, SecurityToken: cfg.SecurityToken}
	return &lakehouse{caller: caller{t: t, cfg: key, clock: time, base: server.URL}, vendor: vendor, cfg: cfg}
}

// signed says its project in a header, for there is none in the path.
func (l *lakehouse) signed(method, path string) *http.Request {
	l.t.Helper()
	r := l.request(l.t.Context(), method, path, "")
	r.Header.Set("X-Project-Id", l.cfg.ProjectID)
	return r
}

func (l *lakehouse) get(path string) reply {
	l.t.Helper()
	return l.send(l.signed(http.MethodGet, path))
}

func (l *lakehouse) close(session string) reply {
	l.t.Helper()
	return l.send(l.signed(http.MethodDelete, workspace+"/"+session))
}

// status is what the show call says of a session.
func (l *lakehouse) status(session string) any {
	l.t.Helper()
	return l.get(workspace + "/" + session).json(l.t)["status"]
}

// column gives one member of every row of a list.
func column(t *testing.T, res reply, list, member string) []string {
	t.Helper()
	require.Equal(t, http.StatusOK, res.status, res.text)
	values := []string{}
	for _, row := range res.json(t)[list].([]any) {
		values = append(values, row.(map[string]any)[member].(string))
	}
	return values
}

func TestFabricSignatures(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*lakehouse, *http.Request)
		status int
		code   any
	}{
		"as it should be":    {func(*lakehouse, *http.Request) {}, 200, nil},
		"no project":         {func(_ *lakehouse, r *http.Request) { r.Header.Del("X-Project-Id") }, 403, 403.0},
		"another's project":  {func(_ *lakehouse, r *http.Request) { r.Header.Set("X-Project-Id", strings.Repeat("f", 32)) }, 403, 403.0},
		"a wrong signature":  {func(_ *lakehouse, r *http.Request) { flip(r.Header, "Authorization", 0) }, 401, "APIGW.0301"},
		"another key":        {func(_ *lakehouse, r *http.Request) { edit(r, "FAKEAKPLAYGROUND00", "FAKEAKOFSOMEONE000") }, 401, "APIGW.0301"},
		"too old":            {func(l *lakehouse, _ *http.Request) { l.clock.forward(15*time.Minute + time.Second) }, 401, "APIGW.0301"},
		"no credentials":     {func(_ *lakehouse, r *http.Request) { r.Header.Del("Authorization") }, 401, "APIG.1002"},
		"a temporary key's":  {func(_ *lakehouse, r *http.Request) { r.Header.Set("X-Security-Token", "FAKE-TOKEN") }, 401, "APIGW.0301"},
		"a password instead": {func(_ *lakehouse, r *http.Request) { r.SetBasicAuth("quell", "not-a-real-password") }, 401, "APIG.1002"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLakehouse(t)
			r := l.signed(http.MethodDelete, workspace+"/"+notebook)
			test.change(l, r)
			res := l.send(r)
			assert.Equal(t, test.status, res.status, res.text)
			assert.Equal(t, test.code, res.code(t))
			assert.NotEmpty(t, res.header.Get("X-Request-Id"))
			l.clock.forward(l.cfg.CloseTime)
			assert.Len(t, l.vendor.Sessions(), map[bool]int{true: 4, false: 5}[test.status == 200])
			assert.Equal(t, 1, l.vendor.Closings(), "what is refused arrived too")
		})
	}
	temporary := newLakehouse(t, func(cfg *sim.FabricConfig) { cfg.SecurityToken = "FAKE-SECURITY-TOKEN" })
	assert.Equal(t, 200, temporary.get(workspace).status, "a temporary key, with its token")
}

func TestFabricTokens(t *testing.T) {
	t.Parallel()
	l := newLakehouse(t)
	token := func(scope string) string {
		res := l.plain(http.MethodPost, "/v3/auth/tokens", tokenBody("quell-playground", "not-a-real-password", scope), "")
		require.Equal(t, 201, res.status, res.text)
		return res.header.Get("X-Subject-Token")
	}
	list := func(token string) reply { return l.plain(http.MethodGet, workspace, "", token) }

	good := token(`{"project":{"name":"cn-north-4"}}`)
	assert.Equal(t, 200, list(good).status, "a token has its project")
	assert.JSONEq(t, `{
		"error": {"code": "403", "message": "X-Auth-Token is invalid in the request", "title": "Forbidden"},
		"error_code": 403, "error_msg": "X-Auth-Token is invalid in the request", "title": "Forbidden"
	}`, list(token(`{"domain":{"name":"example-account"}}`)).text)

	l.clock.forward(24*time.Hour - time.Second)
	assert.Equal(t, 200, list(good).status)
	l.clock.forward(time.Second)
	for name, token := range map[string]string{"too old": good, "nobody's": "FAKETOKEN", "none": ""} {
		res := list(token)
		assert.Equal(t, 401, res.status, name)
		assert.JSONEq(t, `{"error_code": "APIG.1002", "error_msg": "Incorrect token or token resolution failed"}`, res.text, name)
	}
	early := token(`{"project":{"name":"cn-north-4"}}`)
	assert.Equal(t, 200, list(early).status)
	l.vendor.RevokeTokens()
	assert.JSONEq(t, `{
		"error": {"code": "403", "message": "X-Auth-Token is invalid in the request", "title": "Forbidden"},
		"error_code": 403, "error_msg": "X-Auth-Token is invalid in the request", "title": "Forbidden"
	}`, list(early).text, "it ended before its time")
	assert.Equal(t, 200, list(token(`{"project":{"name":"cn-north-4"}}`)).status, "a new one is another")
	refused := l.plain(http.MethodPost, "/v3/auth/tokens", tokenBody("quell-playground", "guess", `{"project":{"name":"cn-north-4"}}`), "")
	assert.Equal(t, 401, refused.status)
}

// The service has a clock of its own, by which signatures grow old.
func TestFabricClock(t *testing.T) {
	t.Parallel()
	for ahead, want := range map[time.Duration]int{
		-15*time.Minute - time.Second: 401, -15 * time.Minute: 200, time.Second: 200, 15 * time.Minute: 200, 20 * time.Minute: 401,
	} {
		l := newLakehouse(t)
		l.vendor.SetClock(ahead)
		res := l.get(workspace)
		assert.Equal(t, want, res.status, ahead)
		assert.Equal(t, l.clock.now().Add(ahead).UTC().Format(http.TimeFormat), res.header.Get("Date"))
	}
}

func TestFabricLists(t *testing.T) {
	t.Parallel()
	l := newLakehouse(t)
	body := l.get(workspace).json(t)
	require.EqualValues(t, 5, body["total"])
	first := body["sessions"].([]any)[0].(map[string]any)
	assert.Equal(t, report, first["session_id"])
	assert.Equal(t, "RUNNING", first["status"])
	assert.Equal(t, "2026-01-01T20:04:05.000Z", first["create_time"], "seven hours ago")

	for query, want := range map[string]struct{ rows, total int }{
		"?status=RUNNING":                       {3, 3},
		"?status=WAITING":                       {1, 1},
		"?status=CREATING":                      {1, 1},
		"?status=CLOSED":                        {0, 0},
		"?status=FAIL":                          {0, 0},
		"?endpoint_id=sql-small":                {3, 3},
		"?endpoint_id=sql-small&status=RUNNING": {2, 2},
		"?session_id=" + notebook:               {1, 1},
		"?session_id=nobody":                    {0, 0},
		"?limit=2":                              {2, 5},
		"?limit=2&offset=4":                     {1, 5},
		"?limit=100&offset=1000000000":          {0, 5},
	} {
		res := l.get(workspace + query)
		assert.Len(t, column(t, res, "sessions", "session_id"), want.rows, query)
		assert.EqualValues(t, want.total, res.json(t)["total"], query)
	}
	for _, wrong := range []string{"limit=0", "limit=101", "limit=all", "offset=-1", "offset=1000000001", "status=running", "status=RUNNING,CLOSED"} {
		assert.Equal(t, 400, l.get(workspace+"?"+wrong).status, wrong)
	}
}

func TestFabricHasTenRowsByDefault(t *testing.T) {
	t.Parallel()
	l := newLakehouse(t)
	for range 7 {
		l.vendor.Open(sim.FabricSession{User: "sam"})
	}
	first := column(t, l.get(workspace), "sessions", "session_id")
	rest := column(t, l.get(workspace+"?offset=10"), "sessions", "session_id")
	assert.Len(t, first, 10)
	assert.Len(t, rest, 2)
	assert.NotSubset(t, first, rest)
	assert.Equal(t, 200, l.get(workspace+"/"+rest[0]).status, "an id of the vendor's making is one it takes")
}

func TestFabricStatements(t *testing.T) {
	t.Parallel()
	l := newLakehouse(t)
	path := workspace + "/" + report + "/statements"
	ids := column(t, l.get(path), "records", "statement_id")
	require.Len(t, ids, 2)
	assert.Equal(t, []string{"RUNNING", "RUNNING"}, column(t, l.get(path), "records", "status"))
	for query, want := range map[string]int{
		"?status=RUNNING": 2, "?status=SUCCESSFUL": 0, "?statement_id=" + ids[1]: 1, "?limit=1": 1, "?offset=2": 0,
	} {
		assert.Len(t, column(t, l.get(path+query), "records", "statement_id"), want, query)
	}
	assert.JSONEq(t, `{"records": [], "total": 0}`, l.get(workspace+"/"+notebook+"/statements").text)
	for _, wrong := range []string{"?limit=0", "?offset=x", "?status=DONE"} {
		assert.Equal(t, 400, l.get(path+wrong).status, wrong)
	}
	assert.Equal(t, 404, l.get(workspace+"/nobody/statements").status)
}
