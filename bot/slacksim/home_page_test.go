package slacksim_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"

	"quell/bot/slacksim"
)

func homely(cfg *slacksim.Config) { cfg.Events = []string{"app_home_opened", "message.im"} }

// decisions is a Home tab with a dialog, a menu and a button.
func decisions(text string) object {
	approve := with(button("approve", "Approve", "Q-1"), "confirm", object{"title": plain("End 1 session?"), "text": plain("It cannot be undone."), "confirm": plain("Approve"), "deny": plain("Not now")})
	when := object{"type": "static_select", "action_id": "when", "placeholder": plain("When?"), "options": []object{option("now"), option("later")}}
	return object{"type": "home", "blocks": []object{
		with(section(text), "block_id", "text"),
		with(actions(approve, when), "block_id", "vote"),
	}}
}

// toHome opens the app's Home tab, of which the app hears.
func (b browser) toHome(c wire) object {
	b.Helper()
	b.click(`[data-channel="D0ANNA"]`)
	b.click(`#tabs [data-tab="home"]`)
	return c.payload()["event"].(object)
}

// TestTheHomeTabIsPlayed opens it, acts in it, and sees it published anew.
func TestTheHomeTabIsPlayed(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried, homely)
	c := s.connect()
	b := s.browse(1400, 900)
	event := b.toHome(c)
	assert.Equal(t, []any{"app_home_opened", anna, "home"}, []any{event["type"], event["user"], event["tab"]})
	b.reads("#home", "Nothing here yet.")
	b.ok("views.publish", object{"user_id": anna, "view": decisions("one waits")})
	b.reads("#home", "one waits")

	b.click(`#home [data-action-id="approve"]`)
	b.reads("#confirm", "End 1 session?", "It cannot be undone.")
	b.keys(kb.Enter)
	b.until(`() => !document.getElementById("confirm").open`)
	b.click(`#home [data-action-id="when"]`)
	b.keys(kb.ArrowDown, kb.Enter)
	chosen := c.payload()["actions"].([]any)[0].(object)
	assert.Equal(t, []any{"when", "later"}, []any{chosen["action_id"], chosen["selected_option"].(object)["value"]}, "the dialog's first answer was no")

	b.click(`#home [data-action-id="approve"]`)
	b.click("[data-confirm-yes]")
	click := c.payload()
	assert.Equal(t, "home", click["view"].(object)["type"])
	b.ok("views.publish", object{"user_id": anna, "view": decisions("none waits")})
	b.reads("#home", "none waits")
	b.focused(`#home [data-action-id="approve"]`)
	b.shot("drawn-anew")
}

// TestAClickAtHomeThatFailsSaysSo has an app that does not answer, and then does.
func TestAClickAtHomeThatFailsSaysSo(t *testing.T) {
	t.Parallel()
	s := start(t, impatient, homely)
	s.connect()
	b := s.browse(390, 844)
	b.click(`[data-channel="D0ANNA"]`)
	b.click(`#tabs [data-tab="home"]`)
	b.ok("views.publish", object{"user_id": anna, "view": decisions("one waits")})
	b.click(`#home [data-action-id="approve"]`)
	b.click("[data-confirm-yes]")
	b.reads("#home [role=alert]", "trouble")
	b.shot("failed")
	assert.Equal(t, 390, tells[int](b, `Math.max(document.documentElement.scrollWidth, document.getElementById("home").scrollWidth)`))
	assert.Empty(t, tells[[]string](b, tooSmall("#tabs button, #home button, #home input")))
	b.ok("views.publish", object{"user_id": anna, "view": decisions("two wait")})
	b.until(`() => document.querySelector("#home [role=alert]:not([hidden])") === null`)
}

// TestDirectMessagesWaitBesideTheHomeTab has the app write while its Home tab is open: the tab of
// messages says so until they are read. A talk of two people has no Home tab.
func TestDirectMessagesWaitBesideTheHomeTab(t *testing.T) {
	t.Parallel()
	talk := slacksim.Channel{ID: "D0PAIR", Name: "ben", Members: []string{anna, ben}, Direct: true, WithoutApp: true}
	s := start(t, unhurried, homely, func(cfg *slacksim.Config) { cfg.Channels = append(cfg.Channels, talk) })
	c := s.connect()
	b := s.browse(1400, 900)
	b.toHome(c)
	const unread = `#tabs [data-tab="messages"] [aria-label="unread"]:not([hidden])`
	b.posted(object{"channel": "D0ANNA", "text": "two requests wait for you"})
	b.until(`selector => document.querySelector(selector) !== null`, unread)
	b.shot("1-unread")
	b.click(`#tabs [data-tab="messages"]`)
	b.reads("#messages", "two requests wait for you")
	b.until(`selector => document.querySelector(selector) === null`, unread)
	b.click("#composer")
	b.keys("help", kb.Enter)
	event := c.payload()["event"].(object)
	assert.Equal(t, []any{"message", "im", "help"}, []any{event["type"], event["channel_type"], event["text"]})
	b.click(`[data-channel="D0PAIR"]`)
	b.until(`() => document.getElementById("channel").textContent === "ben" && document.getElementById("tabs").hidden`)
}

// TestAnAppWithoutAHomeTab has direct messages alone.
func TestAnAppWithoutAHomeTab(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried, func(cfg *slacksim.Config) { cfg.NoHomeTab = true })
	b := s.browse(1400, 900)
	b.click(`[data-channel="D0ANNA"]`)
	b.until(`() => document.getElementById("channel").textContent === "Quell" && document.getElementById("tabs").hidden`)
}
