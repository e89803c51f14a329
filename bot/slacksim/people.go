package slacksim

import (
	"cmp"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// maxPeopleBody bounds what the page may send.
const maxPeopleBody = 64 << 10

// peopleRequest is the body of every POST of the people API.
type peopleRequest struct {
	As       string `json:"as"`
	Channel  string `json:"channel"`
	ThreadTS string `json:"thread_ts"`
	Text     string `json:"text"`
	TS       string `json:"ts"`
	ViewID   string `json:"view_id"`
	BlockID  string `json:"block_id"`
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
	Selected object `json:"selected"` // as Act has it
	Values   Values `json:"values"`

	What string `json:"what"` // of a fault, as FailNext has it
	Name string `json:"name"`
	N    int    `json:"n"` // 1 if missing
	On   bool   `json:"on"`
}

func (in peopleRequest) act() Act {
	return Act{
		Channel: in.Channel, TS: in.TS, View: in.ViewID, BlockID: in.BlockID, ActionID: in.ActionID,
		Value: in.Value, Selected: in.Selected, Values: in.Values,
	}
}

// handlePeople serves the people API: the same driver that tests use, over HTTP.
func (w *Workspace) handlePeople(mux *http.ServeMux) {
	mux.HandleFunc("GET /people/state", w.serveState)
	mux.HandleFunc("GET /people/events", w.serveEvents)
	mux.HandleFunc("POST /people/say", w.serveAct(func(c Client, in peopleRequest) error {
		return c.Reply(in.Channel, in.ThreadTS, in.Text)
	}))
	mux.HandleFunc("POST /people/click", w.serveAct(func(c Client, in peopleRequest) error { return c.Do(in.act()) }))
	mux.HandleFunc("POST /people/view-click", w.serveAct(func(c Client, in peopleRequest) error { return c.Do(in.act()) }))
	mux.HandleFunc("POST /people/submit", w.serveAct(func(c Client, in peopleRequest) error {
		return c.Submit(in.ViewID, in.Values)
	}))
	mux.HandleFunc("POST /people/home", w.serveAct(func(c Client, _ peopleRequest) error { return c.OpenHome() }))
	mux.HandleFunc("POST /people/shortcut", w.serveAct(func(c Client, in peopleRequest) error {
		if in.TS == "" {
			return c.Shortcut(in.Name)
		}
		return c.ActOn(in.Channel, in.TS, in.Name, nil)
	}))
	mux.HandleFunc("POST /people/close", w.serveAct(func(c Client, in peopleRequest) error { return c.CloseView(in.ViewID) }))
	mux.HandleFunc("POST /people/suggest", w.serveSuggest)
	mux.HandleFunc("POST /people/fault", w.serveAct(func(_ Client, in peopleRequest) error {
		return w.FailNext(in.What, cmp.Or(in.N, 1), Named(in.Name))
	}))
	mux.HandleFunc("POST /people/channel", w.serveAct(func(_ Client, in peopleRequest) error { return w.Switch(in.Channel, in.Name, in.On) }))
	mux.HandleFunc("POST /people/reload", w.serveAct(func(c Client, _ peopleRequest) error { return c.Reload() }))
	mux.HandleFunc("POST /people/grid", w.serveAct(func(_ Client, in peopleRequest) error {
		w.SetGrid(in.On)
		return nil
	}))
	mux.HandleFunc("POST /people/clear-faults", w.serveAct(func(Client, peopleRequest) error {
		w.ClearFaults()
		return nil
	}))
}

// serveAct serves one act.
func (w *Workspace) serveAct(do func(Client, peopleRequest) error) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		in, ok := readPeople(rw, r)
		if !ok {
			return
		}
		answerPeople(rw, do(w.As(in.As), in), object{})
	}
}

func (w *Workspace) serveSuggest(rw http.ResponseWriter, r *http.Request) {
	in, ok := readPeople(rw, r)
	if !ok {
		return
	}
	menu, err := w.As(in.As).Menu(r.Context(), in.act())
	answerPeople(rw, err, object{"options": menu["options"], "option_groups": menu["option_groups"]})
}

func answerPeople(rw http.ResponseWriter, err error, answer object) {
	if err != nil {
		why := strings.TrimPrefix(err.Error(), "slacksim: ") // the page is for people
		writeJSON(rw, http.StatusOK, object{"ok": false, "error": why})
		return
	}
	answer["ok"] = true
	writeJSON(rw, http.StatusOK, answer)
}

// readPeople reads a request of the page, and refuses one that another site's
// page could have sent: a foreign Origin, or a body that a form can make.
func readPeople(rw http.ResponseWriter, r *http.Request) (peopleRequest, bool) {
	var in peopleRequest
	if origin := r.Header.Get("Origin"); origin != "" && !sameHost(origin, r.Host) {
		http.Error(rw, "foreign origin", http.StatusForbidden)
		return in, false
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		http.Error(rw, "send application/json", http.StatusUnsupportedMediaType)
		return in, false
	}
	if err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, maxPeopleBody)).Decode(&in); err != nil {
		http.Error(rw, "not a JSON object of at most 64 kB", http.StatusBadRequest)
		return in, false
	}
	return in, true
}

func sameHost(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host == host
}

// serveState answers with what a person sees; without a name, the first one.
func (w *Workspace) serveState(rw http.ResponseWriter, r *http.Request) {
	s, ok := w.stateFor(r.URL.Query().Get("as"))
	if !ok {
		writeJSON(rw, http.StatusNotFound, object{"ok": false, "error": "nobody of that name can sign in"})
		return
	}
	rw.Header().Set("Cache-Control", "no-store")
	writeJSON(rw, http.StatusOK, s)
}

func (w *Workspace) stateFor(as string) (State, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.people {
		if p.acts() && (as == "" || as == p.ID) {
			return w.stateOf(p.ID), true
		}
	}
	return State{}, false
}
