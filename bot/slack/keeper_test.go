package slack

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const patience = 20 * time.Second

// far is the other side of the sockets: a test says each frame of it.
type far struct {
	*testing.T
	*keeper
	sockets chan *end // those that were opened, in their order
	heard   chan arrival
	stop    func()
	over    chan struct{} // closed once it has stopped

	mu      sync.Mutex
	ahead   time.Duration
	refuses error // why there is no address
	refused int
}

// end is the far end of one socket.
type end struct {
	far *far
	*websocket.Conn
	frames chan string // what the bot sent, until it closed
}

func faraway(t *testing.T, change ...func(*keeper)) *far {
	t.Helper()
	f := &far{T: t, sockets: make(chan *end, 20), heard: make(chan arrival, 20)}
	server := httptest.NewServer(http.HandlerFunc(f.upgrade))
	f.keeper = newKeeper(func(context.Context) (string, error) {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.refuses != nil {
			f.refused++
		}
		return "ws" + strings.TrimPrefix(server.URL, "http"), f.refuses
	}, f.clock, func() float64 { return 0 }, slog.New(slog.DiscardHandler))
	f.tick = 5 * time.Millisecond
	for _, c := range change {
		c(f.keeper)
	}
	ctx, stop := context.WithCancel(t.Context())
	f.stop, f.over = stop, make(chan struct{})
	go func() {
		defer close(f.over)
		f.keep(ctx, func(a arrival) { f.heard <- a })
	}()
	t.Cleanup(func() {
		stop()
		<-f.over
		server.Close()
	})
	return f
}

func (f *far) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.Now().Add(f.ahead)
}

func (f *far) advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ahead += d
}

func (f *far) refuse(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuses = err
}

func (f *far) upgrade(rw http.ResponseWriter, r *http.Request) {
	conn, err := new(websocket.Upgrader).Upgrade(rw, r, nil)
	if err != nil {
		return
	}
	e := &end{f, conn, make(chan string, 20)}
	f.sockets <- e
	defer close(e.frames)
	for {
		_, body, err := conn.ReadMessage()
		if err != nil {
			return
		}
		e.frames <- string(body)
	}
}

// opened is the next socket, which had no frame yet.
func (f *far) opened() *end {
	f.Helper()
	select {
	case e := <-f.sockets:
		f.Cleanup(func() { _ = e.Close() })
		return e
	case <-time.After(patience):
		require.Fail(f.T, "no socket was opened")
		return nil
	}
}

// greeted is the next socket, with its hello.
func (f *far) greeted() *end {
	f.Helper()
	e := f.opened()
	e.says(`{"type":"hello","num_connections":2,"debug_info":{"approximate_connection_time":18060}}`)
	return e
}

// two are the first two sockets.
func (f *far) two() (first, second *end) {
	f.Helper()
	first, second = f.greeted(), f.greeted()
	f.holds(2)
	return first, second
}

// holds waits until so many sockets are to stay.
func (f *far) holds(n int) {
	f.Helper()
	f.eventually(func() bool {
		f.keeper.mu.Lock()
		defer f.keeper.mu.Unlock()
		return f.steady() == n
	})
}

func (f *far) eventually(c func() bool) {
	f.Helper()
	require.Eventually(f.T, c, patience, 2*time.Millisecond)
}

// nothingMore holds that no further socket is opened.
func (f *far) nothingMore() {
	f.Helper()
	select {
	case <-f.sockets:
		require.Fail(f.T, "a socket too many")
	case <-time.After(50 * time.Millisecond):
	}
}

func (f *far) next() arrival {
	f.Helper()
	select {
	case a := <-f.heard:
		return a
	case <-time.After(patience):
		require.Fail(f.T, "nothing was heard")
		return arrival{}
	}
}

func (e *end) says(frame string) {
	e.far.Helper()
	require.NoError(e.far.T, e.WriteMessage(websocket.TextMessage, []byte(frame)))
}

// gets is the next frame of the bot; "" once it has closed.
func (e *end) gets() string {
	e.far.Helper()
	select {
	case body := <-e.frames:
		return body
	case <-time.After(patience):
		require.Fail(e.far.T, "nothing came")
		return ""
	}
}

const envelope1, ack1 = `{"type":"slash_commands","envelope_id":"E-1","payload":{}}`, `{"envelope_id":"E-1"}`

