package redis

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// far is a connection to another machine, which notes what is written.
type far struct {
	net.Conn
	written *int
}

func (f far) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 6379}
}

func (f far) Write(p []byte) (int, error) {
	*f.written += len(p)
	return f.Conn.Write(p)
}

// TestANameThatIsNotThisMachine: what "localhost" means is up to a resolver. Nothing is
// written to another machine in the clear, unless that was accepted.
func TestANameThatIsNotThisMachine(t *testing.T) {
	for _, accepted := range []bool{false, true} {
		c, err := New(Config{Endpoint: "redis://localhost", Plaintext: accepted}, time.Now)
		require.NoError(t, err)
		written := 0
		c.connect = func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go func() { _, _ = there.Read(make([]byte, 1<<10)); _ = there.Close() }()
			t.Cleanup(func() { _ = there.Close() })
			return far{here, &written}, nil
		}
		_, err = c.Sessions(t.Context(), "")
		assert.Equal(t, accepted, integrations.KindOf(err) != integrations.NotSent, "%v", err)
		assert.Equal(t, accepted, written > 0)
		require.NoError(t, c.Close())
	}
}
