package slack

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"quell/commands/words"
	"quell/integrations"
)

// mrkdwn draws values for Slack's markup. Text from outside can neither
// mention, link nor style: the three characters that start markup are escaped
// (docs.slack.dev, "Formatting message text"), the styling ones are shown as
// others that look like them, and the text objects are sent verbatim so that
// Slack does not make links of its own.
type mrkdwn struct {
	known time.Time // the moment beside which times are read
	utc   bool      // all times are in UTC, as in the plain text beside it
	cards *permalinks
	names func(id string) string // of people and channels, where no mention can be drawn; nil for none
}

var slackID = regexp.MustCompile(`^[A-Z][A-Z0-9]{2,20}$`)

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// Text escapes text from outside, and shows each mark that could style it as a character that looks the
// same: Slack documents nothing that keeps a mark from being one. Between two letters or digits none
// styles, and names are copied as they are.
func (mrkdwn) Text(s string) string {
	said := []rune(plain{}.Text(s))
	var out strings.Builder
	for i, r := range said {
		if like := lookalike(r); like != r && (r == '`' || !within(said, i)) {
			r = like
		}
		out.WriteRune(r)
	}
	return escape(out.String())
}

// lookalike is a character that looks like a mark and is none; all others stay as they are.
func lookalike(r rune) rune {
	switch r {
	case '*':
		return '∗' // asterisk operator
	case '_':
		return 'ˍ' // modifier letter low macron
	case '~':
		return '∼' // tilde operator
	case '`':
		return 'ˋ' // modifier letter grave accent
	}
	return r
}

// within says that a character stands between two letters or digits.
func within(s []rune, i int) bool {
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return i > 0 && i < len(s)-1 && word(s[i-1]) && word(s[i+1])
}

// joiner is the word joiner, which nobody sees.
const joiner = "\u2060"

// withoutEmoji keeps ":tada:" from becoming a picture: a word joiner stands behind each colon
// that could begin such a code, for a workspace may give its own pictures any name.
func withoutEmoji(s string) string {
	words := strings.Split(s, ":")
	for i := 1; i < len(words)-1; i++ {
		if words[i] != "" && !strings.ContainsFunc(words[i], unicode.IsSpace) {
			words[i] = joiner + words[i]
		}
	}
	return strings.Join(words, ":")
}

// Code is an inline code span. A backtick in s would end it early, so it is replaced.
func (mrkdwn) Code(s string) string {
	s = strings.ReplaceAll(exact(s), "`", string(lookalike('`')))
	if s == "" {
		return "–"
	}
	return "`" + escape(s) + "`"
}

// Refer mentions people, channels and groups, and links to cases and pages. What is no id of Slack's
// mentions nobody.
func (m mrkdwn) Refer(to words.Referent, id string) string {
	switch {
	case to == words.ToCase:
		return m.cardOf(id)
	case to == words.ToPage:
		return m.link(id)
	case !slackID.MatchString(id):
		return m.Code(id)
	case to == words.ToChannel:
		return "<#" + id + ">"
	case to == words.ToGroup: // docs.slack.dev, "Formatting message text", "Mentioning groups"
		return "<!subteam^" + id + ">"
	}
	return "<@" + id + ">"
}

// cardOf is a link to the card of a case, under the case's id alone: whoever cannot open the channel
// learns no more. A case without a card is an id like any other.
func (m mrkdwn) cardOf(id string) string {
	if url := m.cards.of(id); url != "" {
		return "<" + url + "|" + id + ">"
	}
	return m.Code(id)
}

// link is an address that Slack gave: of anything else no link is made.
func (m mrkdwn) link(url string) string {
	if !strings.HasPrefix(url, "https://") || strings.ContainsAny(url, "<>| ") {
		return m.Text(url)
	}
	return "<" + escape(url) + ">"
}

// Strong is bold.
func (mrkdwn) Strong(said string) string { return "*" + said + "*" }

// Document is blocks of code, in which Slack reads no markup, each of as many pieces as fit into a
// section. Three backticks would end a block early.
func (m mrkdwn) Document(say func(words.Drawer) []string) string {
	pieces := say(words.Markdown{Name: m.names, Card: m.cards.of})
	for i, p := range pieces {
		pieces[i] = escape(strings.ReplaceAll(p, fence, "ˋˋˋ"))
	}
	var blocks []string
	for len(pieces) > 0 {
		n := 1
		for n < len(pieces) && characters(fenced(words.Joined(pieces[:n+1]))) < maxSection-len(fence) {
			n++
		}
		blocks, pieces = append(blocks, fenced(words.Joined(pieces[:n]))), pieces[n:]
	}
	return strings.Join(blocks, "\n")
}

func (m mrkdwn) Time(t time.Time) string {
	if m.utc {
		return inUTC(m.known, t)
	}
	return dateToken(m.known, t)
}

// plain draws values where Slack reads no markup but codes of emoji: headers, buttons, reasons.
type plain struct {
	known time.Time // the moment beside which times are read
}

func (plain) Text(s string) string      { return withoutEmoji(clean(s)) }
func (plain) Code(s string) string      { return exact(s) }
func (plain) Strong(said string) string { return said }
func (p plain) Time(t time.Time) string { return inUTC(p.known, t) }

func (p plain) Refer(to words.Referent, id string) string {
	if to == words.ToCase {
		return p.Code(id)
	}
	return clean(id)
}

func (plain) Document(say func(words.Drawer) []string) string { return words.Plain{}.Document(say) }

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
