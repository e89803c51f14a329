package main

import (
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"quell/integrations/redistest"
	"quell/integrations/sim"
)

// TestARedisOfOnesOwn adds clients to a real Redis on its tab, asks for one and sees it
// struck through where the server lists what it has.
func TestARedisOfOnesOwn(t *testing.T) {
	t.Parallel()
	server, err := sim.OpenRedis(t.Context(), redistest.Start(t).Addr)
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	address := playWith(t, server)
	for name, size := range map[string][2]int64{"desk": {1400, 900}, "phone": {390, 844}} {
		t.Run(name, func(t *testing.T) {
			p := open(t, address, size[0], size[1])
			p.do(loaded())
			waits := p.add("waits in BLPOP")
			queues := p.add("in MULTI")
			p.add("listens (SUBSCRIBE)")
			p.shot("1-clients")

			p.ask("carts", "/kill-session carts "+queues+" --reason stuck")
			p.reads("#messages", "End 1 session on carts?", queues, "Commands queued in its transaction: 1. None of them runs.")
			p.shot("2-asks")
			p.means()
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
