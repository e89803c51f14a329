package slack

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"quell/integrations"
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

// Text escapes text from outside. An invisible word joiner keeps *, _, ~ and ` from being
// markup.
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

// Code is an inline code span. A backtick in s would end it early, so it is replaced.
func (mrkdwn) Code(s string) string {
	s = strings.ReplaceAll(exact(s), "`", "ˋ")
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

// Strong is bold.
func (mrkdwn) Strong(said string) string { return "*" + said + "*" }

// Time is a date token, which each reader's Slack draws in the reader's own time zone.
func (mrkdwn) Time(t time.Time) string {
	return fmt.Sprintf("<!date^%d^{time_secs}|%s>", t.Unix(), t.UTC().Format("15:04:05 UTC"))
}

// plain draws values where Slack reads no markup: headers, buttons, reasons.
type plain struct{}

func (plain) Text(s string) string      { return clean(s) }
func (plain) Code(s string) string      { return exact(s) }
func (plain) User(id string) string     { return clean(id) }
func (plain) Channel(id string) string  { return clean(id) }
func (plain) Strong(said string) string { return said }
func (plain) Time(t time.Time) string   { return t.UTC().Format("15:04:05 UTC") }

// exact shows an identifier: what hides in it is marked, for without it, it would be another.
func exact(s string) string {
	return integrations.Visible(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s))
}

// clean removes control characters and those that turn the direction of text around, and
// makes every white space a blank.
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

// cut shortens s to at most n characters, dots included. It ends behind a whole word:
// half a name is another name, and half of a mention or of a time is no markup any more.
// A word that alone is too long keeps both ends: names that begin alike differ there.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	kept, room := 0, n-1 // in bytes, in characters
	for _, word := range whole().FindAllString(s, -1) {
		if room -= utf8.RuneCountInString(word); room < 0 {
			break
		}
		kept += len(word)
	}
	if short := strings.TrimRight(s[:kept], " \n·,;:–"); short != "" {
		return short + "…"
	}
	letters := []rune(s)
	return string(letters[:n/2]) + "…" + string(letters[len(letters)-(n-1-n/2):])
}

// whole matches the pieces that a cut does not divide: a blank, or a word with its markup
// tokens and code spans, which may have blanks inside.
func whole() *regexp.Regexp { return regexp.MustCompile("\\s|(?:<[^>]*>|`[^`\n]*`|[^\\s<`]|[<`])+") }
