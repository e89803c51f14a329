package slacksim_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"

	"quell/bot/slacksim"
)

// The phone of the person one is shows what rang it, the newest first, and a push leads to its message.
func TestThePageShowsAPhone(t *testing.T) {
	t.Parallel()
	for name, size := range map[string][2]int64{"desk": {1400, 900}, "narrow": {390, 844}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, unlimited)
			b := s.browse(size[0], size[1])
			if name == "narrow" {
				b.click("#show-sides")
			}
			b.reads("#phone", "Nothing has rung.")
			s.posted(object{"channel": "D0ANNA", "text": "for you alone"})
			thread := s.posted(object{"channel": incident, "text": "a card"})
			s.posted(object{"channel": incident, "thread_ts": thread, "text": "<@U0ANNA>: *please* decide by <!date^1790000000^{time}|04:12>", "blocks": said("<@U0ANNA>: a longer text")})
			b.reads("#phone li", "Quell", "#inc-checkout", "@Anna Weber: *please* decide by 04:12")
			b.reads("#phone li + li", "Quell", "for you alone")
			long := ":rotating_light: <@U0ANNA>: end 3 sessions of checkout-worker on cache-prod? Asked by Ben Ito in #inc-checkout, because it leaks connections (INC-2041); :nothing_known: decide until 04:12."
			s.posted(object{"channel": incident, "text": long})
			b.reads("#phone li", "🚨 @Anna Weber: end 3 sessions", ":nothing_known: decide until 04:12.")
			b.until(shownLines, 4)
			b.until(`() => { const { top, bottom } = document.querySelector("#phone li").getBoundingClientRect(); document.querySelector("#phone").scrollIntoView(); return bottom > top && top < innerHeight && bottom > 0 }`)
			b.shot("phone")
			b.until(`() => { const before = document.querySelector("#channels li:last-child button"); before.focus(); return before === document.activeElement }`)
			b.keys(kb.Tab)
			b.until(`() => { const { clientHeight, scrollHeight } = document.querySelector("#phone li button:focus-visible .text"); return clientHeight === scrollHeight }`)
			b.shot("unfolded")
			b.click("#phone li + li button")
			b.reads("#thread", "a longer text")

			b.sitDown(2)
			b.reads("#phone", "Nothing has rung.")
			assert.Equal(t, "Ben Ito’s phone", tells[string](b, `document.getElementById("phone-title").textContent`))
		})
	}
}

// shownLines tells whether a push that is longer shows so many lines.
const shownLines = `lines => {
	const text = document.querySelector("#phone li .text")
	const line = parseFloat(getComputedStyle(text).lineHeight)
	return text.scrollHeight > text.clientHeight && Math.round(text.clientHeight / line) === lines
}`

func said(text string) []object { return []object{section(text)} }

// The composer has the focus as the page is loaded, and Alt with a number works wherever the focus is.
func TestAltAndANumberWherever(t *testing.T) {
	t.Parallel()
	s := start(t, unlimited, unhurried, func(cfg *slacksim.Config) { cfg.Beside = "/page/page.css" })
	c := s.connect()
	b := s.browse(1400, 900)
	b.focused("#composer")
	b.sitDown(2)
	b.focused("#composer")

	b.until(`() => { const f = document.getElementById("beside"); f.focus(); f.contentWindow.focus(); return f.contentDocument.readyState === "complete" && f.contentDocument.hasFocus() }`)
	b.sitDown(1)
	b.focused("#composer")

	c.open(picking("214 sessions."))
	b.click(thingMenu)
	question := c.next()
	b.sitDown(2)
	b.focused("#composer")
	c.ack(question, sessions(question["payload"].(object)))
	b.sitDown(1)
	b.focused(targetMenu)
	b.keys(kb.Tab, kb.Tab)
	b.sitDown(3)
	b.focused("#composer")
}

// Escape closes what is open, the last first, and the focus is where it was before.
func TestEscapeClosesAndGivesTheFocusBack(t *testing.T) {
	t.Parallel()
	s := start(t, unlimited, unhurried)
	c := s.connect()
	ts := s.posted(object{"channel": incident, "blocks": []object{section("Kill it?"), actions(with(button("deny", "Deny", "1"), "confirm", object{
		"title": plain("Deny?"), "text": plain("It stays."), "confirm": plain("Deny"), "deny": plain("Back"),
	}))}})
	b := s.browse(1400, 900)
	open := `[data-thread-open="` + ts + `"]`
	b.click(open)
	b.until(`() => !document.getElementById("thread-pane").hidden`)
	b.focused("#thread-composer")
	b.click(`#thread [data-action-id="deny"]`)
	b.focused("#confirm-no")
	b.keys(kb.Escape)
	b.until(`() => !document.getElementById("confirm").open && !document.getElementById("thread-pane").hidden`)
	b.focused(`#thread [data-action-id="deny"]`)
	b.keys(kb.Escape)
	b.until(`() => document.getElementById("thread-pane").hidden`)
	b.focused(open)

	b.click("#composer")
	c.open(form())
	b.focused("#modal textarea, #modal input")
	b.keys(kb.Escape)
	b.until(`() => !document.getElementById("modal").open`)
	b.focused("#composer")
}

// The page beside the channel takes the focus once it is there. An empty frame that has the focus as its page comes
// keeps Tab within it.
func TestTabPassesByAnEmptyFrame(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	b := s.browse(1400, 900)
	b.focused("#composer")
	b.beside("/people/events") // which has no end
	b.keys(kb.Tab)
	b.focused("#channel-pane .primary")
	b.keys(kb.Tab)
	assert.NotEqual(t, "beside", tells[string](b, `document.activeElement.id`))

	b.beside("/page/page.css")
	b.until(`() => !document.getElementById("beside").inert`)
	b.until(`() => { const send = document.querySelector("#channel-pane .primary"); send.focus(); return send === document.activeElement }`)
	b.keys(kb.Tab)
	b.focused("#beside")
}

// beside shows a page beside the channel, as a workspace that has one does.
func (b browser) beside(address string) {
	b.Helper()
	b.until(`async address => {
		const { showBeside } = await import("/page/drawers.js")
		showBeside(address, document.getElementById("show-beside"), document.getElementById("beside-pane"))
		return true
	}`, address)
}
