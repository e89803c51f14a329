package slacksim

import (
	"fmt"
	"net/http"
	"time"
)

// streamPing is the pause between two comment lines, which keep a stream open through
// a proxy.
const streamPing = 15 * time.Second

// serveEvents streams server-sent events: each tells the page that the state has a
// new version. Changes that come faster than the page reads are one event.
func (w *Workspace) serveEvents(rw http.ResponseWriter, r *http.Request) {
	out := http.NewResponseController(rw)
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.Header().Set("Cache-Control", "no-store")
	ping := time.NewTicker(streamPing)
	defer ping.Stop()
	version, changed := w.versionNow()
	line := fmt.Sprintf("data: {\"version\":%d}\n\n", version)
	for {
		if _, err := rw.Write([]byte(line)); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-changed:
			version, changed = w.versionNow()
			line = fmt.Sprintf("data: {\"version\":%d}\n\n", version)
		case <-ping.C:
			line = ": ping\n\n"
		case <-r.Context().Done():
			return
		case <-w.closed:
			return
		}
	}
}

// versionNow is the version of the state, and a channel that closes at the next change.
func (w *Workspace) versionNow() (version int, changed <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.version, w.changed
}
