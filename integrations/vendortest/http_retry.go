package vendortest

import (
	"fmt"
	"net/http"

	"quell/integrations"
)

// againChecks hold the second try of a read: it is made after what may pass in a
// moment, once, and after nothing else. That a write has none is in every check of an
// answer (answers.go, http_status.go).
func againChecks() []check[HTTP] {
	var all []check[HTTP]
	for _, met := range passing() {
		all = append(all, check[HTTP]{"a read that meets what may pass: " + met.name, func(v HTTP) error {
			if met.lost && v.ReadsLogIn {
				return tries(v, met.answer, 1)
			}
			if err := recovers(v, met.answer); err != nil {
				return err
			}
			return tries(v, met.answer, 2)
		}})
	}
	for _, met := range lasting() {
		all = append(all, check[HTTP]{"a read that meets what stays: " + met.name, func(v HTTP) error { return tries(v, met.answer, 1) }})
	}
	return append(all, check[HTTP]{"a read over a kept connection that dies", keptConnection})
}

type mishap struct {
	name   string
	answer http.HandlerFunc
	lost   bool // what the server made of the request is not known
}

func passing() []mishap {
	return []mishap{
		{"500", respond(500, "application/json", ""), false},
		{"a page with 502", respond(502, "text/html", page), false},
		{"a page with 503", respond(503, "text/html", page), false},
		{"torn, with 503", torn(503), false},
		{"torn, with 200", torn(200), true},
		{"torn, with 403", torn(403), true},
		{"hung up", hangUp, true},
		{"reset", reset, true},
	}
}

// lasting are answers that a second try a moment later would not change. What a vendor
// does of its own after a 401 or a 429 is its own affair.
func lasting() []mishap {
	return []mishap{
		{"a page with 400", respond(400, "text/html", page), false},
		{"a page with 403", respond(403, "text/html", page), false},
		{"a page with 404", respond(404, "text/html", page), false},
		{"torn, with 401", torn(401), false},
		{"a redirect", redirect(302, "/elsewhere"), false},
		{"503, and when to come back", later, false},
	}
}

func later(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "30")
	respond(503, "text/html", page)(w, r)
}

// recovers meets the failure once. The second try is refused, so that the read ends
// there, and that refusal is its error.
func recovers(v HTTP, met http.HandlerFunc) error {
	t, s, err := tryHTTP(v, nil)
	if err != nil {
		return err
	}
	defer t.close()
	s.from(func(w http.ResponseWriter, r *http.Request) {
		s.Refuse("400", false)
		met(w, r)
	})
	ctx, cancel := background()
	defer cancel()
	ctx, tape := integrations.WithTape(ctx)
	if err := v.vendor().expect("read", t.Read(ctx), v.kind(400)); err != nil {
		return err
	}
	if err := t.sent("read", 1); err != nil {
		return err
	}
	if taken := tape.Take(); len(taken) < 2 || taken[len(taken)-1].Operation != taken[len(taken)-2].Operation {
		return fmt.Errorf("the two tries are not on the tape: %v", taken)
	}
	return nil
}

// tries says whether a read that goes on meeting it is sent so often.
func tries(v HTTP, met http.HandlerFunc, want int) error {
	t, _, err := tryHTTP(v, met)
	if err != nil {
		return err
	}
	defer t.close()
	ctx, cancel := background()
	defer cancel()
	if err := t.Read(ctx); err == nil {
		return fmt.Errorf("read: no error")
	}
	return t.sent("read", want)
}

// keptConnection lets reads leave idle connections behind, over which net/http would
// send the next one, and send it again where they die.
func keptConnection(v HTTP) error {
	t, s, err := tryHTTP(v, nil)
	if err != nil {
		return err
	}
	defer t.close()
	s.Refuse("400", false)
	ctx, cancel := background()
	defer cancel()
	_ = t.Read(ctx)
	s.from(hangUp)
	ctx, tape := integrations.WithTape(ctx)
	if err := v.vendor().expect("read", t.Read(ctx), integrations.NoAnswer); err != nil {
		return err
	}
	want := 2
	if v.ReadsLogIn {
		want = 1
	}
	if taken := tape.Take(); len(taken) != want {
		return fmt.Errorf("%d tries are on the tape, want %d", len(taken), want)
	}
	return t.sent("read", want)
}
