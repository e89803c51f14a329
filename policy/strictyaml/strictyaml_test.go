package strictyaml_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/policy/strictyaml"
)

type text = strictyaml.Text

// form is the form of the files in these tests.
type form struct {
	Title   text                       `yaml:"title"`
	Count   int                        `yaml:"count"`
	Actions []text                     `yaml:"actions" about:"What is done. Left out: all of it."`
	Doors   map[string]door            `yaml:"doors" bare:"a door that stays shut"`
	Parts   map[string]strictyaml.Part `yaml:"parts"`
}

type door struct {
	Open bool `yaml:"open"`
	Grip `yaml:",inline"`
}

type Grip struct {
	Handle text `yaml:"handle"`
}

func TestWhatIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		// These two hold the package to the library's wording: an unknown key and
		// a wrong type are known by nothing but their text.
		"an unknown key, near a known one": {"acitons: [kill]\n", `
file.yaml:1:1: unknown key "acitons" - did you mean "actions"?
    acitons: [kill]
    ^`},
		"a number that is text": {"count: many\n", `
file.yaml:1:8: this is text, which does not fit here; a number is needed, such as 15
    count: many
           ^`},

		"an unknown key, near none": {"zebra: 1\n", `
file.yaml:1:1: unknown key "zebra" - known: title, count, actions, doors, parts
    zebra: 1
    ^`},
		"an unknown key within": {"doors:\n  front: {opne: true}\n", `
file.yaml:2:11: unknown key "opne" - did you mean "open"?
      front: {opne: true}
              ^`},
		"an unknown key, near one that is inlined": {"doors:\n  front: {hnadle: brass}\n", `
file.yaml:2:11: unknown key "hnadle" - did you mean "handle"?
      front: {hnadle: brass}
              ^`},
		"an unknown key of two lines": {`"a\nb": 1` + "\n", `
file.yaml:1:1: unknown key "a\nb" - known: title, count, actions, doors, parts
    "a\nb": 1
    ^
file.yaml:1:3: \ in double quotes stands for something that is not shown; write the text itself, in single quotes if it holds a \
    "a\nb": 1
      ^`},
		"an unknown key of no letters": {`"": 1` + "\n", `
file.yaml:1:1: nothing stands here; write what you mean
    "": 1
    ^`},
		"a key in capitals": {"Title: x\n", `
file.yaml:1:1: unknown key "Title" - did you mean "title"?
    Title: x
    ^`},
		"a merge key": {"<<: {title: x}\n", `
file.yaml:1:1: << takes over keys that stand elsewhere; write them out here
    <<: {title: x}
    ^`},
		"a number that is a fraction": {"count: 1.5\n", `
file.yaml:1:8: this is a fraction or too large a number, which does not fit here
    count: 1.5
           ^`},
		"a number that is too large": {"count: 99999999999999999999\n", `
file.yaml:1:8: this is a fraction or too large a number, which does not fit here
    count: 99999999999999999999
           ^`},
		"a number that is a date": {"count: 2026-01-02\n", `
file.yaml:1:8: this is a date, which does not fit here
    count: 2026-01-02
           ^`},
		"a number that is true": {"count: true\n", `
file.yaml:1:8: this is true or false, which does not fit here
    count: true
           ^`},
		"text that is a list": {"title: [a, b]\n", `
file.yaml:1:8: this is a list, which does not fit here
    title: [a, b]
           ^`},
		"text that is a block": {"title:\n  a: b\n", `
file.yaml:2:3: this is a block of keys, which does not fit here
      a: b
      ^`},
		"a list that is text": {"actions: kill\n", `
file.yaml:1:10: this is text, which does not fit here; a list is needed, such as [a, b]
    actions: kill
             ^`},
		"a number in quotes": {"count: \"1\"\n", `
file.yaml:1:8: this is text, which does not fit here; write 1 without quotes
    count: "1"
           ^`},
		"a number behind a word": {"count: '` into int'\n", `
file.yaml:1:8: this is text, which does not fit here; a number is needed, such as 15
    count: '` + "`" + ` into int'
           ^`},
		"a list that is a glob": {"actions: cache-prod-*\n", `
file.yaml:1:10: this is text, which does not fit here; a list is needed, such as [a, b]
    actions: cache-prod-*
             ^`},
		"a block that is a word": {"doors: none\n", `
file.yaml:1:8: this is text, which does not fit here; a block of keys is needed
    doors: none
           ^`},
		"a block that is a list": {"doors: [front]\n", `
file.yaml:1:8: this is a list, which does not fit here; a block of keys is needed
    doors: [front]
           ^`},
		"a file that is a list":     {"- a\n", "\nfile.yaml:1:1: this is a list, which does not fit here; a block of keys is needed\n    - a\n    ^"},
		"a file that is text":       {"hello\n", "\nfile.yaml:1:1: this is text, which does not fit here; a block of keys is needed\n    hello\n    ^"},
		"a key with nothing behind": {"title: x\nactions:\n", "\nfile.yaml:2:9: nothing stands here; write what you mean - without this key: all of it\n    actions:\n            ^"},
		"a key with null behind":    {"count: null\n", "\nfile.yaml:1:8: nothing stands here; write what you mean\n    count: null\n           ^"},
		"an item that is nothing":   {"actions: [a, ~]\n", "\nfile.yaml:1:14: nothing stands here; write what you mean\n    actions: [a, ~]\n                 ^"},
		"a key that is nothing":     {"~: a\n", "\nfile.yaml:1:1: nothing stands here; write what you mean\n    ~: a\n    ^"},
		"a file that is nothing":    {"---\n", "\nfile.yaml:2:1: nothing stands here; write what you mean"},
		"the same key twice": {"title: a\ncount: 1\ntitle: b\n", `
file.yaml:3:1: the key "title" is there already, in line 1
    title: b
    ^`},
		"the same key twice, once in quotes": {"doors:\n  a: {open: true}\n  \"a\": {open: false}\n", `
file.yaml:3:3: the key "a" is there already, in line 2
      "a": {open: false}
      ^`},
		"an alias": {"title: &t x\nactions: [*t]\n", `
file.yaml:1:8: an anchor (&t) is for use elsewhere in the file; leave it out, or put the text in quotes if it begins with &
    title: &t x
           ^
file.yaml:2:11: *t stands for something else in the file; write it out here
    actions: [*t]
              ^`},
		"an alias that holds itself": {"doors: &d\n  front: *d\n", `
file.yaml:1:8: an anchor (&d) is for use elsewhere in the file; leave it out, or put the text in quotes if it begins with &
    doors: &d
           ^
file.yaml:2:10: *d stands for something else in the file; write it out here
      front: *d
             ^`},
		"an alias of nothing": {"title: *t\n", `
file.yaml:1:8: *t stands for something else, which is not in the file; write it out here
    title: *t
           ^`},
		"a quote left open": {"count: 1\ntitle: \"abc\nactions: []\n", `
file.yaml:2:8: found unexpected end of stream while scanning a quoted scalar
    title: "abc
           ^`},
		"a bracket left open": {"actions: [a, b\ntitle: x\n", `
file.yaml:1:10: did not find expected ',' or ']' while parsing a flow sequence
    actions: [a, b
             ^`},
		"a tab as indent": {"doors:\n\tfront: {}\n", `
file.yaml:2:1: this character cannot stand here; if it is a tab, indent with spaces
     front: {}
    ^`},
		"an empty file":        {"", "\nfile.yaml: the file is empty"},
		"only white space":     {" \n\t\r\n", "\nfile.yaml: the file is empty"},
		"only comments":        {"# title: x\n# end\n", "\nfile.yaml: the file is empty"},
		"only a BOM":           {"\ufeff\n", "\nfile.yaml: the file is empty"},
		"a second document":    {"title: a\n---\ntitle: b\n", "\nfile.yaml: there is a second document, after a line of ---; only one is read"},
		"another version":      {"%YAML 3.0\n---\ntitle: x\n", "\nfile.yaml:1:1: a directive changes how all the rest is read; leave it out\n    %YAML 3.0\n    ^"},
		"a control character":  {"title: \x07\n", "\nfile.yaml:1:8: U+0007 cannot be seen; delete it\n    title: \ufffd\n           ^"},
		"Latin-1":              {"title: caf\xe9\n", "\nfile.yaml: the file is not UTF-8 text"},
		"UTF-16":               {"\xff\xfet\x00:\x00 \x00x\x00\n\x00", "\nfile.yaml: the file is not UTF-8 text"},
		"lists as keys":        {"[a]: 1\n[b]: 2\n", "\nfile.yaml:1:1: this is a list, which does not fit here\n    [a]: 1\n    ^\nfile.yaml:2:1: this is a list, which does not fit here\n    [b]: 2\n    ^"},
		"a block as the key":   {"{a: b}: c\n", "\nfile.yaml:1:1: this is a block of keys, which does not fit here\n    {a: b}: c\n    ^"},
		"a byte over the size": {strings.Repeat("#", strictyaml.MaxSize+1), "\nfile.yaml: the file is 1048577 bytes long; 1048576 is the most"},
	} {
		t.Run(name, func(t *testing.T) {
			err := strictyaml.Load("file.yaml", []byte(c.file), &form{}).Err()
			require.Error(t, err)
			assert.Equal(t, c.want, "\n"+err.Error())
		})
	}
}

