package slacksim_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestAPermalinkLeadsThereOnThePage follows one from the Home tab to a message far up in a channel, and
// one to a reply; a link to elsewhere stays what it is.
func TestAPermalinkLeadsThereOnThePage(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried, homely)
	c := s.connect()
	card := s.posted(object{"channel": incident, "text": "End 1 session?"})
	for i := range 40 {
		s.must(s.As(ben).Say(incident, fmt.Sprintf("talk %d", i)))
	}
	reply := s.posted(object{"channel": incident, "text": "timeline", "thread_ts": card})
	link := func(ts string) string {
		return s.ok("chat.getPermalink", object{"channel": incident, "message_ts": ts})["permalink"].(string)
	}
	b := s.browse(390, 844)
	b.toHome(c)
	text := fmt.Sprintf("<%s|Q-CARD> <%s|Q-REPLY> <https://acme.slack.com/archives/C0SECRET/p1795858497616440|Q-SECRET>", link(card), link(reply))
	b.ok("views.publish", object{"user_id": anna, "view": object{"type": "home", "blocks": []object{section(text)}}})
	b.click(fmt.Sprintf(`#home a[href="%s"]`, link(card)))
	b.focused(fmt.Sprintf(`#messages [data-ts="%s"]`, card))
	b.until(`ts => (`+hit+`)(document.querySelector('#messages [data-ts="' + ts + '"]'))`, card)
	b.shot("found")
	s.must(s.As(ben).Say(incident, "more talk"))
	b.reads("#messages", "more talk")
	b.until(`ts => (`+hit+`)(document.querySelector('#messages [data-ts="' + ts + '"]'))`, card)

	b.toHome(c)
	b.click(`#home a[href*="cid="]`)
	b.focused(fmt.Sprintf(`#thread [data-ts="%s"]`, reply))
	b.toHome(c)
	b.until(`() => !document.getElementById("home").hidden`)
	assert.Equal(t, "_blank", tells[string](b, `document.querySelector('#home a[href*="C0SECRET"]').target`))
	assert.False(t, tells[bool](b, `(() => {
		const a = document.querySelector('#home a[href*="C0SECRET"]')
		let kept = false
		addEventListener("click", e => { kept = e.defaultPrevented; e.preventDefault() }, { once: true })
		a.click()
		return kept
	})()`), "a channel that Anna is not in")
}
