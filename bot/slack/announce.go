package slack

import (
	"context"
	"encoding/json"
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

// Announce says something to everybody in a channel or in the thread of a card, edits what was said
// before, or tells it to one person alone (store.ToOne). It returns where a message is, and tells
// three results apart: nil for posted, *display.NotSaid where Slack surely has not posted it, and any
// other error where nobody knows. What a channel is, is asked before each announcement: the news of
// one organization are for nobody else.
func (s *Slack) Announce(ctx context.Context, say store.Saying) (store.Card, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	if team, user, channel, ok := store.ReadToOne(say.Place); ok {
		to := ReplyTo{Person: commands.Person{Team: team, User: user}, Channel: channel}
		return "", s.tellOne(ctx, to.Person, channel, s.toOne(to).announcement(say))
	}
	if err := s.closed(ctx, say.Place); err != nil {
		return "", err
	}
	in := s.inChannel(say.Place)
	text := in.announcement(say, in.stopButton(say)...)
	if say.Replaces != "" {
		at := MessageOf(say.At)
		return say.At, s.said("chat.update", s.editing(ctx, at)(text...))
	}
	at, err := s.post(ctx, say, text)
	if err == nil && at.TS == "" { // slack-go takes an answer without "ok" and "error" for a yes
		return "", errors.New("chat.postMessage: the answer says neither yes nor no")
	}
	return at.Card(), s.said("chat.postMessage", err)
}

// post posts a saying: in the thread of a card, where it lets cards go first, or where Slack takes
// nothing in that thread, and for all others, in the channel.
func (s *Slack) post(ctx context.Context, say store.Saying, text []slack.MsgOption) (Message, error) {
	at := Message{Channel: say.Place}
	if card := MessageOf(say.At); say.Thread != "" && card.TS != "" {
		at.Parent = card.parent()
		err := s.posting(withPatience(ctx, mostPatience), &at)(text...)
		if r, ok := refusalOf(err); !ok || r.why != becauseNoThread && r.next != anew {
			return at, err
		}
		at.Parent = ""
	}
	return at, s.posting(ctx, &at)(text...)
}

// stopButton stops the case that a saying is about, for whoever may; nil where none is offered.
func (c Config) stopButton(say store.Saying) []slack.Block {
	if say.Stops == "" {
		return nil
	}
	v, _ := json.Marshal(buttonValue{Case: say.Case, Fingerprint: say.Stops}) // strings alone
	b := slack.NewButtonBlockElement(string(Stop), string(v), c.drawing(c.Now()).label(words.New("button.stop"), maxLabel)).WithStyle(slack.StyleDanger)
	return []slack.Block{slack.NewActionBlock("stop "+say.Case, b)}
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
