package slacksim

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"time"
)

// maxBody bounds a request of the app: a view may have 250 kB, and a form
// makes up to three bytes out of one.
const maxBody = 1 << 20

// serveAPI answers one call. Slack says no with status 200, but for a rate limit.
func (w *Workspace) serveAPI(rw http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	a, err := readArgs(http.MaxBytesReader(rw, r.Body, maxBody), r)
	w.scopeHeaders(rw.Header(), name)
	fault := w.countCall(name)
	if !fault.After && w.faultCall(rw, r, fault) {
		return
	}
	var answer object
	if err == nil {
		answer, err = w.callMethod(name, a)
	}
	if fault.After && w.faultCall(rw, r, fault) {
		return
	}
	w.answer(rw, answer, err)
}

// callMethod does what a call asks.
func (w *Workspace) callMethod(name string, a args) (object, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	m, ok := w.methods[name]
	if !ok {
		return nil, refuse("unknown_method")
	}
	if err := w.authorize(name, a); err != nil {
		return nil, err
	}
	w.judge(name, a)
	w.recordCall(name, a)
	if err := w.applyRateLimits(name, m.limits, a); err != nil {
		return nil, err
	}
	if err := w.checkScopes(name, a); err != nil {
		return nil, err
	}
	if err := a.require(m.needs); err != nil {
		return nil, err
	}
	return m.run(w, a)
}

// authorize checks the token. apps.connections.open wants the app-level token
// and wants it in the header; everything else wants the bot's.
func (w *Workspace) authorize(name string, a args) error {
	want, other, token := w.cfg.BotToken, w.cfg.AppToken, a.bearer
	if name == "apps.connections.open" {
		want, other = other, want
	} else if token == "" {
		token = a.get("token")
	}
	switch {
	case name == "api.test":
		return nil
	case token == want && token != "":
		return w.revoked(name)
	case token == "":
		return refuse("not_authed")
	case token == other:
		return refuse("not_allowed_token_type")
	default:
		return refuse("invalid_auth")
	}
}

// applyRateLimits takes a call out of the token buckets of its method, or refuses it.
func (w *Workspace) applyRateLimits(name string, limits []limit, a args) error {
	if w.cfg.Unlimited {
		return nil
	}
	for _, l := range limits {
		key := name
		if l.by != "" {
			key += " " + a.get(l.by)
		}
		l.aMinute, l.burst = l.aMinute*w.cfg.RateFactor, l.burst*w.cfg.RateFactor
		if wait := w.rates.take(key, l, w.cfg.Now()); wait > 0 {
			return &refusal{code: "ratelimited", wait: wait}
		}
	}
	return nil
}

// answer writes what a method gave.
func (w *Workspace) answer(rw http.ResponseWriter, answer object, err error) {
	var no *refusal
	switch {
	case err == nil:
		if answer == nil {
			answer = object{}
		}
		answer["ok"] = true
	case errors.As(err, &no):
		if no.wait > 0 {
			throttle(rw, no.wait)
			return
		}
		answer = no.body()
	default:
		w.cfg.Log.Error("slacksim: a method failed", "error", err)
		answer = object{"ok": false, "error": "internal_error"}
	}
	writeJSON(rw, http.StatusOK, answer)
}

// seconds rounds up: a client that waits as long as Retry-After says is let in.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

func writeJSON(rw http.ResponseWriter, status int, v any) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	writeTo(rw, v)
}

// writeTo writes v as JSON without escaping < and >, so that text leaves as it came in,
// byte for byte.
func writeTo(out io.Writer, v any) {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // the other side is gone; nobody is left to tell
}
