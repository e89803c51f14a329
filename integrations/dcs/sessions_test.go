package dcs_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/dcs"
	"quell/integrations/vendortest"
)

func TestSessionsOfOneNode(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{
		scanPath: respond(200, vendortest.Fixture(t, "scan_200.json")),
		listPath: respond(200, vendortest.Fixture(t, "clients_200.json")),
	})
	got, err := s.client(t, nil).Sessions(t.Context(), node)
	require.NoError(t, err)

	want := integrations.Sighting{
		At: now, AsOf: "2023-06-15T03:10:01.332Z", Complete: true,
		Things: []integrations.Thing{{
			ID: node + "/1012/198.198.0.121:4058", Name: "198.198.0.121:4058", Place: node,
			Aliases: []string{"10.0.0.7:51234", "1012"},
			Identity: []integrations.Field{
				{Name: "node", Value: node}, {Name: "client", Value: "1012"},
				{Name: "peer", Value: "198.198.0.121:4058"}, {Name: "addr", Value: "10.0.0.7:51234"},
			},
			Facts: []integrations.Field{
				{Name: "client", Value: "1012"}, {Name: "name", Value: "worker-7"}, {Name: "idle", Value: "3", Unit: "s"},
				{Name: "age", Value: "845", Unit: "s"}, {Name: "cmd", Value: "blpop"}, {Name: "db", Value: "0"},
			},
			Called: "worker-7", Idle: 3 * time.Second,
			Traits: integrations.Traits{
				Read: true, Names: integrations.Trait{Values: []string{"worker-7", "198.198.0.121:4058", "10.0.0.7:51234", "1012"}},
				Users: integrations.Trait{Values: []string{"default"}}, Addresses: integrations.Trait{Values: []string{"198.198.0.121:4058", "10.0.0.7:51234"}},
			},
			Lineage: "10.0.0.7|worker-7|default|0",
		}, {
			ID: node + "/1013/198.198.0.121:4059", Name: "198.198.0.121:4059", Place: node,
			Aliases: []string{"198.19.131.14:1637", "1013"},
			Identity: []integrations.Field{
				{Name: "node", Value: node}, {Name: "client", Value: "1013"},
				{Name: "peer", Value: "198.198.0.121:4059"}, {Name: "addr", Value: "198.19.131.14:1637"},
			},
			Facts: []integrations.Field{
				{Name: "client", Value: "1013"}, {Name: "active", Value: "0"},
				{Name: "transaction", Value: "x"}, {Name: "multi", Value: "3"},
				{Name: "age", Value: "12", Unit: "s"}, {Name: "cmd", Value: "exec"}, {Name: "db", Value: "1"}, {Name: "sub", Value: "2"}, {Name: "psub", Value: "1"},
				{Name: "qbuf", Value: "26", Unit: "B"}, {Name: "omem", Value: "20512", Unit: "B"},
			},
			Traits: integrations.Traits{
				Read: true, Names: integrations.Trait{Values: []string{"", "198.198.0.121:4059", "198.19.131.14:1637", "1013"}},
				Users: integrations.Trait{Unknown: true}, Addresses: integrations.Trait{Values: []string{"198.198.0.121:4059", "198.19.131.14:1637"}},
				Classes: integrations.Trait{Values: []string{"transaction"}},
			},
		}, {
			ID: node + "/1014/10.0.0.9:40000", Name: "10.0.0.9:40000", Place: node,
			Aliases: []string{"1014"},
			Identity: []integrations.Field{
				{Name: "node", Value: node}, {Name: "client", Value: "1014"}, {Name: "peer"}, {Name: "addr", Value: "10.0.0.9:40000"},
			},
			Facts: []integrations.Field{
				{Name: "client", Value: "1014"}, {Name: "name", Value: "cli"}, {Name: "idle", Value: "5", Unit: "s"},
				{Name: "age", Value: "5", Unit: "s"}, {Name: "cmd", Value: "monitor"}, {Name: "db", Value: "0"}, {Name: "monitor", Value: "O"},
			},
			Called: "cli", Idle: 5 * time.Second,
			Traits: integrations.Traits{
				Read: true, Names: integrations.Trait{Values: []string{"cli", "10.0.0.9:40000", "1014"}, Unknown: true},
				Users: integrations.Trait{Unknown: true}, Addresses: integrations.Trait{Values: []string{"10.0.0.9:40000"}, Unknown: true},
				Classes: integrations.Trait{Values: []string{"monitor"}},
			},
			Lineage: "10.0.0.9|cli||0", Bar: integrations.Note{Hint: "bar.dcs-no-address"},
		}},
	}
	require.Empty(t, cmp.Diff(want, got))
	assert.Equal(t, []string{scanPath, listPath + "?limit=1000&node_id=" + node + "&offset=0"}, s.sent)
	assert.Equal(t, vendortest.Fixture(t, "scan_request.json"), s.bodies[scanPath][0])
}

