package sim

import (
	"fmt"
	"net/http"
	"time"
)

// Panel is a page that shows the connections and the calls live, and changes the mood.
func (h *HULFT) Panel() http.Handler { return h.panel(h.board) }

func (h *HULFT) board() board {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	h.settle(now)
	b := board{Title: h.cfg.Name, Subtitle: h.subtitle(now), Columns: []string{"agent", "direction", "version", "since", "state"}}
	for _, a := range h.agents {
		state, until := "connected", now
		switch {
		case a.over(now):
			state, until = "ended", a.gone
		case a.closing():
			state = "will be closed"
		}
		b.Rows = append(b.Rows, boardRow{
			ID: a.session, Ended: a.over(now),
			Cells: []string{a.ID, a.Direction, a.Version, short(until.Sub(a.since)), state},
		})
	}
	return b
}

func (h *HULFT) subtitle(now time.Time) string {
	if now.Before(h.banned) {
		return fmt.Sprintf("HULFT-WebConnect, which refuses everything for another %s", short(h.banned.Sub(now)))
	}
	spent := 0
	for _, at := range h.spent {
		if now.Sub(at) < time.Minute {
			spent++
		}
	}
	return fmt.Sprintf("HULFT-WebConnect, %d of %d requests in the last minute", spent, hulftMost)
}
