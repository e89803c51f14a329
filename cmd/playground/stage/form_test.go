package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// TestAskWithoutTyping asks for two sessions in the form, stops nothing, and asks
// again for what came back.
func TestAskWithoutTyping(t *testing.T) {
	t.Parallel()
	onDeskAndPhone(t, func(p page) {
		p.do(
			loaded(),
			enter("#composer", "/kill-session\r"),
			shown(`#modal[open] [data-action-id="target"]`),
		)
		p.shot("0-where")
		p.choose("cache-prod")
		p.reads("#modal", "End sessions", "8 sessions", "Read again", "one other person")
		p.shot("1-form")
		p.pick("checkout")
		p.pick("nightly")
		p.shot("2-picked")
		p.do(click("#modal-submit"))
		p.reads("#modal", "Please complete this field.")
		p.do(
			enter(`#modal [data-action-id="reason"]`, "leaks connections, INC-2041"),
			click("#modal-submit"),
			shown(`#messages [data-action-id="approve"]`),
		)
		p.reads("#messages", "End 2 sessions on cache-prod?", "10.63.240.33:60122", "Why: leaks connections, INC-2041")
		p.shot("3-asks")
		p.become("U0BEN")
		p.press("approve")
		p.reads("#messages", "Gone: 2 sessions on cache-prod", "If it is back by")
		p.shot("4-gone")
	})
}

// TestAProtectedSessionIsShownAsSuch chooses the link of a replica, which the form
// says is protected before and after.
func TestAProtectedSessionIsShownAsSuch(t *testing.T) {
	t.Parallel()
	p := open(t, play(t), 1400, 900)
	p.do(
		loaded(),
		enter("#composer", "/kill-session cache-prod --reason curious\r"),
		shown(`#modal[open] [data-action-id="things"]`),
		enter(`#modal [data-action-id="things"]`, "replconf"),
	)
	p.reads("#modal .popup", "192.168.68.158:6379", "I do not end it: it links two nodes")
	p.shot("protected")
	p.do(enter(`#modal [data-action-id="things"]`, kb.Enter+kb.Escape), click("#modal-submit"))
	p.reads("#modal", "Nothing is chosen")
	p.shot("refused")
	p.vendorHas("192.168.68.158:6379", true)
}

// choose takes a target, for which the form then reads what is live there.
func (p page) choose(target string) {
	p.t.Helper()
	const menu = `#modal [data-action-id="target"]`
	p.do(enter(menu, target))
	p.until(`(text) => { const o = document.querySelector("#modal .popup:not([hidden]) [role=option]"); return o !== null && o.innerText.includes(text) }`, target)
	p.do(enter(menu, kb.Enter), shown(`#modal[open] [data-action-id="things"]`))
}

// pick types into the menu of sessions and chooses the first that is found.
func (p page) pick(text string) {
	p.t.Helper()
	const menu = `#modal [data-action-id="things"]`
	before, err := chromedp.Run(p.ctx, chromedp.Evaluate[int](`document.querySelectorAll("#modal .chosen li").length`))
	require.NoError(p.t, err)
	p.do(enter(menu, text))
	p.until(`(text) => { const o = document.querySelector("#modal .popup:not([hidden]) [role=option]"); return o !== null && o.innerText.toLowerCase().includes(text) }`, text)
	p.shot("searching-" + text)
	p.do(enter(menu, kb.Enter))
	p.until(`(n) => document.querySelectorAll("#modal .chosen li").length > n`, before)
	p.do(enter(menu, kb.Escape))
}
