package vendortest

import (
	"net/http"
	"strings"

	"quell/integrations"
)

const page = "<html><body>Something went wrong</body></html>"

// statusChecks hold what a status means that does not come as documented: it counts as
// the vendor's word only in the vendor's own shape, and on somebody's HTML page it does
// not say that the thing is not there.
func statusChecks() []check[HTTP] {
	var all []check[HTTP]
	for _, a := range strange {
		all = append(all, check[HTTP]{a.name, func(v HTTP) error { return met(v, a.answer, a.kind, a.said) }})
	}
	return all
}

// documented are the statuses that a refusal may have.
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
	said   string // the sentence, where it is the same for all vendors
}{
	{"a page with 400", respond(400, "text/html", page), integrations.Garbled, ""},
	{"a page with 401", respond(401, "text/html", page), integrations.Unauthenticated, ""},
	{"a page with 403", respond(403, "text/html", page), integrations.Garbled, ""},
	{"a page with 404", respond(404, "text/html", page), integrations.Garbled, ""},
	{"a page with 429", respond(429, "text/html", page), integrations.Throttled, ""},
	{"a page with 502", respond(502, "text/html", page), integrations.Unavailable, ""},
	{"nothing with 404", respond(404, "application/json", ""), integrations.Garbled, ""},
	{"somebody else's JSON with 404", respond(404, "application/json", `{"detail":"no such route"}`), integrations.Garbled, ""},
	{"a redirect that leads nowhere", redirect(302, "://nowhere"), integrations.Garbled, ""},
	{"torn, with 200", torn(200), integrations.NoAnswer, "network.torn"},
	{"torn, with 403", torn(403), integrations.NoAnswer, "network.torn"},
	{"torn, with 500", torn(500), integrations.NoAnswer, "network.torn"},
	{"huge, with 200", respond(200, "application/json", huge()), integrations.Garbled, ""},
	{"huge, with 403", respond(403, "application/json", huge()), integrations.Garbled, ""},
	{"reset", reset, integrations.NoAnswer, "network.hung-up"},
}

func huge() string { return `"` + strings.Repeat("x", 2<<20) + `"` }

func redirect(status int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(status)
	}
}

// met tries a read and a write against that answer.
func met(v HTTP, answer http.HandlerFunc, kind integrations.Kind, sentence string) error {
	return answered(v.vendor(), func(p Peer) { p.(*server).from(answer) }, kind, sentence)
}
