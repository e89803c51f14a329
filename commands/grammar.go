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
// without quotes; it then runs to the next flag. Names are left as they were typed, in whatever
// spelling. Every error is a *Mistake; beside it stands what could be understood all the same.
func (g Grammar) Parse(text string, k Keyboard) (Typed, error) {
	if !legible(text) {
		return Typed{}, mistake("mistake.control-characters")
	}
	tokens, open := k.split(text)
	s := sorter{Grammar: g, tokens: tokens, flags: map[string]string{}, mistake: open}
	t := s.sort()
	s.check(&t)
	return t, s.mistake
}

// sorter puts tokens where they belong: the target, its things, the flags. It goes on after a
// mistake, and keeps the first.
type sorter struct {
	Grammar
	tokens  []token
	plain   []string
	flags   map[string]string
	opened  string // the marks of styles that began at a name and have not ended
	mistake error
}

func (s *sorter) note(err error) {
	if s.mistake == nil {
		s.mistake = err
	}
}

func (s *sorter) sort() Typed {
	for i := 0; i < len(s.tokens); i++ {
		s.style(s.tokens[i])
		switch t := s.read(s.tokens[i]); {
		case t.flag != "":
			i = s.flag(t, i)
		case t.text != "":
			s.plain = append(s.plain, t.text)
		}
	}
	t := Typed{Flags: s.flags}
	if len(s.plain) > 0 {
		t.Target, t.Things = s.plain[0], s.plain[1:]
	}
	return t
}

// read is a token with its flag, also where the flag is spelt in another way, or with one
// hyphen. The last is a mistake, unless it stands within a value.
func (s *sorter) read(t token) token {
	if t.flag == "" && t.maybe != nil && s.has(t.maybe.flag) {
		return *t.maybe
	}
	if spelt := Fold(strings.Trim(t.flag, styles)); !s.has(t.flag) && s.has(spelt) {
		t.flag = spelt
	}
	rest, dashed := strings.CutPrefix(t.text, "-")
	if t.quoted || t.flag != "" || !dashed || rest == "" || !unicode.IsLetter([]rune(rest)[0]) {
		return t
	}
	name, value, _ := strings.Cut(rest, "=")
	near, err := s.unknown("-", strings.ToLower(name))
	s.note(err)
	return token{flag: near, value: value}
}

// ends says whether a token ends the value before it.
func (s *sorter) ends(t token) bool {
	return t.flag != "" || t.maybe != nil && s.has(t.maybe.flag)
}

// flag takes the flag at i and its value, and says where the value ended.
func (s *sorter) flag(t token, i int) int {
	f, err := s.known(t.flag)
	s.note(err)
	if f.Name == "" {
		return i
	}
	value := t.value
	if !t.sealed {
		value, i = s.value(f, value, i)
	}
	value = s.unstyled(value)
	if value == "" {
		s.note(at(f.part(), mistake("mistake.flag-empty", words.V{"flag": words.Code("--" + f.Name)})))
	}
	if s.flags[f.Name] == "" && value != "" {
		s.flags[f.Name] = value
	}
	return i
}

// value reads what stands behind the flag at i, after what stood behind its
// "=", and says where it ended. Quotes end it only if it began with them: those
// around a word in the middle are part of what is said.
func (s *sorter) value(f Flag, begun string, i int) (string, int) {
	said := strings.Fields(begun)
	for i+1 < len(s.tokens) && !s.ends(s.tokens[i+1]) && (f.Sentence || len(said) == 0) {
		i++
		said = append(said, s.tokens[i].text)
		if s.tokens[i].quoted && len(said) == 1 {
			break
		}
	}
	return collapseSpaces(strings.Join(said, " ")), i
}

