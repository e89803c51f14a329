package sim

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"time"
)

//go:embed panel
var panelFiles embed.FS

// board is what a panel shows of its vendor.
type board struct {
	Neighbours []string    `json:"neighbours"` // other pages, each in the folder ../<name>/
	Title      string      `json:"title"`
	Subtitle   string      `json:"subtitle"`
	Columns    []string    `json:"columns"` // the first one names the rows: tr[data-<column>]
	Rows       []boardRow  `json:"rows"`
	Adds       []string    `json:"adds"` // kinds of thing that a person can add
	Mood       Fault       `json:"mood"`
	Moods      []Fault     `json:"moods"`
	Calls      []boardCall `json:"calls"` // oldest first
}

type boardRow struct {
	ID    string   `json:"id"` // the same as long as the row is about the same thing
	Cells []string `json:"cells"`
	Ended bool     `json:"ended"`
}

type boardCall struct {
	ID     int    `json:"id"`
	Op     Op     `json:"op"`
	Write  bool   `json:"write"`
	Method string `json:"method"`
	Path   string `json:"path"`
	Body   string `json:"body"`
	Done   bool   `json:"done"`
	Status int    `json:"status"`
	At     string `json:"at"`
}

const (
	shownCalls = 60
	// ages move although nothing happens
	redraw = time.Second
)

// panel is a small live page on the vendor. draw fills in what is the vendor's
// own. All addresses in the page are relative, so it works below any path that
// ends in a slash.
func (d *desk) panel(draw func() board) http.Handler {
	files, err := fs.Sub(panelFiles, "panel")
	if err != nil {
		panic(err) // unreachable: the folder is embedded
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /events", func(w http.ResponseWriter, r *http.Request) { d.stream(w, r, draw) })
	mux.HandleFunc("POST /mood", d.chooseMood)
	return http.NewCrossOriginProtection().Handler(tight(mux))
}

// tight lets the page use its own files and nothing else.
func tight(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
		w.Header().Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}

// stream sends the whole board at every change, as Server-Sent Events.
func (d *desk) stream(w http.ResponseWriter, r *http.Request, draw func() board) {
	w.Header().Set("Content-Type", "text/event-stream")
	ticker := time.NewTicker(redraw)
	defer ticker.Stop()
	for {
		rung := d.bell.heard()
		if err := d.sendBoard(w, draw()); err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-d.closed:
			return
		case <-rung:
		case <-ticker.C:
		}
	}
}

func (d *desk) sendBoard(w http.ResponseWriter, b board) error {
	b.Neighbours = d.neighbours
	b.Mood, b.Moods, b.Calls = d.faults.lasting(), d.moods, d.boardCalls()
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "data: %s\n\n", text); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

func (d *desk) boardCalls() []boardCall {
	calls := d.calls.all()
	calls = calls[max(0, len(calls)-shownCalls):]
	out := make([]boardCall, 0, len(calls))
	for _, c := range calls {
		out = append(out, boardCall{
			ID: c.ID, Op: c.Op, Write: c.Write, Method: c.Method, Path: c.Path, Body: c.Body,
			Done: c.Done, Status: c.Status, At: c.At.Format(time.TimeOnly),
		})
	}
	return out
}

func (d *desk) chooseMood(w http.ResponseWriter, r *http.Request) {
	mood := Fault(r.FormValue("mood"))
	if !slices.Contains(d.moods, mood) {
		http.Error(w, "no such mood", http.StatusBadRequest)
		return
	}
	d.SetMood(mood)
	w.WriteHeader(http.StatusNoContent)
}
