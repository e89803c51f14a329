package hulft_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/hulft"
	"quell/integrations/vendortest"
)

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
			{Name: "age", Value: "3599", Unit: "s"}, {Name: "agent", Value: "agent01"}, {Name: "direction", Value: "send"},
			{Name: "version", Value: "2.0.0"}, {Name: "connections", Value: "c1"},
			{Name: "endpoint", Value: point}, {Name: "transferred", Value: "300", Unit: "s"},
		},
		Traits: integrations.Traits{Read: true, Names: integrations.Trait{Values: []string{"agent01", "agent01:send", session}}},
		Warn:   []integrations.Note{{Hint: "warn.hulft-transfers"}, {Hint: "warn.hulft-return"}},
	}
	require.Empty(t, cmp.Diff(want, got.Things[0]))
	require.Equal(t, "240", vendortest.Fact(got.Things[1], "transfer-failed"))
	require.Equal(t, integrations.NewNote("bar.hulft-too-old", "version", "1.1.9"), got.Things[1].Bar)
	require.Equal(t, integrations.NewNote("bar.hulft-too-old", "version", "2.0.0"), got.Things[2].Bar)
	require.Equal(t, integrations.NewNote("bar.hulft-leaving"), got.Things[3].Bar)
	require.True(t, got.Things[3].Leaving)
	require.Equal(t, integrations.NewNote("bar.hulft-no-endpoint"), got.Things[4].Bar)
}

// All of an Agent's name is what it is protected by, and what it is told from others by.
func TestTheNamesOfAnAgent(t *testing.T) {
	long := strings.Repeat("a", 90) + " z"
	s := play(t, map[string]http.HandlerFunc{statusPath: listed(row(long, "s-1", ""), 1), logPath: respond(403, "")})
	c, _ := s.client(t, nil)
	got, err := c.Agents(t.Context())
	require.NoError(t, err)
	require.Equal(t, long, vendortest.Fact(got.Things[0], "agent"))
	require.Equal(t, []string{long, strings.ReplaceAll(long, " ", "_") + ":send", "s-1"}, got.Things[0].Traits.Names.Values)
}

// A name has the direction in it: where that was withheld or cannot be read, so are names.
func TestAnAgentWithoutADirection(t *testing.T) {
	for direction, unknown := range map[string]bool{
		`"direction":"send",`: false, `"direction":"",`: false, ``: true, `"direction":null,`: true, `"direction":{},`: true,
		`"direction":["send"],`: true, `"direction":"se\ufffdd",`: true,
	} {
		s := play(t, map[string]http.HandlerFunc{
			statusPath: listed(strings.ReplaceAll(row("tokyo-1", "s-1", ""), `"direction":"send",`, direction), 1), logPath: respond(403, ""),
		})
		c, _ := s.client(t, nil)
		got, err := c.Agents(t.Context())
		require.NoError(t, err)
		require.Len(t, got.Things, 1)
		assert.Equal(t, unknown, got.Things[0].Traits.Names.Unknown, direction)
		assert.Contains(t, got.Things[0].Traits.Names.Values, "tokyo-1")
	}
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
		"no id":                  {listed(row("a", "a b", ""), 1), 0, false},
		"an id of any base64":    {listed(row("a", "a+/b_-.~==", ""), 1), 1, true},
		"pages without an end":   {listed(row("a", "s-1", ""), 99999), 1, false},
		"no list":                {respond(200, `{}`), 0, false},
		"a total without a list": {respond(200, `{"totalSize":0}`), 0, false},
		"a total of no list":     {respond(200, `{"totalSize":0,"status":null}`), 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{statusPath: c.answer, logPath: respond(204, "")})
			client, _ := s.client(t, nil)
			got, err := client.Agents(t.Context())
			require.NoError(t, err)
			assert.Len(t, got.Things, c.things)
			assert.Equal(t, c.complete, got.Complete)
			assert.LessOrEqual(t, len(s.Sent), 4)
		})
	}
}

// Pages overlap by a row, so that one which moved meanwhile is noticed.
// A look for given Agents reads to the end, as far as the vendor gives the list; whoever looks
// around spends no more of the contract's requests than a few.
func TestALookForGivenAgentsReadsToTheEnd(t *testing.T) {
	rows := make([]string, 10_500)
	for i := range rows {
		rows[i] = row(fmt.Sprintf("a%d", i), fmt.Sprintf("s-%d", i), "")
	}
	s := play(t, map[string]http.HandlerFunc{logPath: respond(204, ""), statusPath: func(w http.ResponseWriter, r *http.Request) {
		start, err := strconv.Atoi(r.URL.Query().Get("startIndex"))
		assert.NoError(t, err)
		assert.LessOrEqual(t, start, 10_000, "the most that the vendor takes")
		listed(strings.Join(rows[start:min(start+1000, len(rows))], ","), len(rows))(w, r)
	}})
	client, _ := s.client(t, nil)
	around, err := client.Agents(t.Context())
	require.NoError(t, err)
	require.False(t, around.Complete)
	require.Len(t, s.Sent, 4, "three pages and the log")

	one, err := client.Agents(integrations.Keeping(t.Context(), func(t integrations.Thing) bool { return strings.HasPrefix(t.Name, "a10499") }))
	require.NoError(t, err)
	require.Len(t, one.Things, 1)
	require.Equal(t, len(rows), one.All())
	require.True(t, one.Complete)
}

