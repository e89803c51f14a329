package slack_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slack"
	"quell/bot/slacksim"
)

// findings are what a check-up of the scene says, a line each.
func (s scene) findings(change func(*slack.Checkup)) (lines []string) {
	s.Helper()
	c := slack.Checkup{Config: s.config, Sockets: true, Tell: func(f slack.Finding) {
		lines = append(lines, fmt.Sprintf("%s: %s", f.Grade, f.Say))
	}}
	if change != nil {
		change(&c)
	}
	c.Run(s.within(patience))
	for _, line := range lines {
		require.NotContains(s.T, line, s.config.AppToken.Reveal(), "no secret is told")
		require.NotContains(s.T, line, s.config.BotToken.Reveal(), "no secret is told")
		require.NotContains(s.T, line, "ticket=", "no secret is told")
	}
	return lines
}

func TestACheckupSaysWhatIsWrongWithScopes(t *testing.T) {
	t.Parallel()
	m, err := slack.NewManifest(slack.Naming{}, nil)
	require.NoError(t, err)
	all := m.OAuth.Scopes.Bot
	without := slices.DeleteFunc(slices.Clone(all), func(scope string) bool { return scope == "mpim:read" })
	for name, c := range map[string]struct {
		scopes []string
		says   []string
		silent string
	}{
		"those of the manifest": {all, []string{"ok: The bot token has every scope"}, "never uses"},
		"one that is missing":   {without, []string{"wrong: The bot token lacks the scopes mpim:read: add them"}, "ok: The bot token has every"},
		"more than it needs":    {slices.Concat([]string{"admin", "files:read"}, all), []string{"odd: The bot token has scopes that the bot never uses: admin, files:read."}, "wrong"},
		"nothing is told":       {nil, []string{"unknown: Slack's answer does not say which scopes"}, "every scope"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := strings.Join(startAs(t, func(cfg *slacksim.Config) { cfg.Scopes = c.scopes }).findings(nil), "\n")
			for _, want := range c.says {
				assert.Contains(t, said, want)
			}
			assert.NotContains(t, said, c.silent)
		})
	}
}

func TestACheckupCountsTheOtherSockets(t *testing.T) {
	t.Parallel()
	s := start(t)
	assert.Contains(t, s.findings(nil), "ok: No other socket of this app is open: no serve is connected with it now.")
	for range 3 {
		s.socket()
	}
	assert.Contains(t, strings.Join(s.findings(nil), "\n"), "odd: Other sockets of this app that are open: 3. One serve holds 2")
	for range 7 {
		s.socket()
	}
	assert.Contains(t, strings.Join(s.findings(nil), "\n"), "wrong: Slack turns a new socket away: too_many_websockets.")
	assert.NotContains(t, strings.Join(s.findings(func(c *slack.Checkup) { c.Sockets = false }), "\n"), "ther socket")
}

// socket opens one of the app, and leaves it alone.
func (s scene) socket() {
	s.Helper()
	req, err := http.NewRequestWithContext(s.within(patience), http.MethodPost, s.config.APIURL+"apps.connections.open", nil)
	require.NoError(s.T, err)
	req.Header.Set("Authorization", "Bearer "+s.config.AppToken.Reveal())
	res, err := http.DefaultClient.Do(req)
	require.NoError(s.T, err)
	defer res.Body.Close()
	var answer struct{ URL string }
	require.NoError(s.T, json.NewDecoder(res.Body).Decode(&answer))
	ws, _, err := websocket.DefaultDialer.DialContext(s.within(patience), answer.URL, nil)
	require.NoError(s.T, err)
	s.Cleanup(func() { _ = ws.Close() })
	_, _, err = ws.ReadMessage() // its hello: Slack counts it
	require.NoError(s.T, err)
}

func TestACheckupLooksAtWhomThePolicyNames(t *testing.T) {
	t.Parallel()
	of := func(c *slack.Checkup) {
		c.Users, c.Groups = []string{"U0ANNA", "U0EXT"}, []string{"S0ONCALL", "S0COMMANDERS", "S0NOWHERE"}
	}
	empty := startAs(t, func(cfg *slacksim.Config) { cfg.Groups[1].Users = nil })
	said := empty.findings(of)
	for _, want := range []string{
		"ok: The user group S0ONCALL has members: 1.",
		"wrong: Nobody is in the user group S0COMMANDERS, which the policy names.",
		"wrong: The user group S0NOWHERE, which the policy names, is not listed: it does not exist here.",
		"ok: U0ANNA, whom the policy names, is a member.",
		"wrong: U0EXT, whom the policy names, is of another workspace.",
	} {
		assert.Contains(t, said, want)
	}

	assert.Contains(t, start(t, saying("usergroups.list", `{"ok":true,"usergroups":[
		{"id":"S0ONCALL","date_delete":1700000000,"user_count":0,"users":[]},{"id":"S0COMMANDERS","user_count":"3"}]}`)).findings(of),
		"wrong: The user group S0ONCALL, which the policy names, is disabled.")
	assert.Contains(t, start(t, saying("usergroups.list", `{"ok":true,"usergroups":[{"id":"S0COMMANDERS","user_count":"3"}]}`)).findings(of),
		"unknown: Slack does not list who is in the user group S0COMMANDERS.")
	assert.Contains(t, startAs(t, func(cfg *slacksim.Config) { cfg.WithoutGroups = true }).findings(of),
		"wrong: This workspace's plan has no user groups, and the policy names S0ONCALL, S0COMMANDERS, S0NOWHERE: bind people by their ids.")
	assert.Contains(t, start(t).findings(nil), "ok: The policy names no user group.")
}

