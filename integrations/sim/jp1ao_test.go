package sim_test

import (
	"io"
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
	tasks     = "/Automation/v1/objects/Tasks"
	taskLogs  = "/Automation/v1/objects/TaskLogs"
	taskPages = tasks + "?HQL::sortBy=submitTime+DESC"
)

// nightly calls JP1/AO as a client would that has read the manual.
type nightly struct {
	t      *testing.T
	vendor *sim.JP1AO
	cfg    sim.JP1AOConfig
	clock  *clock
	base   string
}

func newNightly(t *testing.T, change ...func(*sim.JP1AOConfig)) *nightly {
	t.Helper()
	time := newClock()
	cfg := sim.Nightly()
	cfg.Now = time.now
	for _, f := range change {
		f(&cfg)
	}
	vendor := sim.NewJP1AO(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	return &nightly{t: t, vendor: vendor, cfg: cfg, clock: time, base: server.URL}
}

// request has the headers that the manual calls required, and the password.
func (n *nightly) request(method, path, body string) *http.Request {
	n.t.Helper()
	r, err := http.NewRequestWithContext(n.t.Context(), method, n.base+path, strings.NewReader(body))
	require.NoError(n.t, err)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Accept-Language", "en")
	r.SetBasicAuth("quell", "not-a-real-password")
	return r
}

func (n *nightly) send(r *http.Request) reply {
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return reply{err: err}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return reply{status: res.StatusCode, header: res.Header, text: string(text), err: err}
}

func (n *nightly) get(path string) reply {
	n.t.Helper()
	return n.send(n.request(http.MethodGet, path, ""))
}

// with is a read with these credentials.
func (n *nightly) with(authorization string) reply {
	n.t.Helper()
	r := n.request(http.MethodGet, tasks+"/5381", "")
	r.Header.Set("Authorization", authorization)
	return n.send(r)
}

// token is what an answer brought.
func (r reply) token(t *testing.T) string {
	t.Helper()
	token, ok := strings.CutPrefix(r.header.Get("WWW-Authenticate"), "HSSO ")
	require.True(t, ok, r.header)
	return token
}

// Who is not known gets a challenge and no token.
func TestJP1AORefusesStrangers(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	good := n.get(tasks + "/5381")
	require.Equal(t, 200, good.status)
	for name, authorization := range map[string]string{
		"nobody":           "",
		"a wrong password": "Basic cXVlbGw6Z3Vlc3M=",
		"the manual's own": "Basic c3lzdGVtOm1hbmFnZXI=",
		"no token":         "HSSO ",
		"another's token":  "HSSO a2e8ab6f7a9c35323fb7d9331735a9419235ebad_Vlo8Y30JBWoKHUYTEXAMXx5iHgQ=_V0810",
		"another scheme":   "Bearer " + good.token(t),
	} {
		res := n.with(authorization)
		assert.Equal(t, 401, res.status, name)
		assert.Equal(t, `Basic realm="Automation"`, res.header.Get("WWW-Authenticate"), name)
		body := res.json(t)
		assert.Len(t, body, 5, name)
		assert.Equal(t, "Automation", body["application"])
		assert.Equal(t, n.base+tasks+"/5381", body["errorSource"])
		assert.NotEmpty(t, body["message"])
		assert.NotEmpty(t, body["messageID"])
	}
}

func TestJP1AOTokensLive1000Seconds(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	first := n.get(tasks + "/5381")
	assert.Regexp(t, `^[0-9a-f]{40}_[A-Za-z0-9+/]{27}=_V0810$`, first.token(t))
	assert.Equal(t, "WWW-Authenticate", first.header.Get("Access-Control-Expose-Headers"))

	n.clock.forward(1000*time.Second - time.Millisecond)
	second := n.with("HSSO " + first.token(t))
	require.Equal(t, 200, second.status)
	require.NotEqual(t, first.token(t), second.token(t), "each answer brings a new one")
	n.clock.forward(time.Millisecond)
	assert.Equal(t, 401, n.with("HSSO "+first.token(t)).status, "use makes it no longer")
	assert.Equal(t, 200, n.with("HSSO "+second.token(t)).status)

	n.vendor.Logout()
	assert.Equal(t, 401, n.with("HSSO "+second.token(t)).status)
	assert.Equal(t, 200, n.get(tasks+"/5381").status, "a password stays good")
}

func TestJP1AOErrorsBringATokenToo(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	missing := n.get(tasks + "/1")
	require.Equal(t, 404, missing.status)
	assert.Equal(t, 200, n.with("HSSO "+missing.token(t)).status)
}

func TestJP1AOHeaders(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	for _, tt := range []struct {
		accept, language string
		status           int
	}{
		{"application/json", "ja", 200},
		{"application/json", "zh-CN", 200},
		{"application/json", "pt-BR", 200}, // in English
		{"application/json", "", 400},
		{"", "en", 400},
		{"application/xml", "en", 406},
	} {
		r := n.request(http.MethodGet, tasks+"/5381", "")
		r.Header.Set("Accept", tt.accept)
		r.Header.Set("Accept-Language", tt.language)
		res := n.send(r)
		assert.Equal(t, tt.status, res.status, tt)
		assert.Equal(t, "Cosminexus HTTP Server", res.header.Get("Server"))
		assert.Equal(t, "no-cache", res.header.Get("Cache-Control"))
		assert.Equal(t, "Fri, 02 Jan 2026 03:04:05 GMT", res.header.Get("Date"), "by the vendor's clock")
		if tt.status == 400 {
			assert.Equal(t, "generic error", res.json(t)["messageID"])
		}
	}
}

// A server may give fewer rows a page than it is asked for, and may say less of its pages.
func TestJP1AOSmallPages(t *testing.T) {
	t.Parallel()
	n := newNightly(t, func(c *sim.JP1AOConfig) { c.PageMost = 4 })
	body := n.get(taskPages + "&page=2&pageSize=100").json(t)
	assert.Len(t, body["data"], 2)
	assert.Equal(t, map[string]any{"page": 2.0, "pageSize": 4.0, "numPages": 2.0}, body["pagination"])
	assert.Len(t, n.get(taskPages + "&page=1&pageSize=3").json(t)["data"], 3)
	n = newNightly(t, func(c *sim.JP1AOConfig) { c.NoPages, c.NoCount = true, true })
	body = n.get(taskPages + "&page=1&pageSize=100").json(t)
	assert.Len(t, body["data"], 6)
	assert.NotContains(t, body, "pagination")
	assert.NotContains(t, body, "count")
}

func TestJP1AOPaths(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	for call, status := range map[string]int{
		"GET " + tasks + "/5381":                           200,
		"GET " + tasks + "/5380":                           404,
		"GET " + tasks + "/05381":                          404,
		"GET " + tasks + "/backup-orders":                  404,
		"GET " + tasks + "/5380/actions/forceStop":         404,
		"GET " + tasks + "/5381/actions/halt":              404,
		"GET " + tasks + "/5381/actions/forceStop/invoke":  405,
		"POST " + tasks + "/5381/actions/forceStop":        405,
		"DELETE " + tasks + "/5381":                        405,
		"POST " + taskLogs:                                 405,
		"POST /Automation/v2/objects/Tasks/5381/forceStop": 404,
	} {
		method, path, _ := strings.Cut(call, " ")
		res := n.send(n.request(method, path, ""))
		assert.Equal(t, status, res.status, call)
		if status == 404 {
			assert.Equal(t, "KNAE02102-E", res.json(t)["messageID"], call)
		}
	}
	assert.Zero(t, n.vendor.Stops())
}

func TestJP1AOShowsATask(t *testing.T) {
	t.Parallel()
	n := newNightly(t, func(cfg *sim.JP1AOConfig) {
		now := cfg.Now
		cfg.Now = func() time.Time { return now().In(time.FixedZone("", 9*3600)) }
	})
	task := n.get(tasks + "/5381").json(t)
	for member, want := range map[string]any{
		"instanceID": 5381.0, "name": "backup-orders", "status": "In Progress", "submitter": "scheduler", "scheduleType": "recurrence",
		"serviceName": "Back up a database", "serviceGroupName": "Databases", "notes": "usually 40 minutes", "serviceState": "release",
		"startTime": "2026-01-02T07:04:05.000+09:00", "toDo": false,
	} {
		assert.Equal(t, want, task[member], member)
	}
	assert.Empty(t, n.get(tasks + "/5387").json(t)["startTime"], "it waits")
}

func TestJP1AOListsTheNewestFirst(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	n.vendor.Submit(sim.Task{Name: "later", Age: -time.Second})
	names := func(query string) []string { return column(t, n.get(taskPages+query), "data", "name") }
	all := names("&page=1&pageSize=50")
	require.Equal(t, []string{"later", "rotate-logs", "restart-web", "add-vm", "patch-hosts", "backup-orders", "backup-users"}, all)
	assert.Equal(t, all[:3], names("&page=1&pageSize=3"))
	assert.Equal(t, all[6:], names("&page=3&pageSize=3"))
	assert.Empty(t, names("&page=4&pageSize=3"))
	body := n.get(taskPages + "&page=3&pageSize=3").json(t)
	assert.EqualValues(t, 7, body["count"])
	assert.Equal(t, map[string]any{"page": 3.0, "pageSize": 3.0, "numPages": 3.0}, body["pagination"])
	for _, wrong := range []string{
		"&page=0&pageSize=3", "&page=1&pageSize=0", "&page=x&pageSize=3", "&page=9000000000000000000&pageSize=9000000000000000000",
	} {
		assert.Equal(t, 400, n.get(taskPages+wrong).status, wrong)
	}
}
