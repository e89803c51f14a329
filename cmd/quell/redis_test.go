package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
	"quell/integrations/redistest"
	"quell/integrations/sim"
)

// TestARealConnectionIsEnded goes all the way: a slash command, an approval, the
// vendor's call, and a connection to a real Redis that breaks at its other end.
// The vendor is played, but nothing that it says about sessions is.
func TestARealConnectionIsEnded(t *testing.T) {
	addr := redistest.Start(t).Addr
	stuck, other := connect(t, addr, "checkout-worker"), connect(t, addr, "payment-api")
	stuck.say("BLPOP jobs 0")
	w := serveBefore(t, addr)

	require.NoError(t, w.slack([]string{"anna", "/kill-session cache-prod " + stuck.addr() + ` --reason "leaks connections, INC-2041"`}))
	require.NoError(t, w.sees(false, []string{"ben", "End 1 session on cache-prod?", stuck.addr(), "checkout-worker", "blpop"}))
	require.NoError(t, w.has(false, []string{stuck.addr()}), "nobody has agreed yet")
	require.NoError(t, w.click([]string{"ben", "approve"}))
	require.NoError(t, w.sees(false, []string{"ben", "Gone: 1 session on cache-prod", "after the call: Gone"}))

	stuck.cut()
	assert.Equal(t, "+PONG", other.ask("PING"))
	require.NoError(t, w.calls([]string{"1"}))
	require.NoError(t, w.has(true, []string{stuck.addr()}))
	require.NoError(t, w.has(false, []string{other.addr()}))
}

// serveBefore runs the program between a Slack workspace and a vendor that
// stands before the Redis.
func serveBefore(t *testing.T, redis string) *world {
	server, err := sim.OpenRedis(t.Context(), redis)
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	acme, cache := slacksim.Acme(), sim.CacheRedis(server)
	acme.RateFactor = rateFactor
	cache.ScanTime = 50 * time.Millisecond
	w := &world{workspace: slacksim.New(acme), cache: sim.NewDCS(cache), read: map[string]bool{}, log: &record{}}
	slack, vendor := httptest.NewServer(w.workspace.Handler()), httptest.NewServer(w.cache)
	t.Cleanup(func() {
		w.end()
		w.workspace.Close()
		w.cache.Close()
		slack.Close()
		vendor.Close()
	})

	home := t.TempDir()
	for _, name := range []string{"quell.yaml", "policy.yaml"} {
		require.NoError(t, provide(home, name, vendor.URL))
	}
	w.child = exec.Command(quell(t), "serve")
	w.child.Dir = home
	w.child.Env = []string{
		"SLACK_APP_TOKEN=" + acme.AppToken, "SLACK_BOT_TOKEN=" + acme.BotToken, "SLACK_API_URL=" + slack.URL + "/api/",
		"CACHE_ACCESS_KEY=" + cache.AccessKey, "CACHE_SECRET_KEY=" + cache.SecretKey,
		"QUELL_CONFIG=" + filepath.Join(home, "quell.yaml"), "QUELL_POLICY=" + filepath.Join(home, "policy.yaml"),
		"QUELL_DATABASE_URL=sqlite:" + filepath.Join(home, "data"),
	}
	w.child.Stdout, w.child.Stderr = w.log, w.log
	w.ended = make(chan struct{})
	require.NoError(t, w.child.Start())
	go func() { _ = w.child.Wait(); close(w.ended) }()
	_, err = w.wait("U0ANNA", func(s slacksim.State) bool { return s.App.Connected })
	require.NoError(t, err)
	return w
}

// connection is one client of Redis, which speaks its inline protocol.
type connection struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func connect(t *testing.T, addr, name string) *connection {
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(3*patience)))
	c := &connection{t: t, conn: conn, in: bufio.NewReader(conn)}
	require.Equal(t, "+OK", c.ask("CLIENT SETNAME "+name))
	return c
}

func (c *connection) addr() string { return c.conn.LocalAddr().String() }

func (c *connection) say(command string) {
	_, err := fmt.Fprintf(c.conn, "%s\r\n", command)
	require.NoError(c.t, err)
}

// ask returns the first line of the answer.
func (c *connection) ask(command string) string {
	c.say(command)
	line, err := c.in.ReadString('\n')
	require.NoError(c.t, err)
	return strings.TrimSpace(line)
}

// cut waits until the server has closed the connection, without a last word.
func (c *connection) cut() {
	_, err := c.in.ReadByte()
	if err != io.EOF {
		require.ErrorIs(c.t, err, syscall.ECONNRESET)
	}
}
