package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"sync"
)

// answers stands before a vendor, for what its simulator does not play: the refusals that the
// vendor documents, and values of an answer that are rare.
type answers struct {
	http.Handler
	mu    sync.Mutex
	said  []canned
	edits []edit
}

// canned answers one call in the vendor's place.
type canned struct {
	call   *regexp.Regexp // of its method and path
	status int
	body   string
	date   string // of the answer; "" for now
	retry  string // its Retry-After; "" for none
	each   bool   // every call of the kind is answered so
}

// edit changes what the vendor answers.
type edit struct {
	call, from *regexp.Regexp
	to         string
}

func (a *answers) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	call := r.Method + " " + r.URL.RequestURI()
	if c, ok := a.take(call); ok {
		rw.Header().Set("Content-Type", "application/json")
		if c.date != "" {
			rw.Header().Set("Date", c.date)
		}
		if c.retry != "" {
			rw.Header().Set("Retry-After", c.retry)
		}
		rw.WriteHeader(c.status)
		_, _ = rw.Write([]byte(c.body))
		return
	}
	edits := a.editsOf(call)
	if len(edits) == 0 {
		a.Handler.ServeHTTP(rw, r)
		return
	}
	rec := httptest.NewRecorder()
	a.Handler.ServeHTTP(rec, r)
	body := rec.Body.Bytes()
	for _, e := range edits {
		body = e.from.ReplaceAll(body, []byte(e.to))
	}
	for name, values := range rec.Header() {
		rw.Header()[name] = values
	}
	rw.Header().Del("Content-Length")
	rw.WriteHeader(rec.Code)
	_, _ = bytes.NewReader(body).WriteTo(rw)
}

func (a *answers) take(call string) (canned, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, c := range a.said {
		if c.call.MatchString(call) && c.each {
			return c, true
		}
		if c.call.MatchString(call) {
			a.said = append(a.said[:i:i], a.said[i+1:]...)
			return c, true
		}
	}
	return canned{}, false
}

func (a *answers) editsOf(call string) (all []edit) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.edits {
		if e.call.MatchString(call) {
			all = append(all, e)
		}
	}
	return all
}

// answersOf puts answers before the vendor of a system.
func (w *world) answersOf(system string, vendor http.Handler) http.Handler {
	a := &answers{Handler: vendor}
	w.answering[system] = a
	return a
}

// answers makes a vendor answer the next call of a kind so: "answers cache-prod 'GET .*/nodes'
// 404 '{"error_code": "DCS.3022"}'", with a Date and a Retry-After behind that where they matter. "answers cache-prod
// each 'GET …'" is so for every such call, and "answers cache-prod always GET Active Stopped"
// changes a text in every answer, both until "answers cache-prod honest".
func (w *world) answers(args []string) error {
	a, known := w.answering[args[0]]
	if !known {
		return fmt.Errorf("there is no system %s", args[0])
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if args[1] == "honest" {
		a.said, a.edits = nil, nil
		return nil
	}
	if args[1] == "always" {
		call, err := regexp.Compile(args[2])
		if err != nil {
			return err
		}
		from, err := regexp.Compile(args[3])
		a.edits = append(a.edits, edit{call, from, args[4]})
		return err
	}
	each := args[1] == "each"
	if each {
		args = args[1:]
	}
	call, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	status, err := strconv.Atoi(args[2])
	c := canned{each: each, call: call, status: status, body: args[3]}
	if len(args) > 4 {
		c.date = args[4]
	}
	if len(args) > 5 {
		c.retry = args[5]
	}
	a.said = append(a.said, c)
	return err
}
