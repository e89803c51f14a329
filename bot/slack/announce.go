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

// Announce says something to everybody in a channel. It tells three answers apart: nil,
// *display.NotSaid where Slack surely has not posted it, and any other error where nobody
// knows.
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

// neverPosted reports a refusal of this channel or of this message, which no later try
// mends by itself ("Errors" of chat.postMessage, docs.slack.dev). One of the token is
// none: everything else fails as well then, until somebody mends it.
func neverPosted(err error) bool {
	c := code(err)
	return strings.HasPrefix(c, "restricted_action") || slices.Contains([]string{
		"channel_not_found", "not_in_channel", "is_archived", "is_inactive", "messages_tab_disabled",
		"no_text", "msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format", "invalid_arguments",
	}, c)
}

// notPosted reports what cannot have been posted. Of two of Slack's codes it says itself
// that "some aspect of the operation" may have succeeded; any other code is a no. So is a
// 4xx, 429 among them, which Slack or a proxy answers instead of doing anything.
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
