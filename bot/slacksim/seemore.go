package slacksim

import (
	"slices"
	"strings"
)

// A section "may be rendered with a 'see more' option" unless it has expand: true
// (docs.slack.dev, "Section block"). When, that page does not say. Others saw that the height
// on the screen decides, so that in a narrow thread even a short paragraph is folded
// (hermes-agent 95565). The figures here are ours.
const (
	seeMoreAfter = 4  // lines
	seeMoreWidth = 80 // characters in a line
	seeMore      = "See more"
)

// shownText is what people see of a section's text without a click on "See more".
func shownText(section object) any {
	o, _ := section["text"].(object)
	lines := linesOf(str(o, "text"))
	if section["expand"] == true || len(lines) <= seeMoreAfter {
		return section["text"]
	}
	return []any{strings.Join(lines[:seeMoreAfter], "\n"), seeMore}
}

// linesOf breaks a text into lines as they stand on the screen.
func linesOf(text string) (lines []string) {
	for line := range strings.SplitSeq(text, "\n") {
		wrapped := slices.Collect(slices.Chunk([]rune(line), seeMoreWidth))
		for _, l := range wrapped {
			lines = append(lines, string(l))
		}
		if len(wrapped) == 0 {
			lines = append(lines, "")
		}
	}
	return lines
}
