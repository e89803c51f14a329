package slack

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// mrkdwn draws values for Slack's markup. Text from outside can neither
// mention, link nor style: the three characters that start markup are escaped
// (docs.slack.dev, "Formatting message text"), the styling ones are kept from
// closing, and the text objects are sent verbatim so that Slack does not make
// links of its own.
type mrkdwn struct{}

var slackID = regexp.MustCompile(`^[A-Z][A-Z0-9]{2,20}$`)

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// Text keeps *, _, ~ and ` from being markup by an invisible word joiner.
func (mrkdwn) Text(s string) string {
	var b strings.Builder
	for _, r := range clean(s) {
		if strings.ContainsRune("*_~`", r) {
			b.WriteRune('\u2060')
		}
		b.WriteRune(r)
	}
	return escape(b.String())
}

// Code shows an identifier letter by letter. A backtick would end it early.
func (mrkdwn) Code(s string) string {
	s = strings.ReplaceAll(clean(s), "`", "ˋ")
	if s == "" {
		return "–"
	}
	return "`" + escape(s) + "`"
}

func (m mrkdwn) User(id string) string {
	if !slackID.MatchString(id) {
		return m.Code(id)
	}
	return "<@" + id + ">"
}

func (m mrkdwn) Channel(id string) string {
	if !slackID.MatchString(id) {
		return m.Code(id)
	}
	return "<#" + id + ">"
}

// Time is a token that each reader's Slack draws in the reader's own zone.
func (mrkdwn) Time(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{time_secs}|%s>", t.Unix(), t.UTC().Format("15:04:05 UTC"))
}

// plain draws values where Slack reads no markup: headers, buttons, reasons.
type plain struct{}

func (plain) Text(s string) string     { return clean(s) }
func (plain) Code(s string) string     { return clean(s) }
func (plain) User(id string) string    { return clean(id) }
func (plain) Channel(id string) string { return clean(id) }
func (plain) Time(t time.Time) string  { return t.UTC().Format("15:04:05 UTC") }

// clean takes out what has no business on a card: control characters, and the
// ones that turn the direction of text around.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
}

// cut shortens s to at most n characters.
func cut(s string, n int) string {
	rs := []rune(s)
	if len(rs) <= n {
		return s
	}
	return string(rs[:n-1]) + "…"
}
