package slacksim

import "time"

// SocketCounts says what became of the app's sockets, and of the envelopes for them.
type SocketCounts struct {
	Open, Most  int // sockets now, and the most at once
	Opened      int
	TurnedAway  int // for being one too many
	Sent        int // envelopes, also those that went to somebody else's socket
	Acked       int
	TimedOut    int           // not acknowledged in time
	Undelivered int           // there was no socket to send them to
	Dark        time.Duration // how long there was no socket, since the first
}

// Sockets counts what has happened so far.
func (w *Workspace) Sockets() SocketCounts {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.counts
	c.Open = len(w.sockets)
	if !w.darkSince.IsZero() {
		c.Dark += time.Since(w.darkSince)
	}
	return c
}

func (w *Workspace) countOpened() {
	w.counts.Opened++
	w.counts.Most = max(w.counts.Most, len(w.sockets))
	if !w.darkSince.IsZero() {
		w.counts.Dark += time.Since(w.darkSince)
		w.darkSince = time.Time{}
	}
}

func (w *Workspace) countEnded() {
	if len(w.sockets) == 0 && w.darkSince.IsZero() {
		w.darkSince = time.Now()
	}
}
