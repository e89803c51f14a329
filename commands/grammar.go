package commands

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"quell/commands/words"
	"quell/integrations"
)

// Limits on what one command may carry.
const (
	MaxThings = 20
	MaxReason = 500 // characters
	maxWord   = 255 // characters
)

// Grammar is the form of one command:
//
//	/kill-session [<target> [<session…>]] [--reason TEXT]
//
// With adds the options that some kinds of target have.
type Grammar struct {
	Name  string // without the slash
	Thing string // what a person calls the things it acts on
	Most  int    // how many at once
	Flags []Flag
	// at is the form at a target, for whoever is shown how to write it there; nil where it
	// is this one.
	at func(target string) Grammar
}

// Forms tells the form of a command at a target: at none, or at one that is not known, with
// the options of every kind of target that could be meant.
type Forms func(command, target string) Grammar

// Flag takes one value.
type Flag struct {
	Name string
	// Sentence lets the value run on without quotes, up to the next flag:
	// nobody looks for quotes at 3 a.m.
	Sentence bool
	option   bool // it is an option of some kind of target
}

// With is the form at targets of these kinds: with their options, before the flags that
// all have.
func (g Grammar) With(kinds ...integrations.Profile) Grammar {
	var options []Flag
	for _, k := range kinds {
		for _, o := range k.Options {
			f := Flag{Name: o.Name, option: true}
			if o.Command == g.Name && !slices.Contains(options, f) {
				options = append(options, f)
			}
		}
	}
	g.Flags = append(options, g.Flags...)
	return g
}

func (g Grammar) has(flag string) bool {
	return slices.ContainsFunc(g.Flags, func(f Flag) bool { return f.Name == flag })
}

// Usage is the line that shows the form.
func (g Grammar) Usage() string {
	several := map[bool]string{true: "…"}[g.Most > 1]
	u := "/" + g.Name + " [<target> [<" + g.Thing + several + ">]]"
	if g.Most == 0 {
		u = "/" + g.Name + " [<target>]"
	}
	for _, f := range g.Flags {
		value := map[bool]string{true: "TEXT", false: strings.ToUpper(f.Name[:1])}[f.Sentence]
		u += " [--" + f.Name + " " + value + "]"
	}
	return u
}

// Typed is a command's text, taken apart. What was left out is empty.
type Typed struct {
	Target string
	Things []string
	Flags  map[string]string
}

// Parse takes a command's text apart, as it was typed on a keyboard. A flag's value may do
// without quotes; it then runs to the next flag. Every error is a *Mistake.
func (g Grammar) Parse(text string, k Keyboard) (Typed, error) {
	if !legible(text) {
		return Typed{}, mistake("mistake.control-characters")
	}
	tokens, err := k.split(text)
	if err != nil {
		return Typed{}, err
	}
	t, err := g.sort(tokens)
	if err != nil {
		return Typed{}, err
	}
	return t, g.check(t)
}

// sort puts tokens where they belong: the target, its things, the flags.
func (g Grammar) sort(tokens []token) (Typed, error) {
	t := Typed{Flags: map[string]string{}}
	var plain []string
	for i := 0; i < len(tokens); i++ {
		name, value := tokens[i].flag, tokens[i].value
		if name == "" {
			if err := g.refuseSingleDash(tokens[i], plain); err != nil {
				return Typed{}, err
			}
			if tokens[i].text != "" {
				plain = append(plain, tokens[i].text)
			}
			continue
		}
		f, err := g.known(name, t.Flags, plain)
		if err != nil {
			return Typed{}, err
		}
		if !tokens[i].sealed {
			value, i = f.value(value, tokens, i)
		}
		if value == "" {
			return Typed{}, mistake("mistake.flag-empty", words.V{"flag": words.Code("--" + name)})
		}
		t.Flags[name] = value
	}
	if len(plain) > 0 {
		t.Target, t.Things = plain[0], plain[1:]
	}
	return t, nil
}

// value reads what stands behind the flag at i, after what stood behind its
// "=", and says where it ended. Quotes end it only if it began with them: those
// around a word in the middle are part of what is said.
func (f Flag) value(begun string, tokens []token, i int) (string, int) {
	said := strings.Fields(begun)
	for i+1 < len(tokens) && tokens[i+1].flag == "" && (f.Sentence || len(said) == 0) {
		i++
		said = append(said, tokens[i].text)
		if tokens[i].quoted && len(said) == 1 {
			break
		}
	}
	return collapseSpaces(strings.Join(said, " ")), i
}

