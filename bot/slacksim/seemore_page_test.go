package slacksim_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// On a phone a long section is folded until somebody wants to see more of it, and one that
// asks to be shown whole is whole. Verbatim text has no links but those that were written.
func TestALongSectionIsFoldedOnThePage(t *testing.T) {
	t.Parallel()
	b := start(t, unhurried).browse(390, 844)
	long := strings.Repeat("words that go on and on, ", 12) + "https://a.example"
	b.posted(object{"channel": incident, "text": "folded", "blocks": []object{section(long), section("short")}})
	b.posted(object{"channel": incident, "text": "whole", "blocks": []object{with(object{"type": "section", "text": with(mrkdwn(long), "verbatim", true)}, "expand", true)}})
	b.until(`() => document.querySelectorAll("#messages .see-more:not([hidden])").length === 1`)
	b.shot("folded")
	hidden := `[...document.querySelectorAll("#messages .section .mrkdwn")].map(e => e.scrollHeight > e.clientHeight + 1)`
	require.Equal(t, []bool{true, false, false}, tells[[]bool](b, hidden))
	require.Equal(t, 1, tells[int](b, `document.querySelectorAll("#messages .section a").length`))
	b.click(".see-more:not([hidden])")
	b.until(`() => document.querySelectorAll("#messages .see-more:not([hidden])").length === 0`)
	require.Equal(t, []bool{false, false, false}, tells[[]bool](b, hidden))
	b.shot("unfolded")
}
