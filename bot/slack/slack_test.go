package slack_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slack"
	"quell/bot/slacksim"
)

// saying answers one method in Slack's place.
func saying(method, answer string) func(http.Handler) http.Handler {
	return with(method, func(rw http.ResponseWriter) bool {
		rw.Header().Set("Content-Type", "application/json")
		_, _ = rw.Write([]byte(answer))
		return true
	})
}

// granting adds the header in which Slack lists a token's scopes.
func granting(scopes string) func(http.Handler) http.Handler {
	return with("auth.test", func(rw http.ResponseWriter) bool {
		rw.Header().Set("X-OAuth-Scopes", scopes)
		return false
	})
}

func with(method string, do func(http.ResponseWriter) (answered bool)) func(http.Handler) http.Handler {
	return func(slack http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/api/"+method || !do(rw) {
				slack.ServeHTTP(rw, r)
			}
		})
	}
}

func TestAWrongAppIsRefusedInOneSentence(t *testing.T) {
	t.Parallel()
	none := func(h http.Handler) http.Handler { return h }
	for name, c := range map[string]struct {
		slack  func(http.Handler) http.Handler
		change func(*slack.Config)
		says   string
	}{
		"a wrong bot token": {
			none, func(c *slack.Config) { c.BotToken = "xoxb-test-wrong" },
			"slack: the bot token is not accepted: auth.test: invalid_auth; give a valid one by SLACK_BOT_TOKEN and start again",
		},
		"a wrong app token": {
			none, func(c *slack.Config) { c.AppToken = "xapp-test-wrong" },
			"slack: the app token is not accepted: apps.connections.open: invalid_auth; give a valid one by SLACK_APP_TOKEN and start again",
		},
		"tokens that changed places": {
			none, func(c *slack.Config) { c.AppToken, c.BotToken = c.BotToken, c.AppToken },
			"slack: the bot token is not accepted: auth.test: not_allowed_token_type; give a valid one by SLACK_BOT_TOKEN and start again",
		},
		"an app token that may not open sockets": {
			saying("apps.connections.open", `{"ok":false,"error":"missing_scope","needed":"connections:write","provided":"authorizations:read"}`),
			nil,
			"slack: the app token is not accepted: apps.connections.open: missing_scope: the token lacks the scope connections:write",
		},
		"a bot that may not do all": {
			granting("commands,chat:write,users:read,channels:read,im:read,im:write,mpim:read"), nil,
			"slack: the bot token lacks the scopes usergroups:read, groups:read; add them to the app and install it again",
		},
		"a whole organisation": {
			saying("auth.test", `{"ok":true,"user_id":"U0QUELL","is_enterprise_install":true}`), nil,
			"slack: the bot is installed for an organisation; install it in one workspace",
		},
		"a whole organisation, with an id of it": {
			saying("auth.test", `{"ok":true,"team_id":"E0ACME","enterprise_id":"E0ACME","user_id":"U0QUELL","is_enterprise_install":true}`), nil,
			"slack: the bot is installed for an organisation; install it in one workspace",
		},
		"Slack in trouble": {
			saying("auth.test", `{"ok":false,"error":"service_unavailable"}`), nil,
			"slack: it cannot be reached: service_unavailable",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, c.slack)
			if c.change != nil {
				c.change(&s.config)
			}
			_, err := slack.Connect(s.within(patience), s.config)
			require.EqualError(t, err, c.says)
		})
	}
}

func TestAnAppWithEveryScopeIsWelcome(t *testing.T) {
	t.Parallel()
	s := start(t, granting("commands, chat:write,users:read,usergroups:read,channels:read,groups:read,im:read,im:write,mpim:read,reactions:read"))
	assert.Equal(t, "T0QUELL", s.connect().Team())
}

// A socket that cannot be opened now is retried later, and the bot starts all the same.
func TestTroubleWithSocketsDoesNotKeepItFromStarting(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{slacksim.Fails, slacksim.BreaksOff, slacksim.ThrottledFor(10e9), slacksim.Says("internal_error")} {
		t.Run(fault, func(t *testing.T) {
			s := start(t)
			s.fail("apps.connections.open", 1, slacksim.Fault{Name: fault})
			s.connect()
			assert.Equal(t, 1, s.Calls("apps.connections.open"))
		})
	}
}

// A transient error does not keep the bot from starting, and does not hide a refusal.
func TestTheFirstCallIsTriedOnceMore(t *testing.T) {
	t.Parallel()
	for fault, calls := range map[string]int{slacksim.Fails: 2, slacksim.BreaksOff: 2} {
		s := start(t)
		s.fail("auth.test", 1, slacksim.Fault{Name: fault})
		s.connect()
		assert.Equal(t, calls, s.Calls("auth.test"), fault)
	}
	s := start(t)
	s.fail("auth.test", 1, slacksim.Fault{Name: slacksim.Says("invalid_auth")})
	_, err := slack.Connect(s.within(patience), s.config)
	require.ErrorContains(t, err, "invalid_auth")
	assert.Equal(t, 1, s.Calls("auth.test"))
}