// refuseSingleDash refuses "-reason" where a name should stand. Within a value it is text.
func (g Grammar) refuseSingleDash(t token, before []string) error {
	rest, dashed := strings.CutPrefix(t.text, "-")
	if t.quoted || !dashed || rest == "" || !unicode.IsLetter([]rune(rest)[0]) {
		return nil
	}
	name, _, _ := strings.Cut(strings.ToLower(rest), "=")
	return g.unknown("-", name, before)
}

// unknown says that there is no such flag, and which may have been meant: at the target, if
// one stands before it.
func (g Grammar) unknown(lead, name string, before []string) error {
	if g.at != nil && len(before) > 0 {
		g = g.at(before[0])
	}
	names := make([]string, len(g.Flags))
	for i, f := range g.Flags {
		names[i] = f.Name
	}
	flag := words.Code(Short(lead + name))
	if near := words.Nearest(name, names); near != "" {
		return mistake("mistake.flag-near", words.V{"flag": flag, "near": words.Code("--" + near)})
	}
	return mistake("mistake.flag-unknown", words.V{"flag": flag, "usage": words.Code(g.Usage())})
}

func (g Grammar) known(name string, seen map[string]string, before []string) (Flag, error) {
	if err := checkWord(name); err != nil {
		return Flag{}, err
	}
	if _, twice := seen[name]; twice {
		return Flag{}, mistake("mistake.flag-twice", words.V{"flag": words.Code("--" + name)})
	}
	for _, f := range g.Flags {
		if f.Name == name {
			return f, nil
		}
	}
	return Flag{}, g.unknown("--", name, before)
}

func (g Grammar) check(t Typed) error {
	if n := len(t.Things); n > g.Most {
		return &Mistake{TooMany(n, g.Most)}
	}
	for _, f := range g.Flags {
		if err := f.check(t.Flags[f.Name]); err != nil {
			return err
		}
	}
	for i, w := range append([]string{t.Target}, t.Things...) {
		if err := checkWord(w); err != nil {
			return err
		}
		if i > 0 && slices.Contains(t.Things[:i-1], w) {
			return mistake("mistake.thing-twice", words.V{"thing": words.Code(w)})
		}
	}
	return nil
}

func (f Flag) check(value string) error {
	if !f.Sentence {
		return checkWord(value)
	}
	if n := utf8.RuneCountInString(value); n > MaxReason {
		return mistake("mistake.reason-long", words.V{"count": words.Count(n), "most": words.Count(MaxReason)})
	}
	return nil
}

// Short is a word cut to a length in which it can be said back to the person who typed it.
func Short(w string) string {
	if letters := integrations.Letters(w); len(letters) > 24 {
		return strings.Join(letters[:24], "") + "…"
	}
	return w
}

// checkWord refuses what is no name. One with an invisible character in it looks
// like another, and nobody would see why it is not found.
func checkWord(w string) error {
	if utf8.RuneCountInString(w) > maxWord {
		return mistake("mistake.word-long", words.V{"word": words.Code(Short(w))})
	}
	if strings.ContainsFunc(w, func(r rune) bool { return unicode.Is(unicode.Cf, r) }) {
		return mistake("mistake.control-characters")
	}
	return nil
}

// CleanReason reads a reason as typed into a form: in one line, with nothing
// invisible in it. Its error is a *Mistake.
func CleanReason(text string) (string, error) {
	reason := collapseSpaces(text)
	switch n := utf8.RuneCountInString(reason); {
	case !legible(text):
		return "", mistake("reason.illegible")
	case n > MaxReason:
		return "", mistake("reason.long", words.V{"count": words.Count(n), "most": words.Count(MaxReason)})
	}
	return reason, nil
}

// legible says that text has no control characters in it but white space.
func legible(text string) bool {
	control := func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }
	return utf8.ValidString(text) && !strings.ContainsFunc(text, control)
}

// collapseSpaces makes one space of each run of white space, line breaks among them.
func collapseSpaces(s string) string { return strings.Join(strings.Fields(s), " ") }
