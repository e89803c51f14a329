package slack

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// Grade says what a finding means for whoever is to rely on the bot.
type Grade string

// The grades. Seen is something that Slack's documents leave open and this workspace showed.
const (
	Well    Grade = "ok"
	Odd     Grade = "odd" // it works, and somebody should know
	Wrong   Grade = "wrong"
	Unknown Grade = "unknown" // it could not be looked at
	Seen    Grade = "seen"
)

// Finding is what a check-up found, in a sentence that holds no secret.
type Finding struct {
	Grade Grade
	Say   string
}

// Checkup looks at a workspace as a bot with this configuration would meet it. A token that is
// empty is sent nowhere.
type Checkup struct {
	Config
	Users, Groups []string // ids that the policy names
	Channels      []string // the ids of those that the policy names
	Audit         string   // the id of the audit channel; "" for none
	// Channel is where a message is posted, edited, answered in its thread and deleted; "" for
	// nowhere: then nothing is written.
	Channel string
	// Sockets has a socket opened: only its hello tells how many the app has. What Slack sends
	// over it meanwhile is lost to the bot.
	Sockets bool
	// Tell takes each finding as soon as it is made.
	Tell func(Finding)
}

// examination is a check-up under way.
type examination struct {
	Checkup
	face      *Slack
	look      lookUp
	socketApp *string // the app that a hello named; "" for none
}

// Run makes the check-up.
func (c Checkup) Run(ctx context.Context) {
	c.APIURL = cmp.Or(c.APIURL, slack.APIURL)
	if err := checkAddress(c.APIURL); err != nil {
		c.tell(Wrong, "%v.", err)
		return
	}
	s := &Slack{link: link{Config: c.Config, http: newHTTP()}}
	paced := newRateLimiter(s.http, c.Now, max(c.RateFactor, 1))
	s.api = slack.New(c.BotToken.Reveal(), slack.OptionAppLevelToken(c.AppToken.Reveal()), slack.OptionHTTPClient(paced), slack.OptionAPIURL(c.APIURL))
	e := examination{c, s, lookUp{doer: paced, base: c.APIURL, token: c.BotToken.Reveal()}, new(string)}
	if e.appToken(ctx) && c.Sockets {
		e.socket(ctx)
	}
	if !e.botToken(ctx) {
		c.tell(Unknown, "Scopes, user groups, people and channels were not looked at: that takes the bot token.")
		return
	}
	e.userGroups(ctx)
	e.people(ctx)
	e.channels(ctx)
	if c.Channel != "" && e.place(ctx) {
		e.write(ctx)
	}
}

func (c Checkup) tell(g Grade, format string, values ...any) {
	c.Tell(Finding{g, fmt.Sprintf(format, values...)})
}

// failed tells of a call that did not give what it should: a refusal is wrong, with what mends it,
// and everything else may pass.
func (c Checkup) failed(what string, err error) {
	c.failedBy(what, err, func(r refusal) string { return c.said(r) })
}

func (c Checkup) failedBy(what string, err error, mends func(refusal) string) {
	if !refused(err) {
		c.tell(Unknown, "%s: Slack could not be asked: %v.", what, withoutURL(err))
		return
	}
	r, _ := refusalOf(err)
	c.tell(Wrong, "%s", strings.TrimSpace(fmt.Sprintf("%s: Slack refuses: %v. %s", what, err, mends(r))))
}

// said is why Slack refused, in words for whoever sets the bot up; "" where there are none.
func (c Checkup) said(r refusal) string {
	if c.Words == nil || r.why == "" {
		return ""
	}
	if ofTheBot := map[cause]string{
		becauseRestricted: "The workspace or the channel does not let the bot post there. Whoever manages the channel can (Posting permissions).",
		becauseReadOnly:   "The channel is read-only for the bot. Whoever manages it can let the bot post (Posting permissions).",
		becauseScope:      "The bot token lacks a permission for this. Add it to the app and install it again.",
		becauseForbidden:  "The administrators of the workspace do not let the app do this. They can allow it.",
		becauseToken:      "Slack does not accept the token any more. Make a new one.",
	}[r.why]; ofTheBot != "" {
		return ofTheBot
	}
	return c.Words.In("en", words.Plain{}).Say(r.say())
}

// Where a token is made (api.slack.com/apps).
const (
	appTokenPage = "api.slack.com/apps, Basic Information, App-Level Tokens"
	botTokenPage = "api.slack.com/apps, Install App"
)

