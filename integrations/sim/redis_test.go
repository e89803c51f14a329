package sim_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/redistest"
	"quell/integrations/sim"
)

// Each field of each session is what Redis says of that client: the same as
// just before the scan, or as just after it. Who asks Redis looks different
// while they ask.
func TestRedisClientsAreTheSessions(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	waits, listens, queues := redis.client("tcp", "waits"), redis.client("tcp", "listens"), redis.client("tcp", "queues")
	redis.client("unix", "local")
	observer := redis.client("tcp", "observer")
	require.Equal(t, "+OK", waits.ask("SELECT 3"))
	waits.say("BLPOP jobs 0")
	listens.ask("SUBSCRIBE orders refunds")
	listens.ask("PSUBSCRIBE user:*")
	require.Equal(t, "+OK", queues.ask("MULTI"))
	require.Equal(t, "+QUEUED", queues.ask("SET stock 1"))

	c := redis.before()
	c.eventually(func(s *sim.State) bool { return len(s.Sessions) == 5 && s.Sessions[0].Flags == "b" })
	before := observer.list()
	c.scan()
	after := observer.list()
	res := c.get(clients + "?limit=1000&node_id=" + master)
	listed := res.json(t)["clients"].([]any)
	require.Len(t, listed, 5, "all but the simulator's own: %s", res.text)

	for _, one := range listed {
		got := one.(map[string]any)
		name := got["name"].(string)
		if name == "observer" {
			continue
		}
		for _, f := range []string{
			"id", "addr", "fd", "age", "idle", "flags", "db", "sub", "psub", "multi",
			"qbuf", "qbuf_free", "obl", "oll", "omem", "events", "cmd", "user",
		} {
			spelled := map[string]string{"qbuf_free": "qbuf-free"}[f]
			if spelled == "" {
				spelled = f
			}
			truth := []string{field(of(before, name), spelled), field(of(after, name), spelled)}
			assert.Contains(t, truth, fmt.Sprint(got[f]), "%s of %s", f, name)
		}
		if name == "local" {
			assert.NotContains(t, got, "peer", "a Unix socket is no address to kill")
			continue
		}
		assert.Equal(t, got["addr"], got["peer"])
	}
}

func TestAKillReachesRedis(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	stuck, busy := redis.client("tcp", "stuck"), redis.client("tcp", "busy")
	stuck.say("BLPOP jobs 0")
	c := redis.before()
	c.scan()

	assert.Equal(t, 204, c.kill(master, stuck.addr()).status)
	stuck.cut()
	assert.Equal(t, "+PONG", busy.ask("PING"))
	assert.Equal(t, []string{busy.addr()}, c.live())
	assert.Contains(t, c.listed(), stuck.addr(), "no new scan")
	c.scan()
	assert.Equal(t, []string{busy.addr()}, c.listed())
	assert.Equal(t, 204, c.kill(master, stuck.addr()).status, "the address of nobody is passed over")
}

func (c *caller) kill(node, peer string) reply {
	c.t.Helper()
	return c.post(kill, `{"node_id":"`+node+`","client_addrs":["`+peer+`"]}`)
}

func TestTheSimulatorSparesItself(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	observer := redis.client("tcp", "observer")
	c := redis.before()
	own := of(observer.list(), "quell-simulator")
	require.NotEmpty(t, own)

	assert.Equal(t, 204, c.kill(master, field(own, "addr")).status)
	assert.Equal(t, field(own, "id"), field(of(observer.list(), "quell-simulator"), "id"), "the same connection")
	assert.Equal(t, []string{observer.addr()}, c.live())
}

// What the vendor puts around the sessions does not ask who has them.
func TestTheVendorsRulesHoldBeforeRedis(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	client := redis.client("tcp", "worker")
	standby := func(cfg *sim.DCSConfig) { cfg.Nodes = sim.CacheProd().Nodes }

	c := redis.before(standby)
	assert.Equal(t, "DCS.5000", c.get(clients+"?node_id="+master).code(t), "a list before any scan")
	require.Equal(t, 200, c.post(clients, `{"node_id":"`+master+`","clean_cache":true}`).status)
	assert.Equal(t, "DCS.4957", c.kill(master, client.addr()).code(t), "while a scan runs")
	assert.Equal(t, 204, c.kill(slave, client.addr()).status, "on another node, where nobody is")
	assert.Equal(t, "+PONG", client.ask("PING"))
	assert.Regexp(t, `^\d+\.\d+\.\d+$`, c.get(show).json(t)["engine_version"], "Redis' own")
}

