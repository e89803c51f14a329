package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed active.*.json
var files embed.FS

// Drawer says how values look in one place. Each method but the last two gets a value as
// it came from outside and returns what may stand there safely.
type Drawer interface {
	Text(s string) string
	Code(s string) string
	Refer(to Referent, id string) string
	Time(t time.Time) string
	Strong(said string) string // said is drawn already
	// Document shows a text in Markdown as it is typed. say draws its pieces with the Drawer that it
	// is given, which is a Markdown with what is known in this place.
	Document(say func(Drawer) []string) string
}

// Referent is what an id stands for, which a place may show by more than the id.
type Referent string

// What an id stands for.
const (
	ToCase    = Referent(ofCase)
	ToUser    = Referent(user)
	ToChannel = Referent(channel)
	ToGroup   = Referent(group) // of users
	ToPage    = Referent(link)  // whose id is its address
)

// Catalogue holds every sentence in every language that Quell speaks.
type Catalogue struct {
	bundle *i18n.Bundle
	pseudo func() *i18n.Bundle // see Pseudo; made when it is first asked for, as hardly anybody does
	slash  slash
	hear   func(id string) // nil for nobody
}

// Listen has the id of every sentence told that is said from now on. It is for tests, which
// ask whether each is ever said.
func (c *Catalogue) Listen(hear func(id string)) { c.hear = hear }

// Load reads the catalogues that are built in. English is the language of
// last resort.
func Load() (*Catalogue, error) { return LoadPrefixed("") }

// LoadPrefixed is Load for a bot whose slash commands have a prefix: where a sentence or a
// Code value names one of them, it is named with the prefix. In a sentence a command stands
// in backticks.
func LoadPrefixed(prefix string, commands ...string) (*Catalogue, error) {
	slash := newSlash(prefix, commands)
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	names, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	for _, f := range names {
		data, err := files.ReadFile(f.Name())
		if err != nil {
			return nil, err
		}
		if _, err := bundle.ParseMessageFileBytes([]byte(slash.named(string(data))), f.Name()); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", f.Name(), err)
		}
	}
	english, err := files.ReadFile("active.en.json")
	if err != nil {
		return nil, err
	}
	pseudo := sync.OnceValue(func() *i18n.Bundle { return pseudoBundle([]byte(slash.named(string(english)))) })
	return &Catalogue{bundle: bundle, pseudo: pseudo, slash: slash}, nil
}

// slash writes the prefix into the names of slash commands. The zero slash writes none.
type slash struct {
	command *regexp.Regexp
	prefix  string
}

func newSlash(prefix string, commands []string) slash {
	if prefix == "" || len(commands) == 0 {
		return slash{}
	}
	names := make([]string, len(commands))
	for i, name := range commands {
		names[i] = regexp.QuoteMeta(name)
	}
	return slash{regexp.MustCompile("(^|`)/((?:" + strings.Join(names, "|") + ")(?:[ `]|$))"), prefix}
}

// named is text in which each command at its beginning, or behind a backtick, has the prefix.
func (s slash) named(text string) string {
	if s.command == nil {
		return text
	}
	return s.command.ReplaceAllString(text, "${1}/"+s.prefix+"${2}")
}

// Speaks reports whether there is a catalogue in the language of a locale. That a language is near
// to another is not enough: CLDR has Klingon go to English.
func (c *Catalogue) Speaks(locale string) bool {
	tag, err := language.Parse(locale)
	return err == nil && slices.ContainsFunc(c.bundle.LanguageTags(), func(spoken language.Tag) bool {
		a, _ := tag.Base()
		b, _ := spoken.Base()
		script, _ := tag.Script()
		of, _ := spoken.Script()
		return a == b && script == of
	})
}

// Speaker says messages in one language, in one place.
type Speaker struct {
	localizer *i18n.Localizer
	drawer    Drawer
	slash     slash
	hear      func(id string)
}

// In returns a Speaker for a locale such as "ja-JP"; an unknown one gets English.
func (c *Catalogue) In(locale string, d Drawer) Speaker {
	if locale == Pseudo {
		return Speaker{i18n.NewLocalizer(c.pseudo(), "en"), d, c.slash, c.hear}
	}
	return Speaker{i18n.NewLocalizer(c.bundle, locale), d, c.slash, c.hear}
}

// Say turns a message into text. A message that the catalogue lacks is said by
// its id, so that nothing is ever silently left out.
func (s Speaker) Say(m Message) string {
	if m.IsZero() {
		return ""
	}
	if s.hear != nil {
		s.hear(m.ID)
	}
	cfg := i18n.LocalizeConfig{MessageID: m.ID, TemplateData: s.draw(m.Values)}
	if n, ok := m.Values["count"]; ok {
		cfg.PluralCount = int(n.number())
	}
	out, err := s.localizer.Localize(&cfg)
	if out == "" && err != nil {
		return "[" + m.ID + "]"
	}
	return out
}

