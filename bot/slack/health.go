package slack

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/slack-go/slack"
)

// health is what keeps the bot from working with Slack, in sentences for its owners.
type health struct {
	log  *slog.Logger
	from map[part]string // the variable that a token comes from

	mu       sync.Mutex
	troubles map[part]string
}

// part is a part of Slack that may be in trouble by itself.
type part string

const (
	sockets  part = "sockets"
	botToken part = "bot token"
)

func newHealth(c Config) *health {
	return &health{
		log: c.Log, troubles: map[part]string{},
		from: map[part]string{sockets: cmp.Or(c.AppTokenFrom, "SLACK_APP_TOKEN"), botToken: cmp.Or(c.BotTokenFrom, "SLACK_BOT_TOKEN")},
	}
}

// judge keeps what Slack's code means for a part; "" for well. A code that says nothing about
// the part leaves what was known.
func (h *health) judge(p part, code string) {
	sentence := h.advice(p, code)
	if code != "" && sentence == "" {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.troubles[p]
	h.troubles[p] = sentence
	switch {
	case sentence == before:
	case sentence == "":
		h.log.Info("Slack is well again", "part", string(p))
	default:
		h.log.Error(sentence, "code", code)
	}
}

// advice says what is wrong and what mends it.
func (h *health) advice(p part, code string) string {
	switch {
	case code == linkDisabled || code == "socket_mode_not_enabled":
		return "Slack opens no socket: Socket Mode is switched off for this app. Switch it on (api.slack.com/apps, Socket Mode); no restart is needed."
	case code == tooManySockets:
		return "Slack opens no socket: this app has ten already, which is the most. Stop other programs that use its app token; no restart is needed."
	case tokenRefused(code):
	case p == sockets && refused(slack.SlackErrorResponse{Err: code}):
		return fmt.Sprintf("Slack opens no socket for this app: %s. It is tried again all the time; no restart is needed.", code)
	default:
		return ""
	}
	from, name := h.from[p], "app token"
	if p == botToken {
		name = string(p)
	}
	if variable, file := strings.CutSuffix(from, "_FILE"); file {
		return fmt.Sprintf("Slack refuses the %s: %s. Write a valid one into the file that %s_FILE names; no restart is needed.", name, code, variable)
	}
	return fmt.Sprintf("Slack refuses the %s: %s. Set %s to a valid one and restart; from a file (%s_FILE) it would be read again by itself.", name, code, from, from)
}

func (h *health) said(p part) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.troubles[p]
}

// linkDisabled is the reason of a disconnect when Socket Mode is switched off.
const linkDisabled = "link_disabled"

// socketCode is Slack's code for a socket that could not be opened; "" if it gave none.
func socketCode(err error) string {
	if away, ok := errors.AsType[turnedAway](err); ok {
		return away.reason
	}
	return code(err)
}

// Troubles says what keeps the bot from working with Slack; nil if nothing does.
func (s *Slack) Troubles() (all []string) {
	for _, p := range []part{sockets, botToken} {
		if sentence := s.health.said(p); sentence != "" {
			all = append(all, sentence)
		}
	}
	if len(all) == 0 && s.Sockets() == 0 {
		all = append(all, "There is no open socket to Slack. It is tried again all the time.")
	}
	return all
}

// Sockets counts the sockets that bring something.
func (s *Slack) Sockets() int { return s.sockets.open() }