func TestWhatIsRead(t *testing.T) {
	var f form
	err := strictyaml.Load("file.yaml", []byte(`---
title: "a # b"
count: 3
actions:
  - 123
  - true
  - 2026-01-02
doors:
  front: {open: true, handle: brass}
  back: {}
`), &f).Err()
	require.NoError(t, err)
	assert.Equal(t, "a # b", f.Title.Value)
	assert.Equal(t, 3, f.Count)
	assert.Equal(t, []string{"123", "true", "2026-01-02"}, values(f.Actions), "text is taken as it is written")
	assert.Equal(t, map[string]door{"front": {true, Grip{text{"brass", strictyaml.Pos{9, 31}}}}, "back": {}}, f.Doors)

	require.NoError(t, strictyaml.Load("file.yaml", padded(strictyaml.MaxSize), &form{}).Err(), "the largest file")
}

func values(list []text) []string {
	out := []string{}
	for _, t := range list {
		out = append(out, t.Value)
	}
	return out
}

func padded(size int) []byte {
	return []byte("title: x\n" + strings.Repeat("#", size-len("title: x\n")))
}

func TestWhereATextStands(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want strictyaml.Pos
	}{
		"plain":                       {"title: x\n", strictyaml.Pos{1, 8}},
		"quoted":                      {"\n\ntitle:   \"x\"\n", strictyaml.Pos{3, 10}},
		"on the next line":            {"title:\n  title x\n", strictyaml.Pos{2, 3}},
		"a block":                     {"title: |-\n  x\n", strictyaml.Pos{1, 8}},
		"after characters, not bytes": {"{parts: {日本語: x}, title: x}\n", strictyaml.Pos{1, 26}},
		"after carriage returns":      {"count: 1\r\ntitle: x\r\n", strictyaml.Pos{2, 8}},
		"after a byte order mark":     {"\ufefftitle: x\n", strictyaml.Pos{1, 8}},
		"after a comment":             {"# 日本語\ntitle: x # y\n", strictyaml.Pos{2, 8}},
	} {
		t.Run(name, func(t *testing.T) {
			var f form
			m := strictyaml.Load("file.yaml", []byte(c.file), &f)
			require.NoError(t, m.Err())
			assert.Equal(t, c.want, f.Title.Pos)
			m.Unknown(f.Title, "title", nil)
			assert.Contains(t, shown(m), "title", "the line that is shown is the one that is meant")
		})
	}
	var f form
	require.NoError(t, strictyaml.Load("file.yaml", []byte("count: 1\n"), &f).Err())
	assert.Zero(t, f.Title, "a text that is not there has no place")
}

