package slack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/slack-go/slack"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands/words"
)

// Show draws a case: on its card, or on a new one if it has none yet.
func (s *Slack) Show(ctx context.Context, c approval.Case, card store.Card) (store.Card, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	ctx = withPatience(ctx, urgency(c))
	at := MessageOf(card)
	blocks, image := s.drawCard(c)
	if s.shown.upToDate(at, image) {
		return card, nil
	}
	picture := []slack.MsgOption{slack.MsgOptionBlocks(blocks...), slack.MsgOptionText(s.speaker(mrkdwn{}).Say(approval.Title(c)), false)}
	if at.TS != "" {
		_, _, _, err := s.api.UpdateMessageContext(ctx, at.Channel, at.TS, picture...)
		if code(err) != "message_not_found" { // somebody deleted the card: post it anew
			s.shown.remember(at, c, image, err)
			return card, wrap("chat.update", err)
		}
	}
	channel, ts, err := s.api.PostMessageContext(ctx, c.Request.Channel, picture...)
	if err != nil {
		return card, wrap("chat.postMessage", err)
	}
	at = Message{Channel: channel, TS: ts} // its thread begins anew, too
	s.shown.remember(at, c, image, nil)
	return at.Card(), nil
}

// urgency is how long a drawing lets others go first, when there are more than
// Slack bears: outcomes before what people are to vote on, that before progress.
// It is short beside Show's own limit, for while one drawing of a case waits, its
// next one cannot begin.
func urgency(c approval.Case) time.Duration {
	switch {
	case c.State.Terminal():
		return 0
	case c.State == approval.Pending, c.State == approval.Approved:
		return 5 * time.Second
	}
	return 10 * time.Second
}

// Explain tells in the card's thread which calls approval would send, and once the
// case is over which were sent and what was read. It may wait: cards go first.
func (s *Slack) Explain(ctx context.Context, c approval.Case, made []approval.Exchange, card store.Card) (store.Card, error) {
	at := MessageOf(card)
	if at.Thread != "" && !c.State.Terminal() {
		return card, nil // it is told already; what is made follows in the end
	}
	ctx, cancel := context.WithTimeout(withPatience(ctx, 10*time.Second), 2*apiTimeout)
	defer cancel()
	told := []slack.MsgOption{slack.MsgOptionText(s.threadText(c, made), false), slack.MsgOptionDisableLinkUnfurl()}
	if at.Thread != "" {
		_, _, _, err := s.api.UpdateMessageContext(ctx, at.Channel, at.Thread, told...)
		if code(err) != "message_not_found" { // somebody deleted it: tell it anew
			return card, wrap("chat.update", err)
		}
	}
	_, ts, err := s.api.PostMessageContext(ctx, at.Channel, append(told, slack.MsgOptionTS(at.TS))...)
	if err != nil {
		return card, wrap("chat.postMessage", err)
	}
	at.Thread = ts
	return at.Card(), nil
}

// Tell says something to one person alone: by the way their own message gave,
// else as an ephemeral message where they spoke.
func (s *Slack) Tell(ctx context.Context, to ReplyTo, m words.Message) error {
	if m.IsZero() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	if to.Reply != "" {
		reply := slack.WebhookMessage{Text: s.say(m), ResponseType: "ephemeral"}
		err := slack.PostWebhookCustomHTTPContext(ctx, to.Reply, s.http, &reply)
		if err == nil {
			return nil
		}
		s.Log.Warn("a response_url did not take an answer; trying another way", "err", withoutURL(err))
	}
	_, err := s.api.PostEphemeralContext(ctx, to.Channel, to.Person.User, slack.MsgOptionText(s.say(m), false))
	return wrap("chat.postEphemeral", err)
}

// code is Slack's own word for what went wrong, or "".
func code(err error) string {
	if e, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return e.Err
	}
	return ""
}

// wrap says which method failed, and which scope its token lacks; nil stays nil.
func wrap(method string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[slack.SlackErrorResponse](err); ok && e.Needed != "" {
		return fmt.Errorf("%s: %w: the token lacks the scope %s", method, err, e.Needed)
	}
	return fmt.Errorf("%s: %w", method, err)
}

// withoutURL keeps a response_url, which lets anybody answer, out of the log.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

func (s *Slack) speaker(d words.Drawer) words.Speaker { return s.Words.In("en", d) }

func (s *Slack) say(m words.Message) string { return s.speaker(mrkdwn{}).Say(m) }

// RetireCard takes the buttons from a second copy of a case's card.
func (s *Slack) RetireCard(ctx context.Context, id string, card store.Card) error {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	stray := MessageOf(card)
	text := s.say(words.New("card.stray", words.V{"case": words.Code(id)}))
	d := drawing{rich: s.speaker(mrkdwn{})}
	s.shown.forget(stray)
	_, _, _, err := s.api.UpdateMessageContext(ctx, stray.Channel, stray.TS, slack.MsgOptionBlocks(d.section(text)), slack.MsgOptionText(text, false))
	return wrap("chat.update", err)
}
