package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// TestTabNeverLandsOnNothing walks over the whole page with Tab: with a card, an open thread, an open form and
// the drawers of a narrow window. What has the focus is always to be seen, and has a name.
func TestTabNeverLandsOnNothing(t *testing.T) {
	t.Parallel()
	for name, size := range map[string][2]int64{"desk": {1400, 900}, "phone": {390, 844}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, play(t), size[0], size[1])
			p.do(loaded())
			p.focused("#composer")
			p.walk("at load", "#composer")
			p.do(
				enter("#composer", "/kill-session cache-prod 10.63.238.158:2048 --reason leaks\r"),
				shown(`#messages [data-action-id="approve"]`),
			)
			p.walk("a card", `[data-action-id="approve"]`)
			p.do(click("#messages [data-thread-open]"), shown("#thread-pane"))
			p.focused("#thread-composer")
			p.walk("a thread", "#close-thread")
			p.do(chromedp.KeyEvent(kb.Escape))
			p.focused("#messages [data-thread-open]")
			p.become("U0BEN")
			p.until(`() => { const e = document.querySelector('#messages [data-action-id="approve"]'); e?.focus(); return e === document.activeElement }`)
			p.do(chromedp.KeyEvent(kb.Enter), shown("dialog[data-confirm][open]"))
			p.walk("a confirmation", "#confirm-yes")
			p.do(chromedp.KeyEvent(kb.Escape))
			p.focused(`#messages [data-action-id="approve"]`)
			p.do(click(`#messages [data-action-id="calls"]`), shown("#modal[open]"))
			p.walk("a view", "#modal-close")
			p.do(chromedp.KeyEvent(kb.Escape))
			p.until(`() => !document.getElementById("modal").open`)
			p.do(
				click("#composer"),
				enter("#composer", "/kill-session\r"),
				shown(`#modal[open] [data-action-id="target"]`),
			)
			p.walk("a form", `#modal [data-action-id="target"]`)
			p.do(chromedp.KeyEvent(kb.Escape))
			p.until(`() => !document.getElementById("modal").open`)
			if name == "phone" {
				p.do(click("#show-sides"))
				p.walk("the left side", `[data-person="U0BEN"]`)
				p.do(click("#show-sides"), chromedp.KeyEvent(kb.Escape))
				p.focused("#show-sides")
				p.do(click("#show-beside"))
				p.walk("the vendor", "#beside")
				p.do(click("#show-sides"))
			}
			p.do(click(`[data-channel="D0BEN"]`), click(`[data-tab="home"]`))
			p.reads("#home", "Waits for you")
			p.walk("the Home tab", `#home [data-action-id="approve"]`)
		})
	}
}

// stop is where Tab landed: Number is the same for the same element, and Bad says what is wrong there.
type stop struct {
	What   string `json:"what"`
	Bad    string `json:"bad"`
	Number int    `json:"number"`
}

// landed looks at what has the focus, in the frame too. "" is the end of the page, where a browser's own bars come
// next: an open dialog has no end.
const landed = `(() => {
	let e = document.activeElement, within = window
	const what = []
	while (e?.tagName === "IFRAME" && e.contentDocument?.activeElement && e.contentDocument.activeElement !== e.contentDocument.body) {
		what.push("#" + e.id)
		within = e.contentWindow
		e = e.contentDocument.activeElement
	}
	const numbers = window.numbers ??= new Map()
	if (!numbers.has(e)) numbers.set(e, numbers.size + 1)
	const number = numbers.get(e)
	if (!e || e === document.body || e === document.documentElement) return { what: "", bad: document.querySelector("dialog[open]") ? "is nothing" : "", number }
	const named = e.getAttribute("aria-labelledby")?.split(" ").map(id => within.document.getElementById(id)?.textContent).join("")
	const name = e.ariaLabel || named || [...(e.labels ?? [])].map(l => l.textContent).join("") || e.title || (/^(INPUT|TEXTAREA|SELECT|DIV|SECTION)$/.test(e.tagName) ? "" : e.textContent)
	const r = e.getBoundingClientRect()
	what.push(e.tagName + (e.id && "#" + e.id) + " " + (e.dataset.actionId ?? name ?? "").trim().slice(0, 40))
	const bad = []
	if (!name?.trim()) bad.push("has no name")
	if (!e.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })) bad.push("cannot be seen")
	if (r.width < 1 || r.height < 1) bad.push("has no size")
	if (r.bottom <= 0 || r.right <= 0 || r.top >= within.innerHeight || r.left >= within.innerWidth) bad.push("is outside of the window")
	if (e.closest("[inert]")) bad.push("is inert")
	const middle = (from, to, most) => (Math.max(0, from) + Math.min(most, to)) / 2
	const top = within.document.elementFromPoint(middle(r.left, r.right, within.innerWidth), middle(r.top, r.bottom, within.innerHeight))
	if (!bad.length && top && !e.contains(top) && !top.contains(e)) bad.push("lies below " + top.tagName + "#" + top.id + "." + top.className)
	return { what: what.join(" "), bad: bad.join(", "), number }
})()`

// walk presses Tab until it comes to an element again, and holds that it has come by one.
func (p page) walk(where, by string) {
	p.t.Helper()
	const most = 150
	been, passed, way := map[int]bool{}, false, []string{}
	for n := range most {
		p.do(chromedp.KeyEvent(kb.Tab))
		at, err := chromedp.Run(p.ctx, chromedp.Evaluate[stop](landed))
		require.NoError(p.t, err)
		way = append(way, fmt.Sprintf("%d %s", at.Number, at.What))
		require.Empty(p.t, at.Bad, "%s: Tab %d: %q", where, n, way)
		if been[at.Number] {
			require.True(p.t, passed, "%s: Tab came round after %d and never by %s: %q", where, n, by, way)
			return
		}
		been[at.Number] = true
		here, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](fmt.Sprintf("document.activeElement.matches(%q)", by)))
		require.NoError(p.t, err)
		passed = passed || here
	}
	p.shot("failed")
	require.Fail(p.t, "Tab does not come round", where)
}

// focused waits until an element has the focus.
func (p page) focused(selector string) {
	p.t.Helper()
	p.until(`selector => document.activeElement?.matches(selector)`, selector)
}
