package slacksim_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

func TestASocketIsGreeted(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.connect()
	hello := s.dial().next()
	assert.Equal(t, "hello", hello["type"])
	assert.EqualValues(t, 2, hello["num_connections"], "itself included")
	assert.Equal(t, object{"app_id": "A0QUELL"}, hello["connection_info"])
	debug := hello["debug_info"].(object)
	assert.Equal(t, "applink-2", debug["host"])
	assert.EqualValues(t, 18060, debug["approximate_connection_time"])
	assert.EqualValues(t, 18, debug["build_number"])
}

func TestATicketServesOneConnectionAndNotForLong(t *testing.T) {
	t.Parallel()
	now := newClock()
	s := start(t, at(now))
	dial := func(url string) int {
		conn, res, err := websocket.DefaultDialer.DialContext(s.ctx(), url, nil)
		if err == nil {
			_ = conn.Close()
		}
		return res.StatusCode
	}
	url := s.ticket()
	assert.Equal(t, http.StatusSwitchingProtocols, dial(url))
	assert.Equal(t, http.StatusForbidden, dial(url), "used")

	url = s.ticket()
	now.Advance(time.Minute)
	assert.Equal(t, http.StatusForbidden, dial(url), "too old")
	assert.Equal(t, http.StatusForbidden, dial("ws"+s.url[len("http"):]+"/link/?ticket=made-up"))
}

func TestNoPageInABrowserConnects(t *testing.T) {
	t.Parallel()
	s := start(t)
	for origin, want := range map[string]int{
		"https://api.slack.com": http.StatusSwitchingProtocols,
		"https://evil.example":  http.StatusForbidden,
		s.url:                   http.StatusForbidden,
	} {
		conn, res, err := websocket.DefaultDialer.DialContext(s.ctx(), s.ticket(), http.Header{"Origin": {origin}})
		if err == nil {
			_ = conn.Close()
		}
		assert.Equal(t, want, res.StatusCode, origin)
	}
}

func TestSocketsArePinged(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) { cfg.PingEvery = 5 * time.Millisecond })
	c := s.connect()
	pinged := make(chan string, 1)
	c.SetPingHandler(func(data string) error {
		select {
		case pinged <- data:
		default:
		}
		return nil
	})
	go func() { _, _, _ = c.ReadMessage() }() // ends with the socket
	select {
	case data := <-pinged:
		assert.Equal(t, "Ping from applink-1", data)
	case <-s.ctx().Done():
		require.Fail(t, "no ping")
	}
}

func TestASocketIsRefreshedAtTheEndOfItsLife(t *testing.T) {
	t.Parallel()
	s := start(t, func(cfg *slacksim.Config) { cfg.Life = 50 * time.Millisecond })
	c := s.connect()
	assert.Equal(t, "refresh_requested", c.next()["reason"])
}

func TestALifeCanBeShortToTryReconnects(t *testing.T) {
	t.Parallel()
	s := start(t)
	conn, _, err := websocket.DefaultDialer.DialContext(s.ctx(), s.ticket()+"&debug_reconnects=true", nil)
	s.must(err)
	s.Cleanup(func() { _ = conn.Close() })
	assert.EqualValues(t, 360, wire{s, conn}.next()["debug_info"].(object)["approximate_connection_time"])
}

func TestTheEleventhSocketIsTurnedAway(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 10 {
		s.connect()
	}
	c := s.dial()
	frame := c.next()
	assert.Equal(t, "disconnect", frame["type"])
	assert.Equal(t, "too_many_websockets", frame["reason"])
	_, _, err := c.ReadMessage()
	assert.True(t, websocket.IsCloseError(err, websocket.CloseNormalClosure), "%v", err)
}

func TestEachEnvelopeGoesToOneSocketInTurn(t *testing.T) {
	t.Parallel()
	s := start(t)
	first, second := s.connect(), s.connect()
	said := []string{"one", "two", "three", "four"}
	for _, text := range said {
		s.must(s.As(anna).Say(incident, "/quell "+text))
	}
	var got []string
	for range 2 {
		got = append(got, first.payload()["text"].(string), second.payload()["text"].(string))
	}
	assert.ElementsMatch(t, said, got)
}

func TestASocketThatWasToldToGoGetsNothingMore(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{slacksim.Warning, slacksim.RefreshRequested} {
		t.Run(reason, func(t *testing.T) {
			s := start(t)
			old := s.connect()
			s.Disconnect(reason)
			frame := old.next()
			assert.EqualValues(t, reason, frame["reason"])
			assert.NotContains(t, frame, "envelope_id", "it is not acknowledged")

			s.must(s.As(anna).Say(incident, "/quell lost"))
			assert.Contains(t, s.see(anna, warned).Notices[0].Text, "dispatch_failed")

			fresh := s.connect()
			s.must(s.As(anna).Say(incident, "/quell found"))
			assert.Equal(t, "found", fresh.payload()["text"])
		})
	}
}

func TestSocketModeCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	s.Disconnect(slacksim.LinkDisabled)
	assert.Equal(t, "link_disabled", c.next()["reason"])
	_, _, answer := s.post("/api/apps.connections.open", "xapp-test-acme", object{})
	assert.Equal(t, false, answer["ok"])
}

func TestADroppedSocketEndsWithoutAWord(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	s.DropSockets()
	_, _, err := c.ReadMessage()
	require.Error(t, err)
	assert.False(t, websocket.IsCloseError(err, websocket.CloseNormalClosure))
	assert.False(t, s.As(anna).State().App.Connected)
}

func TestClosingTheWorkspaceEndsItsSockets(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	s.Close()
	_, _, err := c.ReadMessage()
	assert.True(t, websocket.IsCloseError(err, websocket.CloseNormalClosure), "%v", err)
}

func TestFramesThatAreNoAcksAreIgnored(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	for _, frame := range []string{"", "{", "null", `"x"`, `{"envelope_id":"made-up"}`, `{"envelope_id":7}`} {
		s.must(c.WriteMessage(websocket.TextMessage, []byte(frame)))
	}
	s.must(c.WriteMessage(websocket.BinaryMessage, []byte{0, 1}))
	s.must(s.As(anna).Say(incident, "/quell still there"))
	assert.Equal(t, "still there", c.payload()["text"])
}
