package slacksim_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What people see of a long section is its beginning, unless it asks to be shown whole.
func TestALongSectionIsFolded(t *testing.T) {
	t.Parallel()
	lines := strings.Repeat("a line\n", 4) + "the warning"
	long := strings.Repeat("x", 320) + "the warning"
	for name, c := range map[string]struct {
		block  object
		folded bool
	}{
		"short":             {section("one\ntwo\nthree\nfour"), false},
		"many lines":        {section(lines), true},
		"a long line":       {section(long), true},
		"plain text":        {object{"type": "section", "text": plain(lines)}, true},
		"to be shown whole": {with(section(lines), "expand", true), false},
		"not to be":         {with(section(lines), "expand", false), true},
		"a context":         {object{"type": "context", "elements": []object{mrkdwn(lines)}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.posted(object{"channel": incident, "text": "t", "blocks": []object{c.block, section("below")}})
			seen := s.As(anna).State().In(incident)[0].Words()
			assert.Equal(t, c.folded, strings.Contains(seen, "See more"), seen)
			assert.Equal(t, c.folded, !strings.Contains(seen, "the warning") && name != "short", seen)
			assert.Contains(t, seen, "below")
		})
	}
}
