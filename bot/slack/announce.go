package slack

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

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
	_, ts, err := s.api.PostMessageContext(ctx, channel, slack.MsgOptionText(s.say(m), false))
	switch final := neverPosted(err); {
	case err == nil && ts == "": // slack-go takes an answer without "ok" and "error" for a yes
		return errors.New("chat.postMessage: the answer says neither yes nor no")
	case err == nil:
		return nil
	case final || notPosted(err):
		return &display.NotSaid{Final: final, Err: wrap("chat.postMessage", err)}
	}
	return wrap("chat.postMessage", err)
}

// neverPosted reports a final refusal: of this channel or of this message, which no later
// try mends by itself ("Errors" of chat.postMessage, docs.slack.dev). A refusal of the token
// is not final: then all calls fail until somebody mends the token.
func neverPosted(err error) bool {
	c := code(err)
	return strings.HasPrefix(c, "restricted_action") || slices.Contains([]string{
		"channel_not_found", "not_in_channel", "is_archived", "is_inactive", "messages_tab_disabled",
		"no_text", "msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format", "invalid_arguments",
	}, c)
}

// notPosted reports an error after which the message surely was not posted: one of Slack's
// codes, but for the two of which Slack says that "some aspect of the operation" may have
// succeeded; a 4xx, 429 among them, which Slack or a proxy answers instead of doing
// anything; or a request that never left.
func notPosted(err error) bool {
	if c := code(err); c != "" {
		return c != "internal_error" && c != "fatal_error"
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
