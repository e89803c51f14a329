package slacksim

import "cmp"

// What is no frame of Slack's, and what a frame may lack: a client has to bear both.
const (
	// Garbled is a frame that is no JSON, on the oldest socket.
	Garbled = "garbles a frame"
	// GreetsUncounted has each hello leave out num_connections, until ClearFaults.
	GreetsUncounted = "greets without a number"
)

// garble sends what is no JSON on a socket.
func (s *socket) garble() {
	select {
	case s.out <- []byte("{"):
	default: // its queue is full, and it reads nothing anyway
	}
}

// hello is the frame that a socket begins with.
func (w *Workspace) hello(debug object) object {
	frame := object{
		"type":            "hello",
		"num_connections": len(w.sockets) + w.others,
		"connection_info": object{"app_id": cmp.Or(w.cfg.SocketApp, w.cfg.App.ID)},
		"debug_info":      debug,
	}
	if w.uncounted {
		delete(frame, "num_connections")
	}
	return frame
}
