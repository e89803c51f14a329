package strictyaml

import (
	"fmt"
	"strings"
	"unicode"

	eastasian "golang.org/x/text/width"
)

// width of a line that is shown: of a longer one, the part around the mistake.
const width = 120

// hiddenValue stands for what a line of a private file holds beside its key.
const hiddenValue = "…"

func (m *Mistakes) Error() string {
	mute := map[int]bool{}
	for _, one := range m.all {
		mute[one.Pos.Line] = mute[one.Pos.Line] || one.mute
	}
	var b strings.Builder
	for i, one := range m.all {
		if i > 0 {
			b.WriteByte('\n')
		}
		m.write(&b, one, mute[one.Pos.Line])
	}
	if m.more > 0 {
		fmt.Fprintf(&b, "\n%s: and %d more", m.file, m.more)
	}
	return b.String()
}

func (m *Mistakes) write(b *strings.Builder, one Mistake, mute bool) {
	if one.Pos.Line == 0 {
		fmt.Fprintf(b, "%s: %s", m.file, one.Message)
		return
	}
	fmt.Fprintf(b, "%s:%d:%d: %s", m.file, one.Pos.Line, one.Pos.Column, one.Message)
	if one.Pos.Line > len(m.src) || mute {
		return
	}
	if line := m.src[one.Pos.Line-1]; strings.TrimSpace(line) != "" {
		b.WriteString(snippet(line, one.Pos.Column))
	}
}

// snippet shows a line with a mark under one column. Columns count characters.
func snippet(line string, column int) string {
	runes := []rune(strings.ReplaceAll(line, "\t", " "))
	skip := max(0, min(column-1-width/2, len(runes)-width))
	runes = runes[skip:]
	if len(runes) > width {
		runes = runes[:width]
	}
	at := max(0, column-1-skip)
	if hidden := len(runes) - 1; hidden >= 0 && string(runes[hidden:]) == hiddenValue {
		at = min(at, hidden)
	}
	return fmt.Sprintf("\n    %s\n    %s^", string(runes), strings.Repeat(" ", shownWidth(runes, at)))
}

// shownWidth is how many columns of a terminal the first n characters of a line take, and those
// that the line does not have.
func shownWidth(line []rune, n int) int {
	columns := max(0, n-len(line))
	for _, r := range line[:min(n, len(line))] {
		switch kind := eastasian.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case kind == eastasian.EastAsianWide, kind == eastasian.EastAsianFullwidth:
			columns += 2
		default:
			columns++
		}
	}
	return columns
}
