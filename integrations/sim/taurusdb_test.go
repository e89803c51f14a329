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
	ordersProject = "/v3/0483b6b16e954cb88930a360d2c4e663"
	ordersDB      = ordersProject + "/instances/61a4ea66210545909d74a05c27a7179ein07"
	proxies       = ordersDB + "/proxies"
	readWrite     = "151c14381ac14ecfb9703a745b992677po01"
	readOnly      = "4f0d9e2b7c6a4d51b8e3c2a190f7d665po01"
	abnormal      = "9a7b3c1d5e2f4860a1b2c3d4e5f60718po01"
)

// orders calls TaurusDB as a client would that has read the reference.
type orders struct {
	caller // signs and sends
	vendor *sim.TaurusDB
	cfg    sim.TaurusDBConfig
}

func newOrders(t *testing.T, change ...func(*sim.TaurusDBConfig)) *orders {
	t.Helper()
	time := newClock()
	cfg := sim.Orders()
	cfg.Now = time.now
	for _, f := range change {
		f(&cfg)
	}
	vendor := sim.NewTaurusDB(cfg)
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	key := sim.DCSConfig{AccessKey: cfg.AccessKey, SecretKey: cfg.SecretKey, SecurityToken: cfg.SecurityToken}
	return &orders{caller: caller{t: t, cfg: key, clock: time, base: server.URL}, vendor: vendor, cfg: cfg}
}

// signed has the header that is mandatory although there is no body.
func (o *orders) signed(method, path, body string) *http.Request {
	o.t.Helper()
	r := o.request(o.t.Context(), method, path, body)
	r.Header.Set("Content-Type", "application/json")
	return r
}

func (o *orders) get(path string) reply {
	o.t.Helper()
	return o.send(o.signed(http.MethodGet, path, ""))
}

func (o *orders) restart(proxy string) reply {
	o.t.Helper()
	return o.send(o.signed(http.MethodPost, ordersDB+"/proxy/"+proxy+"/restart", ""))
}

func TestTaurusDBSignaturesAndHeaders(t *testing.T) {
	t.Parallel()
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for name, test := range map[string]struct {
		change func(*http.Request)
		status int
		code   any
	}{
		"as it should be":    {func(*http.Request) {}, 200, nil},
		"in Chinese":         {set("X-Language", "zh-cn"), 200, nil},
		"in English":         {set("X-Language", "en-us"), 200, nil},
		"a charset too":      {set("Content-Type", "application/json;charset=UTF-8"), 200, nil},
		"in German":          {set("X-Language", "de-de"), 400, "DBS.280001"},
		"spelled otherwise":  {set("X-Language", "zh_CN"), 400, "DBS.280001"},
		"no type of content": {func(r *http.Request) { r.Header.Del("Content-Type") }, 400, "DBS.280001"},
		"another type":       {set("Content-Type", "text/plain"), 400, "DBS.280001"},
		"a wrong signature":  {func(r *http.Request) { flip(r.Header, "Authorization", 0) }, 401, "APIGW.0301"},
		"another key":        {func(r *http.Request) { edit(r, "FAKEAKPLAYGROUND00", "FAKEAKOFSOMEONE000") }, 401, "APIGW.0301"},
		"no credentials":     {func(r *http.Request) { r.Header.Del("Authorization") }, 401, "APIGW.0301"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOrders(t)
			r := o.signed(http.MethodPost, ordersDB+"/proxy/"+readWrite+"/restart", "")
			test.change(r)
			res := o.send(r)
			assert.Equal(t, test.status, res.status, res.text)
			assert.Equal(t, test.code, res.code(t))
			assert.NotEmpty(t, res.header.Get("X-Request-Id"))
			assert.Equal(t, map[bool]int{true: 1}[test.status == 200], o.vendor.Jobs())
			assert.Equal(t, 1, o.vendor.Restarts(), "what is refused arrived too")
		})
	}
	temporary := newOrders(t, func(cfg *sim.TaurusDBConfig) { cfg.SecurityToken = "FAKE-SECURITY-TOKEN" })
	assert.Equal(t, 200, temporary.get(proxies).status, "a temporary key, with its token")
}

