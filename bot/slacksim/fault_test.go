package slacksim_test

import (
	"bytes"
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

func TestACallCanBeMadeToFail(t *testing.T) {
	t.Parallel()
	for fault, c := range map[string]struct {
		status int
		code   any
		posted int
	}{
		"is throttled":                    {http.StatusTooManyRequests, "ratelimited", 0},
		"is throttled for 7s":             {http.StatusTooManyRequests, "ratelimited", 0},
		"does it and is throttled":        {http.StatusTooManyRequests, "ratelimited", 1},
		"fails":                           {http.StatusInternalServerError, nil, 0},
		"does it and fails":               {http.StatusInternalServerError, nil, 1},
		"says internal_error":             {http.StatusOK, "internal_error", 0},
		"does it and says internal_error": {http.StatusOK, "internal_error", 1},
		"is slow":                         {http.StatusOK, nil, 1},
		"does it and is slow":             {http.StatusOK, nil, 1},
	} {
		t.Run(fault, func(t *testing.T) {
			s := start(t, func(cfg *slacksim.Config) { cfg.SlowBy = time.Millisecond })
			s.must(s.FailNext("chat.postMessage", 1, slacksim.Named(fault)))
			message := object{"channel": incident, "text": "x"}
			status, header, answer := s.post("/api/chat.postMessage", "xoxb-test-acme", message)
			assert.Equal(t, c.status, status)
			assert.Equal(t, c.code, answer["error"])
			if c.code == "ratelimited" {
				assert.Equal(t, map[bool]string{true: "7", false: "1"}[fault == "is throttled for 7s"], header.Get("Retry-After"))
			}
			assert.Len(t, s.As(anna).State().Messages, c.posted)

			s.ok("chat.postMessage", message)
			assert.Len(t, s.As(anna).State().Messages, c.posted+1, "it fails once")
			assert.Equal(t, 2, s.Calls("chat.postMessage"))
		})
	}
}

// lost posts a message whose answer never comes.
func (s scene) lost(ctx context.Context) {
	s.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/api/chat.postMessage",
		bytes.NewBufferString(`{"channel":"`+incident+`","text":"x"}`))
	s.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer xoxb-test-acme")
	_, err = http.DefaultClient.Do(req)
	require.Error(s.T, err)
}

// until is a context that ends once anna sees enough.
func (s scene) until(enough func(slacksim.State) bool) context.Context {
	ctx, cancel := context.WithCancel(s.ctx())
	go func() {
		defer cancel()
		_, _ = s.As(anna).Wait(ctx, enough)
	}()
	return ctx
}

func TestAnAnswerCanGetLost(t *testing.T) {
	t.Parallel()
	for fault, done := range map[string]bool{
		"breaks off": false, "does it and breaks off": true, "hangs": false, "does it and hangs": true,
	} {
		t.Run(fault, func(t *testing.T) {
			s := start(t)
			s.must(s.FailNext("chat.postMessage", 1, slacksim.Named(fault)))
			s.lost(s.until(func(state slacksim.State) bool { return len(state.Faults) == 0 && (len(state.Messages) == 1) == done }))
			assert.Equal(t, done, len(s.As(anna).State().Messages) == 1)
		})
	}
}

func TestASlowCallIsDoneAlthoughItsCallerHasGone(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) { cfg.SlowBy = time.Second })
	s.must(s.FailNext("chat.postMessage", 1, slacksim.Fault{Name: slacksim.Slow}))
	s.lost(s.until(func(state slacksim.State) bool { return len(state.Faults) == 0 }))
	assert.Empty(t, s.As(anna).State().Messages)
	s.see(anna, says(incident, "x"))
}

func TestFaultsFollowOneAnother(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.must(s.FailNext("auth.test", 2, slacksim.Fault{Name: slacksim.Says("one")}))
	s.must(s.FailNext("auth.test", 1, slacksim.Fault{Name: slacksim.Says("two")}))
	for _, want := range []string{"one", "one", "two"} {
		assert.Equal(t, want, s.refused("auth.test", object{}))
	}
	s.ok("auth.test", object{})
}

func TestFaultsWaitUntilTheyHappenOrAreCleared(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.must(s.FailNext("auth.test", 2, slacksim.Named("fails")))
	s.must(s.FailNext("slash_commands", 1, slacksim.Named("gets lost")))
	s.call("auth.test", object{})
	waiting := []slacksim.FaultSeen{{What: "auth.test", Name: "fails", N: 1}, {What: "slash_commands", Name: "gets lost", N: 1}}
	assert.Equal(t, waiting, s.As(anna).State().Faults)

	s.ClearFaults()
	assert.Empty(t, s.As(ben).State().Faults)
	s.ok("auth.test", object{})
}

func TestSocketModeIsSwitchedOnAgainWithTheFaults(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.connect()
	s.must(s.FailNext("socket", 1, slacksim.Fault{Name: slacksim.LinkDisabled}))
	assert.Equal(t, []slacksim.FaultSeen{{What: "sockets", Name: "link_disabled", N: 1}}, s.As(anna).State().Faults)
	s.ClearFaults()
	s.connect()
}

func TestAFaultHappensSomeTimes(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, n := range []int{-1, 0, 101} {
		require.ErrorContains(t, s.FailNext("auth.test", n, slacksim.Named("fails")), "1 to 100 times")
	}
}

