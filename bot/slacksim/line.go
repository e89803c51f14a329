package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/gorilla/websocket"
)

// line is Socket Mode's part of a workspace: tickets, sockets, and the
// envelopes that wait for their acks.
type line struct {
	off      bool                 // Socket Mode is switched off
	tickets  map[string]time.Time // until when each may be used
	sockets  []*socket
	opened   int // sockets so far: names the next one
	turn     int // envelopes so far: picks the next socket
	awaiting map[string]*sent
}

func connectionsOpen(w *Workspace, a args) (object, error) {
	if w.off {
		return nil, refuse("socket_mode_not_enabled") // the code is believed
	}
	w.base = a.base
	ticket := w.random(16)
	w.tickets[ticket] = w.cfg.Now().Add(ticketLife)
	return object{"url": fmt.Sprintf("ws%s/link/?ticket=%s&app_id=%s", a.base[len("http"):], ticket, w.cfg.App.ID)}, nil
}

// redeem uses a ticket up.
func (w *Workspace) redeem(ticket string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	until, ok := w.tickets[ticket]
	delete(w.tickets, ticket)
	return ok && w.cfg.Now().Before(until)
}

// join greets a new socket, or turns it away when there are ten.
func (w *Workspace) join(conn *websocket.Conn, life time.Duration) (*socket, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.closed:
		return nil, false
	default:
	}
	w.running.Add(1)
	w.opened++
	s := &socket{conn: conn, host: fmt.Sprintf("applink-%d", w.opened), out: make(chan []byte, queue)}
	s.ending = time.AfterFunc(life, func() { w.end(s) })
	w.sockets = append(w.sockets, s)
	if len(w.sockets) > mostSockets {
		w.tell(s, w.disconnectFrame(s, tooManyWebsockets))
		w.hangUp(s)
		return s, true
	}
	w.tell(s, object{
		"type":            "hello",
		"num_connections": len(w.sockets),
		"connection_info": object{"app_id": w.cfg.App.ID},
		"debug_info":      object{"host": s.host, "build_number": 18, "approximate_connection_time": seconds(life)},
	})
	w.touch()
	return s, true
}

func (w *Workspace) disconnectFrame(s *socket, reason string) object {
	return object{"type": "disconnect", "reason": reason, "debug_info": object{"host": s.host}}
}

// tell queues a frame. A socket that does not read is hung up on.
func (w *Workspace) tell(s *socket, frame any) {
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

// hangUp ends a socket once what is queued has been written. The caller holds mu.
func (w *Workspace) hangUp(s *socket) {
	if s.gone {
		return
	}
	s.gone = true
	s.ending.Stop()
	close(s.out)
	w.sockets = slices.DeleteFunc(w.sockets, func(other *socket) bool { return other == s })
	w.touch()
}

// next picks the socket for an envelope: each goes to exactly one, in turn.
func (w *Workspace) next() *socket {
	var live []*socket
	for _, s := range w.sockets {
		if !s.leaving {
			live = append(live, s)
		}
	}
	if live == nil {
		return nil
	}
	w.turn++
	return live[w.turn%len(live)]
}
