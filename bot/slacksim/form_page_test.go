package slacksim_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// TestAFormIsFilledInWithTheKeyboard goes through the whole of a form without
// a mouse.
func TestAFormIsFilledInWithTheKeyboard(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	heard := s.connect().answering(sessions)
	b := s.browse(1400, 900)
	view := b.openForm(heard)
	b.shot("1-loading")
	b.redraw(view, picking("214 sessions, read 2 s ago."))
	b.focused(targetMenu)
	b.holds(targetMenu, "cache-prod")

	// Something is typed before the target changes, and stays.
	b.click(reasonText)
	b.keys("leaks connections")
	b.click(thingMenu)
	b.reads("#modal .popup:not([hidden])", "Live sessions of cache-prod", "idle 41 min")
	b.shot("2-sessions")
	b.keys(kb.Enter, kb.Escape)
	b.reads(".chosen", "10.63.238.158:2048")
	assert.True(t, tells[bool](b, `document.getElementById("modal").open`), "Escape has closed the list alone")

	b.click(targetMenu)
	b.reads("#modal .popup:not([hidden])", "dcs, eu-nl, 9 sessions")
	b.shot("3-targets")
	b.keys(kb.ArrowDown, kb.Enter)
	click := b.hear(heard)
	assert.Equal(t, "cache-stage", click["actions"].([]any)[0].(object)["selected_option"].(object)["value"])
	state := click["view"].(object)["state"].(object)["values"].(object)
	assert.Equal(t, "leaks connections", state["reason"].(object)["reason"].(object)["value"], "the app is told what is typed by now")
	assert.Len(t, state["things"].(object)["things"].(object)["selected_options"], 1)

	b.redraw(view, picking("9 sessions, read just now."))
	b.reads("#modal", "9 sessions, read just now.")
	b.focused(targetMenu)
	b.holds(targetMenu, "cache-stage")
	b.holds(reasonText, "leaks connections")
	b.reads(".chosen", "10.63.238.158:2048")

	// The second choice by its name; a third is one too many.
	b.click(thingMenu)
	b.keys("warehouse")
	b.searched()
	b.reads("#modal .popup:not([hidden])", "nightly-report")
	b.keys(kb.ArrowDown, kb.Enter, kb.ArrowDown, kb.Enter)
	b.reads("#modal .popup:not([hidden]) .said", "2 of at most 2 chosen")
	b.shot("4-enough")
	b.keys(kb.Escape, kb.Tab)
	b.focused(`[data-action-id="again"]`)
	assert.Equal(t, 2, tells[int](b, `document.querySelectorAll(".chosen li").length`))

	b.click("#modal-submit")
	sent := b.hear(heard)
	assert.Equal(t, "view_submission", sent["type"])
	values := sent["view"].(object)["state"].(object)["values"].(object)
	assert.Len(t, values["things"].(object)["things"].(object)["selected_options"], 2)
	b.until(`() => !document.getElementById("modal").open`)
	b.focused("#composer")
}

// TestTheFocusStaysInTheForm goes round with Tab, in both directions.
func TestTheFocusStaysInTheForm(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	heard := s.connect().answering(sessions)
	b := s.browse(1400, 900)
	b.redraw(b.openForm(heard), picking("214 sessions."))
	b.focused(targetMenu)
	for _, stop := range []string{thingMenu, `[data-action-id="again"]`, reasonText, "#modal-close", "#modal-submit", targetMenu} {
		b.keys(kb.Tab)
		b.focused(stop)
	}
	b.keys(kb.Escape)
	b.until(`() => !document.getElementById("modal").open`)
	require.Nil(t, modal(anna, s), "Escape closes the view")
}