// style notes the marks of a style that begins at a token and ends at a later one, or the other
// way round: all that was copied stands in it.
func (s *sorter) style(t token) {
	lead := t.text[:len(t.text)-len(strings.TrimLeft(t.text, styles))]
	tail := t.text[len(strings.TrimRight(t.text, styles)):]
	if t.quoted || lead == t.text {
		return
	}
	for _, mark := range lead {
		if !strings.ContainsRune(tail, mark) && !strings.ContainsRune(s.opened, mark) {
			s.opened += string(mark)
		}
	}
	for _, mark := range tail {
		s.opened = strings.Replace(s.opened, string(mark), "", 1)
	}
}

// unstyled is a value without the marks of a style that began before it. All other marks are
// its own.
func (s *sorter) unstyled(value string) string {
	for value != "" && strings.Contains(s.opened, value[len(value)-1:]) {
		mark := value[len(value)-1:]
		if strings.HasPrefix(value, mark) || strings.Contains(value, " "+mark) {
			break
		}
		value, s.opened = value[:len(value)-1], strings.Replace(s.opened, mark, "", 1)
	}
	return value
}

// unknown says that there is no such flag, and which may have been meant: at the target, if
// one stands before it.
func (s *sorter) unknown(lead, name string) (near string, err error) {
	g := s.Grammar
	if g.at != nil && len(s.plain) > 0 {
		g = g.at(s.plain[0])
	}
	names := make([]string, len(g.Flags))
	for i, f := range g.Flags {
		names[i] = f.Name
	}
	flag := words.Code(Short(lead + name))
	if near = words.Nearest(name, names); near != "" {
		return near, mistake("mistake.flag-near", words.V{"flag": flag, "near": words.Code("--" + near)})
	}
	return "", mistake("mistake.flag-unknown", words.V{"flag": flag, "usage": words.Code(g.Usage())})
}

// known is the flag of that name. For a name that is none it is the nearest, if any is near,
// beside the mistake.
func (s *sorter) known(name string) (Flag, error) {
	err := checkWord(name)
	if err == nil && !s.has(name) {
		name, err = s.unknown("--", name)
	}
	i := slices.IndexFunc(s.Flags, func(f Flag) bool { return f.Name == name })
	if i < 0 {
		return Flag{}, err
	}
	if _, twice := s.flags[name]; twice && err == nil {
		return s.Flags[i], at(s.Flags[i].part(), mistake("mistake.flag-twice", words.V{"flag": words.Code("--" + name)}))
	}
	return s.Flags[i], err
}

// check refuses what nobody can have meant, and leaves it out.
func (s *sorter) check(t *Typed) {
	if n := len(t.Things); n > s.Most {
		s.note(&Mistake{Message: TooMany(n, s.Most), At: TheThings})
		t.Things = t.Things[:s.Most]
	}
	for _, f := range s.Flags {
		if err := f.check(t.Flags[f.Name]); err != nil {
			s.note(err)
			t.Flags[f.Name] = f.cut(t.Flags[f.Name])
		}
	}
	if err := checkWord(t.Target); err != nil {
		s.note(at(TheTarget, err))
		t.Target = ""
	}
	kept := t.Things[:0]
	for _, w := range t.Things {
		err := checkWord(w)
		if slices.Contains(kept, w) {
			err = mistake("mistake.thing-twice", words.V{"thing": words.Code(w)})
		}
		if err != nil {
			s.note(at(TheThings, err))
			continue
		}
		kept = append(kept, w)
	}
	t.Things = kept
}

func (f Flag) check(value string) error {
	if !f.Sentence {
		return checkWord(value)
	}
	if n := utf8.RuneCountInString(value); n > MaxReason {
		return at(TheReason, mistake("mistake.reason-long", words.V{"count": words.Count(n), "most": words.Count(MaxReason)}))
	}
	return nil
}

// cut is as much of a value that was refused as may stand in a form.
func (f Flag) cut(value string) string {
	if !f.Sentence {
		return ""
	}
	return string([]rune(value)[:MaxReason])
}

// part is what a flag's value is part of, where that has a field of its own.
func (f Flag) part() Part {
	if f.Sentence {
		return TheReason
	}
	return ""
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