// The letters are from Redis' documentation of CLIENT LIST.
func TestFlagsThatTellAPersonSomething(t *testing.T) {
	t.Parallel()
	names := []string{"monitor", "blocked", "transaction", "subscriber", "closing"}
	for flags, want := range map[string][]string{
		"N": nil, "": nil, "U": nil, "t": nil, "r": nil,
		"O": {"monitor"}, "b": {"blocked"},
		"x": {"transaction"}, "P": {"subscriber"}, "A": {"closing"}, "c": {"closing"},
		"Pxc": {"transaction", "subscriber", "closing"},
	} {
		t.Run(flags, func(t *testing.T) {
			row := fmt.Sprintf(`{"id":"1","addr":"10.0.0.1:1","peer":"10.0.0.1:1","flags":%q}`, flags)
			s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: page("t", 1, row)})
			got, err := s.client(t, nil).Sessions(t.Context(), node)
			require.NoError(t, err)
			var told []string
			for _, name := range names {
				if vendortest.Fact(got.Things[0], name) != "" {
					told = append(told, name)
				}
			}
			assert.Equal(t, want, told)
			assert.Zero(t, got.Things[0].Bar)
		})
	}
	for _, link := range []string{"S", "M", "Ox" + "S"} {
		s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: page("t", 1, fmt.Sprintf(`{"id":"1","peer":"10.0.0.1:1","flags":%q}`, link))})
		got, err := s.client(t, nil).Sessions(t.Context(), node)
		require.NoError(t, err)
		assert.Equal(t, "bar.dcs-replication", got.Things[0].Bar.Hint)
	}
}

// A list that does not say for how long a session was idle does not say that it is busy either.
func TestAnIdleTimeThatIsNotGiven(t *testing.T) {
	t.Parallel()
	for said, idle := range map[string]time.Duration{`"0"`: 0, `"90"`: 90 * time.Second, `""`: -time.Second, `"soon"`: -time.Second, `"9300000000"`: -time.Second} {
		row := fmt.Sprintf(`{"id":"1","addr":"10.0.0.1:1","peer":"10.0.0.1:1","idle":%s}`, said)
		s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: page("t", 1, row)})
		got, err := s.client(t, nil).Sessions(t.Context(), node)
		require.NoError(t, err)
		assert.Equal(t, idle, got.Things[0].Idle, said)
	}
}

// What a policy protects by is what the vendor gave, however much of it is shown.
func TestWhatASessionIsProtectedBy(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 90) + "-backup"
	unknown := integrations.Trait{Unknown: true}
	is := func(values ...string) integrations.Trait { return integrations.Trait{Values: values} }
	for row, want := range map[string]integrations.Traits{
		`"name":"` + long + `","user":"default","flags":"S"`: {Names: is(long), Users: is("default"), Classes: is("replication")},
		`"name":"","user":"","flags":"PxbO"`:                 {Names: is(""), Users: is(""), Classes: is("monitor", "blocked", "transaction", "subscriber")},
		`"name":"a","user":"` + long + `","flags":"N"`:       {Names: is("a"), Users: is(long)},
		`"name":"a"`:                                         {Names: is("a"), Users: unknown, Classes: unknown},
		`"name":"a","user":null,"flags":null`:                {Names: is("a"), Users: unknown, Classes: unknown},
		`"name":"a","user":{"id":1},"flags":["S"]`:           {Names: is("a"), Users: integrations.Trait{Values: []string{""}, Unknown: true}, Classes: unknown},
		`"name":"\u202e` + long + `","user":"a","flags":"N"`: {Names: is("\u202e" + long), Users: is("a")},
	} {
		s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: page("t", 1, `{"id":"1","addr":"10.0.0.1:1","peer":"10.0.0.2:2",`+row+`}`)})
		got, err := s.client(t, nil).Sessions(t.Context(), node)
		require.NoError(t, err)
		want.Read, want.Addresses = true, is("10.0.0.2:2", "10.0.0.1:1")
		want.Names = want.Names.Or(is("10.0.0.2:2", "10.0.0.1:1", "1"))
		assert.Equal(t, want, got.Things[0].Traits, row)
		assert.False(t, got.Things[0].Own)
	}
}

