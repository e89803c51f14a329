package vendortest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"

	"quell/integrations"
)

func headerChecks() []check[HTTP] {
	var all []check[HTTP]
	for _, status := range []int{301, 302, 303, 307, 308} {
		all = append(all, check[HTTP]{fmt.Sprintf("redirected with %d", status),
			func(v HTTP) error { return redirected(v, status) }})
	}
	return append(all, check[HTTP]{"a server that repeats what it was sent, as its request id", repeatedID})
}

// redirected points to another host, which must hear nothing.
func redirected(v HTTP, status int) error {
	heard := make(chan string, 100)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		heard <- r.Method + " " + r.URL.Path
	}))
	defer elsewhere.Close()
	if err := met(v, redirect(status, elsewhere.URL+"/elsewhere"), integrations.Garbled, ""); err != nil {
		return err
	}
	if len(heard) > 0 {
		return fmt.Errorf("the redirect was followed: %s", <-heard)
	}
	return nil
}

// repeatedID plays a server that gives the end of each long header back in turn:
// that of a signature is as good as all of it.
func repeatedID(v HTTP) error {
	values := make(chan []string, 100)
	t, s, err := tryHTTP(v, hangUp)
	if err != nil {
		return err
	}
	defer t.close()
	for n, most := 0, 1; n < most; n++ {
		s.from(func(w http.ResponseWriter, r *http.Request) {
			sent := long(r.Header)
			values <- sent
			value := sent[n%len(sent)]
			w.Header().Set("X-Request-Id", value[max(0, len(value)-60):])
			respond(400, "application/json", v.Refusal(400, "no"))(w, r)
		})
		taken := recorded(func(ctx context.Context) error { return errors.Join(t.Read(ctx), t.Write(ctx)) })
		for len(values) > 0 {
			most = max(most, len(<-values))
		}
		for _, e := range taken {
			if e.RequestID != "" {
				return fmt.Errorf("%s: the request id repeats a header", e.Operation)
			}
		}
	}
	return nil
}

// long are the headers' values that are long enough to be a credential.
func long(h http.Header) (values []string) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if value := h.Get(name); len(value) >= 16 {
			values = append(values, value)
		}
	}
	return values
}
