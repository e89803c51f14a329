package strictyaml

import (
	"fmt"
	"strings"
	"unicode"
)

// lost stands in the text that is read for each character that cannot be seen, so that
// the file is read as it shows, and the line that is told shows where one stood.
const lost = '\ufffd'

// farOff is how many blanks in a line hide what stands behind them: the window of an
// editor, or of a review, may end before. A tab is as wide as tabWidth of them.
const (
	farOff   = 60
	tabWidth = 8
)

// seen notes the characters that are in the file and not on the screen, and returns the
// lines as they show. A byte order mark at the very start is no mistake: editors write one
// unasked, and it hides nothing.
func (m *Mistakes) seen(data []byte) []string {
	lines := strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")
	for i, line := range lines {
		if i < len(lines)-1 {
			line = strings.TrimSuffix(line, "\r")
		}
		lines[i] = m.seenIn(line, i+1)
	}
	return lines
}

// seenIn is seen for one line. A comment says nothing that works, so only what could end
// it or hide that it ended is noted there: behind a line break that no editor shows, a
// comment is a rule.
func (m *Mistakes) seenIn(line string, number int) string {
	var b strings.Builder
	column, comment := 0, commentAt(line)
	for i, r := range line {
		column++
		if why := unseen(r); why != "" && (i < comment || escapes(r)) {
			m.Add(Pos{number, column}, why, r)
			m.lost, r = true, lost
		}
		b.WriteRune(r)
	}
	return b.String()
}

// commentAt is where the comment of a line begins; the line's length for none. Where
// quotes leave a doubt there is none. It knows nothing of a text that began in a line
// before, so scalar looks once more at what YAML took for a text.
func commentAt(line string) int {
	quote, before := rune(0), ' '
	for i, r := range line {
		switch {
		case quote == '"' && before == '\\':
			r = 'x' // it stands for itself, also another \
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\'') && strings.ContainsRune(" \t[{,:"+string(r), before):
			quote = r
		case quote == 0 && r == '#' && (before == ' ' || before == '\t'):
			return i
		}
		before = r
	}
	return len(line)
}

// escapes reports whether a character may end a comment, or turn it around on the screen.
func escapes(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control, unicode.Noncharacter_Code_Point)
}

// unseen says what is wrong with a character; "" if it is one that people see.
func unseen(r rune) string {
	switch {
	case r == '\n' || r == '\t':
		return ""
	case r == lost:
		return "a letter was lost here (%U); write it again"
	case strings.ContainsRune("\r\u0085\u2028\u2029", r): // YAML 1.1, section 4.2
		return "%U ends a line for YAML and for no editor; delete it, or end the line there"
	case r != ' ' && unicode.Is(unicode.Zs, r):
		return "%U looks like a space and is none; write an ordinary one"
	case !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || r == '\u2800':
		return "%U cannot be seen; delete it" // U+2800 is Braille without a dot
	}
	return ""
}

// hidden says what is wrong with a text that YAML read from what looked like a comment; ""
// for nothing. What was noted already is not noted again.
func (m *Mistakes) hidden(s string) string {
	for _, r := range s {
		if why := unseen(r); why != "" && !(r == lost && m.lost) {
			return fmt.Sprintf(why, r)
		}
	}
	return ""
}

// straight notes directives and what stands where nobody looks. It returns the lines
// without the directives.
func (m *Mistakes) straight(lines []string) []string {
	var out []string
	for i, line := range lines {
		if at := farOut(line[:commentAt(line)]); at > 0 {
			m.Add(Pos{i + 1, at}, "this stands behind %d blanks or more, where it is not looked for; move it", farOff)
		}
		if strings.HasPrefix(line, "%") {
			m.Add(Pos{i + 1, 1}, "a directive changes how all the rest is read; leave it out")
			line = "#" + line[1:]
		}
		out = append(out, line)
	}
	return out
}

// farOut is the column of what stands behind too many blanks; 0 for nothing.
func farOut(line string) int {
	column, blanks := 0, 0
	for _, r := range line {
		column++
		switch {
		case r == ' ':
			blanks++
		case r == '\t':
			blanks += tabWidth
		case blanks >= farOff:
			return column
		default:
			blanks = 0
		}
	}
	return 0
}

// quote shows a word of the file, but not one that could be a secret.
func (m *Mistakes) quote(s string) string {
	if m.private {
		return "…"
	}
	return strings.Trim(fmt.Sprintf("%q", s), `"`)
}

// key shows a key of the file. Without the blank behind its colon it holds the value too.
func (m *Mistakes) key(s string) string {
	if m.private {
		s, _, _ = strings.Cut(s, ":")
	}
	return s
}
