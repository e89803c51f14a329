package hulft_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/hulft"
	"quell/integrations/vendortest"
)

// asked counts the requests of each path.
type asked struct {
	mu sync.Mutex
	of map[string]int
}

func (a *asked) counting(path string, answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.of[path]++
		a.mu.Unlock()
		answer(w, r)
	}
}

// turning is a client with a clock that a test sets.
func turning(t *testing.T, s *vendorServer, key string, clock *time.Time) *hulft.Client {
	c, err := hulft.New(hulft.Config{Endpoint: s.URL + "/api/v2", APIKey: integrations.Secret(key), Limiter: &memory{}},
		integrations.NewClient(integrations.ClientOptions{}), func() time.Time { return *clock })
	require.NoError(t, err)
	return c
}

// A key without the right to read the relay log is asked for it once, and not at every look:
// each request costs the contract one of its hundred. Rights change, so it is asked again later.
func TestAKeyThatMayNotReadTheLog(t *testing.T) {
	a, clock := &asked{of: map[string]int{}}, now
	s := play(t, map[string]http.HandlerFunc{
		statusPath: a.counting("status", listed(row("agent01", session, ""), 1)),
		logPath:    a.counting("log", respond(403, `{"code":"E100002","message":"no"}`)),
	})
	c := turning(t, s, key, &clock)
	for range 20 {
		seen, err := c.Agents(t.Context())
		require.NoError(t, err)
		require.Len(t, seen.Things, 1)
	}
	require.Equal(t, map[string]int{"status": 20, "log": 1}, a.of)
	clock = now.Add(29 * time.Minute)
	_, err := c.Agents(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, a.of["log"])
	clock = now.Add(30 * time.Minute)
	_, err = c.Agents(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, a.of["log"])

	_, err = turning(t, s, "another-fake-api-key-for-tests-0", &clock).Agents(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, a.of["log"], "another key has other rights")
}

// Any other failure says nothing of rights: the log is asked for again.
func TestALogThatFailsIsAskedForAgain(t *testing.T) {
	for _, answer := range []http.HandlerFunc{respond(500, ""), respond(401, ""), respond(403, "<html>"), respond(200, "x")} {
		a, clock := &asked{of: map[string]int{}}, now
		s := play(t, map[string]http.HandlerFunc{
			statusPath: listed(row("agent01", session, ""), 1), logPath: a.counting("log", answer),
		})
		c := turning(t, s, key, &clock)
		for range 2 {
			seen, err := c.Agents(t.Context())
			require.NoError(t, err)
			require.Empty(t, vendortest.Fact(seen.Things[0], "transferred"))
		}
		require.GreaterOrEqual(t, a.of["log"], 2)
	}
}