// shown is the line below the first mistake.
func shown(m *strictyaml.Mistakes) string {
	_, rest, _ := strings.Cut(m.Err().Error(), "\n")
	line, _, _ := strings.Cut(rest, "\n")
	return line
}

func TestTheMarkStandsUnderTheColumn(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"behind other letters": {"{doors: {日本語: {}}, tilte: x}\n", `
file.yaml:1:20: unknown key "tilte" - did you mean "title"?
    {doors: {日本語: {}}, tilte: x}
                          ^`},
		"behind a tab": {"{count: 1,\ttilte: x}\n", `
file.yaml:1:12: unknown key "tilte" - did you mean "title"?
    {count: 1, tilte: x}
               ^`},
		"behind a byte order mark": {"\ufefftilte: x\n", `
file.yaml:1:1: unknown key "tilte" - did you mean "title"?
    tilte: x
    ^`},
		"before a carriage return": {"count: 1\r\ntilte: x\r\n", `
file.yaml:2:1: unknown key "tilte" - did you mean "title"?
    tilte: x
    ^`},
		"far out": {"{title: " + strings.Repeat("x", 1000) + ", cuont: 1, parts: {" + strings.Repeat("y", 1000) + ": {a: b}}}\n", `
file.yaml:1:1011: unknown key "cuont" - did you mean "count"?
    ` + strings.Repeat("x", 58) + ", cuont: 1, parts: {" + strings.Repeat("y", 42) + `
    ` + strings.Repeat(" ", 60) + `^`},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, "\n"+strictyaml.Load("file.yaml", []byte(c.file), &form{}).Err().Error())
		})
	}
}

