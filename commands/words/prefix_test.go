package words_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands/words"
)

func TestCommandsAreNamedWithTheirPrefix(t *testing.T) {
	catalogue, err := words.LoadPrefixed("stg-", "kill-session", "quell")
	require.NoError(t, err)
	speaker := catalogue.In("en", words.Plain{})
	for value, want := range map[string]string{
		"/kill-session":                    "/stg-kill-session",
		"/quell why Q-7F3K2M":              "/stg-quell why Q-7F3K2M",
		"/quellen":                         "/quellen",
		"/v1/quell":                        "/v1/quell",
		"see /quell":                       "see /quell",
		"kill-session":                     "kill-session",
		"/kill-session-of-somebody-else x": "/kill-session-of-somebody-else x",
	} {
		assert.Equal(t, want, speaker.Value(words.Code(value)))
	}
	assert.Equal(t, "/quell", speaker.Value(words.Text("/quell")), "what a person wrote stays")
	assert.Contains(t, speaker.Say(words.New("why.usage")), "`/stg-quell why Q-…`")
	assert.Contains(t, speaker.Say(words.New("help.kill-session")), "`/stg-kill-session cache-prod ")
}

// A command that stands in no backticks would be named without the prefix.
func TestCommandsStandInBackticks(t *testing.T) {
	names := []string{"quell"}
	sentences := readSentences(t)
	for id := range sentences {
		if name, ok := strings.CutPrefix(id, "help."); ok {
			names = append(names, name)
		}
	}
	require.Len(t, names, 5)
	bare := regexp.MustCompile("(^|[^`])/(" + strings.Join(names, "|") + `)\b`)
	for id, s := range sentences {
		for _, text := range s {
			assert.NotRegexp(t, bare, text, id)
		}
	}
}

func TestWhoListensHearsEverySentence(t *testing.T) {
	catalogue, err := words.Load()
	require.NoError(t, err)
	var heard []string
	catalogue.Listen(func(id string) { heard = append(heard, id) })
	catalogue.In("en", words.Plain{}).Say(words.New("grounds.rule", words.V{"rule": words.Say(words.New("why.usage"))}))
	assert.ElementsMatch(t, []string{"grounds.rule", "why.usage"}, heard, "those within others too")
}
