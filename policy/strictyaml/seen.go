package strictyaml

import (
	"fmt"
	"strings"
	"unicode"
)

// lost stands in the text that is read for each character that cannot be seen, so that
// the file is read as it shows, and the line that is told shows where one stood.
const lost = '\ufffd'

// farOff is how many blanks in a line hide what stands behind them: an editor's window
// ends before.
const farOff = 100

// seen notes every character that is in the file and not on the screen, in comments
// too: behind a line break that no editor shows, a comment is a rule. It returns the
// file as it shows. A byte order mark at the very start is no mistake: editors write one
// unasked, and it hides nothing.
func (m *Mistakes) seen(data []byte) string {
	file := strings.TrimPrefix(string(data), "\ufeff")
	at := Pos{1, 1}
	var b strings.Builder
	for i, r := range file {
		if why := unseen(r); why != "" && !strings.HasPrefix(file[i:], "\r\n") {
			m.Add(at, why, r)
			r = lost
		}
		b.WriteRune(r)
		if at.Column++; r == '\n' {
			at = Pos{at.Line + 1, 1}
		}
	}
	return b.String()
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

// straight notes directives and what stands where nobody looks. It returns the lines
// without the directives.
func (m *Mistakes) straight(lines []string) []string {
	var out []string
	for i, line := range lines {
		if at := farOut(line); at > 0 {
			m.Add(Pos{i + 1, at}, "this stands behind %d blanks, where it is not looked for; move it", farOff)
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
		if r == ' ' || r == '\t' {
			blanks++
			continue
		}
		if blanks >= farOff {
			return column
		}
		blanks = 0
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