func TestAllAtOnceInTheOrderOfTheFile(t *testing.T) {
	var f form
	m := strictyaml.Load("file.yaml", []byte("tilte: a\ncount: b\nactions: [c, d]\ndoors: {e: {opne: f}, e: 1}\nparts:\n"), &f)
	m.Unknown(f.Actions[1], "action", []string{"kill", "stop"})
	m.Unknown(f.Actions[0], "action", []string{"kill", "stop"})
	m.Add(strictyaml.Pos{}, "the file as a whole is %s", "odd")
	m.Add(f.Actions[0].Pos, "a second thing about it")
	m.Add(strictyaml.Pos{Line: 99, Column: 1}, "past the end")
	assert.Equal(t, `
file.yaml: the file as a whole is odd
file.yaml:1:1: unknown key "tilte" - did you mean "title"?
    tilte: a
    ^
file.yaml:2:8: this is text, which does not fit here; a number is needed, such as 15
    count: b
           ^
file.yaml:3:11: unknown action "c" - known: kill, stop
    actions: [c, d]
              ^
file.yaml:3:11: a second thing about it
    actions: [c, d]
              ^
file.yaml:3:14: unknown action "d" - known: kill, stop
    actions: [c, d]
                 ^
file.yaml:4:13: unknown key "opne" - did you mean "open"?
    doors: {e: {opne: f}, e: 1}
                ^
file.yaml:4:23: the key "e" is there already, in line 4
    doors: {e: {opne: f}, e: 1}
                          ^
file.yaml:5:7: nothing stands here; write what you mean
    parts:
          ^
file.yaml:99:1: past the end`, "\n"+m.Err().Error())
}

func TestNothingWrongIsNoError(t *testing.T) {
	var none *strictyaml.Mistakes
	assert.True(t, none.Err() == nil)
	m := strictyaml.Load("file.yaml", []byte("title: x\n"), &form{})
	assert.True(t, m.Err() == nil)
	m.Add(strictyaml.Pos{}, "now there is")
	assert.EqualError(t, m.Err(), "file.yaml: now there is")
}

