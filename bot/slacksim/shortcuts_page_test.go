package slacksim_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"

	"quell/bot/slacksim"
)

// offering has shortcuts of both kinds on the page.
func offering(cfg *slacksim.Config) {
	cfg.Shortcuts = []slacksim.Shortcut{
		{Name: "Stop something…", Type: "global", CallbackID: "stop", Description: "Opens a form"},
		{Name: "Tell me what is open", Type: "global", CallbackID: "open"},
		{Name: "Act on this…", Type: "message", CallbackID: "act"},
		{Name: "What was done here?", Type: "message", CallbackID: "done"},
	}
}

// hit tells whether a control is on the screen with nothing over it.
const hit = `e => {
	const { left, right, top, bottom } = e.getBoundingClientRect()
	const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
	return inside && e.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2))
}`

// covered lists the messages of which a button covers some words.
const covered = `[...document.querySelectorAll("#messages .message")].filter(e => {
	const words = document.createRange()
	words.selectNodeContents(e.querySelector(".body"))
	const boxes = [...words.getClientRects()]
	const over = [...e.querySelectorAll(":scope > button, [data-more]")].map(b => b.getBoundingClientRect())
	return over.some(o => boxes.some(w => o.left < w.right && w.left < o.right && o.top < w.bottom && w.top < o.bottom))
}).map(e => e.innerText)`

// TestAGlobalShortcutIsRunWithTheKeyboard opens the menu beside the composer, walks in it while people
// go on writing, and comes back to where it was.
func TestAGlobalShortcutIsRunWithTheKeyboard(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried, offering)
	c := s.connect()
	b := s.browse(1400, 900)
	b.click("#shortcuts [data-more]")
	b.focused(`#shortcuts [data-shortcut="stop"]`)
	b.shot("1-open")
	b.keys(kb.Escape)
	b.focused("#shortcuts [data-more]")
	b.until(`() => !document.querySelector("#shortcuts [role=menu]").checkVisibility()`)

	b.keys(kb.ArrowDown)
	b.focused(`#shortcuts [data-shortcut="stop"]`)
	s.must(s.As(ben).Say(incident, "anybody here?"))
	b.reads("#messages", "anybody here?")
	b.keys(kb.ArrowDown)
	b.focused(`#shortcuts [data-shortcut="open"]`)
	b.keys(kb.ArrowDown)
	b.focused(`#shortcuts [data-shortcut="stop"]`)
	b.keys(kb.ArrowUp, kb.Enter)
	payload := c.payload()
	assert.Equal(t, []any{"shortcut", "open"}, []any{payload["type"], payload["callback_id"]})
	b.focused("#shortcuts [data-more]")
	assert.Equal(t, "Shortcuts", tells[string](b, `document.querySelector("#shortcuts [data-more]").ariaLabel`))
}

// TestAMessageShortcutIsInReachOfAThumb opens the menu of the newest message, at the end of a phone's
// screen, and that of one in a thread.
func TestAMessageShortcutIsInReachOfAThumb(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried, offering)
	c := s.connect()
	for i := range 30 {
		s.must(s.As(ben).Say(incident, fmt.Sprintf("ALERT cache-prod: 10.0.0.%d:80 hangs", i)))
	}
	newest := s.As(anna).State().Messages[29].TS
	b := s.browse(390, 844)
	b.click(fmt.Sprintf(`#messages [data-ts="%s"] [data-more]`, newest))
	b.until(`() => [...document.querySelectorAll("#messages [role=menuitem]")].filter(e => e.checkVisibility()).every(` + hit + `)`)
	b.shot("1-menu")
	assert.Empty(t, tells[[]string](b, tooSmall("#messages [data-more], #messages [role=menuitem], #shortcuts [data-more]")))
	assert.Empty(t, tells[[]string](b, covered), "no word of a message is covered")
	b.do(chromedp.Click(fmt.Sprintf(`#messages [data-ts="%s"] [data-shortcut="act"]`, newest)))
	payload := c.payload()
	assert.Equal(t, []any{"message_action", "act", newest}, []any{payload["type"], payload["callback_id"], payload["message_ts"]})

	b.click(fmt.Sprintf(`#messages [data-thread-open="%s"]`, newest))
	b.click("#thread [data-more]")
	b.until(`() => [...document.querySelectorAll("#thread [role=menuitem]")].every(` + hit + `)`)
	b.shot("2-thread")
	b.keys(kb.ArrowDown, kb.Enter)
	assert.Equal(t, "done", c.payload()["callback_id"])
	assert.Equal(t, 390, tells[int](b, `document.documentElement.scrollWidth`))
}

// TestAMenuAtTheEdgeStaysOnThePhone opens an overflow menu that stands at the right of a section.
func TestAMenuAtTheEdgeStaysOnThePhone(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	s.posted(object{"channel": incident, "blocks": []object{with(section("Who takes over?"), "accessory", object{
		"type": "overflow", "action_id": "more", "options": []object{option("mute"), option("again")},
	})}})
	b := s.browse(390, 844)
	b.click(`[data-action-id="more"]`)
	b.until(`() => [...document.querySelectorAll(".popup [role=option]")].every(` + hit + `)`)
	b.shot("open")
}