func acknowledge(a arrival) error {
	body, _ := json.Marshal(acknowledgement{ID: a.EnvelopeID})
	return a.send(body, a.at.Add(ackTimeout))
}

func TestTheNextSocketIsOpenedBeforeTheOldOneEnds(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"warning", "refresh_requested"} {
		f := faraway(t)
		old, _ := f.two()
		old.says(`{"type":"disconnect","reason":"` + reason + `"}`)
		f.greeted()
		f.holds(2)
		old.says(envelope1)
		require.NoError(t, acknowledge(f.next()))
		assert.Equal(t, ack1, old.gets(), "on the socket of arrival")
		f.nothingMore()
	}
}

func TestAnAcknowledgementFindsAnotherWay(t *testing.T) {
	t.Parallel()
	t.Run("over a socket that is there", func(t *testing.T) {
		t.Parallel()
		f := faraway(t)
		one, other := f.two()
		one.says(envelope1)
		a := f.next()
		require.NoError(t, one.NetConn().Close())
		f.holds(1)
		require.NoError(t, acknowledge(a))
		assert.Equal(t, ack1, other.gets())
	})
	t.Run("over one that is opened in time", func(t *testing.T) {
		t.Parallel()
		f := faraway(t)
		one, other := f.two()
		one.says(envelope1)
		a := f.next()
		require.NoError(t, one.NetConn().Close())
		require.NoError(t, other.NetConn().Close())
		f.holds(0)
		sent := make(chan error, 1)
		go func() { sent <- acknowledge(a) }()
		third := f.greeted()
		assert.Equal(t, ack1, third.gets())
		require.NoError(t, <-sent)
	})
	t.Run("or is late", func(t *testing.T) {
		t.Parallel()
		f := faraway(t)
		one, other := f.two()
		one.says(envelope1)
		a := f.next()
		f.refuse(errors.New("away"))
		require.NoError(t, one.NetConn().Close())
		require.NoError(t, other.NetConn().Close())
		f.holds(0)
		require.Error(t, a.send([]byte(ack1), time.Now().Add(10*time.Millisecond)))
	})
}

