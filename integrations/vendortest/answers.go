package vendortest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"quell/integrations"
)

const page = "<html><body>Something went wrong</body></html>"

// answerChecks hold the meaning of each answer. A status counts as the vendor's
// word only in the vendor's own shape; the same status on somebody's HTML page
// does not say that the thing is not there.
func answerChecks() []check {
	var all []check
	for _, status := range slices.Sorted(maps.Keys(documented)) {
		all = append(all, check{fmt.Sprintf("refused with %d", status), func(v Vendor) error {
			kind, ok := v.Kinds[status]
			if !ok {
				kind = documented[status]
			}
			return answered(v, respond(status, "application/json", v.Refusal(status, "no")), kind)
		}})
	}
	for _, a := range strange {
		all = append(all, check{a.name, func(v Vendor) error { return answered(v, a.answer, a.kind) }})
	}
	return append(all, check{"a page in place of a list", func(v Vendor) error {
		t, err := try(v, respond(http.StatusOK, "text/html", page))
		if err != nil {
			return err
		}
		defer t.close()
		ctx, cancel := background()
		defer cancel()
		return expect(v, "read", t.Read(ctx), integrations.Garbled)
	}})
}

var documented = map[int]integrations.Kind{
	400: integrations.Invalid,
	401: integrations.Unauthenticated,
	403: integrations.Forbidden,
	404: integrations.NotFound,
	408: integrations.Unavailable,
	409: integrations.Invalid,
	429: integrations.Throttled,
	500: integrations.Unavailable,
	502: integrations.Unavailable,
	503: integrations.Unavailable,
}

var strange = []struct {
	name   string
	answer http.HandlerFunc
	kind   integrations.Kind
}{
	{"a page with 400", respond(400, "text/html", page), integrations.Garbled},
	{"a page with 401", respond(401, "text/html", page), integrations.Unauthenticated},
	{"a page with 403", respond(403, "text/html", page), integrations.Garbled},
	{"a page with 404", respond(404, "text/html", page), integrations.Garbled},
	{"a page with 429", respond(429, "text/html", page), integrations.Throttled},
	{"a page with 502", respond(502, "text/html", page), integrations.Unavailable},
	{"nothing with 404", respond(404, "application/json", ""), integrations.Garbled},
	{"somebody else's JSON with 404", respond(404, "application/json", `{"detail":"no such route"}`), integrations.Garbled},
	{"a redirect that leads nowhere", redirect(302, "://nowhere"), integrations.Garbled},
	{"torn, with 200", torn(200), integrations.NoAnswer},
	{"torn, with 403", torn(403), integrations.NoAnswer},
	{"torn, with 500", torn(500), integrations.NoAnswer},
	{"huge, with 200", respond(200, "application/json", huge()), integrations.Garbled},
	{"huge, with 403", respond(403, "application/json", huge()), integrations.Garbled},
	{"hung up", hangUp, integrations.NoAnswer},
	{"reset", reset, integrations.NoAnswer},
}

func huge() string { return `"` + strings.Repeat("x", 2<<20) + `"` }

func redirect(status int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(status)
	}
}

// answered tries a read and a write against that answer. The Effect follows
// from the Kind, so the Kind is all there is to compare.
func answered(v Vendor, answer http.HandlerFunc, kind integrations.Kind) error {
	t, err := try(v, answer)
	if err != nil {
		return err
	}
	defer t.close()
	ctx, cancel := background()
	defer cancel()
	if err := expect(v, "read", t.Read(ctx), kind); err != nil {
		return err
	}
	t.from(answer)
	if err := expect(v, "write", t.Write(ctx), kind); err != nil {
		return err
	}
	return t.sent("write", 1)
}

// sent says whether exactly so many requests of the read or write came in.
func (s *server) sent(what string, want int) error {
	if got := s.received(); len(got) != want {
		return fmt.Errorf("the "+what+" was sent %d times, want %d: %q", len(got), want, got)
	}
	return nil
}
