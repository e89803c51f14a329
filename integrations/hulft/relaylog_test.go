package hulft_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
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

// logged is a relay log with these rows, by a vendor whose clock is ahead of ours.
func logged(ahead time.Duration, rows string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", now.Add(ahead).Format(http.TimeFormat))
		respond(200, `{"relayLog":[`+rows+`]}`)(w, r)
	}
}

// What a disconnection cut off is in the log: that, that there is nothing, and that nobody could
// look are three answers. A time of the log is by the vendor's clock.
func TestWhatTheLogHasAfterADisconnection(t *testing.T) {
	transfer := func(status, agents string, ended time.Time) string {
		return fmt.Sprintf(`{"status":%q,"endTime":%q,%s}`, status, ended.Format("2006-01-02 15:04:05.000"), agents)
	}
	const ours, theirs, other = `"senderAgentId":"agent01","receiverAgentId":"b"`, `"senderAgentId":"b","receiverAgentId":"agent01"`, `"senderAgentId":"c"`
	sent := now.Add(-30 * time.Second)
	cut := func(n int) integrations.Note {
		return integrations.NewNote("trace.hulft-cut", "count", strconv.Itoa(n)).At("last", now.Add(-20*time.Second))
	}
	none := func(n int) integrations.Note {
		return integrations.NewNote("trace.hulft-none", "rows", strconv.Itoa(n))
	}
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   integrations.Note
	}{
		"one was cut off":        {logged(0, transfer("1", ours, now)+","+transfer("2", ours, now.Add(-20*time.Second))), cut(1)},
		"two were":               {logged(0, transfer("2", ours, now.Add(-20*time.Second))+","+transfer("2", ours, now.Add(-25*time.Second))), cut(2)},
		"before the call":        {logged(0, transfer("2", ours, sent.Add(-5*time.Second))), none(1)},
		"in the other half":      {logged(0, transfer("2", theirs, now.Add(-20*time.Second))), none(1)},
		"another agent's":        {logged(0, transfer("2", other, now)+","+transfer("2", other, now)), none(2)},
		"all went well":          {logged(0, transfer("1", ours, now)), none(1)},
		"the log is empty":       {respond(204, ""), none(0)},
		"its list is empty":      {logged(0, ""), none(0)},
		"a total and no list":    {respond(200, `{"totalSize":0}`), integrations.NewNote("trace.hulft-unread")},
		"the key may not":        {respond(403, `{"code":"E1","message":"no"}`), integrations.NewNote("trace.hulft-no-right")},
		"it cannot be read":      {respond(500, ""), integrations.NewNote("trace.hulft-unread")},
		"a time nobody can tell": {logged(0, `{"status":"2","endTime":"soon",`+ours+`}`), integrations.NewNote("trace.hulft-unread")},
	} {
		t.Run(name, func(t *testing.T) {
			clock := now
			c := turning(t, play(t, map[string]http.HandlerFunc{logPath: tt.answer}), key, &clock)
			require.Equal(t, tt.want, c.AfterCall(t.Context(), thing(), sent))
		})
	}
	for _, ahead := range []time.Duration{-20 * time.Minute, -time.Second, time.Second, 20 * time.Minute} {
		clock := now
		theirClock := strings.ReplaceAll(transfer("2", ours, now.Add(ahead-20*time.Second)), "\n", "")
		c := turning(t, play(t, map[string]http.HandlerFunc{logPath: logged(ahead, theirClock)}), key, &clock)
		require.Equal(t, "trace.hulft-cut", c.AfterCall(t.Context(), thing(), sent).Hint, ahead)
		before := transfer("2", ours, sent.Add(ahead-5*time.Second))
		c = turning(t, play(t, map[string]http.HandlerFunc{logPath: logged(ahead, before)}), key, &clock)
		require.Equal(t, "trace.hulft-none", c.AfterCall(t.Context(), thing(), sent).Hint, ahead)
	}
}

// Looks that follow each other share what was read of the log, for each reading costs a request;
// what was read before a call says nothing of it.
func TestLooksShareTheLog(t *testing.T) {
	a, clock := &asked{of: map[string]int{}}, now
	c := turning(t, play(t, map[string]http.HandlerFunc{logPath: a.counting("log", logged(0, ""))}), key, &clock)
	for _, tt := range []struct {
		after time.Duration
		sent  time.Duration
		asks  int
	}{
		{0, -time.Second, 1}, {5 * time.Second, -time.Second, 1}, {19 * time.Second, -time.Second, 1},
		{19 * time.Second, 10 * time.Second, 2}, {38 * time.Second, 10 * time.Second, 2}, {39 * time.Second, 10 * time.Second, 3},
	} {
		clock = now.Add(tt.after)
		require.Equal(t, "trace.hulft-none", c.AfterCall(t.Context(), thing(), now.Add(tt.sent)).Hint)
		require.Equal(t, tt.asks, a.of["log"], tt)
	}
}
