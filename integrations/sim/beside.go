package sim

import (
	"net/http"
	"strings"
)

// Played is a vendor that is played and has a page.
type Played interface {
	http.Handler
	Panel() http.Handler
	Close()
	link(names []string)
}

// Beside shows the pages of several vendors, each below its name, which link to each
// other; the first is shown where none is named.
func Beside(names []string, played map[string]Played) http.Handler {
	mux := http.NewServeMux()
	for _, name := range names {
		played[name].link(names)
		mux.Handle("/"+name+"/", http.StripPrefix("/"+name, played[name].Panel()))
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
