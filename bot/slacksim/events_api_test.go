package slacksim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"quell/bot/slacksim"
)

func subscribed(cfg *slacksim.Config) { cfg.Events = []string{"app_mention", "message.im"} }

func TestAMentionIsAnEvent(t *testing.T) {
	t.Parallel()
	s := start(t, subscribed)
	c := s.connect()
	s.must(s.As(anna).Say(incident, "nobody is named"))
	s.must(s.As(anna).Say(incident, "<@U0QUELL> what now?"))

	e := c.next()
	assert.Equal(t, "events_api", e["type"])
	assert.Equal(t, false, e["accepts_response_payload"])
	assert.Equal(t, []any{0.0, ""}, []any{e["retry_attempt"], e["retry_reason"]})
	payload := e["payload"].(object)
	assert.Equal(t, "event_callback", payload["type"])
	assert.Equal(t, "A0QUELL", payload["api_app_id"])
	assert.Regexp(t, "^Ev[0-9A-F]+$", payload["event_id"])
	event := payload["event"].(object)
	in := s.As(anna).State().In(incident)
	assert.Equal(t, []any{"app_mention", anna, incident, "<@U0QUELL> what now?", in[1].TS},
		[]any{event["type"], event["user"], event["channel"], event["text"], event["ts"]})
}

func TestADirectMessageIsAnEvent(t *testing.T) {
	t.Parallel()
	s := start(t, subscribed)
	c := s.connect()
	s.must(s.As(anna).Say("D0ANNA", "help"))
	event := c.next()["payload"].(object)["event"].(object)
	assert.Equal(t, []any{"message", "im", "D0ANNA", "help"}, []any{event["type"], event["channel_type"], event["channel"], event["text"]})
}

func TestNobodyHearsOfAnEventWithoutASubscription(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	s.must(s.As(anna).Say(incident, "<@U0QUELL> what now?"))
	s.must(s.As(anna).Say(incident, "/quell help"))
	assert.Equal(t, "slash_commands", c.next()["type"])
}

func TestAnEventThatNobodyAcknowledgesIsSentThreeTimesMore(t *testing.T) {
	t.Parallel()
	s := start(t, subscribed, impatient, func(cfg *slacksim.Config) { cfg.RetryEvents = []time.Duration{0, time.Millisecond, time.Millisecond} })
	c := s.connect()
	s.must(s.As(anna).Say("D0ANNA", "help"))
	first := c.next()
	for attempt := range 3 {
		again := c.next()
		assert.Equal(t, []any{float64(attempt + 1), "timeout"}, []any{again["retry_attempt"], again["retry_reason"]})
		assert.NotEqual(t, first["envelope_id"], again["envelope_id"])
		assert.Equal(t, first["payload"], again["payload"], "the event stays the same")
	}
	s.must(s.As(anna).Say("D0ANNA", "later"))
	assert.Equal(t, "later", c.next()["payload"].(object)["event"].(object)["text"])
}
