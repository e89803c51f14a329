package strictyaml_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/policy/strictyaml"
)

// told are the mistakes of a file without the lines that they show.
func told(m *strictyaml.Mistakes) (all []string) {
	if m.Err() == nil {
		return nil
	}
	for line := range strings.Lines(m.Err().Error()) {
		if said, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "file.yaml:"); ok {
			all = append(all, said)
		}
	}
	return all
}

// What reads one way and would work another is refused, each at its place, and the
// rest is read as it shows.
func TestWhatReadsOtherwiseThanItWorks(t *testing.T) {
	const (
		nothing   = "nothing stands here; write what you mean"
		emptyList = "this list is empty, which some read as all and some as none; write what you mean"
		emptyKeys = "this block is empty, which some read as all and some as none; write what you mean"
		oneLine   = "this text has blanks at its ends, or more than one line; write it in one line, from its first letter to its last"
		notation  = "this is a number, but not in plain digits; write it like 15"
		fraction  = "this is a fraction or too large a number, which does not fit here"
		breaks    = " ends a line for YAML and for no editor; delete it, or end the line there"
		unseen    = " cannot be seen; delete it"
		doubles   = "a word here is in Cyrillic or Greek letters that all look like Latin ones; write it in Latin letters"
		far       = "this stands behind 60 blanks or more, where it is not looked for; move it"
		blank     = " looks like a space and is none; write an ordinary one"
	)
	tag := func(name string) string {
		return `a tag ("` + name + `") says something else than the text shows - write the word itself, in quotes if it begins with !`
	}
	anchor := func(name string) string {
		return "an anchor (&" + name + ") is for use elsewhere in the file; leave it out, or put the text in quotes if it begins with &"
	}
	for name, c := range map[string]struct {
		file string
		want []string
	}{
		"a tag on a key":                  {"!!binary Y291bnQ=: 1\ntitle: x\n", []string{"1:1: " + tag("!!binary"), `1:1: unknown key "Y291bnQ=" - known: title, count, actions, doors, parts`}},
		"a tag on a value":                {"title: !!binary eA==\n", []string{"1:8: " + tag("!!binary")}},
		"a tag that says what is":         {"title: !!str x\n", []string{"1:8: " + tag("!!str")}},
		"a tag in full":                   {"title: !<tag:yaml.org,2002:str> x\n", []string{"1:8: " + tag("!!str")}},
		"a tag of one's own":              {"count: !mine 1\n", []string{"1:8: " + tag("!mine")}},
		"a tag of one mark":               {"count: ! 1\n", []string{"1:8: " + tag("!")}},
		"a tag on a list":                 {"actions: !!set [a]\n", []string{"1:10: " + tag("!!set")}},
		"a tag on a block":                {"doors: !!map\n  front: !x {open: true}\n", []string{"1:8: " + tag("!!map"), "2:10: " + tag("!x")}},
		"a tag on nothing":                {"actions: [!prod , b]\n", []string{"1:11: " + tag("!prod")}},
		"a tag on a key of many":          {"doors: {!!str front: {open: true}}\n", []string{"1:9: " + tag("!!str")}},
		"an anchor":                       {"title: &a x\n", []string{"1:8: " + anchor("a")}},
		"an anchor on a key":              {"&a title: x\n", []string{"1:1: " + anchor("a")}},
		"an anchor and its alias":         {"title: &t x\nactions: [*t]\n", []string{"1:8: " + anchor("t"), "2:11: *t stands for something else in the file; write it out here"}},
		"an anchor and a tag":             {"title: &a !!str x\n", []string{"1:8: " + tag("!!str"), "1:8: " + anchor("a")}},
		"an alias of nothing":             {"title: *t\n", []string{"1:8: *t stands for something else, which is not in the file; write it out here"}},
		"a merge key":                     {"<<: {title: x}\n", []string{"1:1: << takes over keys that stand elsewhere; write them out here"}},
		"a merge key among names":         {"doors: {<<: {front: {open: true}}}\n", []string{"1:9: << takes over keys that stand elsewhere; write them out here"}},
		"a directive":                     {"%TAG ! tag:x,2000:\n# so\n%YAML 1.1\n---\ntitle: x\n", []string{"1:1: a directive changes how all the rest is read; leave it out", "3:1: a directive changes how all the rest is read; leave it out"}},
		"U+2028 in a comment":             {"title: x # a\u2028count: 1\n", []string{"1:13: U+2028" + breaks}},
		"U+2029 in a comment":             {"# a\u2029count: 1\ntitle: x\n", []string{"1:4: U+2029" + breaks}},
		"U+0085 in a comment":             {"# a\u0085count: 1\ntitle: x\n", []string{"1:4: U+0085" + breaks}},
		"a lone CR in a comment":          {"# a\rcount: 1\ntitle: x\n", []string{"1:4: U+000D" + breaks}},
		"a lone CR in a file of CRLF":     {"title: x\r\n# a\rb\r\ncount: x\r\n", []string{"2:4: U+000D" + breaks, "3:8: this is text, which does not fit here; a number is needed, such as 15"}},
		"a CR at the end":                 {"title: x\r", []string{"1:9: U+000D" + breaks}},
		"a form feed":                     {"# a\fb\ntitle: x\n", []string{"1:4: U+000C" + unseen}},
		"an escape sequence":              {"# a\x1b[8mb\ntitle: x\n", []string{"1:4: U+001B" + unseen}},
		"NUL":                             {"title: x # \x00\n", []string{"1:12: U+0000" + unseen}},
		"a zero-width space":              {"title: a\u200bb\n", []string{"1:9: U+200B" + unseen}},
		"a zero-width joiner, in a key":   {"ti\u200dtle: x\n", []string{"1:1: unknown key \"ti\ufffdtle\" - did you mean \"title\"?", "1:3: U+200D" + unseen}},
		"a soft hyphen":                   {"title: a\u00adb\n", []string{"1:9: U+00AD" + unseen}},
		"a text turned around":            {"# \u202eon\u202c\ntitle: x\n", []string{"1:3: U+202E" + unseen, "1:6: U+202C" + unseen}},
		"an isolate":                      {"title: x # \u2067a\u2069\n", []string{"1:12: U+2067" + unseen, "1:14: U+2069" + unseen}},
		"a byte order mark inside":        {"\ufeff\ufefftitle: x\nactions: [\ufeffa]\n", []string{"1:1: U+FEFF" + unseen, `1:1: unknown key "` + "\ufffd" + `title" - did you mean "title"?`, "2:11: U+FEFF" + unseen}},
		"a Hangul filler":                 {"title: \u3164x\n", []string{"1:8: U+3164" + unseen}},
		"an empty pattern of Braille":     {"title: x\u2800\n", []string{"1:9: U+2800" + unseen}},
		"a variation selector":            {"title: \u26a0\ufe0f\n", []string{"1:9: U+FE0F" + unseen}},
		"a letter as a tag of plane 14":   {"title: x\U000e0041\n", []string{"1:9: U+E0041" + unseen}},
		"a private letter":                {"title: \ue000\n", []string{"1:8: U+E000" + unseen}},
		"a space that does not break":     {"title:\u00a0x\ncount: 1\n", []string{"1:7: U+00A0" + blank, "2:6: mapping values are not allowed in this context"}},
		"a wide space":                    {"title: a\u3000b\n", []string{"1:9: U+3000" + blank}},
		"a letter that was lost":          {"title: caf\ufffd\n", []string{"1:11: a letter was lost here (U+FFFD); write it again"}},
		"what stands far to the right":    {"title: x " + strings.Repeat(" ", 59) + "y\n", []string{"1:69: " + far}},
		"what stands behind tabs":         {"actions: [a,\t\t\t\t\t\t\t\tb]\n", []string{"1:21: " + far}},
		"what stands behind both":         {"actions: [a," + strings.Repeat(" ", 52) + "\tb]\n", []string{"1:66: " + far}},
		"what stands under a wide indent": {"doors:\n" + strings.Repeat(" ", 60) + "front: {open: true}\n", []string{"2:61: " + far}},
		"what stands far in":              {"doors:\n" + strings.Repeat(" ", 100) + "front: {open: true}\n", []string{"2:101: " + far}},
		"an octal number":                 {"count: 010\n", []string{"1:8: " + notation}},
		"an octal number of today":        {"count: 0o10\n", []string{"1:8: " + notation}},
		"a hexadecimal number":            {"count: 0x8\n", []string{"1:8: " + notation}},
		"a binary number":                 {"count: 0b1\n", []string{"1:8: " + notation}},
		"a number with underscores":       {"count: 1_000\n", []string{"1:8: " + notation}},
		"a number with an exponent":       {"count: 1e2\n", []string{"1:8: " + notation}},
		"a number with a plus":            {"count: +1\n", []string{"1:8: " + notation}},
		"no end of a number":              {"count: .inf\n", []string{"1:8: " + notation}},
		"no number":                       {"count: .nan\n", []string{"1:8: " + notation}},
		"minus nothing":                   {"count: -0\n", []string{"1:8: " + notation}},
		"noughts before a number":         {"count: 00\n", []string{"1:8: " + notation}},
		"a whole fraction":                {"count: 1.0\n", []string{"1:8: " + fraction}},
		"an empty list":                   {"actions: []\n", []string{"1:10: " + emptyList + " - without this key: all of it"}},
		"an empty list below":             {"doors:\n  front:\n    handle: []\n", []string{"3:13: " + emptyList}},
		"an empty list of parts":          {"parts:\n  a: []\n", []string{"2:6: " + emptyList}},
		"an empty block":                  {"doors: {}\n", []string{"1:8: " + emptyKeys}},
		"an empty block where one counts": {"parts: {a: {}}\n", []string{"1:12: " + emptyKeys}},
		"a block that means something":    {"doors: {front: , back: {}, side: ''}\n", []string{"1:16: nothing stands here; write {} for a door that stays shut", "1:34: nothing stands here; write {} for a door that stays shut"}},
		"a list below what was left out":  {"doors:\n  front: {handle: []}\n", []string{"2:19: " + emptyList}},
		"nothing where all is meant":      {"actions:\ncount: 1\n", []string{"1:9: " + nothing + " - without this key: all of it"}},
		"nothing among many":              {"actions: [a, '']\n", []string{"1:14: " + nothing}},
		"an empty text":                   {"title: \"\"\n", []string{"1:8: " + nothing}},
		"an empty text in other quotes":   {"actions: ['']\n", []string{"1:11: " + nothing}},
		"a text of spaces":                {"title: \"  \"\n", []string{"1:8: " + nothing}},
		"an empty key":                    {"doors: {\"\": {open: true}}\n", []string{"1:9: " + nothing}},
		"an empty block text":             {"title: |\n\ncount: 1\n", []string{"1:8: " + nothing}},
		"a space before a text":           {"title: ' x'\n", []string{"1:8: " + oneLine}},
		"a space behind a text":           {"actions: [\"x \"]\n", []string{"1:11: " + oneLine}},
		"a space behind a key":            {"doors: {'front ': {open: true}}\n", []string{"1:9: " + oneLine}},
		"a block with its line end":       {"title: |\n  x\n", []string{"1:8: " + oneLine}},
		"a folded block with its end":     {"title: >\n  x\n", []string{"1:8: " + oneLine}},
		"a block of two lines":            {"title: |-\n  x\n  y\n", []string{"1:8: " + oneLine}},
		"a block that is set in oddly":    {"title: |1-\n   x\n", []string{"1:8: " + oneLine}},
		"a text of two lines":             {"title: two\n  lines\n", []string{"1:8: " + oneLine}},
		"a list that is set in too far":   {"actions:\n  - a\n    - b\n", []string{"2:5: " + oneLine}},
		"keys in a quoted text":           {"title: \"a\n  count: 1\n  b\"\n", []string{"1:8: " + oneLine}},
		"keys in other quotes":            {"title: 'a\n  count: 1\n  b'\n", []string{"1:8: " + oneLine}},
		"keys in a folded text":           {"title: >-\n  a\n  count: 1\n", []string{"1:8: " + oneLine}},
		"an escaped line end, in two":     {"title: \"a\\\n  b\"\n", []string{`1:10: \ in double quotes stands for something that is not shown; write the text itself, in single quotes if it holds a \`}},
		"a paragraph":                     {"title: x\n\n  y\n", []string{"1:8: " + oneLine}},
		"a tab in a text":                 {"title: a\tb\n", []string{"1:8: " + oneLine}},
		"an escaped letter in a key":      {`"\x63ount": 1` + "\n", []string{`1:2: \ in double quotes stands for something that is not shown; write the text itself, in single quotes if it holds a \`}},
		"an escaped letter in a text":     {`actions: ["a\u0062"]` + "\n", []string{`1:13: \ in double quotes stands for something that is not shown; write the text itself, in single quotes if it holds a \`}},
		"an escaped line end":             {"title: \"a\\n\"\n", []string{`1:10: \ in double quotes stands for something that is not shown; write the text itself, in single quotes if it holds a \`}},
		"an escape in the second line":    {"title: \"a\n  \\x62\"\n", []string{"1:8: " + oneLine}},
		"a letter made of two":            {"title: Jose\u0301\n", []string{"1:8: a letter here is written as two, or as a double of another; type the text anew"}},
		"a letter that is another":        {"title: \u212ailo\n", []string{"1:8: a letter here is written as two, or as a double of another; type the text anew"}},
		"Cyrillic among Latin":            {"doors: {с-аfe: {open: true}}\n", []string{"1:9: a word here has letters of two alphabets that look alike; write it in one"}},
		"Greek among Latin":               {"title: Ηello\n", []string{"1:8: a word here has letters of two alphabets that look alike; write it in one"}},
		"Cherokee among Latin":            {"title: Ꭺnna\n", []string{"1:8: a word here has letters of two alphabets that look alike; write it in one"}},
		"Cyrillic behind a digit":         {"title: app1а\n", []string{"1:8: a word here has letters of two alphabets that look alike; write it in one"}},
		"Cyrillic behind an underscore":   {"title: app_а\n", []string{"1:8: a word here has letters of two alphabets that look alike; write it in one"}},
		"Cyrillic that looks like Latin":  {"title: ор\n", []string{"1:8: " + doubles}},
		"Cyrillic with a star":            {"actions: ['арр-*']\n", []string{"1:11: " + doubles}},
		"Cyrillic beside a Latin word":    {"title: ор-prod\n", []string{"1:8: " + doubles}},
		"Cyrillic capitals":               {"doors: {СРЕ: {open: true}}\n", []string{"1:9: " + doubles}},
		"Greek that looks like Latin":     {"title: ΑΡΙ\n", []string{"1:8: " + doubles}},
		"a wide letter among others":      {"title: ｄba\n", []string{"1:8: a word here has letters of two alphabets that look alike; write it in one"}},
		"a bold letter among others":      {"title: \U0001d428n-call\n", []string{"1:8: a word here has letters of two alphabets that look alike; write it in one"}},
		"far behind a # in a block":       {"title: |-\n  x #" + strings.Repeat(" ", 70) + "y\n", []string{"2:76: this stands behind 60 blanks, where it is not looked for; move it"}},
		"a second document by its end":    {"title: x\n...\ncount: 1\n", []string{" there is a second document, after a line of ---; only one is read"}},
		"two keys that differ in width":   {"doors: {班B: {open: true}, 班Ｂ: {open: true}}\n", []string{`1:27: the key "班Ｂ" is there already as "班B", in line 1; keys have to differ in more than capitals`}},
		"two keys that differ in case":    {"doors: {front: {open: true}, Front: {open: true}}\n", []string{`1:30: the key "Front" is there already as "front", in line 1; keys have to differ in more than capitals`}},
	} {
		t.Run(name, func(t *testing.T) {
			var f form
			m := strictyaml.Load("file.yaml", []byte(c.file), &f)
			got := told(m)
			slices.Sort(c.want)
			slices.Sort(got)
			assert.Equal(t, c.want, got)
		})
	}
}

// A comment does nothing, so what is odd in it is left alone: an emoji of several signs, a
// wide space between Japanese words. What could end it, or turn it around, is refused.
func TestWhatACommentMayHold(t *testing.T) {
	odd := "\u26a0\ufe0f careful, \U0001f469\u200d\U0001f692 担当\u3000当番\u00a0a\u00adb\u200b\ufeff\u3164\u2800\ue000\U000e0041\ufffd" + strings.Repeat(" ", 200) + "it's \"so\""
	for name, before := range map[string]string{
		"a line of its own":             "",
		"a line that is set in":         "  \t",
		"behind a plain text":           "title: x ",
		"behind a tab":                  "title: x\t",
		"behind a list":                 `actions: ["cache-*", 'b']  `,
		"behind a key":                  "doors: ",
		"behind an apostrophe":          "title: anna's ",
		"behind a doubled quote":        "title: 'it''s' ",
		"behind an escaped quote":       `title: "a \" b" `,
		"behind an escaped slash":       `title: "a \\" `,
		"behind a # in quotes":          `title: "a # b" `,
		"behind a # in a word":          `title: a#b `,
		"behind other quotes in quotes": `actions: ['"', "'", x] `,
		"far to the right":              "title: x" + strings.Repeat(" ", 200),
	} {
		t.Run(name, func(t *testing.T) {
			rest := map[bool]string{true: "\n  front: {open: true}\n", false: "\ncount: 1\n"}[before == "doors: "]
			assert.Empty(t, told(strictyaml.Load("file.yaml", []byte(before+"# "+odd+rest), &form{})))
			for _, r := range []string{"\u0085", "\u2028", "\u2029", "\r", "\x00", "\x1b", "\x7f", "\u0099", "\u202e", "\u2066", "\u200f", "\u061c", "\ufffe"} {
				assert.Len(t, told(strictyaml.Load("file.yaml", []byte(before+"# a"+r+"b"+rest), &form{})), 1, "%q", r)
			}
		})
	}
}

// What looks like a comment and is none lets nothing unseen into a word.
func TestWhatIsNoComment(t *testing.T) {
	for name, file := range map[string]string{
		"in double quotes":            `title: "a # b%"`,
		"in single quotes":            `title: 'a # b%'`,
		"behind an escaped quote":     `title: "a \" # b%"`,
		"behind a doubled quote":      `title: 'it''s # b%'`,
		"in a word":                   `title: a#%`,
		"behind quotes in a word":     `title: 'a" # b%'`,
		"a key":                       `doors: {"# a%": {open: true}}`,
		"a block":                     "title: |-\n  # b%",
		"a folded block":              "title: >-\n  # b%",
		"quotes in a block":           "title: |-\n  \" # b%\"",
		"a second line":               "title: \"a\n  # b%\"",
		"an item in a block":          "actions:\n- |-\n  # b%",
		"in the key of a flow":        "{\"title # %\": x}",
		"behind an apostrophe inside": `actions: ["it's", 'a # b%']`,
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []string{"\u200b", "\u3000", "\u00a0", "\ufe0f", "\ufeff", "\ue000", "\ufffd"} {
				m := strictyaml.Load("file.yaml", []byte(strings.ReplaceAll(file, "%", r)+"\n"), &form{})
				assert.Error(t, m.Err(), "%q", r)
			}
		})
	}
}

