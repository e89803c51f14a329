package slacksim

import "slices"

// tooManyWebsockets is the reason for which the eleventh socket is closed.
const tooManyWebsockets = "too_many_websockets"

// DropSockets breaks every connection off without a close frame, as a bad network does.
func (w *Workspace) DropSockets() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faultSockets(BreaksOff, true)
}

// Disconnect sends every socket a disconnect frame with one of Slack's reasons:
// Warning, RefreshRequested or LinkDisabled. The sockets get envelopes as before and are
// closed after Config.Grace. After LinkDisabled Socket Mode is off.
func (w *Workspace) Disconnect(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faultSockets(reason, true)
}

// faultSockets plays the fault of that name on the oldest socket that has no disconnect
// frame yet, or on all sockets.
func (w *Workspace) faultSockets(name string, all bool) {
	w.disabled = w.disabled || name == LinkDisabled
	for _, s := range slices.Clone(w.sockets) {
		if s.leaving && name != BreaksOff {
			continue
		}
		switch name {
		case Garbled:
			s.garble()
		case BreaksOff:
			_ = s.conn.NetConn().Close()
			w.hangUp(s)
		default:
			w.sendDisconnect(s, name)
		}
		if !all && !w.disabled {
			return
		}
	}
}

// sendDisconnect sends a socket its disconnect frame. The connection ends after
// Config.Grace.
func (w *Workspace) sendDisconnect(s *socket, reason string) {
	if s.gone || s.leaving {
		return
	}
	w.queueFrame(s, w.disconnectFrame(s, reason))
	s.leaving = true
	w.touch()
	if reason == LinkDisabled {
		w.hangUp(s)
		return
	}
	s.ending.Reset(w.cfg.Grace)
}

// endOfLife is what Slack does to a socket by itself, by a timer: a disconnect frame
// first, the end of the connection when it is called again.
func (w *Workspace) endOfLife(s *socket) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.leaving {
		w.hangUp(s)
		return
	}
	w.sendDisconnect(s, RefreshRequested)
}

// leavingSocket is a socket that has its disconnect frame and is still connected; nil
// if there is none.
func (w *Workspace) leavingSocket() *socket {
	at := slices.IndexFunc(w.sockets, func(s *socket) bool { return s.leaving })
	if at < 0 {
		return nil
	}
	return w.sockets[at]
}
