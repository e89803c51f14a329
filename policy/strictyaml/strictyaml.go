// Package strictyaml reads a YAML file that somebody's safety depends on.
//
// It refuses what YAML lets pass (unknown keys, duplicate keys, a second
// document, an empty file), finds every mistake at once and says where each
// stands, with the line itself and the word that was probably meant:
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
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"quell/bot/words"
)

// MaxSize bounds a file, in bytes: a larger one is a mistake or an attack.
const MaxSize = 1 << 20

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
	t.Pos = Pos{n.Line, n.Column}
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
}

// Add notes a mistake. An empty place means the file as a whole.
func (m *Mistakes) Add(at Pos, format string, args ...any) {
	m.all = append(m.all, Mistake{Pos: at, Message: fmt.Sprintf(format, args...)})
}

// AddMute notes a mistake in a line that may hold a secret: the line is not shown.
func (m *Mistakes) AddMute(at Pos, format string, args ...any) {
	m.all = append(m.all, Mistake{at, fmt.Sprintf(format, args...), true})
}

// Unknown notes a word that had to be one of known.
func (m *Mistakes) Unknown(at Text, what string, known []string) {
	m.Add(at.Pos, "unknown %s %q%s", what, at.Value, suggest(at.Value, known))
}

// Err is nil if nothing is wrong.
func (m *Mistakes) Err() error {
	if m == nil || len(m.all) == 0 {
		return nil
	}
	slices.SortStableFunc(m.all, func(a, b Mistake) int {
		if a.Pos.Line != b.Pos.Line {
			return a.Pos.Line - b.Pos.Line
		}
		return a.Pos.Column - b.Pos.Column
	})
	return m
}

func (m *Mistakes) Error() string {
	var b strings.Builder
	for i, one := range m.all {
		if i > 0 {
			b.WriteByte('\n')
		}
		m.write(&b, one)
	}
	return b.String()
}

func (m *Mistakes) write(b *strings.Builder, one Mistake) {
	if one.Pos.Line == 0 {
		fmt.Fprintf(b, "%s: %s", m.file, one.Message)
		return
	}
	fmt.Fprintf(b, "%s:%d:%d: %s", m.file, one.Pos.Line, one.Pos.Column, one.Message)
	if one.Pos.Line <= len(m.src) && !one.mute {
		line := strings.ReplaceAll(m.src[one.Pos.Line-1], "\t", " ")
		fmt.Fprintf(b, "\n    %s\n    %s^", line, strings.Repeat(" ", max(0, one.Pos.Column-1)))
	}
}

// Load reads data into out, which must be a pointer to a struct. What it
// returns collects the mistakes of reading; the caller adds those of meaning
// and asks for Err.
func Load(file string, data []byte, out any) *Mistakes {
	m := &Mistakes{file: file, src: strings.Split(string(data), "\n")}
	if len(data) > MaxSize {
		m.src = nil
		m.Add(Pos{}, "the file is %d bytes long; %d is the most", len(data), MaxSize)
		return m
	}
	if strings.TrimSpace(string(data)) == "" {
		m.Add(Pos{}, "the file is empty")
		return m
	}
	if err := yaml.Load(data, out, yaml.WithKnownFields()); err != nil {
		m.read(err, keys(reflect.TypeOf(out)))
	}
	return m
}

// read turns the library's errors into mistakes.
func (m *Mistakes) read(err error, keys map[string][]string) {
	if many, ok := errors.AsType[*yaml.LoadErrors](err); ok {
		for _, one := range many.Errors {
			m.Add(place(one), "%s", say(one.Message, keys))
		}
		return
	}
	if one, ok := errors.AsType[*yaml.LoadError](err); ok {
		m.Add(place(one), "%s", say(strings.TrimSpace(one.Message+" "+one.ContextMsg), keys))
		return
	}
	m.Add(Pos{}, "%v", err)
}

// place prefers where a broken construct began: "unclosed quote" is best said
// at its opening.
func place(e *yaml.LoadError) Pos {
	if e.ContextMark.Line > 0 {
		return Pos{e.ContextMark.Line, e.ContextMark.Column}
	}
	return Pos{e.Mark.Line, e.Mark.Column}
}

func say(message string, keys map[string][]string) string {
	unknownKey := regexp.MustCompile(`^field (.+) not found in type (\S+)$`)
	wrongType := regexp.MustCompile(`^cannot construct !!(\w+) (?:.* )?into .*$`)
	if g := unknownKey.FindStringSubmatch(message); g != nil {
		return fmt.Sprintf("unknown key %q%s", g[1], suggest(g[1], keys[g[2]]))
	}
	if g := wrongType.FindStringSubmatch(message); g != nil {
		kind := map[string]string{"seq": "a list", "map": "a block of keys", "str": "text", "int": "a number", "bool": "true or false", "null": "nothing"}[g[1]]
		return "this is " + kind + ", which does not fit here"
	}
	return strings.TrimPrefix(message, "yaml: ")
}

func suggest(typed string, known []string) string {
	if near := words.Nearest(typed, known); near != "" {
		return fmt.Sprintf(" - did you mean %q?", near)
	}
	if len(known) > 0 && len(known) <= 12 {
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
				if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "" && name != "-" {
					found[t.String()] = append(found[t.String()], name)
				}
				walk(f.Type)
			}
		}
	}
	walk(t)
	return found
}
