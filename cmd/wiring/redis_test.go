package wiring_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/engine"
	"quell/cmd/wiring"
)

// carts is a target of a Redis that lists three clients to whoever asks.
func carts(t *testing.T) map[string]engine.Target {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var serving sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); serving.Wait() })
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { listClients(conn) })
		}
	})
	t.Setenv("CARTS_PASSWORD", "fake-password")
	file := fmt.Sprintf("targets:\n  carts: {kind: redis, endpoint: 'redis://%s', user: quell, password: env:CARTS_PASSWORD}\n", l.Addr())
	targets, _, err := wiring.LoadTargets("quell.yaml", []byte(file), wiring.Makings{Now: time.Now, Limiter: free{}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, targets["carts"].Close()) })
	return targets
}

// listClients answers each command by the word that tells it from the others.
func listClients(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	text := func(s string) string { return fmt.Sprintf("$%d\r\n%s\r\n", len(s), s) }
	answers := map[string]string{
		"hello": "*2\r\n$2\r\nid\r\n:9\r\n",
		"info":  text("run_id:ab12\r\n"),
		"list": text("id=5 addr=10.0.0.9:50005 name=worker idle=70 flags=N multi=-1 user=app\n" +
			"id=6 addr=10.0.1.4:6379 name= idle=1 flags=S multi=-1 user=default\n" +
			"id=7 addr=10.0.0.8:50007 name= idle=1 flags=N multi=-1 user=quell\n" +
			"id=9 addr=10.0.0.8:50009 name= idle=0 flags=N multi=-1 user=quell\n"),
	}
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if answer, ok := answers[strings.TrimSpace(lines.Text())]; ok {
			if _, err := io.WriteString(conn, answer); err != nil {
				return
			}
		}
	}
}
