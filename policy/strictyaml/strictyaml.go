// Package strictyaml reads a YAML file that somebody's safety depends on.
//
// A file works as it reads, or not at all. What YAML lets pass is refused (unknown
// keys, duplicate keys, a key with nothing behind it, an empty list, tags, anchors,
// aliases, a second document, an empty file), and so is what nobody sees: zero-width
// characters and the like, and, in comments too, control characters, line breaks that no
// editor shows and marks that turn a text around.
// Every mistake is found at once, and it is said where each stands, with the line
// itself and the word that was probably meant:
//
//	policy.yaml:4:5: unknown key "acitons" - did you mean "actions"?
//	    acitons: [kill-session]
//	    ^
//
// go.yaml.in/yaml/v4 does the reading. It gives positions but neither file
// name, snippet nor suggestion, and reports an unknown key only as text, which
// this package takes apart; a test holds it to the wording.
package strictyaml

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"quell/commands/words"
)

// Limits on a file: past them it is no file with slips but a wrong one, or an
// attack.
const (
	MaxSize     = 1 << 20 // bytes
	MaxMistakes = 100     // the rest is counted
	maxWord     = 255     // bytes; nothing near is looked for to a longer one
)

// Pos is a place in a file, counted from 1. The zero Pos is the file as a whole.
type Pos struct{ Line, Column int }

