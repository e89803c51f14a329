package slack

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/commands"
)

// A command is read as Slack hands it over: three characters escaped, and with what phones
// make of dashes and quotes.
func TestWhatPeopleTypeInSlack(t *testing.T) {
	for text, reason := range map[string]string{
		"cache 1 --reason a &lt;b&gt; &amp;amp; c": "a <b> &amp; c",
		"cache 1 —reason “leaks connections”":      "leaks connections",
		"cache 1 –reason=„leaks connections“":      "leaks connections",
		"cache 1 —-reason «leaks» ":                "leaks",
		"cache 1 --reason can’t wait":              "can’t wait",
	} {
		r, err := commands.Parse("kill-session", asTyped(text), keyboard(), func(command, _ string) commands.Grammar { return commands.GrammarOf(command) })
		require.NoError(t, err, text)
		require.Equal(t, reason, r.Reason, text)
	}
}

// Where a command asks for it, Slack writes links, people and channels as tokens (hubot#1573).
// They are turned back into what was typed, and nothing else is.
func TestATokenIsTurnedBack(t *testing.T) {
	for text, typed := range map[string]string{
		"<http://cache.prod|cache.prod>":                     "cache.prod",
		"a <https://w.example.com/a?b=1&amp;c=2>, b":         "a https://w.example.com/a?b=1&c=2, b",
		"<mailto:ben@example.com|ben@example.com>":           "ben@example.com",
		"<tel:0123|0123>":                                    "0123",
		"<@U0BEN|ben> <@U0BEN> <@W0BEN|@ben>":                "@ben @U0BEN @ben",
		"<#C0INC|inc> <#C0INC> <#C0INC|>":                    "#inc #C0INC #C0INC",
		"<!here> <!channel|channel> <!subteam^S0|@on-call>":  "@here channel @on-call",
		"&lt;http://a.example|a&gt; &lt;@U0BEN&gt; &amp;lt;": "<http://a.example|a> <@U0BEN> &lt;",
		"1 < 2 > 1, <b> < http://x > <>":                     "1 < 2 > 1, <b> < http://x > <>",
		"`cache` *1* ｗｉｄｅ ー":                                 "`cache` *1* ｗｉｄｅ ー",
	} {
		require.Equal(t, typed, asTyped(text), text)
	}
}