func TestALineWithASecretIsNeverShown(t *testing.T) {
	file := "title: [fake-secret, 1]\ncount: x\nactions: [fake-secret, b]\n"
	var f form
	m := strictyaml.Load("file.yaml", []byte(file), &f)
	m.Unknown(text{"b", f.Actions[1].Pos}, "action", []string{"kill"})
	m.AddMute(strictyaml.Pos{Line: 1, Column: 9}, "write where it is")
	m.AddMute(f.Actions[0].Pos, "write where it is")
	assert.Equal(t, `
file.yaml:1:8: this is a list, which does not fit here
file.yaml:1:9: write where it is
file.yaml:2:8: this is text, which does not fit here; a number is needed, such as 15
    count: x
           ^
file.yaml:3:11: write where it is
file.yaml:3:24: unknown action "b" - known: kill`, "\n"+m.Err().Error())
}

func TestWhatIsSuggested(t *testing.T) {
	many := strings.Fields("a1 b2 c3 d4 e5 f6 g7 h8 i9 j10 k11 l12 m13 n14 o15 p16 q17 r18 s19 t20 u21")
	for name, c := range map[string]struct {
		typed string
		known []string
		want  string
	}{
		"the nearest":                {"kil", []string{"stop", "kill"}, `unknown word "kil" - did you mean "kill"?`},
		"all of a few":               {"xyz", many[:20], `unknown word "xyz" - known: ` + strings.Join(many[:20], ", ")},
		"none of many":               {"xyz", many, `unknown word "xyz"`},
		"none where none is known":   {"xyz", nil, `unknown word "xyz"`},
		"none for an endless word":   {strings.Repeat("x", 256), many[:2], `unknown word "` + strings.Repeat("x", 256) + `"`},
		"nothing typed is a word":    {"", []string{"a"}, `unknown word "" - known: a`},
		"control characters, quoted": {"a\x1b[31m", nil, `unknown word "a\x1b[31m"`},
	} {
		t.Run(name, func(t *testing.T) {
			m := strictyaml.Load("file.yaml", []byte("title: x\n"), &form{})
			m.Unknown(text{Value: c.typed}, "word", c.known)
			assert.EqualError(t, m.Err(), "file.yaml: "+c.want)
		})
	}
}

// A small file must not become much work, or a long error.
func TestHostileFilesEndSoon(t *testing.T) {
	laughs := "title: &a [x, x, x, x, x, x, x, x, x]\n"
	for i := range 9 {
		laughs += fmt.Sprintf("%c: &%c [%s]\n", 'b'+i, 'b'+i, strings.Repeat(fmt.Sprintf("*%c, ", 'a'+i), 9))
	}
	keys := ""
	for i := range 30_000 {
		keys += fmt.Sprintf("k%d: x\n", i)
	}
	for name, file := range map[string]string{
		"a billion laughs":          laughs,
		"one part, said often":      "title: &r {" + strings.Repeat("a, ", 5_000) + "}\nactions: [" + strings.Repeat("*r, ", 20_000) + "]\n",
		"very deep":                 strings.Repeat("[", strictyaml.MaxSize),
		"very deep, in keys":        strings.Repeat("{a: ", strictyaml.MaxSize/4),
		"many unknown keys":         keys,
		"one key, many times":       strings.Repeat("title: x\n", 20_000),
		"many things of wrong type": "actions: [" + strings.Repeat("[x], ", 20_000) + "]\n",
		"many items of nothing":     "actions:\n" + strings.Repeat("-\n", 30_000),
		"many items of no letter":   "actions: [" + strings.Repeat("'', ", 30_000) + "]\n",
		"many letters unseen":       "title: x" + strings.Repeat("\u200b", 200_000) + "\n",
		"many blanks":               strings.Repeat(strings.Repeat(" ", 200)+"x\n", 4_000),
		"many quotes and escapes":   "actions: [" + strings.Repeat(`"\x41", `, 30_000) + "]\n",
		"one quote of many lines":   "actions: [" + strings.Repeat("\"\n\", ", 30_000) + "]\n",
		"many anchors":              "actions: [" + strings.Repeat("&a b, ", 30_000) + "]\n",
		"a very long key":           strings.Repeat("a", 200_000) + ": x\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			err := strictyaml.Load("file.yaml", []byte(file), &form{}).Err()
			require.Error(t, err)
			said := err.Error()
			assert.Less(t, time.Since(began), time.Minute)
			assert.LessOrEqual(t, strings.Count(said, "file.yaml:"), strictyaml.MaxMistakes+1)
			assert.Less(t, len(said), 2*strictyaml.MaxSize)
		})
	}
}

