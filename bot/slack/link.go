package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/slack-go/slack"
)

// link is how Slack is reached: the calls with their pace and their tokens, the sockets, and what is
// wrong with any of it.
type link struct {
	Config
	api     *slack.Client
	http    *http.Client
	paced   *rateLimiter
	tokens  *tokens
	health  *health
	sockets *keeper
	look    lookUp
	team    string // the workspace
	user    string // the bot's user id
	bot     string // its bot id
	app     ownApp
}

// prepare sets up calls and sockets; closed is told of a channel that is not what it was taken for.
func (l *link) prepare(closed func(channel string)) {
	l.paced = newRateLimiter(l.http, l.Now, max(l.RateFactor, 1))
	l.tokens, l.health = &tokens{app: l.AppToken, bot: l.BotToken}, newHealth(l.Config)
	calls := bearer{next: l.paced, tokens: l.tokens, judge: l.overheard, closed: closed}
	l.api = slack.New(noToken, slack.OptionAppLevelToken(noToken), slack.OptionHTTPClient(calls), slack.OptionAPIURL(l.APIURL))
	l.look = lookUp{calls, l.APIURL, noToken}
	l.sockets = newKeeper(l.socketAddress, l.Now, l.Rand, l.Log)
	l.sockets.judge = func(code string) { l.health.judge(sockets, code) }
	l.sockets.app = l.compareApps
}

// start checks both tokens, and learns who the bot is.
func (l *link) start(ctx context.Context) (who identity, err error) {
	if who, err = l.signIn(ctx); err != nil {
		return who, l.notStarted(botToken, err)
	}
	l.team, l.user, l.bot = who.TeamID, who.UserID, who.BotID
	if err := l.tryAppToken(ctx); err != nil {
		return who, l.notStarted(sockets, err)
	}
	return who, nil
}

// notStarted says why the program does not start, and for a token that Slack refuses where a
// valid one belongs.
func (l *link) notStarted(p part, err error) error {
	if tokenRefused(code(err)) {
		return fmt.Errorf("slack: %w; give a valid one by %s and start again", err, l.health.from[p])
	}
	return fmt.Errorf("slack: %w", err)
}

// noToken stands where the library wants a token: bearer puts the right one into each call.
const noToken = "-"

// overheard keeps what an answer says of the bot token and of its method, once the program has
// started. Whether Slack takes the app token, the keeper of the sockets knows.
func (l *link) overheard(method, code string) {
	if method != openMethod && l.user != "" { // else the start itself says what is wrong
		l.health.heard(method, code)
	}
}

// signIn checks the bot token and its scopes, and learns who the bot is.
func (l *link) signIn(ctx context.Context) (who identity, err error) {
	who, err = l.look.authTest(ctx)
	if transient(ctx, err) && pause(ctx, lookUpPause) {
		who, err = l.look.authTest(ctx)
	}
	switch {
	case refused(err):
		return who, fmt.Errorf("the bot token is not accepted: %w", l.wrap("auth.test", err))
	case err != nil:
		return who, unreachable{err}
	case who.OrgWide, who.TeamID == "":
		return who, errors.New("the bot is installed for an organisation; install it in one workspace")
	}
	if lacking := Lacking(who.scopes); lacking != nil {
		return who, fmt.Errorf("the bot token lacks the scopes %s; add them to the app and install it again", strings.Join(lacking, ", "))
	}
	return who, nil
}

// socketAddress asks for the address of a socket. It serves one connection, and not for long.
func (l *link) socketAddress(ctx context.Context) (string, error) {
	_, address, err := l.api.StartSocketModeContext(ctx)
	return address, l.wrap("apps.connections.open", err)
}

// tryAppToken checks the app token: it asks for the address of a socket, and does not use
// it. So a wrong token is known before the program says that it is ready. Where Slack has
// trouble of its own, it is only logged: the keeper of the sockets tries again.
func (l *link) tryAppToken(ctx context.Context) error {
	_, err := l.socketAddress(ctx)
	if refused(err) {
		return fmt.Errorf("the app token is not accepted: %w", err)
	}
	if err != nil {
		l.Log.Warn("the app token could not be tried", "err", err)
	}
	return nil
}

// Count has a census count the sockets. It is to be called before Hear.
func (l *link) Count(c *Census) { l.sockets.census = c }

// Team is the id of the workspace.
func (l *link) Team() string { return l.team }

// wrap is wrap, and logs a code that the table has not: somebody has to look up what it means.
func (l *link) wrap(method string, err error) error {
	if c := code(err); c != "" {
		if _, known := rowOf(c); !known {
			l.Log.Error("Slack refused with a code that is not known here; it is taken for one that passes", "method", method, "code", c)
		}
	}
	return wrap(method, err)
}
