package words

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Markdown draws for a document in Markdown (spec.commonmark.org 0.31.2, and github.github.com/gfm),
// which is read where none of Slack's ids and no reader's zone are known: people and channels have
// their names, times their day, in UTC. Text from outside stays text wherever it is pasted: it has no
// line of its own, and every character that could begin markup is escaped. What some places make of bare
// text (a link of an address, a mention of "@name") is theirs, and takes nothing of the text away.
type Markdown struct {
	Name func(id string) string // what a person, a channel or a group is called, "" where that is not known; nil for nobody
	Card func(id string) string // the address of the card of a case, "" where there is none; nil for none
}

// Text escapes what is markup anywhere, what is markup at the beginning of a line ("Block
// structure"), and entities.
func (Markdown) Text(s string) string {
	s = strings.Join(strings.Fields(printable(s)), " ")
	s = regexp.MustCompile("[\\\\`*\\[\\]<>~|]|&#?\\w+;").ReplaceAllString(s, `\$0`)
	s = regexp.MustCompile(`^[-+=#]`).ReplaceAllString(s, `\$0`)
	return underscored(regexp.MustCompile(`^([0-9]+)([.)])`).ReplaceAllString(s, `$1\$2`))
}

// underscored escapes each underscore but those between two letters, where none begins emphasis (rule
// 2 of "Emphasis and strong emphasis"): names and addresses are full of them.
func underscored(s string) string {
	parts := strings.Split(s, "_")
	for i := 1; i < len(parts); i++ {
		before, _ := utf8.DecodeLastRuneInString(parts[i-1])
		after, _ := utf8.DecodeRuneInString(parts[i])
		if !unicode.In(before, unicode.L, unicode.N) || !unicode.In(after, unicode.L, unicode.N) {
			parts[i-1] += `\`
		}
	}
	return strings.Join(parts, "_")
}

// Code is a code span. A backtick in s would end it early, so it is replaced.
func (Markdown) Code(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(marked(printable(s))), "`", "ˋ")
	if s == "" {
		return "–"
	}
	return "`" + s + "`"
}

// Refer is a link to a case or a page, or the name of a person, a channel or a group.
func (m Markdown) Refer(to Referent, id string) string {
	switch to {
	case ToCase:
		return m.cardOf(id)
	case ToPage:
		return m.link(id)
	case ToChannel:
		return m.named("#", id)
	case ToGroup:
		return m.named("@", id)
	}
	return m.named("", id)
}

// cardOf is a link to the card of a case.
func (m Markdown) cardOf(id string) string {
	if m.Card != nil {
		if url := m.Card(id); url != "" {
			return "[" + m.Text(id) + "](" + url + ")"
		}
	}
	return m.Text(id)
}

// named is a name with its id behind it, for two may have one name; else the id.
func (m Markdown) named(mark, id string) string {
	if m.Name != nil {
		if name := m.Text(m.Name(id)); name != "" {
			return mark + name + " (" + m.Text(id) + ")"
		}
	}
	return m.Text(id)
}

// link is an autolink; of what is no address of the web none is made.
func (m Markdown) link(url string) string {
	if !strings.HasPrefix(url, "https://") || strings.ContainsAny(url, "<> ") {
		return m.Text(url)
	}
	return "<" + printable(url) + ">"
}

func (Markdown) Strong(said string) string { return "**" + said + "**" }
func (Markdown) Time(t time.Time) string   { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// Document is the Markdown itself.
func (m Markdown) Document(say func(Drawer) []string) string { return Joined(say(m)) }

// Joined are the pieces of a document in Markdown, with an empty line between two.
func Joined(pieces []string) string { return strings.Join(pieces, "\n\n") }
