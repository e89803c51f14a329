package slack_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/bot/store"
	"quell/commands/words"
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

// Whatever is refused by a channel, what was known of the channel is asked anew; a refusal of
// the message, of a person or of the moment says nothing of it.
func TestARefusalDropsWhatWasKnownOfTheChannel(t *testing.T) {
	t.Parallel()
	ben := slack.ReplyTo{Person: person("U0BEN"), Channel: incident}
	for name, tt := range map[string]struct {
		method string
		send   func(*testing.T, *slack.Slack, store.Card)
	}{
		"a card": {"chat.postMessage", func(t *testing.T, chat *slack.Slack, _ store.Card) {
			_, _ = chat.Show(t.Context(), asking(incident), "")
		}},
		"a card that changes": {"chat.update", func(t *testing.T, chat *slack.Slack, card store.Card) { _, _ = chat.Show(t.Context(), over(), card) }},
		"a thread": {"chat.postMessage", func(t *testing.T, chat *slack.Slack, card store.Card) {
			_, _ = chat.Explain(t.Context(), over(), nil, card)
		}},
		"a second card": {"chat.update", func(t *testing.T, chat *slack.Slack, card store.Card) {
			_ = chat.RetireCard(t.Context(), "Q-7F3K2M", card, card, ben)
		}},
		"one person alone": {"chat.postEphemeral", func(t *testing.T, chat *slack.Slack, _ store.Card) {
			_ = chat.Tell(t.Context(), ben, words.New("help"))
		}},
		"an announcement": {"chat.postMessage", func(t *testing.T, chat *slack.Slack, _ store.Card) {
			_ = announced(chat.Announce(t.Context(), store.Saying{Place: incident, Message: words.New("help")}))
		}},
	} {
		for code, drops := range map[string]bool{
			"is_archived": true, "not_in_channel": true, "channel_not_found": true, "restricted_action": true, "no_such_code": false,
			"msg_too_long": false, "user_not_found": false, "ratelimited": false,
		} {
			s := start(t)
			chat := s.connect()
			card, err := chat.Show(s.within(patience), asking(incident), "")
			require.NoError(t, err)
			_, err = chat.Channel(s.within(patience), incident, time.Now())
			require.NoError(t, err)
			asked := s.Calls("conversations.info")
			s.says(tt.method, code)
			tt.send(t, chat, card)
			_, err = chat.Channel(s.within(patience), incident, time.Now().Add(-time.Minute))
			require.NoError(t, err)
			assert.Equal(t, drops, s.Calls("conversations.info") > asked, "%s: %s", name, code)
		}
	}
}

// over is the case of asking, once it is over.
func over() approval.Case {
	c := asking(incident)
	c.State = approval.Denied
	return c
}
