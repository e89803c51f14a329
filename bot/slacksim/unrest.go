package slacksim

import "slices"

// tooManyWebsockets is what the eleventh socket hears.
const tooManyWebsockets = "too_many_websockets"

// DropSockets breaks every connection off without a word, as a bad network does.
func (w *Workspace) DropSockets() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.disturb(BreaksOff, true)
}

// Disconnect tells every socket to go, for one of Slack's reasons: Warning,
// RefreshRequested or LinkDisabled. They get no more envelopes and are hung up
// on ten seconds later. After LinkDisabled Socket Mode is off.
func (w *Workspace) Disconnect(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.disturb(reason, true)
}

// disturb does what name says to the oldest socket that nobody has told to go, or to all.
func (w *Workspace) disturb(name string, all bool) {
	w.off = w.off || name == LinkDisabled
	for _, s := range slices.Clone(w.sockets) {
		if s.leaving && name != BreaksOff {
			continue
		}
		if name == BreaksOff {
			_ = s.conn.NetConn().Close()
			w.hangUp(s)
		} else {
			w.dismiss(s, name)
		}
		if !all && !w.off {
			return
		}
	}
}

// dismiss tells a socket to go.
func (w *Workspace) dismiss(s *socket, reason string) {
	if s.gone || s.leaving {
		return
	}
	w.tell(s, w.disconnectFrame(s, reason))
	s.leaving = true
	w.touch()
	if reason == LinkDisabled {
		w.hangUp(s)
		return
	}
	s.ending.Reset(goodbye)
}

// end is what Slack does to a socket by itself: it says goodbye, and later
// hangs up.
func (w *Workspace) end(s *socket) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.leaving {
		w.hangUp(s)
		return
	}
	w.dismiss(s, RefreshRequested)
}

// old is a socket that was told to go and has not gone; nil if there is none.
func (w *Workspace) old() *socket {
	at := slices.IndexFunc(w.sockets, func(s *socket) bool { return s.leaving })
	if at < 0 {
		return nil
	}
	return w.sockets[at]
}
