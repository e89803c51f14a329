package words_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/commands/words"
)

// What a newer release stored may have a sentence, a value or a kind of value that this one lacks,
// however deep.
func TestWhatTheCatalogueKnows(t *testing.T) {
	t.Parallel()
	catalogue, err := words.Load()
	require.NoError(t, err)
	s := catalogue.In("en", words.Plain{})
	due := words.New("ring.renewal", words.V{
		"who": words.User("U1"), "title": words.Say(words.New("status.none")), "until": words.At(time.Now()), "case": words.Case("Q-1"),
	})
	later := words.New("of-a-newer-release")
	require.True(t, s.Knows(due))
	require.True(t, s.Knows(words.New("pending.more", words.V{"count": words.Count(2)})))
	require.True(t, s.Knows(words.New("changed.agreed", words.V{"people": words.All()})), "a list of nobody")
	for name, m := range map[string]words.Message{
		"sentence":           later,
		"sentence inside":    words.New("help", words.V{"commands": words.Lines([]words.Message{later})}),
		"sentence in a list": words.New("changed.agreed", words.V{"people": words.All(words.Say(later), words.User("U1"))}),
		"value":              words.New("ring.renewal", words.V{"who": words.User("U1")}),
		"kind of value":      words.New("changed.agreed", words.V{"people": {Kind: "crowd", Value: "U1"}}),
	} {
		require.False(t, s.Knows(m), name)
	}
}
