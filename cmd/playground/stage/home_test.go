package main

import (
	"testing"
)

// fits says that nothing is wider than the page.
func (p page) fits() {
	p.t.Helper()
	p.until(`() => [document.documentElement, ...document.querySelectorAll("#home, .list, #modal-blocks")].every(e => e.scrollWidth <= e.clientWidth)`)
}

// TestDecidedAtHome has two requests wait for Ben, who decides one of them on the bot's Home tab, and
// is answered by the bot in their direct messages.
func TestDecidedAtHome(t *testing.T) {
	t.Parallel()
	onDeskAndPhone(t, func(p page) {
		p.do(
			loaded(),
			enter("#composer", "/kill-session cache-prod 10.63.238.158:2048 --reason leaks\r"),
		)
		p.reads("#messages", "End 1 session on cache-prod?", "Why: leaks")
		p.do(enter("#composer", "/kill-session cache-prod 10.63.240.33:60122 --reason hangs\r"))
		p.reads("#messages", "Why: hangs")
		p.become("U0BEN")
		p.until(`() => { document.querySelector('[data-channel="D0BEN"]')?.click(); return !document.getElementById("tabs").hidden }`)
		p.do(click(`#tabs [data-tab="home"]`))
		p.reads("#home", "End 1 session on cache-prod", "@anna asks in")
		p.fits()
		p.shot("0-waits")
		p.do(
			click(`#home [data-action-id="approve"]`),
			shown("dialog[data-confirm][open]"),
		)
		p.shot("1-confirms")
		p.do(click("[data-confirm-yes]"))
		p.until(`() => document.querySelectorAll('#home [data-action-id="approve"]').length === 1`)
		p.shot("2-decided")
		p.do(click(`#tabs [data-tab="messages"]`), enter("#composer", "help\r"))
		p.reads("#messages", "I end things in production")
		p.fits()
		p.shot("3-help")
		p.do(click(`#tabs [data-tab="home"]`), click(`#home a[href*="/archives/C0INCCHECKOUT/"]`))
		p.until(`() => document.activeElement.matches("#messages .message") && document.activeElement.innerText.includes("cache-prod")`)
		p.fits()
		p.shot("4-card")
	})
}

// TestAMentionIsCompleted types a mention of the bot, which offers itself, and answers with help.
func TestAMentionIsCompleted(t *testing.T) {
	t.Parallel()
	p := open(t, play(t), 1400, 900)
	p.do(
		loaded(),
		enter("#composer", "@q"),
		shown(`#commands [role="option"]`),
	)
	p.shot("0-offers")
	p.do(enter("#composer", "\t"), enter("#composer", "what now?\r"))
	p.reads("#messages", "@Quell", "I end things in production")
	p.shot("1-help")
}

// TestFromAnAlert acts on a message that names a session: the form opens filled in.
func TestFromAnAlert(t *testing.T) {
	t.Parallel()
	onDeskAndPhone(t, func(p page) {
		p.do(
			loaded(),
			enter("#composer", "ALERT cache-prod: 10.63.238.158:2048 holds a connection for 26 h\r"),
			click(`#messages [data-more]`),
		)
		p.shot("0-menu")
		p.do(click(`#messages [data-shortcut]`))
		p.reads("#modal", "checkout-worker", "10.63.238.158:2048")
		p.fits()
		p.shot("1-filled")
		p.do(click("#modal-submit"))
		p.reads("#messages", "End 1 session on cache-prod?")
		p.fits()
		p.shot("2-asked")
		p.do(click("#shortcuts [data-more]"), click("#shortcuts [data-shortcut]"))
		p.reads("#modal", "In which channel?")
		p.shot("3-anywhere")
	})
}