func TestASocketThatBringsNothingIsDead(t *testing.T) {
	t.Parallel()
	f := faraway(t, func(k *keeper) { k.dead = 300 * time.Millisecond })
	silent, pinged := f.two()
	ended := make(chan struct{})
	go func() {
		for pinged.WriteControl(websocket.PingMessage, []byte("Ping from applink-2"), time.Now().Add(time.Second)) == nil {
			select {
			case <-ended:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	defer close(ended)
	assert.Empty(t, silent.gets(), "it is closed")
	f.opened()
	pinged.says(envelope1)
	require.NoError(t, acknowledge(f.next()))
	assert.Equal(t, ack1, pinged.gets())
}

// What Slack's own clients were tried with (node-slack-sdk, packages/socket-mode/test).
func TestFramesThatAreNone(t *testing.T) {
	t.Parallel()
	f := faraway(t)
	one := f.opened()
	one.says(`{"type":"hello"}`)
	other := f.opened()
	other.says(`{"type":"hello","num_connections":"2","debug_info":{"approximate_connection_time":"?"}}`)
	f.holds(2)
	for _, odd := range []string{"", "{", "null", "[]", `"x"`, "7", "{}", `{"type":7}`, `{"type":"new"}`, `{"type":"disconnect`} {
		one.says(odd)
	}
	require.NoError(t, one.WriteMessage(websocket.BinaryMessage, []byte{0, 1}))
	one.says(`{"type":"new","envelope_id":"E-1","payload":7,"num_connections":"x"}`)
	require.NoError(t, acknowledge(f.next()))
	assert.Equal(t, ack1, one.gets())
	f.nothingMore()
}

// Events and whatever Slack invents next are acknowledged, though nothing handles them: what is
// not, Slack sends again, and it switches an app off whose acknowledgements fail.
func TestEveryEnvelopeIsAcknowledged(t *testing.T) {
	t.Parallel()
	for _, f := range []frame{
		{Type: "events_api", Payload: []byte(`{"event":{"type":"app_mention"}}`)},
		{Type: "events_api", Payload: []byte(`null`)},
		{Type: "new"},
		{Type: "slash_commands", Payload: []byte(`[]`)},
		{Type: "interactive", Payload: []byte(`{"type":"shortcut"}`)},
		{Type: "interactive", Payload: []byte(`{"type":"view_closed","user":{"id":"U0ANNA"},"view":{"callback_id":"x"}}`)},
		{Type: "interactive"},
	} {
		f.EnvelopeID = "E-1"
		r := &receiver{Slack: &Slack{link: link{Config: Config{Log: slog.New(slog.DiscardHandler)}}}}
		acks := make(chan string, 2)
		r.event(t.Context(), arrival{frame: f, at: time.Now(), send: func(body []byte, _ time.Time) error {
			acks <- string(body)
			return nil
		}})
		r.handling.Wait()
		require.Len(t, acks, 1, "%s %s", f.Type, f.Payload)
		assert.Equal(t, ack1, <-acks)
	}
}

func TestASocketThatIsTurnedAwayIsTriedAgain(t *testing.T) {
	t.Parallel()
	f := faraway(t)
	f.greeted()
	for range 2 {
		f.opened().says(`{"type":"disconnect","reason":"too_many_websockets"}`)
	}
	f.greeted()
	f.holds(2)
}

// Where there is no room for an eleventh socket, the one that is about to end is let go first.
func TestASocketThatEndsMakesRoom(t *testing.T) {
	t.Parallel()
	f := faraway(t)
	old, _ := f.two()
	old.says(`{"type":"disconnect","reason":"refresh_requested"}`)
	f.opened().says(`{"type":"disconnect","reason":"too_many_websockets"}`)
	assert.Empty(t, old.gets(), "it is closed")
	f.greeted()
	f.holds(2)
}

func TestTheOlderSocketIsRenewed(t *testing.T) {
	t.Parallel()
	f := faraway(t)
	first, second := f.two()
	for _, old := range []*end{first, second} {
		f.nothingMore()
		f.advance(10 * time.Minute)
		f.greeted()
		assert.Empty(t, old.gets(), "it is closed")
		f.holds(2)
	}
}

func TestARenewalThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	f := faraway(t)
	first, second := f.two()
	f.refuse(errors.New("away"))
	f.advance(10 * time.Minute)
	f.eventually(func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.refused == 1
	})
	f.holds(2)
	f.refuse(nil)
	for _, e := range []*end{first, second} {
		e.says(envelope1)
		require.NoError(t, acknowledge(f.next()))
		assert.Equal(t, ack1, e.gets())
	}
	f.nothingMore()
}

// The last socket stays until what came in is acknowledged.
func TestWhatCameInIsAcknowledgedBeforeTheEnd(t *testing.T) {
	t.Parallel()
	f := faraway(t)
	first, second := f.two()
	first.says(envelope1)
	a := f.next()
	f.stop()
	assert.Empty(t, first.gets(), "it is closed")
	require.NoError(t, acknowledge(a))
	assert.Equal(t, ack1, second.gets())
	assert.Empty(t, second.gets(), "it is closed")
	<-f.over
}

func TestPausesAreLongerEachTimeAndNeverLongerThanSeconds(t *testing.T) {
	t.Parallel()
	var least, most []time.Duration
	for failures := 1; failures <= 7; failures++ {
		k := keeper{failures: failures, rand: func() float64 { return 0 }}
		least = append(least, k.backoff(errors.New("away")))
		k.rand = func() float64 { return 0.999999 }
		most = append(most, k.backoff(errors.New("away")).Round(time.Millisecond))
	}
	ms := time.Millisecond
	assert.Equal(t, []time.Duration{125 * ms, 250 * ms, 500 * ms, 1000 * ms, 2000 * ms, 4000 * ms, 4000 * ms}, least)
	assert.Equal(t, []time.Duration{250 * ms, 500 * ms, 1000 * ms, 2000 * ms, 4000 * ms, 8000 * ms, 8000 * ms}, most)
	assert.True(t, slices.IsSorted(least))
	k := keeper{failures: 1, rand: func() float64 { return 0.5 }}
	assert.Equal(t, 30*time.Second+500*ms, k.backoff(wrap("apps.connections.open", &slack.RateLimitedError{RetryAfter: 30 * time.Second})))
}