// Text is a scalar that remembers where it stood, so that a check made after
// reading can still point at it.
type Text struct {
	Value string
	Pos   Pos
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (t *Text) UnmarshalYAML(n *yaml.Node) error {
	if t.Pos = pos(n); n.Kind == yaml.ScalarNode {
		t.Value = n.Value // as it is written, whatever YAML takes it for
		return nil
	}
	return n.Load(&t.Value)
}

// Mistake is one thing wrong with a file.
type Mistake struct {
	Pos     Pos
	Message string
	mute    bool // the line itself is not shown
}

// Mistakes is everything wrong with one file, in the order of its lines. It is
// an error unless it is empty: return Err, never the value.
type Mistakes struct {
	file string
	src  []string
	all  []Mistake
	more int // past MaxMistakes
	// private says that a word of the file may be a secret, so that none is told but keys.
	private bool
	lost    bool                  // a character was noted, and lost stands for it
	foul    map[*yaml.Node]bool   // those that are not as they read, or hold one that is not
	bare    map[*yaml.Node]string // what an empty block means there
	left    map[*yaml.Node]string // what it means to leave the key out
	keyAt   map[*yaml.Node]Pos    // of the key before a value
	runes   map[int][]rune        // of the lines that are looked at by their letters
}

// Add notes a mistake. An empty place means the file as a whole.
func (m *Mistakes) Add(at Pos, format string, args ...any) {
	m.note(Mistake{Pos: at, Message: fmt.Sprintf(format, args...)})
}

// AddMute notes a mistake in a line that may hold a secret: the line is not
// shown, whatever else is wrong with it.
func (m *Mistakes) AddMute(at Pos, format string, args ...any) {
	m.note(Mistake{at, fmt.Sprintf(format, args...), true})
}

// Unknown notes a word that had to be one of known.
func (m *Mistakes) Unknown(at Text, what string, known []string) {
	near := ""
	if len(m.all) < MaxMistakes {
		near = suggest(at.Value, known)
	}
	m.Add(at.Pos, "unknown %s %q%s", what, at.Value, near)
}

func (m *Mistakes) note(one Mistake) {
	if len(m.all) == MaxMistakes {
		m.more++
		return
	}
	m.all = append(m.all, one)
}

// Aside is a second list about the same file: for what is odd and no mistake.
func (m *Mistakes) Aside() *Mistakes { return &Mistakes{file: m.file, src: m.src} }

// Len is how many mistakes are noted so far.
func (m *Mistakes) Len() int { return len(m.all) + m.more }

// Err is nil if nothing is wrong.
func (m *Mistakes) Err() error {
	if m == nil || len(m.all) == 0 {
		return nil
	}
	slices.SortStableFunc(m.all, func(a, b Mistake) int {
		return cmp.Or(a.Pos.Line-b.Pos.Line, a.Pos.Column-b.Pos.Column)
	})
	return m
}

// Load reads data into out, which must be a pointer to a struct. What it
// returns collects the mistakes of reading; the caller adds those of meaning
// and asks for Err. out holds what could be read. Its method Parts, if it has one, gives
// the forms of what is read later, by the tag of.
func Load(file string, data []byte, out any) *Mistakes {
	m := &Mistakes{file: file}
	m.whole(data, out)
	return m
}

// LoadPrivate is Load for a file that may hold a secret by mistake, under a
// misspelt key say: of its lines only the keys are shown.
func LoadPrivate(file string, data []byte, out any) *Mistakes {
	m := &Mistakes{file: file, private: true}
	m.whole(data, out)
	for i, line := range m.src {
		text := strings.TrimLeft(line, " \t")
		key, _, found := strings.Cut(line, ":")
		if !found || text[0] == '#' {
			key = line[:len(line)-len(text)]
		}
		m.src[i] = key + ": " + hiddenValue
	}
	return m
}

// whole reads a whole file.
func (m *Mistakes) whole(data []byte, out any) {
	switch {
	case len(data) > MaxSize:
		m.Add(Pos{}, "the file is %d bytes long; %d is the most", len(data), MaxSize)
		return
	case !utf8.Valid(data):
		m.Add(Pos{}, "the file is not UTF-8 text")
		return
	}
	m.foul, m.bare, m.left, m.runes = map[*yaml.Node]bool{}, map[*yaml.Node]string{}, map[*yaml.Node]string{}, map[int][]rune{}
	m.keyAt = map[*yaml.Node]Pos{}
	m.src = m.seen(data)
	var doc yaml.Node
	if err := yaml.Load([]byte(strings.Join(m.straight(m.src), "\n")), &doc); err != nil {
		m.read(err, out)
		return
	}
	var parts map[string]reflect.Type
	if form, ok := out.(interface {
		Parts() map[string]reflect.Type
	}); ok {
		parts = form.Parts()
	}
	for _, top := range doc.Content {
		m.learn(top, reflect.TypeOf(out), parts)
	}
	m.plain(&doc)
	m.load(&doc, out)
}

// load reads a plain tree. Keys are unique in it, so the library need not
// compare each with each.
func (m *Mistakes) load(n *yaml.Node, out any) bool {
	err := n.Load(out, yaml.WithKnownFields(), yaml.WithUniqueKeys(false))
	if err != nil {
		m.read(err, out)
	}
	return err == nil
}

// read turns the library's errors into mistakes.
func (m *Mistakes) read(err error, out any) {
	all := []*yaml.LoadError{}
	if many, ok := errors.AsType[*yaml.LoadErrors](err); ok {
		all = many.Errors
	} else if one, ok := errors.AsType[*yaml.LoadError](err); ok {
		one.Message = strings.TrimSpace(one.Message + " " + one.ContextMsg)
		all = append(all, one)
	} else {
		m.Add(Pos{}, "%v", err)
	}
	told := all[:min(len(all), MaxMistakes-len(m.all))]
	m.more += len(all) - len(told)
	for _, one := range told {
		m.Add(place(one), "%s", m.say(one.Message, keys(reflect.TypeOf(out))))
	}
}

// place prefers where a broken construct began: "unclosed quote" is best said
// at its opening.
func place(e *yaml.LoadError) Pos {
	if e.ContextMark.Line > 0 {
		return Pos{e.ContextMark.Line, e.ContextMark.Column}
	}
	return Pos{e.Mark.Line, e.Mark.Column}
}

func (m *Mistakes) say(message string, keys map[string][]string) string {
	unknownAnchor := regexp.MustCompile(`(?s)^unknown anchor '(.*)' referenced$`)
	unknownKey := regexp.MustCompile(`(?s)^field (.*) not found in type (\S+)$`)
	wrongType := regexp.MustCompile("(?s)^cannot construct (\\S+) (?:(?:`(.*)` )?into (\\S+))?")
	if g := unknownKey.FindStringSubmatch(message); g != nil {
		return fmt.Sprintf("unknown key %q%s", m.key(g[1]), suggest(m.key(g[1]), keys[g[2]]))
	}
	if g := unknownAnchor.FindStringSubmatch(message); g != nil {
		return fmt.Sprintf("*%s stands for something else, which is not in the file; write it out here", m.quote(g[1]))
	}
	if g := wrongType.FindStringSubmatch(message); g != nil && g[1] == "!notation" {
		return "this is a number, but not in plain digits; write it like 15"
	} else if g != nil {
		kind := map[string]string{
			"!!seq": "a list", "!!map": "a block of keys", "!!str": "text", "!!int": "a number",
			"!fraction": "a fraction or too large a number", "!!float": "a fraction or too large a number", "!!bool": "true or false", "!!timestamp": "a date",
		}[g[1]]
		return "this is " + cmp.Or(kind, "something") + ", which does not fit here" + m.needed(g[1], g[2], g[3])
	}
	switch message = strings.TrimPrefix(message, "yaml: "); message {
	case "found character that cannot start any token while scanning for the next token":
		return "this character cannot stand here; if it is a tab, indent with spaces"
	case "no documents in stream":
		return "the file is empty"
	case "expected single document, found multiple":
		return "there is a second document, after a line of ---; only one is read"
	}
	return message
}

// needed says what to write in place of a value, by the name of the type that it did not
// fit.
func (m *Mistakes) needed(tag, value, of string) string {
	switch {
	case of == "int" && tag == "!!str" && decimal(value) && !m.private:
		return "; write " + value + " without quotes"
	case of == "int" && tag == "!!str":
		return "; a number is needed, such as 15"
	case of == "[]strictyaml.Text":
		return "; a list is needed, such as [a, b]"
	case strings.HasPrefix(of, "[]"):
		return "; a list is needed"
	case strings.HasPrefix(of, "map[") || strings.Contains(of, "."):
		return "; a block of keys is needed"
	}
	return ""
}

func suggest(typed string, known []string) string {
	if len(typed) > maxWord {
		return ""
	}
	if near := words.Nearest(typed, known); near != "" {
		return fmt.Sprintf(" - did you mean %q?", near)
	}
	if len(known) > 0 && len(known) <= 20 {
		return " - known: " + strings.Join(known, ", ")
	}
	return ""
}

// keys collects the keys of every struct type below t, by the name that the
// library gives the type.
func keys(t reflect.Type) map[string][]string {
	found := map[string][]string{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Array:
			walk(t.Elem())
		case reflect.Struct:
			if _, seen := found[t.String()]; seen {
				return
			}
			found[t.String()] = nil
			for f := range t.Fields() {
				walk(f.Type)
			}
			found[t.String()] = keysOf(t)
		}
	}
	walk(t)
	return found
}

// keysOf are the keys of one struct.
func keysOf(t reflect.Type) (all []string) {
	for _, f := range fields(t) {
		all = append(all, f.key)
	}
	return all
}

// field is one of a struct that a key of the file fills.
type field struct {
	key string
	reflect.StructField
}

// fields are those of one struct, with those of the structs that are inlined in it.
func fields(t reflect.Type) (all []field) {
	for f := range t.Fields() {
		switch name, how, _ := strings.Cut(f.Tag.Get("yaml"), ","); {
		case how == "inline":
			all = append(all, fields(f.Type)...)
		case name != "" && name != "-":
			all = append(all, field{name, f})
		}
	}
	return all
}
