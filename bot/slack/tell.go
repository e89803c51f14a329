package slack

import (
	"context"

	"github.com/slack-go/slack"

	"quell/commands/words"
)

// Tell says something to one person alone: through the response_url of their delivery, else
// by an ephemeral message in the channel where they spoke.
func (s *Slack) Tell(ctx context.Context, to ReplyTo, m words.Message) error {
	if m.IsZero() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	if to.Reply != "" {
		err := slack.PostWebhookCustomHTTPContext(ctx, to.Reply, s.http, webhook(s.say(m)))
		if err == nil {
			return nil
		}
		s.Log.Warn("a response_url did not take an answer; trying another way", "err", withoutURL(err))
	}
	_, err := s.api.PostEphemeralContext(ctx, to.Channel, to.Person.User, content(s.say(m))...)
	return s.wrap("chat.postEphemeral", err)
}

func (s *Slack) speaker(d words.Drawer) words.Speaker { return s.Words.In("en", d) }

func (s *Slack) say(m words.Message) string { return s.speaker(mrkdwn{}).Say(m) }