func TestPages(t *testing.T) {
	rows := make([]string, 1500)
	for i := range rows {
		rows[i] = row(fmt.Sprintf("a%d", i), fmt.Sprintf("s-%d", i), "")
	}
	ended := slices.Delete(slices.Clone(rows), 5, 6)
	replaced := append(slices.Clone(ended), row("new", "s-new", ""))
	added := append([]string{row("new", "s-new", "")}, rows...)
	grown := append(slices.Clone(rows), row("new", "s-new", ""))
	for name, c := range map[string]struct {
		then     []string // the list when the second page is read
		things   int
		complete bool
	}{
		"at rest":                  {rows, 1500, true},
		"one ended":                {ended, 1000, false},
		"one ended, one came":      {replaced, 1000, false},
		"one came before the rest": {added, 1000, false},
		"one came at the end":      {grown, 1000, false},
		"all ended":                {nil, 1000, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{logPath: respond(204, ""), statusPath: func(w http.ResponseWriter, r *http.Request) {
				list := rows
				start, err := strconv.Atoi(r.URL.Query().Get("startIndex"))
				assert.NoError(t, err)
				if start > 0 {
					list = c.then
				}
				listed(strings.Join(list[min(start, len(list)):min(start+1000, len(list))], ","), len(list))(w, r)
			}})
			client, _ := s.client(t, nil)
			got, err := client.Agents(t.Context())
			require.NoError(t, err)
			require.Len(t, got.Things, c.things)
			require.Equal(t, c.complete, got.Complete)
			require.Len(t, s.Sent, 3)
		})
	}
}

// What the vendor sends stays as it came, and a call never names what is no host.
func TestWhatTheVendorSendsIsUntrusted(t *testing.T) {
	hostile := strings.ReplaceAll(row("a gent", "s-1", ""), point, `evil.example\n\u202e*x*`)
	s := play(t, map[string]http.HandlerFunc{statusPath: listed(hostile, 1), logPath: respond(204, "")})
	c, _ := s.client(t, nil)
	got, err := c.Agents(t.Context())
	require.NoError(t, err)
	require.Equal(t, "a_gent:send", got.Things[0].Name)
	require.Equal(t, "evil.example\n\u202e*x*", got.Things[0].IdentityField("endpoint"))
	require.Equal(t, integrations.NewNote("bar.hulft-no-endpoint"), got.Things[0].Bar)
	_, err = c.Disconnect(t.Context(), got.Things[0])
	require.Equal(t, "hulft.no-address", vendortest.Failure(t, err).Hint)
	require.Len(t, s.Sent, 2, "the list and the log only")
}

// A clock that is a little ahead makes no connection younger than it is; a time that
// lies far ahead tells nothing.
func TestTimesAhead(t *testing.T) {
	for began, age := range map[string]string{
		"2026-01-02 03:04:00.000": "5", "2026-01-02 03:04:59.000": "0", "2026-01-02 12:04:05.000": "", "yesterday": "", "": "",
	} {
		s := play(t, map[string]http.HandlerFunc{
			statusPath: listed(strings.ReplaceAll(row("a", "s-1", ""), "2026-01-02 02:04:05.942", began), 1),
			logPath:    respond(200, fmt.Sprintf(`{"notices":[{"text":"x"}],"relayLog":[{"status":"1","endTime":%q,"senderAgentId":"a"}]}`, began)),
		})
		c, _ := s.client(t, nil)
		got, err := c.Agents(t.Context())
		require.NoError(t, err)
		assert.Equal(t, age, vendortest.Fact(got.Things[0], "age"), began)
		assert.Equal(t, age, vendortest.Fact(got.Things[0], "transferred"), began)
	}
}

// The list stands without the log, whatever becomes of that.
func TestTheLogIsACourtesy(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"no scope": respond(403, `{"code":"E1","message":"no"}`), "nothing": respond(204, ""), "a page": respond(200, "<html>"),
		"another shape": respond(200, `[1]`), "shut out": respond(429, `{"code":"E1","message":"no"}`), "failed": respond(500, ""),
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{statusPath: listed(row("a", "s-1", ""), 1), logPath: answer})
			c, m := s.client(t, nil)
			got, err := c.Agents(t.Context())
			require.NoError(t, err)
			require.True(t, got.Complete)
			require.Len(t, got.Things, 1)
			require.Equal(t, name == "shut out", len(m.banned) == 1, "a ban is noted whoever meets it")
		})
	}
}

// A look that a case waits for asks for the list alone: each request counts.
func TestALookAgainCostsOneRequest(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{statusPath: listed(row("agent01", session, ""), 1)})
	c, _ := s.client(t, nil)
	got, err := c.AgentsOf(t.Context(), []string{"of no interest"})
	require.NoError(t, err)
	require.True(t, got.Complete)
	require.Len(t, got.Things, 1, "all there are: one may have come back under another id")
	require.Len(t, s.Sent, 1)
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

// One field of another shape than documented keeps nobody from a whole contract.
func TestConnectionsOfAnotherShape(t *testing.T) {
	for _, ids := range []string{`"c1"`, `null`, `{"x":1}`, `["c1",{}]`} {
		s := play(t, map[string]http.HandlerFunc{logPath: respond(204, ""), statusPath: listed(row("agent01", session, `,"connectionId":`+ids), 1)})
		c, _ := s.client(t, nil)
		got, err := c.Agents(t.Context())
		require.NoError(t, err, ids)
		require.Len(t, got.Things, 1)
	}
}
