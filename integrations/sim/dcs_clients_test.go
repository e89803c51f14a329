package sim_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

func TestListNeedsAScan(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	list := clients + "?node_id=" + master

	res := c.get(list)
	assert.Equal(t, 500, res.status, "before any scan")
	assert.Equal(t, "DCS.5000", res.code(t))

	scan := c.post(clients, `{"clean_cache":true,"node_id":"`+master+`"}`)
	require.Equal(t, 200, scan.status, scan.text)
	job := jobs + scan.json(t)["job_id"].(string)

	res = c.get(list)
	assert.Equal(t, 400, res.status, "while it runs")
	assert.Equal(t, "DCS.4957", res.code(t))
	assert.Equal(t, "RUNNING", c.get(job).json(t)["status"])

	c.clock.forward(c.cfg.ScanTime)
	res = c.get(list)
	assert.Equal(t, 200, res.status)
	assert.Equal(t, "2026-01-02T03:04:05.000Z", res.json(t)["time"], "the moment of the look")
	assert.Equal(t, "SUCCESS", c.get(job).json(t)["status"])
}

func TestWhileAScanRuns(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.post(clients, `{"clean_cache":true,"node_id":"`+master+`"}`)

	for name, res := range map[string]reply{
		"another scan": c.post(clients, `{"clean_cache":true,"node_id":"`+master+`"}`),
		"a kill":       c.killStuck(),
	} {
		assert.Equal(t, 400, res.status, name)
		assert.Equal(t, "DCS.4957", res.code(t), name)
	}
	assert.Contains(t, c.live(), stuck)
	res := c.post(clients, `{"clean_cache":true,"node_id":"`+slave+`"}`)
	assert.Equal(t, 200, res.status, "the other node is free")
}

func TestTheListIsWhatTheLastScanSaw(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.scan()
	require.Equal(t, 204, c.killStuck().status)
	assert.NotContains(t, c.live(), stuck)
	assert.Contains(t, c.listed(), stuck, "no new scan")

	cached := c.post(clients, `{"clean_cache":false,"node_id":"`+master+`"}`)
	require.Equal(t, 200, cached.status)
	assert.Equal(t, "SUCCESS", c.get(jobs + cached.json(t)["job_id"].(string)).json(t)["status"])
	assert.Contains(t, c.listed(), stuck, "clean_cache false keeps the old list")

	c.scan()
	assert.NotContains(t, c.listed(), stuck)
}

func TestOneSession(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.clock.forward(time.Minute)
	c.scan()
	first := c.get(clients + "?limit=1&node_id=" + master).json(t)["clients"].([]any)[0]
	assert.Equal(t, map[string]any{
		"id": "11677", "addr": "198.19.131.14:1637", "peer": stuck, "fd": "16", "name": "checkout-worker",
		"cmd": "brpop", "age": 93660.0, "idle": 10860.0, "db": "0", "flags": "b", "sub": 0.0, "psub": 0.0,
		"multi": -1.0, "qbuf": 0.0, "qbuf_free": 0.0, "obl": 0.0, "oll": 0.0, "omem": 0.0,
		"events": "r", "network": "vpc", "user": "default",
	}, first)
}

func TestPages(t *testing.T) {
	t.Parallel()
	c := cacheProd(t, func(cfg *sim.DCSConfig) { cfg.Sessions = nil })
	for i := range 12 {
		c.vendor.AddSession(sim.Session{Peer: stuck, Name: string(rune('a' + i)), Age: time.Duration(i) * time.Hour})
	}
	c.scan()
	tests := map[string]struct {
		query string
		names string
	}{
		"ten by default":         {"", "abcdefghij"},
		"the rest":               {"&offset=10", "kl"},
		"past the end":           {"&offset=12", ""},
		"a small page":           {"&limit=2&offset=3", "de"},
		"sorted downwards":       {"&limit=3&sort=name", "lkj"},
		"sorted upwards":         {"&limit=3&order=asc&sort=name", "abc"},
		"sorted by number":       {"&limit=3&sort=age", "lkj"},
		"numbers that are text":  {"&limit=3&order=asc&sort=id", "abc"},
		"an address of nobody's": {"&addr=192.0.2.1", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c.t = t
			body := c.get(clients + "?node_id=" + master + test.query).json(t)
			names := ""
			for _, one := range body["clients"].([]any) {
				names += one.(map[string]any)["name"].(string)
			}
			assert.Equal(t, test.names, names)
		})
	}
}

