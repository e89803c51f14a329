package sim_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations/redistest"
	"quell/integrations/sim"
)

// redisServer is a real Redis of the test's own, which keeps nothing.
type redisServer struct {
	*redistest.Server
	t    *testing.T
	addr string
}

func startRedis(t *testing.T) *redisServer {
	t.Helper()
	s := redistest.Start(t)
	return &redisServer{s, t, s.Addr}
}

// redisClient is one connection to Redis that speaks its inline protocol.
type redisClient struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

// client connects, by its address or its Unix socket, with a name.
func (r *redisServer) client(network, name string) *redisClient {
	r.t.Helper()
	addr := r.addr
	if network == "unix" {
		addr = r.Socket
	}
	conn, err := net.Dial(network, addr)
	require.NoError(r.t, err)
	r.t.Cleanup(func() { _ = conn.Close() })
	require.NoError(r.t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	c := &redisClient{t: r.t, conn: conn, in: bufio.NewReader(conn)}
	require.Equal(r.t, "+OK", c.ask("CLIENT SETNAME "+name))
	return c
}

func (c *redisClient) addr() string { return c.conn.LocalAddr().String() }

func (c *redisClient) say(command string) {
	c.t.Helper()
	_, err := fmt.Fprintf(c.conn, "%s\r\n", command)
	require.NoError(c.t, err)
}

// ask returns the first line of the answer.
func (c *redisClient) ask(command string) string {
	c.t.Helper()
	c.say(command)
	return c.line()
}

func (c *redisClient) line() string {
	c.t.Helper()
	line, err := c.in.ReadString('\n')
	require.NoError(c.t, err)
	return strings.TrimSpace(line)
}

// list is CLIENT LIST as Redis words it: a line for each client.
func (c *redisClient) list() []string {
	c.t.Helper()
	size, err := strconv.Atoi(strings.TrimPrefix(c.ask("CLIENT LIST"), "$"))
	require.NoError(c.t, err)
	text := make([]byte, size+len("\r\n"))
	_, err = io.ReadFull(c.in, text)
	require.NoError(c.t, err)
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// field is one value of a line of CLIENT LIST.
func field(line, name string) string {
	found := regexp.MustCompile(`(?:^| )` + name + `=(\S*)`).FindStringSubmatch(line)
	if found == nil {
		return "no " + name
	}
	return found[1]
}

// of is the line about the client with a name.
func of(lines []string, name string) string {
	i := slices.IndexFunc(lines, func(line string) bool { return field(line, "name") == name })
	if i < 0 {
		return ""
	}
	return lines[i]
}

// cut waits until the server has closed the connection, without a last word.
func (c *redisClient) cut() {
	c.t.Helper()
	_, err := c.in.ReadByte()
	if err != io.EOF {
		require.ErrorIs(c.t, err, syscall.ECONNRESET)
	}
}

// before starts an instance in front of the server.
func (r *redisServer) before(change ...func(*sim.DCSConfig)) *caller {
	r.t.Helper()
	server, err := sim.OpenRedis(r.t.Context(), r.addr)
	require.NoError(r.t, err)
	r.t.Cleanup(func() { _ = server.Close() })
	return cacheProd(r.t, append([]func(*sim.DCSConfig){func(cfg *sim.DCSConfig) {
		now := cfg.Now
		*cfg = sim.CacheRedis(server)
		cfg.Now = now
	}}, change...)...)
}