func TestACheckupRefusesAnInstallationOfAWholeOrganisation(t *testing.T) {
	t.Parallel()
	s := startAs(t, func(cfg *slacksim.Config) { cfg.Enterprise, cfg.OrgWide = slacksim.Enterprise{ID: "E0ACME"}, true })
	assert.Contains(t, s.findings(nil), "wrong: The bot is installed for an organisation: install it in one workspace.")
}

func TestACheckupTellsWhatCouldNotBeLookedAt(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]string{
		"auth.test":             "unknown: The bot token: Slack could not be asked",
		"apps.connections.open": "unknown: The app token: Slack could not be asked",
		"usergroups.list":       "unknown: The user groups: Slack could not be asked",
		"users.info":            "unknown: The person U0ANNA: Slack could not be asked",
		"conversations.info":    "unknown: The channel C0INCCHECKOUT: Slack could not be asked",
	} {
		s := start(t, with(method, func(rw http.ResponseWriter) bool {
			rw.WriteHeader(http.StatusBadGateway)
			return true
		}))
		said := s.findings(func(c *slack.Checkup) {
			c.Users, c.Groups, c.Channel = []string{"U0ANNA"}, []string{"S0ONCALL"}, incident
		})
		assert.Contains(t, strings.Join(said, "\n"), want)
	}
}

// What limits the blocks of a message is seen, whichever it is.
func TestACheckupSaysWhatItSawOfTheLimits(t *testing.T) {
	t.Parallel()
	writing := func(c *slack.Checkup) { c.Channel = incident }
	assert.Contains(t, strings.Join(start(t).findings(writing), "\n"), "seen: The limit on a message's blocks counts bytes")
	edits := 0
	taking := func(refuseFrom int) func(http.Handler) http.Handler {
		edits = 0
		return with("chat.update", func(rw http.ResponseWriter) bool {
			edits++
			answer := `{"ok":true,"channel":"C0INCCHECKOUT","ts":"1.2","text":"x"}`
			if edits >= refuseFrom {
				answer = `{"ok":false,"error":"msg_blocks_too_long"}`
			}
			_, _ = rw.Write([]byte(answer))
			return true
		})
	}
	assert.Contains(t, strings.Join(start(t, taking(3)).findings(writing), "\n"), "seen: The limit on a message's blocks counts characters")
	assert.Contains(t, strings.Join(start(t, taking(9)).findings(writing), "\n"), "seen: Blocks of 20,000 characters are taken in an edit")
	s := start(t)
	s.findings(writing)
	assert.Zero(t, len(s.As("U0ANNA").State().In(incident)), "nothing is left behind")
}

// What Slack sends over the socket that only looks is lost, and that is said.
func TestACheckupSaysWhatItsOwnSocketTook(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		ws, err := new(websocket.Upgrader).Upgrade(rw, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = ws.Close() }()
		for _, frame := range []string{
			`{"type":"hello","num_connections":3,"debug_info":{"approximate_connection_time":3600}}`,
			`{"envelope_id":"e1","type":"slash_commands","payload":{},"accepts_response_payload":true}`,
		} {
			_ = ws.WriteMessage(websocket.TextMessage, []byte(frame))
		}
		_, _, _ = ws.ReadMessage() // its close frame
	}))
	t.Cleanup(server.Close)
	s := start(t, saying("apps.connections.open", `{"ok":true,"url":"ws`+strings.TrimPrefix(server.URL, "http")+`"}`))
	said := s.findings(nil)
	assert.Contains(t, said, "odd: Commands or clicks that Slack sent over the socket that looked: 1. Whoever made them has to repeat them.")
	assert.Contains(t, said, "seen: Slack gives a socket about 60 minutes.")
	assert.Contains(t, said, "ok: Other sockets of this app that are open: 2, as many as one serve holds.")
}

