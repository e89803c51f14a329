package slack

import (
	"strings"

	"quell/commands"
)

// keyboard is what Slack and people's phones make of typed text: "--" becomes a dash,
// straight quotes become those of the phone's language.
func keyboard() commands.Keyboard {
	return commands.Keyboard{Dashes: "-‐‑‒–—―−", Quotes: []string{"\"“”„‟«»", "'‘’‚‛"}}
}

// unescape undoes Slack's escaping of &, < and > in text that a person typed
// (docs.slack.dev, "Formatting message text").
func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}
