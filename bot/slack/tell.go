package slack

import (
	"context"
	"errors"

	"github.com/slack-go/slack"

	"quell/commands/words"
)

// Tell says something to one person alone: through the response_url of their delivery, else
// by an ephemeral message in the channel where they spoke, else by a direct message. The last
// two find them by their user id, which names somebody of our own organization.
func (s *Slack) Tell(ctx context.Context, to ReplyTo, m words.Message) error {
	if m.IsZero() {
		return nil
	}
	return s.tell(ctx, to, s.toOne(to).say(m))
}

// tell says a text to one person alone, with more below it.
func (s *Slack) tell(ctx context.Context, to ReplyTo, text string, more ...slack.Block) error {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	if to.Reply != "" {
		err := slack.PostWebhookCustomHTTPContext(ctx, to.Reply, s.http, webhook(text, more...))
		if err == nil {
			return nil
		}
		s.Log.Warn("a response_url did not take an answer; trying another way", "err", withoutURL(err))
	}
	if s.Named(to).Team != s.team {
		return errors.New("a user id of another organisation may be somebody else's here, so its owner is answered by response_url alone")
	}
	if to.Thread != "" {
		return s.tellInThread(ctx, to, content(text, more...))
	}
	return s.tellOne(ctx, to.Person, to.Channel, content(text, more...))
}
