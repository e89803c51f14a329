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
		r, err := commands.Parse("kill-session", unescape(text), keyboard(), func(command, _ string) commands.Grammar { return commands.GrammarOf(command) })
		require.NoError(t, err, text)
		require.Equal(t, reason, r.Reason, text)
	}
}
