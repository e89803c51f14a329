package slacksim

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// countCall counts a call of the Web API and takes the fault that it meets, if any.
func (w *Workspace) countCall(method string) Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls[method]++
	return w.takeFault(method)
}

// Calls says how often a method was called.
func (w *Workspace) Calls(method string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls[method]
}

// faultCall plays the fault f on the answer to a call. It returns false where the
// true answer is still to be given: there is no fault, or the call is only slow.
func (w *Workspace) faultCall(rw http.ResponseWriter, r *http.Request, f Fault) bool {
	switch {
	case f.Name == "":
		return false
	case f.Name == Slow:
		w.pause(w.cfg.SlowBy)
		return false
	case f.Name == Fails:
		http.Error(rw, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	case f.wait() > 0:
		throttle(rw, f.wait())
	case f.code() != "":
		writeJSON(rw, http.StatusOK, object{"ok": false, "error": f.code()})
	case f.Name == Hangs:
		_, _ = io.Copy(io.Discard, r.Body) // the server notices a caller that goes only behind the body
		select {
		case <-r.Context().Done():
		case <-w.closed:
		}
		panic(http.ErrAbortHandler)
	default: // BreaksOff
		panic(http.ErrAbortHandler)
	}
	return true
}

// throttle answers 429, as a rate limit does.
func throttle(rw http.ResponseWriter, wait time.Duration) {
	rw.Header().Set("Retry-After", strconv.Itoa(seconds(wait)))
	writeJSON(rw, http.StatusTooManyRequests, object{"ok": false, "error": "ratelimited"})
}

// pause lets time go by, or the workspace close.
func (w *Workspace) pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.closed:
	}
}