func (s Speaker) draw(values V) map[string]string {
	out := make(map[string]string, len(values))
	for name, v := range values {
		out[name] = s.Value(v)
	}
	return out
}

// Value draws one value alone.
func (s Speaker) Value(v Value) string {
	switch v.Kind {
	case code:
		return s.drawer.Code(s.slash.named(v.Value))
	case ofCase, user, channel, group, link:
		return s.drawer.Refer(Referent(v.Kind), v.Value)
	case count:
		return strconv.FormatInt(v.number(), 10)
	case moment:
		return s.drawer.Time(time.UnixMicro(v.number()))
	case duration:
		return s.span(time.Duration(v.number()))
	case inner, strong:
		return s.within(v)
	case lines:
		return strings.Join(s.each(v.List), "\n")
	case document:
		return s.drawer.Document(func(d Drawer) []string {
			s.drawer = d
			return s.each(v.List)
		})
	case all, anyOf:
		return s.listed(v)
	default:
		return s.drawer.Text(v.Value)
	}
}

func (s Speaker) each(ms []Message) []string {
	said := make([]string, len(ms))
	for i, m := range ms {
		said[i] = s.Say(m)
	}
	return said
}

// listed says a list by the four patterns that each language has for one (CLDR, "Unicode Locale
// Data Markup Language", "List Patterns").
func (s Speaker) listed(v Value) string {
	last := len(v.Items) - 1
	switch {
	case last < 1: // damaged: list makes none of fewer than two
		return s.drawer.Text(v.Value)
	case last == 1:
		return s.Say(pair(v.Kind, "two", v.Items[0], v.Items[1]))
	}
	rest := pair(v.Kind, "end", v.Items[last-1], v.Items[last])
	for _, item := range slices.Backward(v.Items[1 : last-1]) {
		rest = pair(v.Kind, "middle", item, Say(rest))
	}
	return s.Say(pair(v.Kind, "start", v.Items[0], Say(rest)))
}

// pair joins two parts of a list.
func pair(list kind, pattern string, first, second Value) Message {
	return New("list."+(string(list)+"-"+pattern), V{"first": first, "second": second})
}

// within says a message within a message.
func (s Speaker) within(v Value) string {
	switch {
	case v.Inner == nil:
		return ""
	case v.Kind == strong:
		return s.drawer.Strong(s.Say(*v.Inner))
	}
	return s.Say(*v.Inner)
}

// span says a length of time in its one or two largest units: "3 h 5 min". Less
// than none, after a clock was set back, is none.
func (s Speaker) span(d time.Duration) string {
	d = max(d, 0)
	if d < time.Second {
		return s.Say(unit("ms", int(d/time.Millisecond)))
	}
	units := []struct {
		id string
		of time.Duration
	}{{"days", 24 * time.Hour}, {"hours", time.Hour}, {"minutes", time.Minute}, {"seconds", time.Second}}
	var parts []Message
	for i, u := range units {
		n := int(d / u.of)
		if n == 0 && len(parts) == 0 {
			continue
		}
		if n > 0 {
			parts = append(parts, unit(u.id, n))
		}
		if len(parts) == 2 || i == len(units)-1 || (len(parts) == 1 && n == 0) {
			break
		}
		d %= u.of
	}
	if len(parts) == 1 {
		return s.Say(parts[0])
	}
	return s.Say(New("span.two", V{"first": Say(parts[0]), "second": Say(parts[1])}))
}

func unit(id string, n int) Message { return New("span."+id, V{"count": Count(n)}) }

// Plain draws for a terminal or a log: nothing is styled, and what could steer a
// terminal, break a line or turn the direction of text becomes a space.
type Plain struct{}

func (Plain) Text(s string) string      { return printable(s) }
func (Plain) Code(s string) string      { return marked(printable(s)) }
func (Plain) Strong(said string) string { return said }
func (Plain) Time(t time.Time) string   { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// Refer marks a person or a channel as such.
func (p Plain) Refer(to Referent, id string) string {
	switch to {
	case ToCase:
		return p.Code(id)
	case ToUser, ToGroup:
		return "@" + printable(id)
	case ToChannel:
		return "#" + printable(id)
	}
	return printable(id)
}

// Document is the Markdown itself; nobody has a name in a terminal.
func (Plain) Document(say func(Drawer) []string) string { return Joined(say(Markdown{})) }

// marked shows that something hides in an identifier. The joiner of an emoji hides nothing.
func marked(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) && r != '\u200d' {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return ' '
		}
		return r
	}, s)
}
