package sim

import (
	"net/http"
	"strings"
)

// Page is what stands beside the channel of one vendor. One that is played over HTTP is an
// http.Handler as well.
type Page interface {
	Panel() http.Handler
	Close()
	link(names []string)
}

// Beside shows the pages of several vendors, each below its name, which link to each
// other; the first is shown where none is named.
func Beside(names []string, pages map[string]Page) http.Handler {
	mux := http.NewServeMux()
	for _, name := range names {
		pages[name].link(names)
		mux.Handle("/"+name+"/", http.StripPrefix("/"+name, pages[name].Panel()))
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		// Relative, for nothing here knows below which path it is mounted. The name
		// is one of ours.
		w.Header().Set("Location", strings.TrimPrefix(names[0], "/")+"/")
		w.WriteHeader(http.StatusFound)
	})
	return mux
}

// link names the pages beside this one.
func (d *desk) link(names []string) { d.neighbours = names }