func TestAFormSaysWhatIsWrongAtTheField(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	heard := s.connect().answering(func(p object) any {
		if p["type"] == "view_submission" {
			return object{"response_action": "errors", "errors": object{"reason": "Name the incident."}}
		}
		return sessions(p)
	})
	b := s.browse(1400, 900)
	b.redraw(b.openForm(heard), picking("214 sessions."))
	b.focused(targetMenu)
	b.click(reasonText)
	b.keys("leak")
	b.reads("#modal .counter", "4 / 300")
	b.click("#modal-submit")
	b.reads("#modal", "Please complete this field.", "Please enter 5 characters or more.")
	b.focused(thingMenu)
	b.shot("wrong")
	b.click(thingMenu)
	b.reads("#modal .popup:not([hidden])", "checkout-worker")
	b.keys(kb.Enter, kb.Escape)
	b.until(`() => !document.getElementById("modal").innerText.includes("Please complete")`)
	b.click(reasonText)
	b.keys("s again")
	b.until(`() => !document.getElementById("modal").innerText.includes("Please enter")`)

	b.click("#modal-submit")
	assert.Equal(t, "view_submission", b.hear(heard)["type"])
	b.reads("#modal", "Name the incident.")
	b.focused(reasonText)
	b.shot("refused")
}

// TestAFormIsBusyUntilTheAppAnswers submits once, however often it is pressed.
func TestAFormIsBusyUntilTheAppAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	c := s.connect()
	b := s.browse(1400, 900)
	c.open(form())
	b.click(`#modal [data-action-id="text"]`)
	b.keys("stuck", kb.Enter)
	e := c.next()
	b.until(`() => document.getElementById("modal-submit").ariaBusy === "true" && document.getElementById("modal-blocks").inert`)
	b.shot("busy")
	b.click("#modal-submit")
	c.ack(e, nil)
	b.until(`() => !document.getElementById("modal").open`)
	c.settled(anna)
}

// TestAFormFitsOnAPhone measures what a thumb has to hit.
func TestAFormFitsOnAPhone(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	heard := s.connect().answering(sessions)
	b := s.browse(390, 844)
	b.shot("1-channel")
	b.click("#show-sides")
	b.click("#faults summary")
	b.shot("1-sides")
	assert.Empty(t, tells[[]string](b, tooSmall("button, summary, select, textarea, #faults input")))
	b.keys(kb.Escape)
	b.redraw(b.openForm(heard), picking("214 sessions, read 2 s ago."))
	b.focused(targetMenu)
	b.shot("2-form")
	b.click(thingMenu)
	b.reads("#modal .popup:not([hidden])", "checkout-worker")
	b.keys(kb.Enter, kb.ArrowDown, kb.ArrowDown, kb.Enter)
	b.shot("3-choosing")
	assert.Empty(t, tells[[]string](b, tooSmall("#modal button, #modal input, #modal [role=option]")))
	b.keys(kb.Escape)
	b.shot("4-chosen")
	assert.Equal(t, []int{0, 0, 390, 844}, tells[[]int](b, `(({ left, top, width, height }) => [left, top, width, height].map(Math.round))(document.getElementById("modal").getBoundingClientRect())`))
	assert.Equal(t, 390, tells[int](b, `Math.max(document.documentElement.scrollWidth, document.getElementById("modal-blocks").scrollWidth)`), "nothing is wider than the phone")
}

// tooSmall lists what is shown lower than 40 pixels.
func tooSmall(selector string) string {
	return `[...document.querySelectorAll("` + selector + `")].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 40).map(e => e.outerHTML)`
}

// TestSomebodyElsesFormIsNotMine goes to another person with the keyboard, and
// back to what was typed.
func TestSomebodyElsesFormIsNotMine(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	c := s.connect()
	b := s.browse(1400, 900)
	c.open(form())
	b.click(`#modal [data-action-id="text"]`)
	b.keys("stuck")
	b.sitDown(2)
	b.until(`() => !document.getElementById("modal").open`)
	b.sitDown(1)
	b.holds(`#modal [data-action-id="text"]`, "stuck")
	assert.Nil(t, modal(ben, s))
	s.must(s.As(anna).Submit(modal(anna, s).ID, slacksim.Values{"why": {"text": {"value": "stuck"}}}))
}
