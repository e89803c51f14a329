package slacksim

import (
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

//go:embed page
var page embed.FS

// object is a JSON object that is kept as it came: blocks, views and answers
// hold more fields than a simulator needs to understand.
type object = map[string]any

// Workspace is one Slack workspace with one app. Make it with New, serve its
// Handler, and Close it when done.
type Workspace struct {
	cfg     Config
	methods map[string]method
	running sync.WaitGroup // sockets
	closed  chan struct{}

	// mu guards everything below. Nothing under it blocks: frames go to a
	// socket's own queue.
	mu           sync.Mutex
	version      int
	ofApp        string        // see SayOfApp
	changed      chan struct{} // closed and replaced at every change
	base         string        // how the app reaches us; response URLs start with it
	lastTS       int64         // microseconds of the last timestamp given out
	people       []Person
	offGrid      bool // see SetGrid
	groups       []Group
	messages     []*message
	notices      map[string][]Notice // by person
	pushes       map[string][]Push   // by person
	views        map[string][]*view  // by person: the stack of open modals
	homes        map[string]*view    // by person: their Home tab, once it is published
	triggers     map[string]*trigger
	responseURLs map[string]*responseURL // by the id in a response URL
	rates        rates
	faults       map[string][]Fault // by method
	calls        map[string]int     // by method
	complaints   []string
	socketMode
}

// New makes a workspace. It listens nowhere: serve its Handler.
func New(cfg Config) *Workspace {
	return &Workspace{
		cfg:          cfg.withDefaults(),
		methods:      methods(),
		closed:       make(chan struct{}),
		changed:      make(chan struct{}),
		people:       append(slices.Clone(cfg.People), cfg.App.person()),
		groups:       slices.Clone(cfg.Groups),
		notices:      map[string][]Notice{},
		pushes:       map[string][]Push{},
		views:        map[string][]*view{},
		homes:        map[string]*view{},
		triggers:     map[string]*trigger{},
		responseURLs: map[string]*responseURL{},
		rates:        rates{},
		faults:       map[string][]Fault{},
		calls:        map[string]int{},
		socketMode:   socketMode{tickets: map[string]time.Time{}, lost: map[string]bool{}, unacked: map[string]*pendingAck{}},
	}
}

// Handler serves the Web API below /api/, the sockets, the response URLs, the
// people API and the page.
func (w *Workspace) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", w.serveAPI)
	mux.HandleFunc("GET /link/", w.serveSocket)
	mux.HandleFunc("POST /commands/{team}/{app}/{id}", w.serveResponseURL)
	mux.HandleFunc("POST /actions/{team}/{app}/{id}", w.serveResponseURL)
	mux.HandleFunc("POST /app/{team}/{app}/{id}", w.serveResponseURL)
	w.handlePeople(mux)
	mux.Handle("GET /page/", guarded(http.FileServerFS(page)))
	mux.Handle("GET /{$}", guarded(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(rw, r, page, "page/index.html")
	})))
	return mux
}

// guarded sets a Content-Security-Policy: the page loads its own files alone, whatever
// a message holds.
func guarded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'none'")
		h.ServeHTTP(rw, r)
	})
}

// Close hangs up every socket, ends every stream of events and waits for them.
func (w *Workspace) Close() {
	w.mu.Lock()
	select {
	case <-w.closed:
	default:
		close(w.closed)
	}
	for _, s := range slices.Clone(w.sockets) {
		w.hangUp(s)
	}
	for _, s := range w.unacked {
		s.timer.Stop()
	}
	clear(w.unacked)
	w.mu.Unlock()
	w.running.Wait()
}

// touch counts the version up and wakes everybody who waits for a change, by closing
// the channel that they share. The caller holds mu.
func (w *Workspace) touch() {
	w.version++
	close(w.changed)
	w.changed = make(chan struct{})
}

// ts gives out the next timestamp: Slack's "seconds.microseconds", unique and
// increasing, which is also a message's name within its channel.
func (w *Workspace) ts() string {
	w.lastTS = max(w.cfg.Now().UnixMicro(), w.lastTS+1)
	return fmt.Sprintf("%d.%06d", w.lastTS/1e6, w.lastTS%1e6)
}

// random gives n random bytes in hex.
func (w *Workspace) random(n int) string {
	b := make([]byte, n)
	if _, err := io.ReadFull(w.cfg.Rand, b); err != nil {
		panic(fmt.Sprintf("slacksim: no randomness: %v", err))
	}
	return hex.EncodeToString(b)
}

// uuid gives a random UUID, the form of an envelope_id.
func (w *Workspace) uuid() string {
	h := w.random(16)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}