// Whoever sets the bot up is told what to do about a refusal, and about a place.
func TestACheckupSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for place, want := range map[string]string{
		"archived":    "it is archived, so nothing can be posted in it. Take it out of the archive, or give another.",
		"read_only":   "it is read-only for the bot. Whoever manages the channel can let it post (Posting permissions).",
		"thread_only": "only replies can be posted in it, and a card needs a message of its own. Give another.",
		"ext_shared":  "it is shared with another organisation. Give a channel of this workspace alone.",
	} {
		s := start(t)
		require.NoError(t, s.Switch(incident, place, true))
		assert.Contains(t, s.findings(func(c *slack.Checkup) { c.Channel = incident }), "wrong: The channel "+incident+" cannot be used: "+want, place)
	}
	hidden := start(t).findings(func(c *slack.Checkup) { c.Channel = "C0NOWHERE" })
	assert.Contains(t, hidden, "wrong: The channel C0NOWHERE cannot be used: Slack does not show it to the bot: there is none, or it is private or a direct message and the bot is not in it. Invite the bot there (type /invite and its name), or give another.")
	direct := start(t).findings(func(c *slack.Checkup) { c.Channel = "D0ANNA" })
	assert.Contains(t, direct, "wrong: The channel D0ANNA cannot be used: it is a direct or group message, and nobody else would see what is asked there. Give a channel of this workspace.")
	org := startAs(t, func(c *slacksim.Config) { c.Channels[0].OrgShared = true }).findings(func(c *slack.Checkup) { c.Channel = incident })
	assert.Contains(t, strings.Join(org, "\n"), "it is shared with other workspaces of the organisation. Give a channel of this workspace alone.")
	absent := startAs(t, func(c *slacksim.Config) { c.Channels[0].WithoutApp = true }).findings(func(c *slack.Checkup) { c.Channel = incident })
	assert.Contains(t, strings.Join(absent, "\n"), "the bot is not in it, so it could show nobody a card. Invite it there (type /invite and its name).")

	for fault, want := range map[[2]string]string{
		{"auth.test", "invalid_auth"}:                        "wrong: The bot token: Slack refuses: auth.test: invalid_auth. Set SLACK_BOT_TOKEN to a valid one (api.slack.com/apps, Install App).",
		{"apps.connections.open", "account_inactive"}:        "wrong: The app token: Slack refuses: apps.connections.open: account_inactive. Write a valid one into the file that SLACK_APP_TOKEN_FILE names (api.slack.com/apps, Basic Information, App-Level Tokens).",
		{"apps.connections.open", "missing_scope"}:           "wrong: The app token: Slack refuses: apps.connections.open: missing_scope. Make an app-level token with the scope connections:write (api.slack.com/apps, Basic Information, App-Level Tokens).",
		{"apps.connections.open", "socket_mode_not_enabled"}: "wrong: The app token: Slack refuses: apps.connections.open: socket_mode_not_enabled. Switch Socket Mode on (api.slack.com/apps, Socket Mode).",
		{"users.info", "missing_scope"}:                      "wrong: The person U0ANNA: Slack refuses: users.info: missing_scope. The bot token lacks a permission for this. Add it to the app and install it again.",
		{"chat.postMessage", "restricted_action"}:            "wrong: Posting in " + incident + ": Slack refuses: chat.postMessage: restricted_action. The workspace or the channel does not let the bot post there. Whoever manages the channel can (Posting permissions).",
	} {
		s := start(t)
		s.config.AppTokenFrom = "SLACK_APP_TOKEN_FILE"
		s.fail(fault[0], 1, slacksim.Fault{Name: slacksim.Says(fault[1])})
		assert.Contains(t, s.findings(func(c *slack.Checkup) { c.Channel, c.Users = incident, []string{"U0ANNA"} }), want)
	}
	full := start(t)
	for range 10 {
		full.socket()
	}
	assert.Contains(t, full.findings(nil), "wrong: Slack turns a new socket away: too_many_websockets. Stop other programs that use this app token: an app has at most ten.")
	two := startAs(t, func(c *slacksim.Config) { c.SocketApp = "A0OTHER" }).findings(nil)
	assert.Contains(t, two, "wrong: The app token is of the app A0OTHER, and the bot token of another one, A0QUELL. Give tokens of one app by SLACK_APP_TOKEN and SLACK_BOT_TOKEN.")
	assert.Contains(t, start(t).findings(nil), "ok: Both tokens are of one app, A0QUELL.")
}

// A channel of the policy that cannot be used is told of, and the audit channel.
func TestACheckupLooksAtTheChannelsThatAreNamed(t *testing.T) {
	t.Parallel()
	s := start(t)
	named := func(c *slack.Checkup) { c.Channels, c.Audit = []string{incident, "C0NOWHERE"}, "C0PARTNERS" }
	said := s.findings(named)
	assert.Contains(t, said, "wrong: The audit channel C0PARTNERS cannot be used: it is shared with another organisation. Give a channel of this workspace alone.")
	assert.Contains(t, said, "ok: Channels that the policy names by their ids and that can be used: 1.")
	assert.Contains(t, strings.Join(said, "\n"), "wrong: The channel C0NOWHERE, which the policy names, cannot be used: Slack does not show it to the bot")
	require.NoError(t, s.Switch(incident, "archived", true))
	assert.Contains(t, s.findings(named), "wrong: The channel "+incident+", which the policy names, cannot be used: it is archived, so nothing can be posted in it. Take it out of the archive, or give another.")

	var many []string
	for i := range 53 {
		many = append(many, fmt.Sprintf("C0MANY%02d", i))
	}
	wide := startAs(t, func(c *slacksim.Config) { c.RateFactor = 1000 })
	wide.config.RateFactor = 1000
	said = wide.findings(func(c *slack.Checkup) { c.Channels = many })
	assert.Contains(t, said, "unknown: Channels that the policy names and that were not looked at: 3. Only the first 50 were.")
}
