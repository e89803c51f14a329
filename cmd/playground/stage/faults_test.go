package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAClickThatComesTwiceCountsOnce makes Slack deliver Ben's yes twice, with
// the section at the side of the page.
func TestAClickThatComesTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	p := open(t, play(t), 1400, 900)
	p.do(
		loaded(),
		enter("#composer", "/kill-session cache-prod 10.63.238.158:2048 --reason leaks\r"),
		shown(`#messages [data-action-id="approve"]`),
	)
	p.become("U0BEN")
	p.spoil("block_actions", "comes twice")
	p.reads("#faults .waiting", "the next click comes twice")
	p.reads("#faults .count", "1")
	p.shot("waiting")
	p.press("approve")
	p.until(`() => document.querySelector("#faults .waiting").hidden`)
	p.reads("#messages", "Gone: 1 session on cache-prod", "approved by @ben", "If it is back by")
	p.vendorHas("10.63.238.158:2048", false)
	calls, err := chromedp.Run(p.ctx, chromedp.Evaluate[int](`document.getElementById("beside").contentDocument.body.innerText.split("HangUpClients").length - 1`))
	require.NoError(t, err)
	assert.Equal(t, 1, calls, "the vendor was called once")
	p.shot("once")
}

// TestSlackIsMadeWellAgain switches Socket Mode off, which the page says, and
// takes back what has not happened yet: the bot comes back by itself.
func TestSlackIsMadeWellAgain(t *testing.T) {
	t.Parallel()
	p := open(t, play(t), 390, 844)
	p.do(loaded(), click("#show-sides"))
	p.spoil("chat.postMessage", "does it and fails")
	p.spoil("chat.postMessage", "does it and fails")
	p.spoil("sockets", "link_disabled")
	p.reads("#faults .waiting", "chat.postMessage does it and fails × 2", "the connection link_disabled")
	p.reads("#strip", "The bot is not connected.", "Socket Mode is switched off for this app. Switch it on")
	p.shot("off")
	p.do(click("#faults .clear"))
	p.until(`() => document.querySelector("#faults .waiting").hidden`)
	p.until(`() => !document.getElementById("strip").textContent.includes("not connected")`)
	p.spoil("app", "has too many sockets")
	p.reads("#faults .waiting", "the app has too many sockets")
	p.reads("#strip", "The bot is not connected.", "this app has ten already")
	p.do(click("#faults .clear"))
	p.until(`() => document.getElementById("strip").hidden`)
}

// spoil chooses a fault in the section at the side and lets it happen.
func (p page) spoil(what, name string) {
	p.t.Helper()
	p.until(`(what, name) => {
		const section = document.getElementById("faults")
		const { what: things, name: faults } = section.querySelector("form").elements
		section.open = true
		things.value = what
		things.dispatchEvent(new Event("change"))
		faults.value = name
		return things.value === what && faults.value === name
	}`, what, name)
	p.do(click("#faults form button"))
}
