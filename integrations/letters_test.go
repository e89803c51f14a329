package integrations_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/integrations"
)

func TestALetterIsWhatPeopleTakeForOne(t *testing.T) {
	for text, want := range map[string][]string{
		"":           nil,
		"ab":         {"a", "b"},
		"e\u0301t":   {"e\u0301", "t"},
		"か\u3099ﾊﾟ":  {"か\u3099", "ﾊﾟ"},
		"👩‍💻👍🏽!":     {"👩‍💻", "👍🏽", "!"},
		"👨‍👩‍👧‍👦👨":   {"👨‍👩‍👧‍👦", "👨"},
		"🇯🇵🇧🇷🇨":      {"🇯🇵", "🇧🇷", "🇨"},
		"x🇯🇵y🇧🇷":     {"x", "🇯🇵", "y", "🇧🇷"},
		"❤️1️⃣":      {"❤️", "1️⃣"},
		"🏴󠁧󠁢󠁳󠁣󠁴󠁿a":   {"🏴󠁧󠁢󠁳󠁣󠁴󠁿", "a"},
		"한한":         {"한", "한"},
		"नि":         {"नि"},
		"\u0301a":    {"\u0301", "a"},
		"a\xff\xfeb": {"a", "\xff", "\xfe", "b"},
	} {
		assert.Equal(t, want, integrations.Letters(text), "%q", text)
		assert.Equal(t, text, strings.Join(integrations.Letters(text), ""))
	}
}

func TestACleanValueIsCutBetweenLetters(t *testing.T) {
	for in, want := range map[string]string{
		"abcdef":                "abcd…",
		"abcde":                 "abcde",
		"abcd👍🏽":                "abcd…",
		"abc👍🏽d":                "abc…",
		"e\u0301e\u0301e\u0301": "e\u0301e\u0301…",
		"🇯🇵🇧🇷🇨🇳":                "🇯🇵🇧🇷…",
	} {
		assert.Equal(t, want, integrations.Clean(in, 5), in)
	}
}
