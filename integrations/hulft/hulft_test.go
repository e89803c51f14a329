package hulft_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/hulft"
)

// Each call is sent as its fixture says: path, headers, body. Reads have a key of
// their own.
func TestRequests(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{
		statusPath: listed(row("agent01", session, ""), 1), logPath: respond(200, `{"relayLog":[]}`), disconnectPath: respond(200, ""),
	})
	c, m := s.client(t, func(c *hulft.Config) { c.ReadKey, c.TimeZone = readKey, "Asia/Tokyo" })
	_, err := c.Agents(t.Context())
	require.NoError(t, err)
	receipt, err := c.Disconnect(t.Context(), thing())
	require.NoError(t, err)
	require.Equal(t, integrations.Receipt{At: now, Status: 200}, receipt)
	require.Equal(t, fixture(t, "requests.txt"), strings.Join(s.sent, "\n----\n")+"\n")
	require.Equal(t, []integrations.Use{integrations.Check, integrations.Browse, integrations.Act}, m.uses)
}

// The body is the document's example.
func TestTheBodyIsTheDocuments(t *testing.T) {
	c, _ := play(t, nil).client(t, nil)
	documented := thing()
	documented.Identity[0].Value = "xxxxxxxxxxxxxxxx"
	path, body, _ := strings.Cut(c.DisconnectCall(documented), "\n")
	require.Equal(t, "POST /agent/disconnection", path)
	require.JSONEq(t, fixture(t, "request_documented.json"), body)
}

func TestWhatIsKnownOfAnAgent(t *testing.T) {
	old := strings.ReplaceAll(row("agent02", "s-2", ""), `"2.0.0"`, `"1.1.9"`)
	unable := strings.ReplaceAll(row("agent03", "s-3", ""), `Api":true`, `Api":false`)
	leaving := strings.ReplaceAll(row("agent04", "s-4", ""), `"willBeClosed":false`, `"willBeClosed":true`)
	nowhere := strings.ReplaceAll(row("agent05", "s-5", ""), point, "http://evil.example/x")
	s := play(t, map[string]http.HandlerFunc{
		statusPath: listed(strings.Join([]string{row("agent01", session, ""), old, unable, leaving, nowhere}, ","), 5),
		logPath: respond(200, `{"totalSize":2,"anything":[
			{"status":"2","endTime":"2026-01-02 03:00:05.000","senderAgentId":"agent02","receiverAgentId":"agent01"},
			{"status":"1","endTime":"2026-01-02 02:59:05.000","senderAgentId":"agent01"},
			{"status":"2","endTime":"2026-01-01 02:59:05.000","senderAgentId":"agent01"},
			{"status":"7","endTime":"2026-01-02 03:00:05.000","senderAgentId":"agent03"}]}`),
	})
	c, _ := s.client(t, nil)
	got, err := c.Agents(t.Context())
	require.NoError(t, err)
	require.True(t, got.Complete)
	want := integrations.Thing{
		ID: session + "/agent01:send", Name: "agent01:send", Aliases: []string{"agent01", session},
		Identity: thing().Identity, Lineage: "agent01|send",
		Facts: []integrations.Field{
			{Name: "agent", Value: "agent01"}, {Name: "direction", Value: "send"}, {Name: "version", Value: "2.0.0"},
			{Name: "age", Value: "3599", Unit: "s"}, {Name: "connections", Value: "c1"}, {Name: "transferred", Value: "300", Unit: "s"},
		},
		Warn: []integrations.Note{{Hint: "warn.hulft-transfers"}, {Hint: "warn.hulft-return"}},
	}
	require.Empty(t, cmp.Diff(want, got.Things[0]))
	require.Equal(t, "240", got.Things[1].Fact("transfer-failed"))
	require.Equal(t, integrations.NewNote("bar.hulft-too-old", "version", "1.1.9"), got.Things[1].Bar)
	require.Equal(t, integrations.NewNote("bar.hulft-too-old", "version", "2.0.0"), got.Things[2].Bar)
	require.Equal(t, integrations.NewNote("bar.hulft-leaving"), got.Things[3].Bar)
	require.True(t, got.Things[3].Leaving)
	require.Equal(t, integrations.NewNote("bar.hulft-no-endpoint"), got.Things[4].Bar)
}

