package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/slack-go/slack"

	"quell/bot/display"
	"quell/bot/people"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// Announce posts a message to everybody in a channel, or tells it to one person alone
// (store.ToOne). It tells three results apart: nil for posted, *display.NotSaid where Slack
// surely has not posted it, and any other error where nobody knows. What a channel is, is asked
// before each announcement: the news of one organization are for nobody else.
func (s *Slack) Announce(ctx context.Context, place string, m words.Message) error {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	if team, user, channel, ok := store.ReadToOne(place); ok {
		to := ReplyTo{Person: commands.Person{Team: team, User: user}, Channel: channel}
		return s.tellOne(ctx, to.Person, channel, content(s.toOne(to).say(m)))
	}
	if err := s.closed(ctx, place); err != nil {
		return err
	}
	_, ts, err := s.api.PostMessageContext(ctx, place, append(content(s.inChannel(place).say(m)), unfurlNothing())...)
	if err == nil && ts == "" { // slack-go takes an answer without "ok" and "error" for a yes
		return errors.New("chat.postMessage: the answer says neither yes nor no")
	}
	return s.said("chat.postMessage", err)
}

// said is the result of an announcement by the error of its call.
func (s *Slack) said(method string, err error) error {
	if final := neverPosted(err); final || err != nil && notPosted(err) {
		r, _ := refusalOf(err)
		return &display.NotSaid{Final: final, Why: r.forPeople(), Err: s.wrap(method, err)}
	}
	return s.wrap(method, err)
}

// announceFresh is how old the knowledge of a channel may be in which something is announced.
const announceFresh = people.Fresh

// closed says why nothing may be announced in a channel, or why that is not known; nil if
// something may.
func (s *Slack) closed(ctx context.Context, channel string) error {
	where, err := s.Channel(ctx, channel, s.Now().Add(-announceFresh))
	if err != nil {
		return &display.NotSaid{Err: err}
	}
	if where.Place == policy.Workspace {
		return nil
	}
	s.channels.drop(channel) // it may be mended in a moment
	why := refusal{why: becauseOf(where.Place)}.forPeople()
	err = fmt.Errorf("%s is no channel of this workspace alone", channel)
	if !why.IsZero() {
		err = fmt.Errorf("%s: %s", channel, s.Words.In("en", words.Plain{}).Say(why)) // for the log
	}
	return &display.NotSaid{Final: true, Why: why, Err: err}
}

// becauseOf is why nothing is announced in a kind of place; "" where there is no more to say
// than that it is none of this workspace alone.
func becauseOf(p policy.Place) cause {
	return map[policy.Place]cause{
		policy.Shared: becauseShared, policy.Archived: becauseArchived, policy.Hidden: becauseNotFound,
		policy.Absent: becauseAbsent, policy.ReadOnly: becauseReadOnly, policy.ThreadOnly: becauseThreadOnly,
	}[p]
}

// tellOne tells one person something, alone in a channel, and directly if that is refused or the
// channel may be shared.
func (s *Slack) tellOne(ctx context.Context, p commands.Person, channel string, said []slack.MsgOption) error {
	if channel == "" {
		return s.tellDirectly(ctx, p, said)
	}
	if shared, err := s.isShared(ctx, channel); shared || err != nil {
		return s.tellDirectly(ctx, p, said)
	}
	_, err := s.api.PostEphemeralContext(ctx, channel, p.User, said...)
	if refused(err) {
		s.Log.Warn("somebody could not be told alone in a channel; telling them directly", "user", p.User, "err", s.wrap("chat.postEphemeral", err))
		return s.tellDirectly(ctx, p, said)
	}
	return s.said("chat.postEphemeral", err)
}

// tellDirectly tells one person something in their direct messages with the bot.
func (s *Slack) tellDirectly(ctx context.Context, p commands.Person, said []slack.MsgOption) error {
	direct, _, _, err := s.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{p.User}})
	if err != nil {
		return &display.NotSaid{Final: neverPosted(err), Err: s.wrap("conversations.open", err)}
	}
	_, _, err = s.api.PostMessageContext(ctx, direct.ID, append(said, unfurlNothing())...)
	return s.said("chat.postMessage", err)
}

// neverPosted reports a refusal that is final for this channel or this message. A refusal of the
// token is not final: then all calls fail until somebody mends the token.
func neverPosted(err error) bool { return finalFor(err, ofPlace, ofPerson, ofMessage) }

// notPosted reports an error after which the message surely was not posted: one of Slack's
// codes, unless the call may have been done nevertheless; a 4xx, 429 among them, which Slack or
// a proxy answers instead of doing anything; or a request that never left.
func notPosted(err error) bool {
	if r, ok := refusalOf(err); ok {
		return !r.perhaps
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return status.Code >= http.StatusBadRequest && status.Code < http.StatusInternalServerError
	}
	_, limited := errors.AsType[*slack.RateLimitedError](err)
	return limited || neverLeft(err)
}

// neverLeft reports a request of which no byte can have reached Slack: it got no turn, or
// no connection.
func neverLeft(err error) bool {
	broken, ok := errors.AsType[*net.OpError](err)
	return errors.Is(err, errNoTurn) || ok && (broken.Op == "dial" || broken.Op == "proxyconnect")
}
