package slack

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands/words"
)

// inPseudo is chat where everything is said in the pseudo-language.
func inPseudo(t *testing.T) *Slack {
	t.Helper()
	s := chat(t)
	s.Locale = words.Pseudo
	return s
}

// texts are all that people read of blocks or of a view.
func texts(t *testing.T, drawn any) (all []string) {
	t.Helper()
	body, err := json.Marshal(drawn)
	require.NoError(t, err)
	var v any
	require.NoError(t, json.Unmarshal(body, &v))
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if text, ok := v["text"].(string); ok {
				all = append(all, text)
			}
			for _, part := range v {
				walk(part)
			}
		case []any:
			for _, part := range v {
				walk(part)
			}
		}
	}
	walk(v)
	return all
}

// outside is what stands in a text outside all brackets, without values that Slack or a vendor
// names: code, people and times, icons. ok says that each bracket is closed: nothing was cut.
func outside(text string) (rest string, ok bool) {
	depth := 0
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '⟦':
			depth++
		case r == '⟧':
			depth--
		case depth == 0:
			out.WriteRune(r)
		}
	}
	values := regexp.MustCompile("(?s)```.*?```|`[^`]*`|<[^>]*>|:[a-z_]+:")
	return values.ReplaceAllString(out.String(), ""), depth == 0
}

// saidByTheCatalogue holds that people read nothing which the catalogue has not, but names of
// things, and that nothing grew too long for its place.
func saidByTheCatalogue(t *testing.T, drawn any, names ...string) {
	t.Helper()
	for _, text := range texts(t, drawn) {
		rest, whole := outside(text)
		for _, name := range names {
			rest = strings.ReplaceAll(rest, name, "")
		}
		assert.False(t, strings.ContainsFunc(rest, unicode.IsLetter), "outside the catalogue: %q of %q", rest, text)
		assert.True(t, whole, "too long for its place: %s", text)
	}
}

func TestWhatStandsOutsideTheBrackets(t *testing.T) {
	for text, want := range map[string]string{
		"⟦a ⟦b⟧ `c`⟧ · ⟦d⟧": " · ", "⟦a⟧ Approve": " Approve", ":x: ⟦a⟧ `b` <@U1>": "  ", "": "", "```a\nb```": "",
	} {
		rest, whole := outside(text)
		assert.Equal(t, want, strings.ReplaceAll(rest, "   ", "  "), text)
		assert.True(t, whole, text)
	}
	_, whole := outside("⟦a ⟦b…")
	assert.False(t, whole)
}