// Only Agents of version 1.2.0 or later can be disconnected. What cannot be read is
// the vendor's to judge.
func TestVersions(t *testing.T) {
	for version, barred := range map[string]bool{
		"1.2.0": false, "1.2": false, "1.10.0": false, "2.0.0": false, "3": false, "": false, "v3": false, "1.2.0-beta": false,
		"1.1.9": true, "1.0": true, "0.9.9": true, "1": true,
	} {
		s := play(t, map[string]http.HandlerFunc{
			statusPath: listed(strings.ReplaceAll(row("a", "s-1", ""), `"2.0.0"`, fmt.Sprintf("%q", version)), 1), logPath: respond(403, ""),
		})
		c, _ := s.client(t, nil)
		got, err := c.Agents(t.Context())
		require.NoError(t, err)
		assert.Equal(t, barred, !got.Things[0].Bar.IsZero(), version)
	}
}

// Only what was read to its end proves that something is not there.
func TestWhenAListIsComplete(t *testing.T) {
	for name, c := range map[string]struct {
		answer   http.HandlerFunc
		things   int
		complete bool
	}{
		"one":                    {listed(row("a", "s-1", ""), 1), 1, true},
		"none":                   {listed("", 0), 0, true},
		"nothing, by its status": {respond(204, ""), 0, true},
		"more than were given":   {listed("", 4), 0, false},
		"fewer than were given":  {listed(row("a", "s-1", ""), 0), 1, false},
		"the same twice":         {listed(row("a", "s-1", "")+","+row("a", "s-1", ""), 2), 1, false},
		"no id":                  {listed(row("a", "../x", ""), 1), 0, false},
		"pages without an end":   {listed(row("a", "s-1", ""), 99999), 1, false},
		"no list":                {respond(200, `{}`), 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{statusPath: c.answer, logPath: respond(204, "")})
			client, _ := s.client(t, nil)
			got, err := client.Agents(t.Context())
			require.NoError(t, err)
			assert.Len(t, got.Things, c.things)
			assert.Equal(t, c.complete, got.Complete)
			assert.LessOrEqual(t, len(s.sent), 4)
		})
	}
}

func TestSomeAgentsOnly(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{
		statusPath: listed(row("osaka-1", "s-1", "")+","+row("nagoya-1", "s-2", ""), 2), logPath: respond(204, ""),
	})
	c, _ := s.client(t, func(c *hulft.Config) { c.Agent = "osaka-*" })
	got, err := c.Agents(t.Context())
	require.NoError(t, err)
	require.Len(t, got.Things, 1)
	require.True(t, got.Complete)
}

// Any documented success will do, for the page names none.
func TestSuccess(t *testing.T) {
	for _, status := range []int{200, 201, 204} {
		s := play(t, map[string]http.HandlerFunc{disconnectPath: respond(status, "")})
		c, _ := s.client(t, nil)
		receipt, err := c.Disconnect(t.Context(), thing())
		require.NoError(t, err)
		require.Equal(t, status, receipt.Status)
	}
}

func TestRefusals(t *testing.T) {
	for status, want := range map[int]struct {
		kind integrations.Kind
		hint string
	}{
		202: {integrations.Garbled, ""}, 400: {integrations.Invalid, ""}, 401: {integrations.Unauthenticated, "hulft.unauthenticated"},
		403: {integrations.Forbidden, "hulft.no-permission"}, 404: {integrations.NotFound, "hulft.not-found"},
		405: {integrations.Unsupported, ""}, 429: {integrations.Throttled, "hulft.banned"}, 500: {integrations.Unavailable, ""},
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{disconnectPath: respond(status, fixture(t, "error.json"))})
			c, _ := s.client(t, nil)
			_, err := c.Disconnect(t.Context(), thing())
			got := failure(t, err)
			assert.Equal(t, want.kind, got.Kind)
			assert.Equal(t, want.hint, got.Hint)
			assert.Equal(t, "E300003", got.Code)
			assert.EqualError(t, got.Cause, "The data is already registered.")
			assert.Len(t, s.sent, 1)
		})
	}
}

