package slack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/bot"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/commands/words"
)

func subscribed(acme *slacksim.Config) { acme.Events = []string{"app_mention", "message.im"} }

func help() slack.Answer { return slack.Answer{Say: words.New("form.too-late")} }

// Whoever mentions the bot is answered alone: nobody else asked.
func TestAMentionIsAnsweredAlone(t *testing.T) {
	t.Parallel()
	c := listenAt(startAs(t, subscribed), bot.Offer{})
	c.must(c.As("U0ANNA").Say(incident, "<@U0QUELL> what now?"))
	h := c.next(help())
	assert.Equal(t, &slack.Mention{}, h.Mention)
	assert.Equal(t, slack.ReplyTo{Person: anna, Channel: incident}, h.From)
	assert.Regexp(t, "^Ev", h.ID, "the event's own id: a copy of it comes in another envelope")
	answer := c.alone(incident)
	assert.Empty(t, answer.ThreadTS)
}

// A mention in a thread is answered in the thread.
func TestAMentionInAThreadIsAnsweredThere(t *testing.T) {
	t.Parallel()
	c := listenAt(startAs(t, subscribed), bot.Offer{})
	c.must(c.As("U0ANNA").Say(incident, "checkout is down"))
	root := c.As("U0ANNA").State().In(incident)[0].TS
	c.must(c.As("U0ANNA").Reply(incident, root, "<@U0QUELL> what now?"))
	h := c.next(help())
	assert.Equal(t, root, h.From.Thread)
	assert.Equal(t, root, c.alone(incident).ThreadTS)
}

// A direct message is answered by a message that stays.
func TestADirectMessageIsAnsweredThere(t *testing.T) {
	t.Parallel()
	c := listenAt(startAs(t, subscribed), bot.Offer{})
	c.must(c.As("U0ANNA").Say("D0ANNA", "help"))
	h := c.next(help())
	assert.Equal(t, &slack.Mention{Direct: true}, h.Mention)
	s := c.sees(func(s slacksim.State) bool { return len(s.In("D0ANNA")) == 2 })
	assert.False(t, s.In("D0ANNA")[1].Ephemeral)
}

// alone is the newest message that Anna alone sees in a channel.
func (c talk) alone(channel string) (found slacksim.Message) {
	c.Helper()
	c.sees(func(s slacksim.State) bool {
		for _, m := range s.In(channel) {
			if m.Ephemeral {
				found = m
				return true
			}
		}
		return false
	})
	return found
}
