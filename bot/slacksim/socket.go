package slacksim

import (
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

const (
	mostSockets     = 10               // of one app, not of one process
	ticketLife      = 30 * time.Second // believed: the documents say "short-lived"
	disconnectGrace = 10 * time.Second // between a disconnect frame and the end
	pongTimeout     = 60 * time.Second // without a pong: the other side is gone
	writeTimeout    = 5 * time.Second
	closeTimeout    = 2 * time.Second // for the app's close frame after Slack's own
	queueSize       = 256             // frames that one socket may have waiting
	ackLimit        = 20 << 10
	connectionLife  = 18060 * time.Second // the life of a connection, as Slack announces it
	debugLife       = 360 * time.Second   // "Using Socket Mode": with debug_reconnects
)

// socket is one connection of the app.
type socket struct {
	conn    *websocket.Conn
	host    string      // Slack's name of the machine at its end
	out     chan []byte // frames to write; closed to hang up
	gone    bool        // out is closed
	leaving bool        // was told to disconnect
	ending  *time.Timer // until Slack ends the connection by itself
}

// serveSocket takes one connection and stays with it until it ends.
func (w *Workspace) serveSocket(rw http.ResponseWriter, r *http.Request) {
	if !w.redeem(r.URL.Query().Get("ticket")) {
		http.Error(rw, "the ticket is not valid", http.StatusForbidden)
		return
	}
	up := websocket.Upgrader{HandshakeTimeout: writeTimeout, CheckOrigin: fromSlackClient}
	conn, err := up.Upgrade(rw, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	life := w.cfg.Life
	if r.URL.Query().Get("debug_reconnects") == "true" {
		life = min(life, debugLife)
	}
	s, ok := w.addSocket(conn, life)
	if !ok {
		_ = conn.Close()
		return
	}
	defer w.running.Done()
	written := make(chan struct{})
	go func() {
		defer close(written)
		s.write(w.cfg.PingEvery)
	}()
	s.read(w.receive)
	w.mu.Lock()
	w.hangUp(s)
	w.mu.Unlock()
	<-written
	_ = conn.Close()
}

// fromSlackClient lets in programs, which send no Origin, and slack-go, which
// sends Slack's. No page in a browser may connect.
func fromSlackClient(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin == "" || origin == "https://api.slack.com"
}

// write writes frames and pings until the socket is hung up. Slack does not end TCP after its
// close frame (release notes of @slack/socket-mode 3.2.0): acks that are under way are read
// until the app's own close frame.
func (s *socket) write(pingEvery time.Duration) {
	pings := time.NewTicker(pingEvery)
	defer pings.Stop()
	for {
		select {
		case frame, open := <-s.out:
			if !open {
				s.control(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
				time.AfterFunc(closeTimeout, func() { _ = s.conn.Close() })
				return
			}
			_ = s.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
			if s.conn.WriteMessage(websocket.TextMessage, frame) != nil {
				_ = s.conn.Close()
				return
			}
		case <-pings.C:
			s.control(websocket.PingMessage, []byte("Ping from "+s.host))
		}
	}
}

// control writes a control frame; if that fails, the reader notices.
func (s *socket) control(kind int, data []byte) {
	_ = s.conn.WriteControl(kind, data, time.Now().Add(writeTimeout))
}

// read hands on every frame until the connection ends.
func (s *socket) read(receive func([]byte)) {
	alive := func(string) error { return s.conn.SetReadDeadline(time.Now().Add(pongTimeout)) }
	s.conn.SetReadLimit(maxBody)
	s.conn.SetPongHandler(alive)
	s.conn.SetCloseHandler(func(int, string) error { return nil }) // write answers, behind what is queued
	_ = alive("")
	for {
		kind, frame, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		if kind == websocket.TextMessage {
			receive(frame)
		}
	}
}
