package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/gorilla/websocket"
)

// socketMode is the part of a workspace that "Using Socket Mode" (docs.slack.dev)
// describes: tickets, sockets, and the envelopes that wait for their acks.
type socketMode struct {
	disabled      bool                 // Socket Mode is switched off
	lost          map[string]bool      // kinds of token that are revoked
	others        int                  // sockets of the app that somebody else holds
	idle          bool                 // and that get no envelopes
	uncounted     bool                 // a hello does not say how many there are
	tickets       map[string]time.Time // until when each may be used
	sockets       []*socket
	socketsOpened int // names the next socket
	turns         int // envelopes so far, for the round robin
	unacked       map[string]*pendingAck
	counts        SocketCounts
	darkSince     time.Time // when the last socket ended; zero while there is one
}

func connectionsOpen(w *Workspace, a args) (object, error) {
	if w.disabled {
		return nil, refuse("socket_mode_not_enabled") // the code is believed
	}
	w.base = a.base
	ticket := w.random(16)
	w.tickets[ticket] = w.cfg.Now().Add(ticketLife)
	return object{"url": fmt.Sprintf("ws%s/link/?ticket=%s&app_id=%s", a.base[len("http"):], ticket, w.cfg.App.ID)}, nil
}

// redeem uses up a ticket, which opens one socket, and says whether it was valid.
func (w *Workspace) redeem(ticket string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	until, ok := w.tickets[ticket]
	delete(w.tickets, ticket)
	return ok && w.cfg.Now().Before(until)
}

// addSocket registers a connection and sends its hello frame. The eleventh of an app
// is turned away.
func (w *Workspace) addSocket(conn *websocket.Conn, life time.Duration) (*socket, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.closed:
		return nil, false
	default:
	}
	w.running.Add(1)
	w.socketsOpened++
	s := &socket{conn: conn, host: fmt.Sprintf("applink-%d", w.socketsOpened), out: make(chan []byte, queueSize)}
	s.ending = time.AfterFunc(life, func() { w.endOfLife(s) })
	w.sockets = append(w.sockets, s)
	if len(w.sockets)+w.others > mostSockets {
		w.counts.TurnedAway++
		w.queueFrame(s, w.disconnectFrame(s, tooManyWebsockets))
		w.hangUp(s)
		return s, true
	}
	w.countOpened()
	w.queueFrame(s, w.hello(object{"host": s.host, "build_number": 18, "approximate_connection_time": seconds(life)}))
	w.touch()
	return s, true
}

func (w *Workspace) disconnectFrame(s *socket, reason string) object {
	return object{"type": "disconnect", "reason": reason, "debug_info": object{"host": s.host}}
}

// queueFrame queues a frame for writing. A socket whose queue is full does not read
// any more and is closed.
func (w *Workspace) queueFrame(s *socket, frame any) {
	if s == nil || s.gone {
		return
	}
	text, err := json.Marshal(frame)
	if err != nil {
		w.cfg.Log.Error("slacksim: a frame cannot be written", "error", err)
		return
	}
	select {
	case s.out <- text:
	default:
		w.hangUp(s)
	}
}

// hangUp closes a socket once its queued frames are written. The caller holds mu.
func (w *Workspace) hangUp(s *socket) {
	if s.gone {
		return
	}
	s.gone = true
	s.ending.Stop()
	close(s.out)
	w.sockets = slices.DeleteFunc(w.sockets, func(other *socket) bool { return other == s })
	w.countEnded()
	w.touch()
}

// nextSocket picks the socket for an envelope, round robin: Slack sends an envelope to
// exactly one socket. A socket that was told to disconnect is one of them until its end. An
// envelope for a socket of somebody else has a nil one; ok is false where there is none at all.
func (w *Workspace) nextSocket() (s *socket, ok bool) {
	all := len(w.sockets)
	if !w.idle {
		all += w.others
	}
	if all == 0 {
		return nil, false
	}
	w.turns++
	if at := w.turns % all; at < len(w.sockets) {
		return w.sockets[at], true
	}
	return nil, true
}
