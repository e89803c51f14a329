package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

// TestTwentyOnAPhone asks for twenty sessions on a narrow screen: each stands on the card with its address,
// nothing is wider than the screen, and what is pressed can be hit with a thumb.
func TestTwentyOnAPhone(t *testing.T) {
	t.Parallel()
	cache := sim.CacheProd()
	var peers []string
	for i := range 20 {
		peers = append(peers, fmt.Sprintf("10.63.241.%d:%d", 10+i, 40100+7*i))
		cache.Sessions = append(cache.Sessions, sim.Session{
			Peer: peers[i], Name: "checkout-worker", Cmd: "brpop", Flags: "b", Age: 26 * time.Hour, Idle: 3 * time.Hour,
		})
	}
	p := open(t, playOn(t, stage{cache: cache}), 390, 844)
	p.do(
		loaded(),
		enter("#composer", "/kill-session cache-prod "+strings.Join(peers, " ")+" --reason leaks\r"),
	)
	p.reads("#messages", "End 20 sessions on cache-prod?", "Why: leaks")
	p.reads("#messages", peers...)
	p.do(shown(`#messages [data-action-id="approve"]`))
	p.shot("1-end")
	p.until(`() => { document.querySelector("#messages .message").scrollIntoView(); return true }`)
	p.shot("2-begin")
	wide, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll("#messages .message, #messages .message *")]
		.filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + " " + e.textContent.slice(0, 40))`))
	require.NoError(t, err)
	assert.Empty(t, wide, "wider than the screen")
	low, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll("#messages .card button[data-action-id]")]
		.filter(e => e.getBoundingClientRect().height < 40).map(e => e.textContent)`))
	require.NoError(t, err)
	assert.Empty(t, low, "too low for a thumb")
	p.do(chromedp.EmulateViewport(390, 2400))
	p.until(`() => innerHeight === 2400`)
	p.shot("3-whole")
}
