package slack

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/slack-go/slack"

	"quell/bot/display"
	"quell/commands/words"
)

// Announce posts a message to everybody in a channel. It tells three results apart: nil for
// posted, *display.NotSaid where Slack surely has not posted it, and any other error where
// nobody knows.
func (s *Slack) Announce(ctx context.Context, channel string, m words.Message) error {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	_, ts, err := s.api.PostMessageContext(ctx, channel, append(content(s.say(m)), unfurlNothing())...)
	switch final := neverPosted(err); {
	case err == nil && ts == "": // slack-go takes an answer without "ok" and "error" for a yes
		return errors.New("chat.postMessage: the answer says neither yes nor no")
	case err == nil:
		return nil
	case final || notPosted(err):
		return &display.NotSaid{Final: final, Err: s.wrap("chat.postMessage", err)}
	}
	return s.wrap("chat.postMessage", err)
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