func TestPastTheMostTheRestIsCounted(t *testing.T) {
	m := strictyaml.Load("file.yaml", []byte("actions: ["+strings.Repeat("[x], ", 70)+"]\n"), &form{})
	for range 31 {
		m.Unknown(text{"x", strictyaml.Pos{1, 1}}, "word", nil)
	}
	m.AddMute(strictyaml.Pos{}, "one more")
	said := m.Err().Error()
	assert.Equal(t, 70, strings.Count(said, "does not fit"))
	assert.Equal(t, 30, strings.Count(said, "unknown word"))
	assert.True(t, strings.HasSuffix(said, "\nfile.yaml: and 2 more"), said)

	m = strictyaml.Load("file.yaml", []byte("actions: ["+strings.Repeat("[x], ", 170)+"]\n"), &form{})
	said = m.Err().Error()
	assert.Equal(t, 100, strings.Count(said, "does not fit"))
	assert.True(t, strings.HasSuffix(said, "\nfile.yaml: and 70 more"), said)
}

func TestAtOnePlaceInTheOrderTheyWereFound(t *testing.T) {
	m := strictyaml.Load("file.yaml", []byte("title: x\n"), &form{})
	var first, second string
	for i := range 30 {
		m.Add(strictyaml.Pos{Line: 9, Column: 1}, "mistake %d", i)
		m.Add(strictyaml.Pos{Line: 8, Column: 1}, "mistake %d", i)
		first += fmt.Sprintf("file.yaml:8:1: mistake %d\n", i)
		second += fmt.Sprintf("file.yaml:9:1: mistake %d\n", i)
	}
	assert.Equal(t, first+second, m.Err().Error()+"\n")
}

func TestAPrivateFileShowsItsKeysOnly(t *testing.T) {
	type private struct {
		Key strictyaml.Text `yaml:"secret_key"`
	}
	var out private
	err := strictyaml.LoadPrivate("quell.yaml", []byte("  secret_kye: hunter2\n"), &out).Err()
	require.EqualError(t, err, "quell.yaml:1:3: unknown key \"secret_kye\" - did you mean \"secret_key\"?\n      secret_kye: …\n      ^")
}

// The mark stands under what is wrong, as a terminal shows it: a character of double width takes two
// columns, a mark that joins the letter before it none. Where a line's values are hidden, the mark
// stands under what stands for them.
func TestTheMarkStandsUnderTheMistake(t *testing.T) {
	for file, want := range map[string]string{
		"{\"日本\": 1, zebra: 2}\n": `
    {"日本": 1, zebra: 2}
                ^`,
		"{\"cafe\u0301\": 1, zebra: 2}\n": "\n    {\"cafe\u0301\": 1, zebra: 2}\n                ^",
	} {
		m := strictyaml.Load("file.yaml", []byte(file), &form{})
		require.Contains(t, m.Err().Error(), `unknown key "zebra" - known: title, count, actions, doors, parts`+want)
	}
	err := strictyaml.LoadPrivate("quell.yaml", []byte("doors:\n  front: {handle: x, opne: true}\n"), &form{}).Err()
	require.EqualError(t, err, `quell.yaml:2:22: unknown key "opne" - did you mean "open"?
      front: …
             ^`)
}
