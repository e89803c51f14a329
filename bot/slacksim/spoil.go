package slacksim

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// arrive counts a call and says how it is to fail, if it is.
func (w *Workspace) arrive(method string) Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls[method]++
	return w.fault(method)
}

// Calls says how often a method was called.
func (w *Workspace) Calls(method string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls[method]
}

// spoil does f to an answer. It returns false if the true answer is still to
// be given: to a call that is well, or slow.
func (w *Workspace) spoil(rw http.ResponseWriter, r *http.Request, f Fault) bool {
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
	default:
		panic(http.ErrAbortHandler) // BreaksOff
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
