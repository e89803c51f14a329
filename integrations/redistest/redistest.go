// Package redistest runs a real redis-server for a test: on loopback, keeping nothing, and
// ended by its process with the test. Where there is no such program the test is skipped, and
// says so; where QUELL_REQUIRE names it, its absence is a failure.
package redistest

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startWithin is far more than a server needs that starts at all.
const startWithin = 20 * time.Second

// portTaken is what the server says where somebody else listens at its port.
const portTaken = "Address already in use"

// Server is a redis-server that runs.
type Server struct {
	Addr    string
	Socket  string // the Unix socket beside the address
	t       *testing.T
	args    []string
	command *exec.Cmd
}

// Start runs a server with these arguments besides the usual ones. With "--tls-port" among
// them, which takes no value here, the address speaks TLS alone. A port that was free and that
// somebody else took before the server did is no end: the next one is tried.
func Start(t *testing.T, args ...string) *Server {
	t.Helper()
	s := &Server{t: t, Socket: filepath.Join(t.TempDir(), "redis.sock"), args: args}
	var complaint string
	for range 5 {
		s.Addr = FreeAddr(t)
		if complaint = s.run(); !strings.Contains(complaint, portTaken) {
			break
		}
	}
	require.Empty(t, complaint, "redis-server did not start")
	t.Cleanup(s.Stop)
	return s
}

// Stop ends the process, as kill -9 does.
func (s *Server) Stop() {
	_ = s.command.Process.Kill()
	_ = s.command.Wait()
}

// Restart is another run of the server at the same address.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	require.Empty(s.t, s.run(), "redis-server did not start")
}

// run starts the server and waits until it says that it is ready; else it is what the server said.
func (s *Server) run() (complaint string) {
	s.t.Helper()
	s.command = exec.Command(program(s.t), s.arguments()...)
	out, err := s.command.StdoutPipe()
	require.NoError(s.t, err)
	require.NoError(s.t, s.command.Start())

	late := time.AfterFunc(startWithin, func() { _ = s.command.Process.Kill() })
	defer late.Stop()
	lines, said := bufio.NewScanner(out), ""
	for !strings.Contains(said, "Ready to accept connections") {
		if !lines.Scan() {
			s.Stop()
			return said + "\nit ended"
		}
		said += lines.Text() + "\n"
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the process
	return ""
}

func (s *Server) arguments() []string {
	_, port, err := net.SplitHostPort(s.Addr)
	require.NoError(s.t, err)
	ports := []string{"--port", port}
	if slices.Contains(s.args, "--tls-port") {
		ports = []string{"--port", "0", "--tls-port", port}
	}
	more := slices.DeleteFunc(slices.Clone(s.args), func(a string) bool { return a == "--tls-port" })
	return slices.Concat([]string{"--bind", "127.0.0.1", "--unixsocket", s.Socket, "--save", "", "--appendonly", "no", "--dir", s.t.TempDir()}, ports, more)
}

func program(t *testing.T) string {
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

// FreeAddr takes a port below those that the system gives to clients: one of these would be
// somebody's by the time a server comes for it.
func FreeAddr(t *testing.T) string {
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
