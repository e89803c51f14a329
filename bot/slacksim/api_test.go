package slacksim_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAToken(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range map[string]struct{ method, token, want string }{
		"is missing":                            {"auth.test", "", "not_authed"},
		"is wrong":                              {"auth.test", "xoxb-test-other", "invalid_auth"},
		"of the app does not post":              {"auth.test", "xapp-test-acme", "not_allowed_token_type"},
		"of the bot opens no socket":            {"apps.connections.open", "xoxb-test-acme", "not_allowed_token_type"},
		"is missing for a socket":               {"apps.connections.open", "", "not_authed"},
		"does not help with an unknown method":  {"chat.shout", "xoxb-test-acme", "unknown_method"},
		"is not needed to try the API":          {"api.test", "", ""},
		"is right":                              {"auth.test", "xoxb-test-acme", ""},
		"is right and opens a socket (header!)": {"apps.connections.open", "xapp-test-acme", ""},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, answer := s.post("/api/"+c.method, c.token, object{})
			assert.Equal(t, http.StatusOK, status, "Slack says no with 200")
			assert.Equal(t, c.want == "", answer["ok"])
			if c.want != "" {
				assert.Equal(t, c.want, answer["error"])
			}
		})
	}
}

// form sends a form, the other way to call a method.
func (s scene) form(path string, values url.Values) object {
	s.Helper()
	res, err := http.PostForm(s.url+path, values)
	s.must(err)
	defer res.Body.Close()
	var answer object
	s.must(json.NewDecoder(res.Body).Decode(&answer))
	return answer
}

func TestArgumentsComeAsAFormOrAsJSON(t *testing.T) {
	t.Parallel()
	s := start(t)
	blocks, err := json.Marshal(card("Kill it?"))
	s.must(err)
	values := url.Values{"token": {"xoxb-test-acme"}, "channel": {incident}, "blocks": {string(blocks)}}
	require.Equal(t, true, s.form("/api/chat.postMessage", values)["ok"])
	s.ok("chat.postMessage", object{"channel": incident, "blocks": card("Kill it?")})

	in := s.As(anna).State().In(incident)
	require.Len(t, in, 2)
	assert.Equal(t, in[0].Blocks, in[1].Blocks)
}

func TestATokenIsTakenFromTheHeaderOrAFormOnly(t *testing.T) {
	t.Parallel()
	s := start(t)
	assert.Equal(t, true, s.form("/api/auth.test", url.Values{"token": {"xoxb-test-acme"}})["ok"])
	assert.Equal(t, "not_authed", s.form("/api/auth.test?token=xoxb-test-acme", nil)["error"])
	assert.Equal(t, "not_authed", s.form("/api/apps.connections.open", url.Values{"token": {"xapp-test-acme"}})["error"])
	_, _, answer := s.post("/api/auth.test", "", object{"token": "xoxb-test-acme"})
	assert.Equal(t, "not_authed", answer["error"])
}

func TestAMissingArgumentIsNamed(t *testing.T) {
	t.Parallel()
	s := start(t)
	answer := s.call("chat.update", object{"text": "x"})
	assert.Equal(t, "invalid_arguments", answer["error"])
	assert.Equal(t, object{"messages": []any{
		"[ERROR] missing required field: channel", "[ERROR] missing required field: ts",
	}}, answer["response_metadata"])
}

func TestABodyThatIsNoJSONIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	req, err := http.NewRequest(http.MethodPost, s.url+"/api/auth.test", strings.NewReader("{"))
	s.must(err)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	s.must(err)
	defer res.Body.Close()
	var answer object
	s.must(json.NewDecoder(res.Body).Decode(&answer))
	assert.Equal(t, "invalid_json", answer["error"])
}

func TestEachMethodHasItsTier(t *testing.T) {
	t.Parallel()
	for method, c := range map[string]struct {
		args   object
		atOnce int
		wait   string // Retry-After, in seconds
	}{
		"chat.postMessage":      {object{"channel": incident, "text": "x"}, 5, "1"},
		"usergroups.list":       {object{}, 20, "3"},
		"usergroups.users.list": {object{"usergroup": "S0ONCALL"}, 20, "3"},
		"conversations.info":    {object{"channel": incident}, 50, "2"},
		"users.info":            {object{"user": anna}, 100, "1"},
	} {
		t.Run(method, func(t *testing.T) {
			c, now := c, newClock()
			s := start(t, at(now))
			for range c.atOnce {
				s.ok(method, c.args)
			}
			status, header, answer := s.post("/api/"+method, "xoxb-test-acme", c.args)
			assert.Equal(t, http.StatusTooManyRequests, status)
			assert.Equal(t, c.wait, header.Get("Retry-After"))
			assert.Equal(t, "ratelimited", answer["error"])

			now.Advance(3 * time.Second)
			s.ok(method, c.args)
		})
	}
}

func TestPostingIsCountedForEachChannel(t *testing.T) {
	t.Parallel()
	s := start(t, at(newClock()))
	for range 5 {
		s.ok("chat.postMessage", object{"channel": incident, "text": "x"})
	}
	assert.Equal(t, "ratelimited", s.refused("chat.postMessage", object{"channel": incident, "text": "x"}))
	s.ok("chat.postMessage", object{"channel": partners, "text": "x"})
}

func TestTiersCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	s := start(t, unlimited)
	for range 30 {
		s.ok("usergroups.list", object{})
	}
	assert.Equal(t, 30, s.Calls("usergroups.list"))
}
