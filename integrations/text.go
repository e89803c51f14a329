package integrations

import (
	"strings"
	"unicode"
)

// Clean makes a vendor's string fit to be shown: whatever could break a line,
// turn the reading direction or hide is replaced by U+FFFD, and past limit
// characters it is cut, with an ellipsis that counts among them.
func Clean(s string, limit int) string {
	s = strings.Map(visible, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return string(runes[:limit-1]) + "…"
}

func visible(r rune) rune {
	if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
		return unicode.ReplacementChar
	}
	return r
}