// failedToken is failed for a token.
func (c Checkup) failedToken(p part, err error) {
	what, from, page := "The app token", cmp.Or(c.AppTokenFrom, "SLACK_APP_TOKEN"), appTokenPage
	if p == botToken {
		what, from, page = "The bot token", cmp.Or(c.BotTokenFrom, "SLACK_BOT_TOKEN"), botTokenPage
	}
	c.failedBy(what, err, func(r refusal) string {
		switch {
		case tokenRefused(code(err)) && strings.HasSuffix(from, "_FILE"):
			return fmt.Sprintf("Write a valid one into the file that %s names (%s).", from, page)
		case tokenRefused(code(err)):
			return fmt.Sprintf("Set %s to a valid one (%s).", from, page)
		case p == sockets && r.why == becauseScope:
			return fmt.Sprintf("Make an app-level token with the scope connections:write (%s).", page)
		case p == sockets:
			return cmp.Or(mendsSockets(code(err)), c.said(r))
		}
		return c.said(r)
	})
}

// mendsSockets is what has to be done where Slack opens no socket for a reason; "" where that is not
// known.
func mendsSockets(reason string) string {
	switch reason {
	case linkDisabled, "socket_mode_not_enabled":
		return "Switch Socket Mode on (api.slack.com/apps, Socket Mode)."
	case tooManySockets:
		return "Stop other programs that use this app token: an app has at most ten."
	}
	return ""
}

func (e examination) appToken(ctx context.Context) bool {
	if e.AppToken.Reveal() == "" {
		e.tell(Unknown, "Sockets were not looked at: that takes the app token.")
		return false
	}
	if e.Sockets {
		return true // the socket tells
	}
	if _, err := e.face.socketAddress(ctx); err != nil {
		e.failedToken(sockets, err)
		return false
	}
	e.tell(Well, "The app token opens sockets.")
	return true
}

// socket opens one, reads its hello and ends it.
func (e examination) socket(ctx context.Context) {
	address, err := e.face.socketAddress(ctx)
	if err != nil {
		e.failedToken(sockets, err)
		return
	}
	e.tell(Well, "The app token opens sockets.")
	ws, _, err := dialer().DialContext(ctx, address, nil)
	if err != nil {
		e.tell(Unknown, "No socket could be opened: %v.", withoutURL(err))
		return
	}
	defer func() { _ = ws.Close() }()
	hello, lost, err := helloOf(ws)
	switch {
	case err != nil:
		e.tell(Unknown, "A socket was opened and brought no hello: %v.", err)
		return
	case hello.Type != "hello":
		e.tell(Wrong, "%s", strings.TrimSpace(fmt.Sprintf("Slack turns a new socket away: %s. %s", hello.Reason, mendsSockets(hello.Reason))))
		return
	}
	*e.socketApp = hello.Connection.App
	e.others(hello.Connections - 1)
	if hello.Debug.Life > 0 {
		e.tell(Seen, "Slack gives a socket about %s.", roughly(time.Duration(hello.Debug.Life)*time.Second))
	}
	if lost > 0 {
		e.tell(Odd, "Commands or clicks that Slack sent over the socket that looked: %d. Whoever made them has to repeat them.", lost)
	}
}

// roughly is a time in whole hours, or in minutes where it is short.
func roughly(d time.Duration) string {
	if d < 2*time.Hour {
		return fmt.Sprintf("%.0f minutes", d.Minutes())
	}
	return fmt.Sprintf("%.0f hours", d.Hours())
}

// helloOf reads a socket's hello, says that it closes, and counts the envelopes that came
// before Slack knew.
func helloOf(ws *websocket.Conn) (hello frame, lost int, err error) {
	_ = ws.SetReadDeadline(time.Now().Add(apiTimeout))
	for {
		_, body, err := ws.ReadMessage()
		switch {
		case err != nil && hello.Type != "":
			return hello, lost, nil
		case err != nil:
			return hello, lost, err
		}
		f, err := decodeFrame(body)
		switch {
		case err != nil:
			return hello, lost, err
		case f.EnvelopeID != "":
			lost++
		case hello.Type == "":
			hello = f
			_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(closeTimeout))
			_ = ws.SetReadDeadline(time.Now().Add(closeTimeout))
		}
	}
}

// others tells of the other sockets of the app. Which program holds them Slack tells nobody.
func (e examination) others(n int) {
	switch {
	case n <= 0:
		e.tell(Well, "No other socket of this app is open: no serve is connected with it now.")
	case n <= wantedSockets:
		e.tell(Well, "Other sockets of this app that are open: %d, as many as one serve holds.", n)
	default:
		e.tell(Odd, "Other sockets of this app that are open: %d. One serve holds %d, so another program takes part of what people type, unless several serve together or one is being renewed.", n, wantedSockets)
	}
}

