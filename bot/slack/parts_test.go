package slack

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestATextIsDividedBetweenItsLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", []string{""}},
		{"one\ntwo", []string{"one\ntwo"}},
		{"one two three\nfour five six seven\neight", []string{"one two three\n", "four five six seven\n", "eight"}},
		{"a\n```\nGET /1\nGET /2\nGET /3\n```\nb", []string{"a\n```\nGET /1\nGET /2\n```", "```\nGET /3\n```\nb"}},
		{"a\n```\nGET /1\n```\n```\n2\n```\nb", []string{"a\n```\nGET /1\n```\n", "```\n2\n```\nb"}},
		{"a\n```\nGET /1\n", []string{"a\n```\nGET /1\n"}},
		{"```", []string{"```"}},
		{strings.Repeat("word ", 6), []string{"word word word ", "word word word "}},
	} {
		got := parts(c.text, 24)
		assert.Equal(t, c.want, got, "%q", c.text)
		for _, part := range got {
			require.LessOrEqual(t, characters(part), 24, part)
		}
	}
}
