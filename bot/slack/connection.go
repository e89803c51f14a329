package slack

import (
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// deadAfter is when a socket that brings nothing, not even a ping, is dead: Slack's own
	// clients assume less than 30 s between two pings (@slack/socket-mode, slack-go).
	deadAfter = 30 * time.Second
	// closeTimeout is how long Slack may take to answer a close frame. It does not end TCP
	// by itself (release notes of @slack/socket-mode 3.2.0).
	closeTimeout = 2 * time.Second
)

// frame is what a socket brings (docs.slack.dev, "Using Socket Mode"): a hello, a disconnect or
// an envelope. Only an envelope has an EnvelopeID.
type frame struct {
	Type        string `json:"type"`
	Connections int    `json:"num_connections"` // of a hello: the app's open sockets, itself included
	Reason      string `json:"reason"`          // of a disconnect
	Connection  struct {
		App string `json:"app_id"` // that the app token is of
	} `json:"connection_info"` // of a hello
	Debug struct {
		Host string  `json:"host"`
		Life float64 `json:"approximate_connection_time"` // in seconds
	} `json:"debug_info"`
	EnvelopeID string          `json:"envelope_id"`
	Payload    json.RawMessage `json:"payload"`
}

// decodeFrame reads as much of a frame as can be read: a field of an unexpected type must not
// cost the envelope.
func decodeFrame(body []byte) (frame, error) {
	var f frame
	err := json.Unmarshal(body, &f)
	if _, odd := errors.AsType[*json.UnmarshalTypeError](err); odd || err == nil {
		err = nil
		if f.Type == "" && f.EnvelopeID == "" {
			err = errors.New("it has no type")
		}
	}
	return f, err
}

// connection is one socket of Socket Mode.
type connection struct {
	ws    *websocket.Conn
	dead  time.Duration // how long it may bring nothing
	first chan frame    // its hello, or the disconnect with which Slack turned it away
	over  chan struct{} // closed once nothing more comes in

	// The keeper's lock guards these.
	greeted  bool // it had its hello
	leaving  bool // another one takes its place: Slack said that it ends, or it is renewed
	told     bool // Slack said that it ends
	closing  bool // our close frame is sent: it can carry no acknowledgement any more
	lifetime time.Duration

	writing sync.Mutex
}

func newConnection(ws *websocket.Conn, dead time.Duration) *connection {
	return &connection{ws: ws, dead: dead, first: make(chan frame, 1), over: make(chan struct{})}
}

// read hands on each frame until the socket ends, and returns why. odd is told of a frame that
// makes no sense, which ends nothing.
func (c *connection) read(each func(frame), odd func(error)) error {
	c.ws.SetReadLimit(maxFrame)
	c.ws.SetPingHandler(func(data string) error {
		// A pong that cannot be written is no reason to stop reading.
		_ = c.ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
		return c.alive()
	})
	for {
		if err := c.alive(); err != nil {
			return err
		}
		kind, body, err := c.ws.ReadMessage()
		if err != nil {
			return err
		}
		if kind != websocket.TextMessage {
			continue
		}
		f, err := decodeFrame(body)
		if err != nil {
			odd(err)
			continue
		}
		each(f)
	}
}

func (c *connection) alive() error { return c.ws.SetReadDeadline(time.Now().Add(c.dead)) }

// write sends one acknowledgement. A socket that cannot carry it ends, unless all that is wrong
// with it is that a close frame was sent: it may still bring something.
func (c *connection) write(body []byte, until time.Time) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	err := c.ws.SetWriteDeadline(until)
	if err == nil {
		err = c.ws.WriteMessage(websocket.TextMessage, body)
	}
	if err != nil && !errors.Is(err, websocket.ErrCloseSent) {
		_ = c.ws.Close()
	}
	return err
}

// hangUp sends a close frame. What Slack sent before it saw that frame is still read, until it
// answers with its own.
func (c *connection) hangUp() {
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
	time.AfterFunc(closeTimeout, func() { _ = c.ws.Close() })
}

// greet keeps the first frame for whoever opened the socket.
func (c *connection) greet(f frame) {
	select {
	case c.first <- f:
	default:
	}
}
