package slack_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/commands/words"
)

// The button for a form that was too late is one person's alone, whichever way they are told.
// What they click is no card, and brings a trigger that opens the form.
func TestTheButtonForAFormThatWasTooLate(t *testing.T) {
	t.Parallel()
	for way, told := range map[string]func(talk) slack.ReplyTo{
		"response_url": func(c talk) slack.ReplyTo {
			c.must(c.As("U0ANNA").Say(incident, "/kill-session"))
			return c.next(slack.Answer{}).From
		},
		"chat.postEphemeral": func(talk) slack.ReplyTo { return annaIn(incident) },
	} {
		now := time.Now() // it stands, for a trigger is soon too old on a busy machine
		c := listenAt(startAs(t, func(c *slacksim.Config) { c.Now = func() time.Time { return now } }), bot.Offer{})
		c.must(c.OfferForm(c.within(patience), told(c), words.New("form.offer"), "E-1"))
		var offer slacksim.Message
		c.sees(func(s slacksim.State) bool {
			for _, m := range s.In(incident) {
				if m.Ephemeral && len(m.Buttons()) == 1 {
					offer = m
				}
			}
			return offer.TS != ""
		})
		require.Contains(t, offer.Words(), "within three seconds", way)
		require.Empty(t, c.As("U0BEN").State().In(incident), way)
		c.must(c.As("U0ANNA").Click(incident, offer.TS, "form"))
		h := c.next(slack.Answer{})
		require.NotEmpty(t, h.From.Reply, way)
		require.Equal(t, anna, h.From.Person, way)
		c.must(c.OpenForm(c.within(patience), h.Click.Trigger, unopened()))
		h.Click.Trigger = ""
		require.Equal(t, &slack.Click{Form: "E-1", Button: slack.OpenForm}, h.Click, way)
	}
}