func TestFilterByAddr(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.scan()
	res := c.get(clients + "?addr=198.19.131.14%3A1637&node_id=" + master)
	assert.Equal(t, []string{stuck}, peersIn(t, res))
	assert.Equal(t, 1.0, res.json(t)["count"], "the count is of what was asked for")
}

func TestKill(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	res := c.post(kill, `{"node_id":"`+master+`","client_addrs":["`+stuck+`","10.63.238.159:3058","192.0.2.1:1"]}`)
	assert.Equal(t, http.StatusNoContent, res.status)
	assert.Empty(t, res.text)
	assert.Len(t, c.live(), 6, "the address of nobody is passed over")
	assert.NotContains(t, c.live(), stuck)
	assert.Equal(t, 1, c.vendor.Kills())
}

func TestKillOfASessionThatSomebodyEndedFirst(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.vendor.FailNext(sim.HangUpClients, sim.SomebodyFirst)
	res := c.killStuck()
	assert.Equal(t, 400, res.status)
	assert.Equal(t, "111400005", res.code(t))
	assert.NotContains(t, c.live(), stuck)
}

func TestKillMatchesPeerAndNode(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"addr is not what kill takes": `{"node_id":"` + master + `","client_addrs":["198.19.131.14:1637"]}`,
		"it is on the other node":     `{"node_id":"` + slave + `","client_addrs":["` + stuck + `"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := cacheProd(t)
			assert.Equal(t, 204, c.post(kill, body).status)
			assert.Contains(t, c.live(), stuck)
		})
	}
}

// Sessions at one address are listed as two, and a kill that names the address ends both, or the
// first.
func TestKillOfASharedPeer(t *testing.T) {
	t.Parallel()
	for endsFirst, left := range map[bool]int{false: 1, true: 2} {
		c := cacheProd(t, func(cfg *sim.DCSConfig) {
			shared := sim.CacheShared()
			cfg.Nodes, cfg.CacheMode, cfg.Sessions, cfg.EndsFirst = shared.Nodes, shared.CacheMode, shared.Sessions, endsFirst
		})
		rows := func() []any {
			require.Equal(t, 200, c.post(clients, `{"clean_cache":true,"node_id":"p1"}`).status)
			c.clock.forward(c.cfg.ScanTime)
			return c.get(clients + "?limit=100&node_id=p1").json(t)["clients"].([]any)
		}
		before := rows()
		require.Len(t, before, 3)
		one, other := before[0].(map[string]any), before[1].(map[string]any)
		require.Equal(t, one["peer"], other["peer"])
		require.NotEqual(t, one["id"], other["id"])
		require.NotEqual(t, one["addr"], other["addr"])
		require.Equal(t, 204, c.post(clients+"/kill", `{"node_id":"p1","client_addrs":["`+one["peer"].(string)+`"]}`).status)
		after := rows()
		require.Len(t, after, left)
		require.NotEqual(t, one["id"], after[0].(map[string]any)["id"])
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	const elsewhere = "/v2/ffffffffffffffffffffffffffffffff/instances/8f7ee181-88e2-49b7-a4bf-81f18f93a135/clients/kill"
	const unknown = project + "/instances/00000000-0000-0000-0000-000000000000/clients/kill"
	const good = `{"node_id":"` + master + `","client_addrs":["` + stuck + `"]}`
	tests := map[string]struct {
		method, path, body string
		status             int
		code               string
	}{
		"a project of others": {"POST", elsewhere, good, 401, "DCS.1004"},
		"no such instance":    {"POST", unknown, good, 404, "DCS.3022"},
		"no such call":        {"POST", clients + "/hang-up", good, 404, "APIGW.0101"},
		"no body":             {"POST", kill, ``, 400, "111400004"},
		"not JSON":            {"POST", kill, `kill`, 400, "111400005"},
		"no node":             {"POST", kill, `{"client_addrs":["` + stuck + `"]}`, 400, "DCS.3053"},
		"the logical node id": {"POST", kill, `{"node_id":"79653bcbd0e5c104fefedd188aa372d6","client_addrs":["` + stuck + `"]}`, 400, "DCS.3053"},
		"no address":          {"POST", kill, `{"node_id":"` + master + `"}`, 400, "111400005"},
		"an empty list":       {"POST", kill, `{"node_id":"` + master + `","client_addrs":[]}`, 400, "111400005"},
		"no port":             {"POST", kill, `{"node_id":"` + master + `","client_addrs":["10.63.238.158"]}`, 400, "111400005"},
		"one address, bare":   {"POST", kill, `{"node_id":"` + master + `","client_addrs":"` + stuck + `"}`, 400, "111400005"},
		"a scan of no node":   {"POST", clients, `{"clean_cache":true}`, 400, "DCS.3053"},
		"a list of no node":   {"GET", clients, ``, 400, "DCS.3053"},
		"a negative offset":   {"GET", clients + "?node_id=" + master + "&offset=-1", ``, 400, "DCS.4800"},
		"a limit of nothing":  {"GET", clients + "?limit=0&node_id=" + master, ``, 400, "DCS.4800"},
		"a limit over 1000":   {"GET", clients + "?limit=1001&node_id=" + master, ``, 400, "DCS.4800"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := cacheProd(t)
			c.scan()
			res := c.call(test.method, test.path, test.body)
			assert.Equal(t, test.status, res.status)
			assert.Equal(t, test.code, res.code(t))
			assert.NotEmpty(t, res.header.Get("X-Request-Id"))
			assert.Contains(t, c.live(), stuck)
		})
	}
}

func TestErrorShape(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.vendor.FailNext(sim.HangUpClients, sim.Busy)
	assert.JSONEq(t, `{
		"error_code": "DCS.4957",
		"error_msg": "This operation is not allowed when the task is in the current state.",
		"error_ext_msg": null
	}`, c.killStuck().text)
}

func TestABodyMustSayThatItIsJSON(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	r := c.request(t.Context(), "POST", kill, `{"node_id":"`+master+`","client_addrs":["`+stuck+`"]}`)
	r.Header.Set("Content-Type", "text/plain")
	assert.Equal(t, 400, c.send(r).status)
}

func TestAnInstanceThatCannot(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*sim.DCSConfig)
		code   string
	}{
		"no session management": {func(cfg *sim.DCSConfig) { cfg.NoSessionManagement = true }, "DCS.4848"},
		"restarting":            {func(cfg *sim.DCSConfig) { cfg.Status = "RESTARTING" }, "DCS.4049"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := cacheProd(t, test.change)
			assert.Equal(t, test.code, c.killStuck().code(t))
			assert.Equal(t, test.code, c.post(clients, `{"node_id":"`+master+`"}`).code(t))
			assert.Equal(t, test.code, c.get(clients+"?node_id="+master).code(t))
			assert.Contains(t, c.live(), stuck)
		})
	}
}

func TestOnlyProxiesKnowTheSessionsBehindProxies(t *testing.T) {
	t.Parallel()
	c := cacheProd(t, func(cfg *sim.DCSConfig) { cfg.Nodes, cfg.CacheMode = sim.CacheProxy().Nodes, "proxy" })
	assert.Equal(t, 200, c.post(clients, `{"node_id":"p1"}`).status)
	assert.Equal(t, "DCS.4027", c.post(clients, `{"node_id":"d1"}`).code(t))
	assert.Equal(t, "DCS.3053", c.post(clients, `{"node_id":"p3"}`).code(t))
}

func TestSessionsComeAndGo(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	assert.True(t, c.vendor.EndSession(stuck))
	assert.False(t, c.vendor.EndSession(stuck), "it has gone")

	again := c.vendor.AddSession(sim.Session{Peer: stuck, Name: "someone-else"})
	assert.Equal(t, "11685", again.ID, "the next number")
	assert.Contains(t, c.live(), stuck)
}

func TestAgesGrow(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	before := c.vendor.Sessions()
	c.clock.forward(10 * time.Second)
	after := c.vendor.Sessions()

	assert.Equal(t, before[0].Age+10*time.Second, after[0].Age)
	assert.Equal(t, before[0].Idle+10*time.Second, after[0].Idle, "stuck")
	assert.Equal(t, time.Second, after[1].Idle, "a command every 9 s")
}