// One request too many shuts everybody out. It is noted for all, and nothing more is
// sent while it lasts.
func TestABan(t *testing.T) {
	for after, lasts := range map[string]time.Duration{
		"":                              10 * time.Minute,
		"soon":                          10 * time.Minute,
		"240":                           4 * time.Minute,
		"Fri, 02 Jan 2026 03:10:05 GMT": 6 * time.Minute,
		"2026-01-02 03:10:05":           6 * time.Minute,
		"2026-01-02T12:10:05+09:00":     6 * time.Minute,
		"2026-01-01 03:10:05":           10 * time.Minute, // it has passed
		"99999999":                      time.Hour,
	} {
		t.Run(after, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{statusPath: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Retry-After", after)
				respond(429, `{"code":"E1","message":"no"}`)(w, r)
			}})
			c, m := s.client(t, nil)
			_, err := c.Agents(t.Context())
			require.Equal(t, lasts, failure(t, err).RetryAfter)
			require.Equal(t, []time.Duration{lasts}, m.banned)
			_, err = c.Disconnect(t.Context(), thing())
			got := failure(t, err)
			require.Equal(t, integrations.Throttled, got.Kind)
			require.Equal(t, "hulft.room", got.Hint)
			require.Equal(t, lasts, got.RetryAfter)
			require.True(t, got.Again())
			require.Len(t, s.sent, 1)
		})
	}
}

// Browsing stops at half of the limit, what cases rest on at four fifths, and a call
// at the last request.
func TestRoomIsKept(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{statusPath: listed("", 0), disconnectPath: respond(200, "")})
	c, m := s.client(t, nil)
	for use, room := range map[integrations.Use]int{integrations.Browse: 50, integrations.Check: 80, integrations.Act: 100} {
		m.used = make([]time.Time, room-1)
		for i := range m.used {
			m.used[i] = now.Add(-74 * time.Second)
		}
		try := func() error {
			switch use {
			case integrations.Browse:
				_, err := c.Agents(integrations.Browsing(t.Context()))
				return err
			case integrations.Check:
				_, err := c.Agents(t.Context())
				return err
			default:
				_, err := c.Disconnect(t.Context(), thing())
				return err
			}
		}
		require.NoError(t, try(), use)
		sent := len(s.sent)
		require.Equal(t, time.Second, failure(t, try()).RetryAfter, use)
		require.Len(t, s.sent, sent)
	}
}

// Where nobody can tell whether there is room, nothing is sent.
func TestALimiterThatFails(t *testing.T) {
	s := play(t, nil)
	c, m := s.client(t, nil)
	m.fail = errors.New("the database is away")
	_, err := c.Disconnect(t.Context(), thing())
	require.Equal(t, integrations.NotSent, failure(t, err).Kind)
	require.ErrorIs(t, err, m.fail)
	_, err = c.Agents(t.Context())
	require.Equal(t, integrations.NotSent, failure(t, err).Kind)
}

func TestWhatCannotBeNamed(t *testing.T) {
	s := play(t, nil)
	c, _ := s.client(t, nil)
	for _, ids := range [][2]string{{"", point}, {session, ""}, {"a b", point}, {session, "http://x"}, {session, "x/y"}, {session, "-x"}} {
		other := thing()
		other.Identity = []integrations.Field{{Name: "session", Value: ids[0]}, {Name: "endpoint", Value: ids[1]}}
		_, err := c.Disconnect(t.Context(), other)
		require.Equal(t, "hulft.no-address", failure(t, err).Hint, ids)
		require.Empty(t, c.DisconnectCall(other))
	}
	require.Empty(t, s.sent)
}

func TestEveryMistakeIsNamed(t *testing.T) {
	_, err := hulft.New(hulft.Config{Endpoint: "webconnect", APIKey: "two words", TimeZone: "Tokyo", Agent: "["}, integrations.NewClient(integrations.ClientOptions{}), time.Now)
	for _, want := range []string{"endpoint: an address", "an API key is needed", `"Tokyo" is none`, "no glob", "a limiter is needed"} {
		require.ErrorContains(t, err, want)
	}
}
