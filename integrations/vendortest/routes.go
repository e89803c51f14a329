package vendortest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// Routes is a server that answers each route, such as "GET /tasks", by a function of its own,
// and keeps what it was sent. A route without an answer fails the test.
type Routes struct {
	*httptest.Server

	mu   sync.Mutex
	Sent []string // method, path and query, the headers that matter, body
}

// Play starts a server with these routes. It keeps the named headers of what it is sent.
func Play(t testing.TB, routes map[string]http.HandlerFunc, headers ...string) *Routes {
	s := &Routes{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.keep(t, r, headers)
		answer := routes[r.Method+" "+r.URL.Path]
		if assert.NotNil(t, answer, r.Method+" "+r.URL.Path) {
			answer(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *Routes) keep(t testing.TB, r *http.Request, headers []string) {
	body, err := io.ReadAll(r.Body)
	assert.NoError(t, err)
	one := r.Method + " " + r.URL.RequestURI() + "\n"
	for _, h := range headers {
		one += fmt.Sprintf("%s: %s\n", h, r.Header.Get(h))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Sent = append(s.Sent, one+"\n"+strings.ReplaceAll(string(body), s.URL, "http://server"))
}

// Received is what came so far, also while requests go on.
func (s *Routes) Received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.Sent)
}

// Fixture is a file of the package's testdata.
func Fixture(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return string(data)
}

// Failure is the error of a call that failed.
func Failure(t testing.TB, err error) *integrations.Error {
	t.Helper()
	var failure *integrations.Error
	require.ErrorAs(t, err, &failure)
	return failure
}
