package sim_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

// redisServer is a real Redis of the test's own, which keeps nothing.
type redisServer struct {
	t       *testing.T
	program string
	addr    string
	socket  string // the Unix socket beside the address
	process *exec.Cmd
}

func startRedis(t *testing.T) *redisServer {
	t.Helper()
	r := &redisServer{t: t, program: redisProgram(t), addr: freeAddr(t), socket: filepath.Join(t.TempDir(), "redis.sock")}
	r.start()
	t.Cleanup(r.stop)
	return r
}

// redisProgram finds redis-server. Where QUELL_REQUIRE names it, its absence is
// a failure.
func redisProgram(t *testing.T) string {
	path, err := exec.LookPath("redis-server")
	if err == nil {
		return path
	}
	required := strings.FieldsFunc(os.Getenv("QUELL_REQUIRE"), func(r rune) bool { return r == ' ' || r == ',' })
	if slices.Contains(required, "redis-server") {
		require.NoError(t, err, "QUELL_REQUIRE names redis-server")
	}
	t.Skip("SKIPPED: there is no redis-server on this machine, so no real Redis is tested")
	return ""
}

// freeAddr takes a port below those that the system gives to clients: one of these would be
// somebody's by the time a server comes for it.
func freeAddr(t *testing.T) string {
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 15000+rand.N(15000)))
		if err == nil {
			require.NoError(t, l.Close())
			return l.Addr().String()
		}
	}
	require.Fail(t, "no port is free")
	return ""
}

// start runs the server and waits until it says that it is ready.
func (r *redisServer) start() {
	r.t.Helper()
	_, port, err := net.SplitHostPort(r.addr)
	require.NoError(r.t, err)
	r.process = exec.Command(r.program, "--bind", "127.0.0.1", "--port", port, "--unixsocket", r.socket,
		"--save", "", "--appendonly", "no", "--dir", r.t.TempDir())
	out, err := r.process.StdoutPipe()
	require.NoError(r.t, err)
	require.NoError(r.t, r.process.Start())
	late := time.AfterFunc(10*time.Second, func() { _ = r.process.Process.Kill() })
	defer late.Stop()
	said := ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said += lines.Text() + "\n"
		if strings.Contains(lines.Text(), "Ready to accept connections") {
			go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the process
			return
		}
	}
	require.Fail(r.t, "redis-server did not start", said)
}

func (r *redisServer) stop() {
	_ = r.process.Process.Kill()
	_ = r.process.Wait()
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
		addr = r.socket
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
