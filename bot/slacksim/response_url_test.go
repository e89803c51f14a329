package slacksim_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// respond sends a message to a response URL.
func (s scene) respond(url string, message object) (status int, code any) {
	s.Helper()
	status, _, answer := s.post(strings.TrimPrefix(url, s.url), "", message)
	return status, answer["error"]
}

// responded sends a message that has to be taken.
func (s scene) responded(url string, message object) {
	s.Helper()
	status, code := s.respond(url, message)
	require.Equal(s.T, http.StatusOK, status, "%v", code)
}

// commandURL types a command and returns the response URL it brought.
func (s scene) commandURL() string {
	s.Helper()
	c := s.connect()
	s.must(s.As(anna).Say(incident, "/quell"))
	return c.payload()["response_url"].(string)
}

func TestAResponseURLAnswersTheAskerAlone(t *testing.T) {
	t.Parallel()
	s := start(t)
	url := s.commandURL()
	s.responded(url, object{"text": "only you"})
	assert.Equal(t, "only you", words(s.As(anna).State()))
	assert.True(t, s.As(anna).State().Messages[0].Ephemeral)
	assert.Empty(t, s.As(ben).State().Messages)

	s.responded(url, object{"text": "everybody", "response_type": "in_channel"})
	assert.Equal(t, "everybody", words(s.As(ben).State()))
}

func TestAResponseURLWorksFiveTimes(t *testing.T) {
	t.Parallel()
	s := start(t)
	url := s.commandURL()
	status, code := s.respond(url, object{"text": ""})
	assert.Equal(t, []any{http.StatusBadRequest, "no_text"}, []any{status, code}, "a refused message uses nothing up")
	for range 5 {
		s.responded(url, object{"text": "x"})
	}
	status, code = s.respond(url, object{"text": "x"})
	assert.Equal(t, []any{http.StatusNotFound, "used_url"}, []any{status, code})
}

func TestAResponseURLWorksForHalfAnHour(t *testing.T) {
	t.Parallel()
	now := newClock()
	s := start(t, at(now))
	url := s.commandURL()
	now.Advance(30 * time.Minute)
	s.responded(url, object{"text": "x"})
	now.Advance(time.Second)
	_, code := s.respond(url, object{"text": "x"})
	assert.Equal(t, "expired_url", code)
	_, code = s.respond(s.url+"/actions/T0QUELL/A0QUELL/made-up", object{"text": "x"})
	assert.Equal(t, "invalid_url", code)
}

func TestAClicksResponseURLChangesTheMessage(t *testing.T) {
	t.Parallel()
	for name, ephemeral := range map[string]bool{"of the channel": false, "that is ephemeral": true} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			c := s.connect()
			args := object{"channel": incident, "user": ben, "blocks": card("Sure?")}
			var ts string
			if ephemeral {
				ts = s.ok("chat.postEphemeral", args)["message_ts"].(string)
			} else {
				ts = s.posted(args)
			}
			s.must(s.As(ben).Click(incident, ts, "approve"))
			url := c.payload()["response_url"].(string)

			s.responded(url, object{"text": "Done.", "replace_original": true})
			in := s.As(ben).State().In(incident)
			require.Len(t, in, 1)
			assert.Equal(t, []any{"Done.", ts, ephemeral}, []any{in[0].Words(), in[0].TS, in[0].Ephemeral})

			s.responded(url, object{"delete_original": true})
			assert.Empty(t, s.As(ben).State().In(incident))
		})
	}
}

func TestACommandsResponseURLChangesItsFirstAnswer(t *testing.T) {
	t.Parallel()
	s := start(t)
	url := s.commandURL()
	s.responded(url, object{"text": "Looking …"})
	s.responded(url, object{"text": "Found.", "replace_original": true})
	assert.Equal(t, "Found.", words(s.As(anna).State()))
}

func TestAResponseURLReachesAThread(t *testing.T) {
	t.Parallel()
	s := start(t)
	top := s.posted(object{"channel": incident, "text": "top"})
	s.responded(s.commandURL(), object{"text": "below", "thread_ts": top, "response_type": "in_channel"})
	in := s.As(anna).State().In(incident)
	assert.Equal(t, top, in[1].ThreadTS)
}

func TestAResponseIsHeldAgainstTheLimitsToo(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, code := s.respond(s.commandURL(), object{"blocks": []object{section(x(3001))}})
	assert.Equal(t, "invalid_blocks", code)
}