func (e examination) botToken(ctx context.Context) bool {
	if e.BotToken.Reveal() == "" {
		return false
	}
	who, err := e.look.authTest(ctx)
	switch {
	case err != nil:
		e.failedToken(botToken, wrap("auth.test", err))
		return false
	case who.OrgWide, who.TeamID == "":
		e.tell(Wrong, "The bot is installed for an organisation: install it in one workspace.")
		return false
	}
	e.tell(Well, "The bot token is that of %s in the workspace %s (%s).", who.User, who.Team, who.TeamID)
	if who.EnterpriseID != "" {
		e.tell(Well, "The workspace belongs to the organisation %s.", who.EnterpriseID)
	}
	e.face.team, e.face.user = who.TeamID, who.UserID
	e.face.directory = newDirectory(e.look, home{who.TeamID, who.EnterpriseID}, e.Now)
	e.scopes(who.scopes)
	if *e.socketApp != "" {
		e.oneApp(ctx, who.BotID)
	}
	return true
}

// oneApp looks whether both tokens are of one app.
func (e examination) oneApp(ctx context.Context, bot string) {
	switch own, err := e.look.appOf(ctx, bot); {
	case err != nil:
		e.failed("The bot token's app", err)
	case own != *e.socketApp:
		e.tell(Wrong, "The app token is of the app %s, and the bot token of another one, %s. Give tokens of one app by %s and %s.",
			*e.socketApp, own, cmp.Or(e.AppTokenFrom, "SLACK_APP_TOKEN"), cmp.Or(e.BotTokenFrom, "SLACK_BOT_TOKEN"))
	default:
		e.tell(Well, "Both tokens are of one app, %s.", own)
	}
}

func (e examination) scopes(granted string) {
	lacking, more := Lacking(granted), Superfluous(granted)
	switch {
	case granted == "":
		e.tell(Unknown, "Slack's answer does not say which scopes the bot token has.")
		return
	case lacking != nil:
		e.tell(Wrong, "The bot token lacks the scopes %s: add them to the app and install it again.", strings.Join(lacking, ", "))
	default:
		e.tell(Well, "The bot token has every scope that the bot uses.")
	}
	if more != nil {
		e.tell(Odd, "The bot token has scopes that the bot never uses: %s.", strings.Join(more, ", "))
	}
}

// userGroups looks at the groups that the policy names: nobody in one of them means that
// nobody holds what it gives.
func (e examination) userGroups(ctx context.Context) {
	if len(e.Groups) == 0 {
		e.tell(Well, "The policy names no user group.")
		return
	}
	var answer struct {
		Groups []group `json:"usergroups"`
	}
	err := e.look.get(ctx, "usergroups.list", url.Values{"include_users": {"true"}, "include_disabled": {"true"}}, &answer)
	switch {
	case code(err) == "plan_upgrade_required":
		e.tell(Wrong, "This workspace's plan has no user groups, and the policy names %s: bind people by their ids.", strings.Join(e.Groups, ", "))
		return
	case err != nil:
		e.failed("The user groups", err)
		return
	}
	for _, id := range e.Groups {
		e.userGroup(id, answer.Groups)
	}
}

func (e examination) userGroup(id string, all []group) {
	at := slices.IndexFunc(all, func(g group) bool { return g.ID == id })
	if at < 0 {
		e.tell(Wrong, "The user group %s, which the policy names, is not listed: it does not exist here.", id)
		return
	}
	switch r := all[at].roster(); {
	case all[at].deleted():
		e.tell(Wrong, "The user group %s, which the policy names, is disabled.", id)
	case r.Unlisted:
		e.tell(Unknown, "Slack does not list who is in the user group %s.", id)
	case len(r.Users) == 0:
		e.tell(Wrong, "Nobody is in the user group %s, which the policy names.", id)
	default:
		e.tell(Well, "The user group %s has members: %d.", id, len(r.Users))
	}
}

// people looks at those whom the policy binds by their ids.
func (e examination) people(ctx context.Context) {
	for _, id := range e.Users {
		standing, err := e.face.Standing(ctx, commands.Person{Team: e.face.Team(), User: id}, e.Now())
		switch {
		case err != nil:
			e.failed("The person "+id, err)
		case standing != policy.Member:
			e.tell(Wrong, "%s, whom the policy names%s", id, noMember(standing))
		default:
			e.tell(Well, "%s, whom the policy names, is a member.", id)
		}
	}
}

// noMember says of somebody why they cannot use the bot.
func noMember(s policy.Standing) string {
	switch s {
	case policy.Guest:
		return ", is a guest, and guests cannot use the bot."
	case policy.Bot:
		return ", is a bot, and bots cannot use this one."
	case policy.Deactivated:
		return ", has an account that is deactivated."
	case policy.Stranger:
		return ", is of another workspace."
	}
	return ": Slack knows no such person here."
}