func TestAFaultIsCalledByItsName(t *testing.T) {
	t.Parallel()
	assert.Equal(t, slacksim.Fault{Name: slacksim.Fails, After: true}, slacksim.Named("does it and fails"))
	assert.Equal(t, slacksim.Fault{Name: slacksim.Twice}, slacksim.Named("comes twice"))
	assert.Equal(t, "says fatal_error", slacksim.Says("fatal_error"))
	assert.Equal(t, "is throttled for 30s", slacksim.ThrottledFor(30*time.Second))

	s := start(t)
	for what, fault := range map[string]string{
		"chat.shout":       "fails",
		"chat.postMessage": "comes twice",
		"auth.test":        "is throttled for ever",
		"api.test":         "says ",
		"users.info":       "trips",
		"block_actions":    "fails",
		"view_closed":      "does it and gets lost",
		"socket":           "comes twice",
		"":                 "fails",
	} {
		require.Error(t, s.FailNext(what, 1, slacksim.Named(fault)), "%s %s", what, fault)
	}
}

func TestACommandCanComeTwice(t *testing.T) {
	t.Parallel()
	s := start(t)
	one, two := s.connect(), s.connect()
	s.must(s.FailNext("slash_commands", 1, slacksim.Fault{Name: slacksim.Twice}))
	s.must(s.As(anna).Say(incident, "/quell help"))
	first, again := two.next(), one.next()
	assert.NotContains(t, first, "retry_attempt")
	assert.Equal(t, []any{1.0, "timeout"}, []any{again["retry_attempt"], again["retry_reason"]})
	assert.Equal(t, first["envelope_id"], again["envelope_id"])
	assert.Equal(t, first["payload"], again["payload"])

	one.ack(again, object{"text": "one"})
	s.see(anna, says(incident, "one"))
	two.ack(first, object{"text": "two"})
	two.settled(anna)
	assert.NotContains(t, words(s.As(anna).State()), "two", "one ack counts")
}

func TestACommandCanComeTooLate(t *testing.T) {
	t.Parallel()
	s := start(t, impatient)
	c := s.connect()
	s.must(s.FailNext("slash_commands", 1, slacksim.Fault{Name: slacksim.Late}))
	s.must(s.As(anna).Say(incident, "/quell help"))
	e := c.next()
	assert.Contains(t, s.As(anna).State().Notices[0].Text, "operation_timeout", "the person was told before")
	assert.Equal(t, "expired_trigger_id", s.refused("views.open", object{"trigger_id": e["payload"].(object)["trigger_id"], "view": form()}))
}

func TestACommandCanComeOnASocketThatIsAboutToEnd(t *testing.T) {
	t.Parallel()
	t.Run("which is told just then", func(t *testing.T) {
		s := start(t)
		c := s.connect()
		s.must(s.FailNext("slash_commands", 1, slacksim.Fault{Name: slacksim.OnOldSocket}))
		s.must(s.As(anna).Say(incident, "/quell help"))
		assert.Equal(t, "refresh_requested", c.next()["reason"])
		c.ack(c.next(), object{"text": "here"})
		s.see(anna, says(incident, "here"))
	})
	t.Run("which was told before", func(t *testing.T) {
		s := start(t)
		old := s.connect()
		s.must(s.FailNext("socket", 1, slacksim.Fault{Name: slacksim.Warning}))
		assert.Equal(t, "warning", old.next()["reason"])
		fresh := s.connect()
		s.must(s.FailNext("slash_commands", 1, slacksim.Fault{Name: slacksim.OnOldSocket}))
		s.must(s.As(anna).Say(incident, "/quell one"))
		assert.Equal(t, "one", old.payload()["text"])
		s.must(s.As(anna).Say(incident, "/quell two"))
		s.must(s.As(anna).Say(incident, "/quell three"))
		assert.ElementsMatch(t, []any{"two", "three"}, []any{old.payload()["text"], fresh.payload()["text"]}, "each still gets its part")
	})
}

func TestAClickCanGetLostOnEitherWay(t *testing.T) {
	t.Parallel()
	for fault, arrives := range map[string]bool{slacksim.Lost: false, slacksim.AckLost: true} {
		t.Run(fault, func(t *testing.T) {
			s := start(t, impatient)
			c := s.connect()
			ts := s.posted(object{"channel": incident, "blocks": card("x")})
			s.must(s.FailNext("block_actions", 1, slacksim.Fault{Name: fault}))
			s.must(s.As(ben).Click(incident, ts, "deny"))
			if arrives {
				c.payload()
			}
			s.see(ben, func(state slacksim.State) bool { return state.In(incident)[0].Error != "" })

			s.must(s.As(ben).Click(incident, ts, "approve"))
			action := c.payload()["actions"].([]any)[0].(object)
			assert.Equal(t, "approve", action["action_id"], "it is not sent again")
		})
	}
}

func TestOneSocketOrAllCanBeDisturbed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		what  string
		fault string
		both  bool
	}{
		"one breaks off":   {"socket", slacksim.BreaksOff, false},
		"all break off":    {"sockets", slacksim.BreaksOff, true},
		"one is told":      {"socket", slacksim.RefreshRequested, false},
		"all are told":     {"sockets", slacksim.RefreshRequested, true},
		"one ends for all": {"socket", slacksim.LinkDisabled, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, impatient, brief)
			first, second := s.connect(), s.connect()
			s.must(s.FailNext(c.what, 1, slacksim.Fault{Name: c.fault}))
			if c.fault == slacksim.BreaksOff {
				_, _, err := first.ReadMessage()
				assert.False(t, websocket.IsCloseError(err, websocket.CloseNormalClosure), "%v", err)
			} else {
				assert.EqualValues(t, c.fault, first.next()["reason"])
			}
			first.ends()
			if c.both {
				second.ends()
			}
			s.must(s.As(anna).Say(incident, "/quell who is left"))
			if c.both {
				assert.Contains(t, s.see(anna, warned).Notices[0].Text, "dispatch_failed")
				return
			}
			assert.Equal(t, "who is left", second.payload()["text"])
		})
	}
}
