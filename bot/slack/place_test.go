package slack_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
	"quell/policy"
)

// What a channel is, is known before a card is posted there: of a conversation that the bot is
// not in, Slack says channel_not_found, which is an answer and no trouble.
func TestWhatAChannelIs(t *testing.T) {
	t.Parallel()
	people := []string{"U0ANNA", "U0BEN", "U0CHO"}
	closed := func(id string, p slacksim.Posting) slacksim.Channel {
		return slacksim.Channel{ID: id, Name: "c", Members: people, Posting: p}
	}
	s := start(t)
	for _, c := range []slacksim.Channel{
		closed("C0OPEN", slacksim.Posting{}),
		closed("C0OLD", slacksim.Posting{Archived: true}),
		closed("C0NEWS", slacksim.Posting{ReadOnly: true}),
		closed("C0THREADS", slacksim.Posting{ThreadOnly: true}),
		closed("C0SOME", slacksim.Posting{Restricted: true}),
		slacksim.Channel{ID: "C0OLDSHARED", Members: people, ExtShared: true, Posting: slacksim.Posting{Archived: true}},
		slacksim.Channel{ID: "C0OLDLEFT", Members: people, WithoutApp: true, Posting: slacksim.Posting{Archived: true}},
		slacksim.Channel{ID: "C0LEFT", Members: people, WithoutApp: true},
		slacksim.Channel{ID: "C0HIDDEN", Members: people, Private: true, WithoutApp: true},
		slacksim.Channel{ID: "G0HIDDEN", Members: people, Private: true, WithoutApp: true},
		slacksim.Channel{ID: "D0THEIRS", Members: people[:2], Direct: true},
		slacksim.Channel{ID: "C0THREE", Members: people, Direct: true},
		slacksim.Channel{ID: "C0THREELEFT", Members: people, Direct: true, WithoutApp: true},
	} {
		s.SetChannel(c)
	}
	chat := s.connect()
	for id, want := range map[string]policy.Place{
		"C0OPEN": policy.Workspace, "C0SOME": policy.Workspace, // Slack does not say that posting is restricted
		"C0OLD": policy.Archived, "C0NEWS": policy.ReadOnly, "C0THREADS": policy.ThreadOnly,
		"C0OLDSHARED": policy.Shared, "C0OLDLEFT": policy.Archived, "C0LEFT": policy.Absent,
		"C0HIDDEN": policy.Hidden, "G0HIDDEN": policy.Hidden, "C0THREELEFT": policy.Hidden, "C0NOWHERE": policy.Hidden,
		"D0THEIRS": policy.Direct, "C0THREE": policy.Direct, "D0ANNA": policy.Direct,
	} {
		got, err := chat.Channel(s.within(patience), id, time.Now())
		require.NoError(t, err, id)
		assert.Equal(t, want, got.Place, id)
	}
}

// A refusal of the token says nothing of the channel.
func TestARefusalOfTheTokenIsNoAnswerAboutAChannel(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	s.fail("conversations.info", 1, slacksim.Fault{Name: slacksim.Says("missing_scope")})
	_, err := chat.Channel(s.within(patience), incident, time.Now())
	require.ErrorContains(t, err, "missing_scope")
}
