package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/bot/slacksim"
)

// The text of a command is escaped, and with should_escape it has tokens for whatever Slack
// makes links of.
func TestWhatSlackMakesOfACommandsText(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) {
		cfg.Channels = append(cfg.Channels, slacksim.Channel{ID: "C0SECRET", Name: "secret", Private: true, Members: []string{ben}})
	})
	c := s.connect()
	for typed, sent := range map[string]string{
		"can @ben, @nobody and ben":                     "can <@U0BEN|ben>, @nobody and ben",
		"in #inc-checkout, #secret or #nowhere":         "in <#C0INCCHECKOUT|inc-checkout>, #secret or #nowhere",
		"freeze cache.prod":                             "freeze <http://cache.prod|cache.prod>",
		"on cache.example.com:6379.":                    "on <http://cache.example.com:6379|cache.example.com:6379>.",
		"see https://w.example.com/a?b=1&c=2, or not":   "see <https://w.example.com/a?b=1&amp;c=2>, or not",
		"(w.example.com/a)":                             "(<http://w.example.com/a|w.example.com/a>)",
		"ask ben@example.com":                           "ask <mailto:ben@example.com|ben@example.com>",
		"a < b && c > d at 10.0.0.1:80":                 "a &lt; b &amp;&amp; c &gt; d at 10.0.0.1:80",
		"<http://x.example.com|x.example.com> <@U0BEN>": "<http://x.example.com|x.example.com> <@U0BEN>",
		"`cache-prod` *1* ｗｉｄｅ":                         "`cache-prod` *1* ｗｉｄｅ",
	} {
		s.must(s.As(anna).Say(incident, "/quell "+typed))
		assert.Equal(t, sent, c.payload()["text"])
	}
	s.must(s.As(ben).Say(incident, "/quell in #secret"))
	assert.Equal(t, "in <#C0SECRET|secret>", c.payload()["text"])
	s.must(s.As(anna).Say(incident, "/kill-session @ben #inc-checkout cache.prod <http://cache.prod> & <b>"))
	assert.Equal(t, "@ben #inc-checkout cache.prod &lt;http://cache.prod&gt; &amp; &lt;b&gt;", c.payload()["text"])
}
