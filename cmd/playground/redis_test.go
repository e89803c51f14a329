package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

// TestARedisOfOnesOwn adds clients to a real Redis on its tab, asks for one and sees it
// struck through where the server lists what it has.
func TestARedisOfOnesOwn(t *testing.T) {
	t.Parallel()
	server, err := sim.OpenRedis(t.Context(), startRedis(t))
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	address := playWith(t, server)
	for name, size := range map[string][2]int64{"desk": {1400, 900}, "phone": {390, 844}} {
		t.Run(name, func(t *testing.T) {
			p := open(t, address, size[0], size[1])
			p.do(chromedp.WaitReady(`[data-person="U0ANNA"]`))
			waits := p.add("waits in BLPOP")
			queues := p.add("in MULTI")
			p.add("listens (SUBSCRIBE)")
			p.shot("1-clients")

			p.ask("carts", "/kill-session carts "+queues+" --reason stuck")
			p.reads("#messages", "End 1 session on carts?", queues, "Commands queued in its transaction: 1. None of them runs.")
			p.shot("2-asks")
			p.agree()
			p.reads("#messages", "Gone: 1 session on carts", queues, "answered 1")
			p.redisHas(queues, false)
			p.redisHas(waits, true)
			p.shot("3-gone")
		})
	}
}

// add presses the button of a kind, on the tab of the Redis, and returns the name of the
// client that came of it.
func (p page) add(kind string) string {
	p.t.Helper()
	const names = `[...document.getElementById("beside").contentDocument.querySelectorAll("#rows tr:not(.ended)")].map(tr => tr.cells[1].innerText).filter(n => n.startsWith("playground-"))`
	p.until(`() => document.getElementById("beside").contentDocument.querySelectorAll("#adds button").length > 0`)
	before, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](names))
	require.NoError(p.t, err)
	p.until(`kind => {
		const button = [...document.getElementById("beside").contentDocument.querySelectorAll("#adds button")].find(b => b.innerText === kind)
		if (button) button.click()
		return button !== undefined
	}`, kind)
	var found string
	known := append([]string{"nobody"}, before...) // chromedp leaves out an argument that is empty
	p.until(`known => `+names+`.some(n => !known.includes(n))`, known)
	after, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](names))
	require.NoError(p.t, err)
	for _, n := range after {
		if !slices.Contains(before, n) {
			found = n
		}
	}
	return found
}

// redisHas waits until the tab shows a live client of that name, or none.
func (p page) redisHas(name string, want bool) {
	p.t.Helper()
	p.until(`(name, want) => {
		const row = [...document.getElementById("beside").contentDocument.querySelectorAll("#rows tr")].find(tr => tr.cells[1].innerText === name)
		return want === (row !== undefined && !row.classList.contains("ended"))
	}`, name, want)
}

// startRedis runs a Redis of the test's own, which keeps nothing, and returns its address.
func startRedis(t *testing.T) string {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if slices.Contains(strings.Fields(os.Getenv("QUELL_REQUIRE")), "redis-server") {
			require.NoError(t, err, "QUELL_REQUIRE names redis-server")
		}
		t.Skip("SKIPPED: there is no redis-server on this machine, so its tab is not tested")
	}
	address := freeAddr(t)
	_, port, _ := net.SplitHostPort(address)
	server := exec.Command(path, "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	late := time.AfterFunc(20*time.Second, func() { _ = server.Process.Kill() })
	defer late.Stop()
	lines, said := bufio.NewScanner(out), ""
	for !strings.Contains(said, "Ready to accept connections") {
		require.True(t, lines.Scan(), "redis-server did not start:\n%s", said)
		said += lines.Text() + "\n"
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the process
	return address
}

// freeAddr takes a port below those that the system gives to clients.
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
