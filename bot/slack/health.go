package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// health is what keeps the bot from working with Slack, in sentences for its owners.
type health struct {
	log  *slog.Logger
	from map[part]string // the variable that a token comes from

	mu       sync.Mutex
	troubles map[part]string
}

// part is a part of Slack that may be in trouble by itself: the sockets, the bot token, whether
// both tokens are of one app, or a method that is refused to the app while others work.
type part string

const (
	sockets  part = "sockets"
	botToken part = "bot token"
	oneApp   part = "one app"
)

// ofBotToken says that another bot token may mend a part.
func (p part) ofBotToken() bool { return p != sockets && p != oneApp }

func newHealth(c Config) *health {
	return &health{
		log: c.Log, troubles: map[part]string{},
		from: map[part]string{sockets: cmp.Or(c.AppTokenFrom, "SLACK_APP_TOKEN"), botToken: cmp.Or(c.BotTokenFrom, "SLACK_BOT_TOKEN")},
	}
}

// judge keeps what Slack's code means for a part; "" for well. A code that says nothing about
// the part leaves what was known.
func (h *health) judge(p part, code string) {
	sentence := ""
	if code != "" {
		if sentence = h.advice(p, code); sentence == "" {
			return
		}
	}
	h.keep(p, sentence, "code", code)
}

// keep keeps what is wrong with a part, and logs what is new; "" for well.
func (h *health) keep(p part, sentence string, attrs ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.troubles[p]
	if h.troubles[p] = sentence; sentence == "" {
		delete(h.troubles, p)
	}
	switch {
	case sentence == before:
	case sentence == "":
		h.log.Info("Slack is well again", "part", string(p))
	default:
		h.log.Error(sentence, attrs...)
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
		return h.tokenAdvice(p, code)
	case p == sockets && refused(slack.SlackErrorResponse{Err: code}):
		return fmt.Sprintf("Slack opens no socket for this app: %s. It is tried again all the time; no restart is needed.", code)
	case !p.ofBotToken(), p == botToken:
		return ""
	}
	return methodAdvice(string(p), code)
}

// tokenAdvice says that a token is refused, and where a valid one belongs.
func (h *health) tokenAdvice(p part, code string) string {
	what, from := "the "+string(p), h.from[botToken]
	switch p {
	case sockets:
		what, from = "the app token", h.from[sockets]
	case botToken:
	default:
		what = string(p) + " with the bot token"
	}
	if variable, file := strings.CutSuffix(from, "_FILE"); file {
		return fmt.Sprintf("Slack refuses %s: %s. Write a valid one into the file that %s_FILE names; no restart is needed.", what, code, variable)
	}
	return fmt.Sprintf("Slack refuses %s: %s. Set %s to a valid one and restart; from a file (%s_FILE) it would be read again by itself.", what, code, from, from)
}

// methodAdvice says what keeps the app from a method; "" for a refusal that is not for the app.
// That there are no user groups without a paid plan, whoever looks them up says.
func methodAdvice(method, code string) string {
	r, _ := rowOf(code)
	switch {
	case r.final != ofApp || r.why == becausePlan:
		return ""
	case r.why == becauseScope:
		return fmt.Sprintf("Slack refuses %s: %s. The app lacks the permission for it (%s). Add it (api.slack.com/apps, OAuth & Permissions) and install the app again; no restart is needed.",
			method, code, strings.Join(scopesOf(method), ", "))
	}
	return fmt.Sprintf("Slack refuses %s to the app: %s. The administrators of the workspace can allow it; no restart is needed.", method, code)
}

// heard keeps what an answer to a call with the bot token says of the token, and of its method.
// code is "" if Slack did what was asked.
func (h *health) heard(method, code string) {
	switch {
	case code == "":
		h.judge(botToken, "")
		h.judge(part(method), "")
	case code == "not_allowed_token_type": // of this method alone
		h.judge(part(method), code)
	case tokenRefused(code):
		h.judge(botToken, code)
	default:
		h.judge(part(method), code)
	}
}

// mended forgets what was wrong with the bot token and with methods: another one is in use.
func (h *health) mended() {
	for _, p := range h.parts() {
		if p.ofBotToken() {
			h.judge(p, "")
		}
	}
}

// apps compares the app of the app token with that of the bot token.
func (h *health) apps(socket, bot string) {
	if socket == bot {
		h.keep(oneApp, "")
		return
	}
	h.keep(oneApp, fmt.Sprintf(
		"The app token is of the app %s, and the bot token of another one, %s: what people type reaches a bot that cannot answer it. Give tokens of one app by %s and %s; one that comes from no file takes a restart.",
		socket, bot, h.from[sockets], h.from[botToken],
	))
}

// ownApp is the app that the bot token is of, once it is known.
type ownApp struct {
	mu sync.Mutex
	id string
}

// compareWithin bounds the look-up of the bot token's app: a stop waits for it.
const compareWithin = 2 * time.Second

// compareApps looks whether the app that a hello names is that of the bot token. Where that cannot
// be looked up, the next hello has it looked up again.
func (l *link) compareApps(ctx context.Context, socket string) {
	ctx, cancel := context.WithTimeout(ctx, compareWithin)
	defer cancel()
	l.app.mu.Lock()
	defer l.app.mu.Unlock()
	if l.app.id == "" {
		id, err := l.look.appOf(ctx, l.bot)
		if err != nil {
			l.Log.Warn("which app the bot token is of could not be looked up", "err", err)
			return
		}
		l.app.id = id
	}
	l.health.apps(socket, l.app.id)
}

// granted forgets that methods lacked a scope, once the token has all of them: a method may not be
// called again for long.
func (h *health) granted(scopes string) {
	if scopes == "" || Lacking(scopes) != nil {
		return
	}
	for _, p := range h.parts() {
		if h.said(p) == methodAdvice(string(p), "missing_scope") {
			h.judge(p, "")
		}
	}
}

// parts are those in trouble, sorted.
func (h *health) parts() []part {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.troubles))
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
func (l *link) Troubles() (all []string) {
	for _, p := range l.health.parts() {
		all = append(all, l.health.said(p))
	}
	if len(all) == 0 && l.Sockets() == 0 {
		all = append(all, "There is no open socket to Slack. It is tried again all the time.")
	}
	return all
}

// Sockets counts the sockets that bring something.
func (l *link) Sockets() int { return l.sockets.open() }
