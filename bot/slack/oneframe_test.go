package slack

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// Slack does not put continuation frames together (slack-go, defaultWriteBufferSize): an
// answer to a search, of up to maxOptionsBytes, has to go out as one frame.
func TestAnAnswerIsOneFrame(t *testing.T) {
	t.Parallel()
	first := make(chan byte, 1)
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		conn, err := up.Upgrade(rw, req, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		var b [1]byte
		_, _ = io.ReadFull(conn.NetConn(), b[:])
		first <- b[0]
		_, _ = io.Copy(io.Discard, conn.NetConn())
	}))
	defer server.Close()
	conn, res, err := dialer().Dial("ws"+strings.TrimPrefix(server.URL, "http"), nil)
	require.NoError(t, err)
	_ = res.Body.Close()
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.WriteJSON(strings.Repeat("x", maxOptionsBytes)))
	select {
	case b := <-first:
		require.NotZero(t, b&0x80, "the first frame of the answer is not its last one")
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came")
	}
}
