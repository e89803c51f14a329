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

// An envelope may come behind the disconnect frame, until the socket ends. What was queued by
// then still comes, and acks are taken until the app has closed its side too.
func TestASocketThatWasToldToGoGetsItsPartUntilItEnds(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{slacksim.Warning, slacksim.RefreshRequested} {
		t.Run(reason, func(t *testing.T) {
			s := start(t, func(cfg *slacksim.Config) { cfg.Grace = time.Second })
			old := s.connect()
			s.Disconnect(reason)
			frame := old.next()
			assert.EqualValues(t, reason, frame["reason"])
			assert.NotContains(t, frame, "envelope_id", "it is not acknowledged")

			s.must(s.As(anna).Say(incident, "/quell help"))
			late := old.next()
			s.see(anna, func(state slacksim.State) bool { return !state.App.Connected })
			old.ack(late, object{"text": "in time"})
			s.see(anna, says(incident, "in time"))
			old.ends()
			s.must(s.As(anna).Say(incident, "/quell lost"))
			assert.Contains(t, s.see(anna, warned).Notices[0].Text, "dispatch_failed")

			fresh := s.connect()
			s.must(s.As(anna).Say(incident, "/quell found"))
			assert.Equal(t, "found", fresh.payload()["text"])
		})
	}
}

// An app that closes a socket gets what was queued for it by then, and acknowledges it on
// another one.
func TestAnAppThatClosesLosesNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	first, second := s.connect(), s.connect()
	for range 20 {
		s.must(s.As(anna).Say(incident, "/quell help"))
	}
	s.must(first.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(patience)))
	for range 10 {
		second.ack(first.next(), nil)
		second.payload()
	}
	first.ends()
	s.must(s.As(anna).Say(incident, "/quell help"))
	second.payload()
	s.see(anna, func(slacksim.State) bool { return s.Sockets().Acked == 21 })
	assert.Empty(t, s.As(anna).State().Notices)
}

func TestSocketsAreCounted(t *testing.T) {
	t.Parallel()
	s := start(t, impatient)
	var all []wire
	for range 10 {
		all = append(all, s.connect())
	}
	s.dial().ends()
	s.must(s.As(anna).Say(incident, "/quell help"))
	all[1].payload()
	s.must(s.As(anna).Say(incident, "/quell lost"))
	s.see(anna, warned)
	assert.Equal(t, slacksim.SocketCounts{Open: 10, Most: 10, Opened: 10, TurnedAway: 1, Sent: 2, Acked: 1, TimedOut: 1}, s.Sockets())
	s.DropSockets()
	s.must(s.As(anna).Say(incident, "/quell nobody"))
	c := s.Sockets()
	assert.Positive(t, c.Dark)
	assert.Equal(t, 1, c.Undelivered)
}

// Slack gives each envelope to any one of the app's sockets, whoever holds that.
func TestSomebodyElseWithTheAppTokenGetsAPart(t *testing.T) {
	t.Parallel()
	s := start(t, impatient)
	c := s.connect()
	s.must(s.FailNext("app", 1, slacksim.Named(slacksim.SharesSockets)))
	assert.EqualValues(t, 4, s.dial().next()["num_connections"])
	for _, text := range []string{"one", "two", "three", "four"} {
		s.must(s.As(anna).Say(incident, "/quell "+text))
	}
	c.payload()
	s.see(anna, func(state slacksim.State) bool { return len(state.Notices) >= 2 })
	assert.Equal(t, []slacksim.FaultSeen{{What: "app", Name: slacksim.SharesSockets, N: 1}}, s.As(anna).State().Faults)
	s.ClearFaults()
	assert.EqualValues(t, 3, s.dial().next()["num_connections"])

	s = start(t)
	c = s.connect()
	s.must(s.FailNext("app", 1, slacksim.Named(slacksim.SharesIdleSockets)))
	for _, text := range []string{"one", "two", "three"} {
		s.must(s.As(anna).Say(incident, "/quell "+text))
		assert.Equal(t, text, c.payload()["text"])
	}
	assert.EqualValues(t, 4, s.dial().next()["num_connections"])
}

func TestOthersCanHoldAllSockets(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	s.must(s.FailNext("app", 1, slacksim.Named(slacksim.HasTooManySockets)))
	c.ends()
	assert.Equal(t, "too_many_websockets", s.dial().next()["reason"])
	s.ClearFaults()
	s.connect()
}

func TestATokenIsRevokedUntilItIsMended(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.connect()
	s.must(s.FailNext("app", 1, slacksim.Named(slacksim.LosesBotToken)))
	assert.Equal(t, "token_revoked", s.refused("auth.test", object{}))
	s.must(s.FailNext("app", 1, slacksim.Named(slacksim.LosesAppToken)))
	c.ends()
	_, _, answer := s.post("/api/apps.connections.open", "xapp-test-acme", object{})
	assert.Equal(t, "token_revoked", answer["error"])
	_, _, answer = s.post("/api/apps.connections.open", "xapp-other", object{})
	assert.Equal(t, "invalid_auth", answer["error"], "another token was never right")
	s.ClearFaults()
	s.ok("auth.test", object{})
	s.connect()
	s.ReplaceTokens("xapp-test-new", "xoxb-test-new")
	assert.Equal(t, "invalid_auth", s.refused("auth.test", object{}))
	_, _, answer = s.post("/api/apps.connections.open", "xapp-test-new", object{})
	assert.Equal(t, true, answer["ok"])
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