func TestVendorStringsAreUntrusted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, row string
		thing     string // the name
		peer      string
	}{
		{"a peer that is no address", `{"id":"1","addr":"10.0.0.1:1","peer":"-1 FLUSHALL"}`, "10.0.0.1:1", ""},
		{"a peer without a port", `{"id":"1","addr":"10.0.0.1:1","peer":"10.0.0.1"}`, "10.0.0.1:1", ""},
		{"a peer with a line break", `{"id":"1","addr":"10.0.0.1:1","peer":"10.0.0.1:1\n"}`, "10.0.0.1:1", ""},
		{"IPv6", `{"id":"1","addr":"[2001:db8::1]:1","peer":"[2001:db8::2]:2"}`, "[2001:db8::2]:2", "[2001:db8::2]:2"},
		{"a name that turns the line", `{"id":"1","addr":"\u202e1\r\n","peer":""}`, "\u202e1\r\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: page("t", 1, tt.row)})
			got, err := s.client(t, nil).Sessions(t.Context(), node)
			require.NoError(t, err)
			require.Len(t, got.Things, 1)
			assert.Equal(t, tt.thing, got.Things[0].Name)
			assert.Equal(t, tt.peer, got.Things[0].IdentityField("peer"))
		})
	}
}

func TestAScanIsWaitedFor(t *testing.T) {
	t.Parallel()
	busy, ready := respond(400, scanRunning), respond(200, `{"job_id":"j"}`)
	s := play(t, map[string]http.HandlerFunc{
		scanPath: inTurn(busy, busy, ready),
		listPath: inTurn(busy, busy, busy, page("t", 1, rows(1, 1))),
	})
	got, err := s.client(t, nil).Sessions(t.Context(), node)
	require.NoError(t, err)
	assert.True(t, got.Complete)
	assert.Len(t, got.Things, 1)
	assert.Equal(t, 3, s.count(scanPath))
	assert.Equal(t, 4, s.count(listPath))
}

func TestAScanThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: respond(400, scanRunning)})
	short := s.client(t, func(c *dcs.Config) { c.ScanTimeout = time.Second })
	_, err := short.Sessions(t.Context(), node)
	var failure *integrations.Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, integrations.Busy, failure.Kind)
	assert.Equal(t, "dcs.scan-too-long", failure.Hint)
	assert.True(t, failure.ByHand)
	assert.Greater(t, s.count(listPath), 1)

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = s.client(t, nil).Sessions(ctx, node)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// Only our own scan is known to take so long: somebody else's may be a second one.
func TestAScanOfSomebodyElsesThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{scanPath: respond(400, scanRunning)})
	short := s.client(t, func(c *dcs.Config) { c.ScanTimeout = time.Second })
	_, err := short.Sessions(t.Context(), node)
	require.Equal(t, "dcs.scan-running", hintOf(t, err))
	require.Zero(t, s.count(listPath))
}

func TestTimeRunsOutUnderAQuestion(t *testing.T) {
	t.Parallel()
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: inTurn(respond(400, scanRunning), hang)})
	short := s.client(t, func(c *dcs.Config) { c.ScanTimeout = time.Second })
	_, err := short.Sessions(t.Context(), node)
	require.Equal(t, "dcs.scan-too-long", hintOf(t, err), "the last that the vendor said")
	require.Equal(t, 2, s.count(listPath))
}

func TestThrottlingIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{
		scanPath: respond(200, `{}`),
		listPath: inTurn(respond(429, `{"error_code":"APIGW.0308","error_msg":"slow down"}`), page("t", 1, rows(1, 1))),
	})
	start := time.Now()
	got, err := s.client(t, nil).Sessions(t.Context(), node)
	require.NoError(t, err)
	require.True(t, got.Complete)
	require.GreaterOrEqual(t, time.Since(start), 2*time.Second)
}

func TestOtherRefusalsAreNotWaitedFor(t *testing.T) {
	t.Parallel()
	backup := respond(400, `{"error_code":"DCS.4096","error_msg":"backing up"}`)
	s := play(t, map[string]http.HandlerFunc{scanPath: backup})
	_, err := s.client(t, nil).Sessions(t.Context(), node)
	assert.Equal(t, integrations.Busy, integrations.KindOf(err))
	assert.Equal(t, 1, s.count(scanPath))
}

func TestPages(t *testing.T) {
	t.Parallel()
	same := "2023-06-15T03:10:01.332Z"
	tests := []struct {
		name     string
		pages    []http.HandlerFunc
		things   int
		complete bool
	}{
		{"none", []http.HandlerFunc{page(same, 0, "")}, 0, true},
		{"one", []http.HandlerFunc{page(same, 1000, rows(0, 1000))}, 1000, true},
		{"three", []http.HandlerFunc{page(same, 2300, rows(0, 1000)), page(same, 2300, rows(1000, 1000)), page(same, 2300, rows(2000, 300))}, 2300, true},
		{"smaller pages than asked for", []http.HandlerFunc{page(same, 3, rows(0, 2)), page(same, 3, rows(2, 1))}, 3, true},
		{"the count moves", []http.HandlerFunc{page(same, 3, rows(0, 2)), page(same, 4, rows(2, 2))}, 4, false},
		{"another scan comes between", []http.HandlerFunc{page(same, 3, rows(0, 2)), page("later", 3, rows(2, 1))}, 3, false},
		{"an entry twice", []http.HandlerFunc{page(same, 4, rows(0, 2)), page(same, 4, rows(1, 2))}, 3, false},
		{"fewer than counted", []http.HandlerFunc{page(same, 3, rows(0, 2)), page(same, 3, "")}, 2, false},
		{"more than counted", []http.HandlerFunc{page(same, 1, rows(0, 2))}, 2, false},
		{"no count", []http.HandlerFunc{respond(200, `{"time":"t","clients":[`+rows(0, 2)+`]}`)}, 2, false},
		{"an empty answer", []http.HandlerFunc{respond(200, `{}`)}, 0, false},
		{"a count without a list", []http.HandlerFunc{respond(200, `{"time":"t","count":0}`)}, 0, false},
		{"an entry without an id", []http.HandlerFunc{page(same, 2, rows(0, 1)+`,{"addr":"10.0.0.1:1"}`)}, 1, false},
		{"an entry without an address", []http.HandlerFunc{page(same, 2, rows(0, 1)+`,{"id":"7"}`)}, 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{scanPath: respond(200, `{}`), listPath: inTurn(tt.pages...)})
			got, err := s.client(t, nil).Sessions(t.Context(), node)
			require.NoError(t, err)
			assert.Len(t, got.Things, tt.things)
			assert.Equal(t, tt.complete, got.Complete)
			assert.Equal(t, len(tt.pages), s.count(listPath))
		})
	}
}

func TestOffsetsFollowWhatWasRead(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{
		scanPath: respond(200, `{}`), listPath: inTurn(page("t", 3, rows(0, 2)), page("t", 3, rows(2, 1))),
	})
	_, err := s.client(t, nil).Sessions(t.Context(), node)
	require.NoError(t, err)
	list := listPath + "?limit=1000&node_id=" + node + "&offset="
	assert.Equal(t, []string{scanPath, list + "0", list + "2"}, s.sent)
}
