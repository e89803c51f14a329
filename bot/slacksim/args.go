package slacksim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// args are the arguments of one call. A form and a JSON body give the same:
// what is not a string in JSON is kept as JSON text, which is how a form
// carries it.
type args struct {
	values map[string]string
	bearer string // the token of the Authorization header
	base   string // the address by which the app reached us
}

func (a args) get(name string) string    { return a.values[name] }
func (a args) has(name string) bool      { _, ok := a.values[name]; return ok }
func (a args) is(name string) bool       { ok, _ := strconv.ParseBool(a.get(name)); return ok }
func (a args) json(name string) jsonText { return jsonText(a.get(name)) }

// jsonText is JSON in an argument; it may be missing.
type jsonText string

// raw is the text as JSON, or nil if there is none that is valid.
func (t jsonText) raw() json.RawMessage {
	if t == "" || !json.Valid([]byte(t)) {
		return nil
	}
	return json.RawMessage(t)
}

// require refuses a call that lacks an argument.
func (a args) require(names []string) error {
	var missing []string
	for _, name := range names {
		if a.get(name) == "" {
			missing = append(missing, "missing required field: "+name)
		}
	}
	if missing == nil {
		return nil
	}
	return refuse("invalid_arguments", missing...)
}

// readArgs reads a query, a form or a JSON body. body is r's, bounded.
func readArgs(body io.ReadCloser, r *http.Request) (args, error) {
	r.Body = body
	a := args{values: map[string]string{}, base: baseOf(r)}
	a.bearer, _ = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		return a, a.readJSON(body)
	}
	if err := readForm(r, kind); err != nil {
		return a, refuse("invalid_form_data")
	}
	a.copyForm(r.URL.Query())
	a.copyForm(r.PostForm)
	if !r.PostForm.Has("token") {
		delete(a.values, "token") // Slack takes no token out of a query
	}
	return a, nil
}

func readForm(r *http.Request, kind string) error {
	if kind == "multipart/form-data" {
		return r.ParseMultipartForm(maxBody)
	}
	return r.ParseForm()
}

func (a args) copyForm(form url.Values) {
	for name, values := range form {
		a.values[name] = values[0]
	}
}

// readJSON takes an object, or nothing. A token in its body counts for nothing.
func (a args) readJSON(body io.Reader) error {
	var fields map[string]json.RawMessage
	if err := json.NewDecoder(body).Decode(&fields); err != nil && err != io.EOF {
		return refuse("invalid_json")
	}
	for name, raw := range fields {
		var s string
		if json.Unmarshal(raw, &s) != nil {
			s = string(raw)
		}
		if name != "token" && !bytes.Equal(raw, []byte("null")) {
			a.values[name] = s
		}
	}
	return nil
}

// baseOf is the address of this server as the caller knows it.
func baseOf(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s", scheme, r.Host)
}
