package strictyaml

import (
	"fmt"
	"strings"
)

// width of a line that is shown: of a longer one, the part around the mistake.
const width = 120

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

// snippet shows a line with a mark under one column. Columns count characters,
// so the mark stands too far left behind characters of double width.
func snippet(line string, column int) string {
	runes := []rune(strings.ReplaceAll(line, "\t", " "))
	skip := max(0, min(column-1-width/2, len(runes)-width))
	runes = runes[skip:]
	if len(runes) > width {
		runes = runes[:width]
	}
	return fmt.Sprintf("\n    %s\n    %s^", string(runes), strings.Repeat(" ", max(0, column-1-skip)))
}
