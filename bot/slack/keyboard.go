package slack

import (
	"cmp"
	"regexp"
	"strings"

	"quell/commands"
)

// keyboard is what Slack and people's phones make of typed text: "--" becomes a dash,
// straight quotes become those of the phone's language.
func keyboard() commands.Keyboard {
	return commands.Keyboard{Dashes: "-‐‑‒–—―−", Quotes: []string{"\"“”„‟«»＂", "'‘’‚‛＇"}}
}

// asTyped is a command's text as the person typed it: without the tokens that Slack makes of
// links, people and channels for a command that asks for them (should_escape), and with &, <
// and > as they are (docs.slack.dev, "Formatting message text", "Retrieving messages"). What
// was typed as "<" arrives as "&lt;" and is no token.
func asTyped(text string) string {
	return unescape(regexp.MustCompile(`<([^<>]+)>`).ReplaceAllStringFunc(text, func(token string) string {
		inside := token[1 : len(token)-1]
		value, label, _ := strings.Cut(inside, "|")
		switch {
		case strings.HasPrefix(value, "@"), strings.HasPrefix(value, "#"):
			return value[:1] + cmp.Or(strings.TrimPrefix(label, value[:1]), value[1:])
		case strings.HasPrefix(value, "!"): // a user group, everybody here, a date
			return cmp.Or(label, "@"+value[1:])
		case regexp.MustCompile(`^[a-z][a-z0-9+.-]*:`).MatchString(value):
			return cmp.Or(label, value)
		}
		return token
	}))
}

// unescape undoes Slack's escaping of &, < and > in text that a person typed
// (docs.slack.dev, "Formatting message text").
func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}
