package slacksim_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/bot/slacksim"
)

func granting(scopes ...string) func(*slacksim.Config) {
	return func(cfg *slacksim.Config) { cfg.Scopes = scopes }
}

func private(cfg *slacksim.Config) {
	cfg.Channels = append(cfg.Channels, slacksim.Channel{ID: "C0SECRET", Name: "secret", Members: []string{anna}, Private: true})
}

func TestACallNeedsItsScope(t *testing.T) {
	t.Parallel()
	s := start(t, granting("channels:read", "im:read", "users:read"), private)
	s.ok("auth.test", nil)
	s.ok("users.info", object{"user": anna})
	s.ok("conversations.info", object{"channel": incident})
	s.ok("conversations.info", object{"channel": "D0ANNA"})

	for method, c := range map[string]struct {
		args   object
		needed string
	}{
		"chat.postMessage":   {object{"channel": incident, "text": "x"}, "chat:write"},
		"usergroups.list":    {nil, "usergroups:read"},
		"conversations.info": {object{"channel": "C0SECRET"}, "groups:read"},
		"conversations.open": {object{"users": anna}, "im:write"},
	} {
		answer := s.call(method, c.args)
		assert.Equal(t, "missing_scope", answer["error"], method)
		assert.Equal(t, c.needed, answer["needed"], method)
		assert.Equal(t, "channels:read,im:read,users:read", answer["provided"], method)
	}
}

func TestEveryAnswerSaysWhatTheTokenMayDo(t *testing.T) {
	t.Parallel()
	s := start(t, granting("chat:write", "users:read"))
	for method, accepts := range map[string]string{"auth.test": "", "users.info": "users:read", "usergroups.list": "usergroups:read"} {
		status, header, _ := s.post("/api/"+method, "xoxb-test-acme", object{"user": anna})
		assert.Equal(t, http.StatusOK, status)
		assert.Equal(t, "chat:write,users:read", header.Get("X-OAuth-Scopes"), method)
		assert.Equal(t, accepts, header.Get("X-Accepted-OAuth-Scopes"), method)
	}
	_, header, _ := start(t).post("/api/auth.test", "xoxb-test-acme", nil)
	assert.NotContains(t, header, "X-Oauth-Scopes", "where no scopes are played, none are named")
}

func TestAnArgumentThatAMethodDoesNotHaveIsNoted(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.ok("api.test", object{"foo": "bar"})
	posted := s.ok("chat.postMessage", object{"channel": incident, "text": "x", "unfurl_links": false})
	assert.Empty(t, s.Complaints())
	for range 2 {
		s.ok("chat.update", object{"channel": incident, "ts": posted["ts"], "text": "y", "unfurl_links": false})
	}
	assert.Equal(t, []string{"chat.update has no argument unfurl_links"}, s.Complaints(), "it is done all the same, as Slack does it")
}

func TestEveryMethodHasItsArguments(t *testing.T) {
	t.Parallel()
	s := start(t, unlimited)
	methods := s.As(anna).State().Methods
	assert.Contains(t, methods, "chat.postMessage")
	for _, method := range methods {
		token := "xoxb-test-acme"
		if method == "apps.connections.open" {
			token = "xapp-test-acme"
		}
		s.post("/api/"+method, token, object{"nonsense": "1"})
		if method != "api.test" { // which takes anything
			assert.Contains(t, s.Complaints(), method+" has no argument nonsense")
		}
	}
}
