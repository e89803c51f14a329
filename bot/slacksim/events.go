package slacksim

import (
	"fmt"
	"net/http"
	"time"
)

// streamPing keeps a stream open through a proxy.
const streamPing = 15 * time.Second

// serveEvents tells a page when to look again. Changes that come faster than
// the page reads are one.
func (w *Workspace) serveEvents(rw http.ResponseWriter, r *http.Request) {
	out := http.NewResponseController(rw)
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.Header().Set("Cache-Control", "no-store")
	ping := time.NewTicker(streamPing)
	defer ping.Stop()
	version, changed := w.look()
	line := fmt.Sprintf("data: {\"version\":%d}\n\n", version)
	for {
		if _, err := rw.Write([]byte(line)); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-changed:
			version, changed = w.look()
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

func (w *Workspace) look() (version int, changed <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.version, w.changed
}
