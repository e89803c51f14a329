package slack_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// The text of a card's message is its line for a push: no markup but who and where, times in UTC,
// and within the length of a push.
func TestTheTextOfACardIsItsPush(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	c := asking(incident)
	c.Items, c.Plan.Items = make([]approval.Item, 1), []commands.Item{{Thing: integrations.Thing{Name: "<!here>", Called: "*hot*"}}}
	c.Request.Reason = "pool <full> & *hot*\n" + strings.Repeat("w ", 400)
	_, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)

	text := s.inIncident()[0].Text
	assert.Contains(t, text, " asks in <#"+incident+">. ")
	assert.Contains(t, text, "? *hot* &lt;!here&gt;. ")
	assert.Contains(t, text, " UTC")
	assert.Contains(t, text, "Why: “pool &lt;full&gt; &amp; *hot* w w")
	assert.NotContains(t, text, "<!date")
	assert.NotContains(t, text, "`")
	assert.NotContains(t, text, "\n")
	assert.Contains(t, text, "w…”. ")
	assert.LessOrEqual(t, len(text), 520)
}

// A line for a push whose sentence a newer release knows alone is left for the saying itself.
func TestAPushOfANewerReleaseIsItsSaying(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	push := words.New("ring.of-a-newer-release", words.V{"case": words.Case("Q-1")})
	require.NoError(t, announced(chat.Announce(s.within(patience), store.Saying{Place: incident, Message: words.New("status.none"), Push: push})))
	assert.Equal(t, "No case is open.", s.inIncident()[0].Text)
}
