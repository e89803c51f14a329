package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A global shortcut is run from wherever somebody is: it names no conversation.
func TestAGlobalShortcut(t *testing.T) {
	t.Parallel()
	s := start(t, offering)
	c := s.connect()
	s.must(s.As(anna).Shortcut("stop"))
	e := c.next()
	assert.Equal(t, []any{"interactive", false}, []any{e["type"], e["accepts_response_payload"]})
	payload := e["payload"].(object)
	assert.Equal(t, []any{"shortcut", "stop"}, []any{payload["type"], payload["callback_id"]})
	assert.Equal(t, anna, payload["user"].(object)["id"])
	assert.NotEmpty(t, payload["trigger_id"])
	for _, none := range []string{"channel", "message", "response_url", "actions"} {
		assert.NotContains(t, payload, none)
	}
	assert.Error(t, s.As("U0NOBODY").Shortcut("stop"))
}

// A message shortcut brings the message and where it stands.
func TestAMessageShortcut(t *testing.T) {
	t.Parallel()
	s := start(t, offering)
	c := s.connect()
	s.must(s.As(anna).Say(incident, "cache is down"))
	ts := s.As(anna).State().In(incident)[0].TS
	s.must(s.As(anna).ActOn(incident, ts, "act", object{"attachments": []any{object{"text": "10.0.0.1:80"}}}))
	e := c.next()
	assert.Equal(t, false, e["accepts_response_payload"])
	payload := e["payload"].(object)
	assert.Equal(t, []any{"message_action", "act", ts}, []any{payload["type"], payload["callback_id"], payload["message_ts"]})
	assert.Equal(t, incident, payload["channel"].(object)["id"])
	message := payload["message"].(object)
	assert.Equal(t, []any{"cache is down", ts}, []any{message["text"], message["ts"]})
	assert.Len(t, message["attachments"], 1)
	assert.Contains(t, payload["response_url"], "http")
	assert.NotContains(t, payload, "actions")
	assert.Error(t, s.As(anna).ActOn(incident, "1.2", "act", nil))
	assert.Error(t, s.As(anna).ActOn("C0NOWHERE", ts, "act", nil))
}
