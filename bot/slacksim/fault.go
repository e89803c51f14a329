package slacksim

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Fault is a way in which one call of the Web API fails.
type Fault struct {
	// After lets the deed happen first: only its answer is spoiled.
	After bool
	// Error answers {"ok": false, "error": Error}.
	Error string
	// Status answers with an HTTP status and no JSON.
	Status int
	// RetryAfter answers 429 with that many seconds.
	RetryAfter time.Duration
	// A Fault with none of the three breaks the connection off.
}

// FailNext makes the next n calls of a method fail.
func (w *Workspace) FailNext(method string, n int, f Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults[method] = append(w.faults[method], slices.Repeat([]Fault{f}, n)...)
}

// arrive counts a call and says how it is to fail, if it is.
func (w *Workspace) arrive(method string) (Fault, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls[method]++
	queue := w.faults[method]
	if len(queue) == 0 {
		return Fault{}, false
	}
	w.faults[method] = queue[1:]
	return queue[0], true
}

func (f Fault) answer(rw http.ResponseWriter) {
	switch {
	case f.RetryAfter > 0:
		rw.Header().Set("Retry-After", strconv.Itoa(seconds(f.RetryAfter)))
		writeJSON(rw, http.StatusTooManyRequests, object{"ok": false, "error": "ratelimited"})
	case f.Status != 0:
		http.Error(rw, http.StatusText(f.Status), f.Status)
	case f.Error != "":
		writeJSON(rw, http.StatusOK, object{"ok": false, "error": f.Error})
	default:
		panic(http.ErrAbortHandler)
	}
}

// Calls says how often a method was called.
func (w *Workspace) Calls(method string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls[method]
}

// DropSockets breaks every connection off without a word, as a bad network does.
func (w *Workspace) DropSockets() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range slices.Clone(w.sockets) {
		_ = s.conn.NetConn().Close()
		w.hangUp(s)
	}
}

// Disconnect tells every socket to go, for one of Slack's reasons: "warning",
// "refresh_requested" or "link_disabled". They get no more envelopes and are
// hung up on ten seconds later. After "link_disabled" Socket Mode is off.
func (w *Workspace) Disconnect(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.off = reason == "link_disabled"
	for _, s := range slices.Clone(w.sockets) {
		w.tell(s, w.disconnectFrame(s, reason))
		s.leaving = true
		if w.off {
			w.hangUp(s)
			continue
		}
		time.AfterFunc(goodbye, func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.hangUp(s)
		})
	}
	w.touch()
}