func TestFaultsBeforeRedis(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault  sim.Fault
		status int
		done   bool
	}{
		{sim.Busy, 400, false},
		{sim.Ignore, 204, false},
		{sim.FailAfter, 500, true},
		{sim.Respawn, 204, true},
	}
	redis := startRedis(t)
	c := redis.before()
	for _, test := range tests {
		t.Run(string(test.fault), func(t *testing.T) {
			client := redis.client("tcp", "worker")
			c.vendor.FailNext(sim.HangUpClients, test.fault)
			assert.Equal(t, test.status, c.kill(master, client.addr()).status)
			if test.done {
				client.cut()
				c.clock.forward(time.Minute)
				assert.NotContains(t, c.live(), client.addr(), "whoever comes back is a client")
				return
			}
			assert.Equal(t, "+PONG", client.ask("PING"))
		})
	}
}

func TestRedisIsDownForAWhile(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	var log bytes.Buffer
	c := redis.before(func(cfg *sim.DCSConfig) { cfg.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	next := boards(t, mounted(t, c.vendor))
	assert.Contains(t, next().Subtitle, "at "+redis.addr)

	redis.Stop()
	scan := c.post(clients, `{"node_id":"`+master+`"}`)
	assert.Equal(t, 500, scan.status)
	assert.Equal(t, "DCS.5000", scan.code(t))
	assert.Equal(t, "DCS.5000", c.kill(master, "127.0.0.1:1").code(t))
	assert.Contains(t, log.String(), "the sessions cannot be read")
	assert.Contains(t, log.String(), "the sessions cannot be ended")
	assert.Equal(t, 200, c.get(show).status, "the vendor itself is well")
	down := until(next, func(b board) bool { return len(b.Calls) == 3 })
	assert.Contains(t, down.Subtitle, "does not answer")
	assert.Empty(t, down.Rows)

	redis.Restart()
	client := redis.client("tcp", "worker")
	c.eventually(func(s *sim.State) bool { return len(s.Sessions) == 1 })
	c.scan()
	assert.Equal(t, []string{client.addr()}, c.listed())
}

func TestThePanelFollowsRedis(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	c := redis.before()
	page := mounted(t, c.vendor)
	next := boards(t, page)
	first := next()
	assert.Empty(t, first.Rows)
	assert.Equal(t, []string{"healthy", "slow", "throttled", "down", "ignores the call"}, first.Moods)
	res, err := http.PostForm(page+"mood", url.Values{"mood": {"respawns"}})
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	assert.Equal(t, http.StatusBadRequest, res.StatusCode)

	killed, leaves := redis.client("tcp", "killed"), redis.client("tcp", "leaves")
	there := func(b board) bool { cells, ended := b.row(leaves.addr()); return cells != nil && !ended }
	cells, _ := until(next, there).row(killed.addr())
	require.NotNil(t, cells)
	assert.Equal(t, "killed", cells[1])

	struck := func(client *redisClient) func(board) bool {
		return func(b board) bool { _, ended := b.row(client.addr()); return ended }
	}
	require.Equal(t, 204, c.kill(master, killed.addr()).status)
	until(next, struck(killed))
	require.NoError(t, leaves.conn.Close())
	until(next, struck(leaves))
	c.clock.forward(7 * time.Second)
	until(next, func(b board) bool { return len(b.Rows) == 0 })
}

func TestOnlyARedisOnThisMachine(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"10.0.0.1:6379", "0.0.0.0:6379", "localhost:6379", "127.0.0.1", ""} {
		_, err := sim.OpenRedis(t.Context(), addr)
		assert.ErrorContains(t, err, "only a Redis on this machine", addr)
	}
}

func TestNoRedisThere(t *testing.T) {
	t.Parallel()
	addr := redistest.FreeAddr(t)
	_, err := sim.OpenRedis(t.Context(), addr)
	assert.ErrorContains(t, err, "no Redis can be reached at "+addr)
	assert.ErrorContains(t, err, "connection refused")

	other, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = other.Close() })
	go func() {
		if conn, err := other.Accept(); err == nil {
			_, _ = io.WriteString(conn, "SSH-2.0-something else\r\n")
			_ = conn.Close()
		}
	}()
	_, err = sim.OpenRedis(t.Context(), other.Addr().String())
	assert.ErrorContains(t, err, "no Redis can be reached")
}
