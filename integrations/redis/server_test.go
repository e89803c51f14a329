package redis_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/redis"
	"quell/integrations/redistest"
)

// patience bounds every wait of these tests.
const patience = 20 * time.Second

// server is a real Redis of the test's own.
type server struct {
	*redistest.Server
	t    *testing.T
	addr string
}

func start(t *testing.T, args ...string) *server {
	t.Helper()
	s := redistest.Start(t, args...)
	return &server{s, t, s.Addr}
}

// login is what these tests change of the configuration.
type login func(*redis.Config)

func as(user, password string) login {
	return func(c *redis.Config) { c.User, c.Password = user, integrations.Secret(password) }
}

func within(d time.Duration) login { return func(c *redis.Config) { c.Timeout = d } }

// bot is a client of the package's for the server.
func (s *server) bot(change ...login) *redis.Client { return bot(s.t, "redis://"+s.addr, change...) }

func bot(t *testing.T, endpoint string, change ...login) *redis.Client {
	t.Helper()
	cfg := redis.Config{Endpoint: endpoint, Timeout: patience}
	for _, c := range change {
		c(&cfg)
	}
	b, err := redis.New(cfg, time.Now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

// least makes a user with the least rights and what else is given.
func (s *server) least(rules ...string) login {
	s.t.Helper()
	c := s.client("tcp", "")
	rule := "ACL SETUSER quell reset on >secret resetkeys resetchannels nocommands +client|list +client|kill " + strings.Join(rules, " ")
	require.Equal(s.t, "+OK", c.ask(strings.TrimSpace(rule)))
	c.quit()
	return as("quell", "secret")
}

// peer is one connection to a Redis that speaks its inline protocol.
type peer struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

// client connects, by its address or its Unix socket, with a name if there is one.
func (s *server) client(network, name string) *peer {
	s.t.Helper()
	addr := s.addr
	if network == "unix" {
		addr = s.Socket
	}
	conn, err := net.Dial(network, addr)
	require.NoError(s.t, err)
	return greet(s.t, conn, name)
}

func greet(t *testing.T, conn net.Conn, name string) *peer {
	t.Helper()
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	c := &peer{t: t, conn: conn, in: bufio.NewReader(conn)}
	if name != "" {
		require.Equal(t, "+OK", c.ask("CLIENT SETNAME "+name))
	}
	return c
}

func (c *peer) addr() string { return c.conn.LocalAddr().String() }

func (c *peer) say(command string) {
	c.t.Helper()
	_, err := fmt.Fprintf(c.conn, "%s\r\n", command)
	require.NoError(c.t, err)
}

// ask returns the first line of the answer.
func (c *peer) ask(command string) string {
	c.t.Helper()
	c.say(command)
	line, err := c.in.ReadString('\n')
	require.NoError(c.t, err)
	return strings.TrimSpace(line)
}

// text is an answer that is a text.
func (c *peer) text(command string) string {
	c.t.Helper()
	size, err := strconv.Atoi(strings.TrimPrefix(c.ask(command), "$"))
	require.NoError(c.t, err)
	text := make([]byte, size+len("\r\n"))
	_, err = io.ReadFull(c.in, text)
	require.NoError(c.t, err)
	return string(text)
}

// cut waits until the server has closed the connection, whatever it said before.
func (c *peer) cut() {
	c.t.Helper()
	_, err := io.Copy(io.Discard, c.in)
	if err != nil {
		require.ErrorIs(c.t, err, syscall.ECONNRESET)
	}
}

// quit ends the connection and waits until the server knows.
func (c *peer) quit() {
	c.t.Helper()
	require.Equal(c.t, "+OK", c.ask("QUIT"))
	c.cut()
}

// look is a list that must be had.
func look(t *testing.T, b *redis.Client) integrations.Sighting {
	t.Helper()
	seen, err := b.Sessions(t.Context(), "")
	require.NoError(t, err)
	return seen
}

// named waits for the client of a name to be as it should be: what a client says takes
// effect when the server has read it.
func named(t *testing.T, b *redis.Client, name string, is func(integrations.Thing) bool) integrations.Thing {
	t.Helper()
	var found integrations.Thing
	until(t, name+" is listed so", func() bool {
		for _, thing := range look(t, b).Things {
			if thing.Called == name && is(thing) {
				found = thing
				return true
			}
		}
		return false
	})
	return found
}

func whoever(integrations.Thing) bool { return true }

func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !so(); time.Sleep(5 * time.Millisecond) {
		require.True(t, time.Now().Before(end), what)
	}
}

// ends makes the call under a tape.
func ends(t *testing.T, b *redis.Client, thing integrations.Thing) (integrations.Receipt, []integrations.Exchange, error) {
	t.Helper()
	ctx, tape := integrations.WithTape(t.Context())
	receipt, err := b.EndSession(ctx, thing)
	return receipt, tape.Take(), err
}

// lines are exchanges for comparison, without what the clock says.
func lines(exchanges []integrations.Exchange) (all []string) {
	for _, e := range exchanges {
		s := e.Operation
		if e.Sent != "" {
			s += " " + e.Sent
		}
		s += " → " + e.Answer + string(e.Fail)
		if e.Change {
			s += " (change)"
		}
		all = append(all, s)
	}
	return all
}

func failed(t *testing.T, err error) *integrations.Error {
	t.Helper()
	var e *integrations.Error
	require.ErrorAs(t, err, &e)
	return e
}

func deadline(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
