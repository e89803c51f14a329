package slack

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
)

// Only a message that the bot posted since the case was opened, for what the case plans, can be
// the case's card.
func TestWhichCardCanBeAdopted(t *testing.T) {
	t.Parallel()
	var c approval.Case
	c.Opened, c.Plan.Fingerprint = time.UnixMicro(1_790_000_000_000_100).Add(999), "f"
	for name, tt := range map[string]struct {
		click Click
		is    bool
	}{
		"its card":            {Click{Fingerprint: "f", Ours: true, Card: Message{TS: "1790000000.000101"}}, true},
		"in the same moment":  {Click{Fingerprint: "f", Ours: true, Card: Message{TS: "1790000000.000100"}}, true},
		"older than the case": {Click{Fingerprint: "f", Ours: true, Card: Message{TS: "1790000000.000099"}}, false},
		"of another plan":     {Click{Fingerprint: "g", Ours: true, Card: Message{TS: "1790000001.000000"}}, false},
		"of somebody else":    {Click{Fingerprint: "f", Card: Message{TS: "1790000001.000000"}}, false},
		"no ts of Slack's":    {Click{Fingerprint: "f", Ours: true, Card: Message{TS: "2"}}, false},
		"nonsense for a ts":   {Click{Fingerprint: "f", Ours: true, Card: Message{TS: "x.yyyyyy"}}, false},
	} {
		assert.Equal(t, tt.is, tt.click.showsNow(c), name)
	}
	c.Plan.Fingerprint = ""
	click := Click{Ours: true, Card: Message{TS: "1790000001.000000"}}
	assert.False(t, click.showsNow(c), "a case without a plan has no card")
}

// Who clicked a stray is stored with it.
func TestAStrayKnowsWhoClickedIt(t *testing.T) {
	t.Parallel()
	by := ReplyTo{Person: ben, Channel: "C1", Reply: "https://slack.test/1"}
	s := strayCard(Message{Channel: "C1", TS: "1.2"}, by)
	require.Equal(t, by, clicker(s))
	s.By = "" // a late post
	require.Equal(t, ReplyTo{}, clicker(s))
	require.Equal(t, Message{Channel: "C1", TS: "1.2"}, MessageOf(s.Card))
}