// Ordinary YAML is left alone.
func TestWhatReadsAsItWorks(t *testing.T) {
	var f form
	require.NoError(t, strictyaml.Load("file.yaml", []byte("\ufeff# 当番, naïve, команда, ⚠\r\n"+
		"title: 'it''s \"x\" \\b # y'\t# a tab before\r\n"+
		"count: -15 # minus fifteen\r\n"+
		"actions:\r\n"+
		"- 010\r\n- 0x8\r\n- 1_000\r\n- .inf\r\n- 2026-01-02\r\n- yes\r\n- 1:30\r\n- a#b\r\n"+
		"- \"a \\\\ \\\" b\"\r\n- 接続 Agent / 取得\r\n- 夜間Bチーム\r\n- Ｂ班\r\n- 5 µs\r\n- Σ\r\n- Müller\r\n- команда\r\n- касса\r\n-       "+strings.Repeat(" ", 52)+"near\r\n- ομάδα\r\n- ＡＰＩ１\r\n- app１\r\n- прод_db\r\n- дежурный on-call\r\n-\r\n  next line\r\n- |-\r\n  block\r\n"+
		"doors: {010: {}, 1e2: {open: true}, yes: {}, 15: {}, 1.50: {}, true: {}, 2026-01-02: {}, 0x8: {}, .inf: {}, 99999999999999999999: {}}\r\n"), &f).Err())
	assert.Equal(t, `it's "x" \b # y`, f.Title.Value)
	assert.Equal(t, -15, f.Count)
	assert.Equal(t, []string{"010", "0x8", "1_000", ".inf", "2026-01-02", "yes", "1:30", "a#b", `a \ " b`, "接続 Agent / 取得", "夜間Bチーム", "Ｂ班", "5 µs", "Σ", "Müller", "команда", "касса", "near", "ομάδα", "ＡＰＩ１", "app１", "прод_db", "дежурный on-call", "next line", "block"}, values(f.Actions))
	assert.Equal(t, map[string]door{"010": {}, "1e2": {Open: true}, "yes": {}, "15": {}, "1.50": {}, "true": {}, "2026-01-02": {}, "0x8": {}, ".inf": {}, "99999999999999999999": {}}, f.Doors)
}

// In a file that may hold a secret no mistake tells what could be one: a password may
// begin with ! or & or *.
func TestAPrivateFileTellsNoSecret(t *testing.T) {
	for _, value := range []string{
		"hunter2", "!hunter2", "!hunter2 x", "&hunter2 x", "*hunter2", `"\x41hunter2"`, "' hunter2'", "hu\u200bnter2", "|\n  hunter2\n",
		"&a {b: hunter2}\nc: *a", "hunter2\u2028d: e", "hun\u0442er2", `"hunter2`,
	} {
		for _, file := range []string{"count: %s\n", "title: %s\nacitons: a\n", "doors: {a: {handle:%s}}\n", "acitons: [%s]\n", "# %s\ncount: x\n"} {
			err := strictyaml.LoadPrivate("file.yaml", []byte(strings.ReplaceAll(file, "%s", value)), &form{}).Err()
			require.Error(t, err, file+value)
			assert.NotRegexp(t, "h?unter2|er2", err.Error(), file)
		}
	}
	err := strictyaml.LoadPrivate("file.yaml", []byte("count: '4711'\n"), &form{}).Err()
	require.ErrorContains(t, err, "this is text, which does not fit here; a number is needed, such as 15")
	assert.NotContains(t, err.Error(), "4711")
}