func TestTaurusDBTokens(t *testing.T) {
	t.Parallel()
	o := newOrders(t)
	token := func(scope string) string {
		res := o.plain(http.MethodPost, "/v3/auth/tokens", tokenBody("quell-playground", "not-a-real-password", scope), "")
		require.Equal(t, 201, res.status, res.text)
		return res.header.Get("X-Subject-Token")
	}
	good := token(`{"project":{"name":"cn-north-4"}}`)
	assert.Equal(t, 200, o.plain(http.MethodGet, proxies, "", good).status)
	forbidden := o.plain(http.MethodGet, proxies, "", token(`{"domain":{"name":"example-account"}}`))
	assert.Equal(t, 403, forbidden.status)
	assert.JSONEq(t, `{"error_code": "DBS.200010", "error_msg": "Resource not found or permission denied."}`, forbidden.text)
	early := token(`{"project":{"name":"cn-north-4"}}`)
	o.vendor.RevokeTokens()
	refused := o.plain(http.MethodGet, proxies, "", early)
	assert.Equal(t, 403, refused.status, "it ended before its time")
	assert.JSONEq(t, `{"error_code": "DBS.280056", "error_msg": "Invalid token."}`, refused.text)
	good = token(`{"project":{"name":"cn-north-4"}}`)
	assert.Equal(t, 200, o.plain(http.MethodGet, proxies, "", good).status, "a new one is another")
	o.clock.forward(24 * time.Hour)
	for name, token := range map[string]string{"too old": good, "nobody's": "FAKETOKEN", "none": ""} {
		assert.Equal(t, 401, o.plain(http.MethodGet, proxies, "", token).status, name)
	}
}

// The oddities are those of the published examples.
func TestTaurusDBListsProxies(t *testing.T) {
	t.Parallel()
	o := newOrders(t)
	body := o.get(proxies).json(t)
	assert.NotContains(t, body, "total_count", "no total is documented")
	require.Len(t, body["proxy_list"], 3)
	row := body["proxy_list"].([]any)[0].(map[string]any)
	proxy := row["proxy"].(map[string]any)
	assert.Equal(t, readWrite, proxy["pool_id"])
	assert.Equal(t, "orders-rw", proxy["name"])
	assert.Equal(t, "ACTIVE", proxy["status"])
	assert.Equal(t, "readwrite", proxy["type"])
	assert.Equal(t, "Cluster", proxy["mode"])
	assert.Equal(t, 4.0, proxy["vcpus"], "a number where text is declared")
	assert.Len(t, proxy["nodes"], 2)
	assert.Equal(t, map[string]any{"id": "c3d4no07", "weight": 100.0}, row["readonly_nodes"], "one object where a list is declared")

	for query, want := range map[string][]string{
		"?limit=2": {readWrite, readOnly}, "?limit=2&offset=2": {abnormal}, "?offset=3": {}, "?limit=100": {readWrite, readOnly, abnormal},
	} {
		ids := []string{}
		for _, row := range o.get(proxies + query).json(t)["proxy_list"].([]any) {
			ids = append(ids, row.(map[string]any)["proxy"].(map[string]any)["pool_id"].(string))
		}
		assert.Equal(t, want, ids, query)
	}
	for _, wrong := range []string{"limit=0", "limit=101", "offset=-1", "limit=ten"} {
		res := o.get(proxies + "?" + wrong)
		assert.Equal(t, 400, res.status, wrong)
		assert.Equal(t, "DBS.280001", res.code(t), wrong)
	}
}

func TestTaurusDBIDs(t *testing.T) {
	t.Parallel()
	unknown := ordersProject + "/instances/" + strings.Repeat("0", 32) + "in07"
	for path, want := range map[string]struct {
		status int
		code   string
	}{
		ordersDB + "/proxy/" + strings.Repeat("0", 32) + "po01/restart":                   {400, "DBS.270024"},
		ordersDB + "/proxy/" + strings.ToUpper(readWrite) + "/restart":                    {400, "DBS.270024"},
		ordersDB + "/proxy/orders-rw/restart":                                             {400, "DBS.270024"},
		unknown + "/proxy/" + readWrite + "/restart":                                      {404, "DBS.200002"},
		ordersProject + "/instances/orders/proxy/" + readWrite + "/restart":               {400, "DBS.280001"},
		strings.TrimSuffix(ordersDB, "07") + "01/proxy/" + readWrite + "/restart":         {400, "DBS.280001"},
		strings.Replace(ordersDB, "0483", "ffff", 1) + "/proxy/" + readWrite + "/restart": {403, "DBS.200010"},
		ordersDB + "/proxies/" + readWrite + "/restart":                                   {404, "APIGW.0101"},
	} {
		o := newOrders(t)
		res := o.send(o.signed(http.MethodPost, path, ""))
		assert.Equal(t, want.status, res.status, path)
		assert.Equal(t, want.code, res.code(t), path)
		assert.NotEmpty(t, res.json(t)["error_msg"])
		assert.Zero(t, o.vendor.Jobs())
	}
	o := newOrders(t)
	withBody := o.send(o.signed(http.MethodPost, ordersDB+"/proxy/"+readWrite+"/restart", "{}"))
	assert.Equal(t, 400, withBody.status, "no body is documented")
	assert.Equal(t, "DBS.280001", withBody.code(t))
	assert.Zero(t, o.vendor.Jobs())
}
