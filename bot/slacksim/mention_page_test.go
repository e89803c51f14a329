package slacksim_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"

	"quell/bot/slacksim"
)

// wrote waits for the newest message of a channel to have a text, as the app gets it.
func (b browser) wrote(text string) {
	b.Helper()
	b.see(anna, func(s slacksim.State) bool {
		in := s.In(incident)
		return len(in) > 0 && in[len(in)-1].Text == text
	})
}

// TestAMentionIsWrittenWithTheKeyboard completes people in the middle of a text and by their surname,
// and leaves the list with Escape.
func TestAMentionIsWrittenWithTheKeyboard(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	b := s.browse(1400, 900)
	b.click("#composer")
	b.keys("ask @")
	b.reads("#commands", "@anna", "Ben Ito", "@quell")
	b.until(`() => document.getElementById("commands").ariaLabel === "People"`)
	b.shot("1-people")
	b.keys(kb.ArrowDown, kb.Enter)
	b.holds("#composer", "ask @ben ")
	b.keys("now", kb.ArrowLeft, kb.ArrowLeft, kb.ArrowLeft, "or @min")
	b.reads("#commands", "Cho Min")
	b.keys(kb.Tab)
	b.holds("#composer", "ask @ben or @cho now")
	b.keys("please ", kb.Enter)
	b.wrote("ask <@U0BEN> or <@U0CHO> please now")

	b.keys("@an", kb.Escape)
	b.until(`() => !document.getElementById("commands").checkVisibility()`)
	b.keys(kb.Enter)
	b.wrote("@an")
	b.keys("/")
	b.until(`() => document.getElementById("commands").ariaLabel === "Slash commands"`)
}

// TestAMentionEndsWithItsName has what people write after a name, and what is no mention.
func TestAMentionEndsWithItsName(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	b := s.browse(1400, 900)
	b.click("#composer")
	for typed, want := range map[string]string{
		"thanks @ben.":               "thanks <@U0BEN>.",
		"(@Ben, @cho)":               "(<@U0BEN>, <@U0CHO>)",
		"mail ops@ben or @benedict ": "mail ops@ben or @benedict ",
	} {
		b.keys(typed, kb.Escape, kb.Enter)
		b.wrote(want)
	}
}

// TestWhatIsTypedIsNoToken has the page escape what people type, so that only the names among it ring.
func TestWhatIsTypedIsNoToken(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried)
	b := s.browse(1400, 900)
	b.click("#composer")
	b.keys("<!channel> <@U0BEN> &amp; <|x>, @cho", kb.Escape, kb.Enter)
	b.wrote("&lt;!channel&gt; &lt;@U0BEN&gt; &amp;amp; &lt;|x&gt;, <@U0CHO>")
	b.reads("#messages", "<!channel> <@U0BEN> &amp; <|x>, @cho")
	assert.Empty(t, s.rung(ben))
	assert.Equal(t, []string{"<!channel> <@U0BEN> &amp; <|x>, @Cho Min"}, s.rung("U0CHO"))
	b.keys(kb.ArrowUp)
	b.holds("#composer", "<!channel> <@U0BEN> &amp; <|x>, @cho")
}

// TestAMentionInAThread reaches the app with the thread that it stands in.
func TestAMentionInAThread(t *testing.T) {
	t.Parallel()
	s := start(t, unhurried, subscribed)
	c := s.connect()
	s.must(s.As(ben).Say(incident, "cache is down"))
	top := s.As(anna).State().Messages[0].TS
	b := s.browse(390, 844)
	b.click("#messages [data-thread-open]")
	b.click("#thread-composer")
	b.keys("@que")
	b.until(`() => [...document.querySelectorAll("#thread-people [role=option]")].some(` + hit + `)`)
	b.shot("people")
	assert.Empty(t, tells[[]string](b, tooSmall("#thread-people [role=option]")))
	b.keys(kb.Enter, "help", kb.Enter)
	event := c.payload()["event"].(object)
	assert.Equal(t, []any{"app_mention", "<@U0QUELL> help", top}, []any{event["type"], event["text"], event["thread_ts"]})
}
