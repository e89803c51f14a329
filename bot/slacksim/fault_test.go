package slacksim_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

func TestACallCanBeMadeToFail(t *testing.T) {
	for name, c := range map[string]struct {
		fault  slacksim.Fault
		status int
		code   any
		posted int
	}{
		"with a code, before the deed": {slacksim.Fault{Error: "internal_error"}, http.StatusOK, "internal_error", 0},
		"with a code, after it":        {slacksim.Fault{Error: "internal_error", After: true}, http.StatusOK, "internal_error", 1},
		"with a status":                {slacksim.Fault{Status: http.StatusBadGateway}, http.StatusBadGateway, nil, 0},
		"with a wait":                  {slacksim.Fault{RetryAfter: 7 * time.Second}, http.StatusTooManyRequests, "ratelimited", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.FailNext("chat.postMessage", 1, c.fault)
			message := object{"channel": incident, "text": "x"}
			status, header, answer := s.post("/api/chat.postMessage", "xoxb-test-acme", message)
			assert.Equal(t, c.status, status)
			assert.Equal(t, c.code, answer["error"])
			if c.fault.RetryAfter > 0 {
				assert.Equal(t, "7", header.Get("Retry-After"))
			}
			assert.Len(t, s.As(anna).State().Messages, c.posted)

			s.ok("chat.postMessage", message)
			assert.Len(t, s.As(anna).State().Messages, c.posted+1, "it fails once")
			assert.Equal(t, 2, s.Calls("chat.postMessage"))
		})
	}
}

func TestAnAnswerCanGetLost(t *testing.T) {
	for name, after := range map[string]bool{"before the deed": false, "after it": true} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.FailNext("chat.postMessage", 1, slacksim.Fault{After: after})
			req, err := http.NewRequestWithContext(s.ctx(), http.MethodPost, s.url+"/api/chat.postMessage",
				bytes.NewBufferString(`{"channel":"`+incident+`","text":"x"}`))
			s.must(err)
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Authorization", "Bearer xoxb-test-acme")
			_, err = http.DefaultClient.Do(req)
			require.Error(t, err)
			assert.Equal(t, after, len(s.As(anna).State().Messages) == 1)
		})
	}
}

func TestFaultsFollowOneAnother(t *testing.T) {
	s := start(t)
	s.FailNext("auth.test", 2, slacksim.Fault{Error: "one"})
	s.FailNext("auth.test", 1, slacksim.Fault{Error: "two"})
	for _, want := range []string{"one", "one", "two"} {
		assert.Equal(t, want, s.refused("auth.test", object{}))
	}
	s.ok("auth.test", object{})
}
