package fabric_test

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

	"quell/commands"
	"quell/integrations"
	"quell/integrations/fabric"
	"quell/integrations/huaweicloud"
	"quell/integrations/vendortest"
)

// Each call is sent as its fixture says: path, headers, body.
func TestRequests(t *testing.T) {
	t.Parallel()
	row := fmt.Sprintf(`{"session_id":%q,"status":"RUNNING","create_time":"2026-01-02T01:04:05.000Z"}`, session)
	s := play(t, map[string]http.HandlerFunc{
		listPath: lists(map[string]string{"RUNNING": row}), statementsPath: respond(200, `{"records":[],"total":0}`),
		showPath: respond(200, fmt.Sprintf(`{"session_id":%q,"status":"CLOSED"}`, session)), closePath: respond(200, ""),
	})
	c := s.client(t)
	_, err := c.Sessions(t.Context(), "")
	require.NoError(t, err)
	receipt, err := c.EndSession(t.Context(), thing())
	require.NoError(t, err)
	require.Equal(t, integrations.Receipt{At: now, Status: 200, RequestID: "req-1"}, receipt)
	_, err = c.Trace(t.Context(), thing(), receipt)
	require.NoError(t, err)
	require.Equal(t, vendortest.Fixture(t, "requests.txt"), strings.Join(s.Sent, "\n----\n")+"\n")
	require.Equal(t, "DELETE "+base+"/"+session, c.EndSessionCall(thing()))
}

func TestWhatIsKnownOfASession(t *testing.T) {
	t.Parallel()
	rows := map[string]string{
		"CREATING": `{"session_id":"s-new","status":"CREATING","create_time":1767323000000}`,
		"WAITING":  `{"session_id":"s-new","status":"WAITING","create_time":1767323000000}`,
		"RUNNING":  fmt.Sprintf(`{"session_id":%q,"status":"RUNNING","create_time":"2026-01-02T01:04:05.000Z","owner":"reports\u202e","endpoint_id":"sql-large","more":{"x":[1]}}`, session),
	}
	s := play(t, map[string]http.HandlerFunc{
		listPath: lists(rows), statementsPath: respond(200, `{"records":[{"statement":"SELECT\n  1"}],"total":2}`),
	})
	got, err := s.client(t).Sessions(t.Context(), workspace)
	require.NoError(t, err)
	want := integrations.Sighting{At: now, Complete: true, Things: []integrations.Thing{
		{
			ID: workspace + "/s-new", Name: "s-new",
			Identity: []integrations.Field{{Name: "workspace", Value: workspace}, {Name: "session", Value: "s-new"}, {Name: "created", Value: "1767323000000"}},
			Facts:    []integrations.Field{{Name: "status", Value: "CREATING"}, {Name: "open", Value: "45", Unit: "s"}},
			Traits:   integrations.Traits{Read: true, Names: integrations.Trait{Values: []string{"s-new"}}, Users: integrations.Trait{Unknown: true}, MaybeOwn: true},
			Warn:     []integrations.Note{{Hint: "warn.fabric-statements"}},
		},
		{
			ID: workspace + "/" + session, Name: session, Identity: thing().Identity,
			Facts: []integrations.Field{
				{Name: "status", Value: "RUNNING"}, {Name: "statements", Value: "2"}, {Name: "open", Value: "7200", Unit: "s"},
				{Name: "user", Value: "reports\u202e"}, {Name: "endpoint", Value: "sql-large"}, {Name: "sql", Value: "SELECT 1"},
			},
			Traits: integrations.Traits{
				Read: true, Names: integrations.Trait{Values: []string{session}}, Users: integrations.Trait{Values: []string{"reports\u202e"}}, MaybeOwn: true,
			},
			Warn: []integrations.Note{{Hint: "warn.fabric-running", Values: []integrations.Field{{Name: "statements", Value: "2"}}}},
		},
	}}
	require.Empty(t, cmp.Diff(want, got))
}

// One field of a likely name says whose a session is. Without any, or with one that cannot
// be read, it may be the bot's own, also where its user is known. A session need not have a
// name.
func TestWhoseASessionIs(t *testing.T) {
	t.Parallel()
	readable := func(names ...string) integrations.Trait { return integrations.Trait{Values: names} }
	for fields, c := range map[string]struct {
		users integrations.Trait
		own   bool
	}{
		`"user_name":"quell"`:                  {users: readable("quell"), own: true},
		`"user_name":"yuki"`:                   {users: readable("yuki")},
		`"owner":"yuki"`:                       {users: readable("yuki")},
		`"user_name":"yuki","owner":"acme"`:    {users: readable("yuki", "acme")},
		`"user_name":null,"owner":"yuki"`:      {users: readable("yuki")},
		`"user_name":""`:                       {users: readable("")},
		`"session_name":"report"`:              {users: integrations.Trait{Unknown: true}},
		`"user_name":null`:                     {users: integrations.Trait{Unknown: true}},
		`"user_name":{}`:                       {users: integrations.Trait{Values: []string{""}, Unknown: true}},
		`"user_name":{"x":1},"owner":"yuki"`:   {users: integrations.Trait{Values: []string{"", "yuki"}, Unknown: true}},
		`"user_name":"yuki","owner":["quell"]`: {users: integrations.Trait{Values: []string{"yuki", ""}, Unknown: true}},
	} {
		s := play(t, map[string]http.HandlerFunc{
			listPath:                          lists(map[string]string{"WAITING": `{"session_id":"s-1","status":"WAITING",` + fields + `}`}),
			"POST /v3/auth/tokens":            func(w http.ResponseWriter, r *http.Request) { assert.True(t, loggedIn(w, r)) },
			"GET " + base + "/s-1/statements": respond(200, `{"records":[],"total":0}`),
		})
		got, err := s.clientAs(t, fakeUser).Sessions(t.Context(), workspace)
		require.NoError(t, err)
		require.Len(t, got.Things, 1)
		is := got.Things[0]
		assert.Equal(t, c.users, is.Traits.Users, fields)
		assert.Equal(t, c.own, is.Own, fields)
		assert.Equal(t, c.users.Unknown, is.Traits.MaybeOwn, fields)
		assert.False(t, is.Traits.Names.Unknown, fields)
	}
}

// Only what was read to its end proves that something is not there.
func TestWhenAListIsComplete(t *testing.T) {
	t.Parallel()
	row := func(id string) string { return fmt.Sprintf(`{"session_id":%q,"status":"WAITING"}`, id) }
	for name, c := range map[string]struct {
		waiting  string
		things   int
		complete bool
	}{
		"empty":                    {`{"sessions":[],"total":0}`, 0, true},
		"one":                      {`{"sessions":[` + row("a") + `],"total":1}`, 1, true},
		"a total in quotes":        {`{"sessions":[` + row("a") + `],"total":"1"}`, 1, true},
		"more than were given":     {`{"sessions":[],"total":3}`, 0, false},
		"fewer than were given":    {`{"sessions":[` + row("a") + `],"total":0}`, 1, false},
		"no total":                 {`{"sessions":[` + row("a") + `]}`, 1, false},
		"the same twice":           {`{"sessions":[` + row("a") + `,` + row("a") + `],"total":2}`, 1, false},
		"an id that is no id":      {`{"sessions":[` + row("../x") + `],"total":1}`, 0, false},
		"pages without an end":     {`{"sessions":[` + row("a") + `],"total":1000000}`, 1, false},
		"an answer without a list": {`{}`, 0, false},
		"a total without a list":   {`{"total":0}`, 0, false},
		"a total of no list":       {`{"sessions":null,"total":0}`, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, r *http.Request) {
				body := `{"sessions":[],"total":0}`
				if r.URL.Query().Get("status") == "WAITING" {
					body = c.waiting
				}
				respond(200, body)(w, r)
			}})
			got, err := s.client(t).Sessions(t.Context(), "")
			require.NoError(t, err)
			assert.Len(t, got.Things, c.things)
			assert.Equal(t, c.complete, got.Complete)
			assert.LessOrEqual(t, len(s.Sent), 12)
		})
	}
}

// A list of many pages is read to its end.
func TestPages(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("status") != "CREATING" {
			respond(200, `{"sessions":[],"total":0}`)(w, r)
			return
		}
		var offset int
		_, _ = fmt.Sscan(r.URL.Query().Get("offset"), &offset)
		var rows []string
		for i := offset; i < min(offset+100, 230); i++ {
			rows = append(rows, fmt.Sprintf(`{"session_id":"s-%d","status":"CREATING"}`, i))
		}
		respond(200, `{"sessions":[`+strings.Join(rows, ",")+`],"total":230}`)(w, r)
	}})
	got, err := s.client(t).Sessions(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, got.Things, 230)
	require.True(t, got.Complete)
}

// What runs in a session is a courtesy: without it the list stands.
func TestStatementsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	row := fmt.Sprintf(`{"session_id":%q,"status":"RUNNING"}`, session)
	s := play(t, map[string]http.HandlerFunc{
		listPath: lists(map[string]string{"RUNNING": row}), statementsPath: respond(403, vendortest.Fixture(t, "403.json")),
	})
	got, err := s.client(t).Sessions(t.Context(), "")
	require.NoError(t, err)
	require.True(t, got.Complete)
	require.Empty(t, vendortest.Fact(got.Things[0], "statements"))
	require.Equal(t, "warn.fabric-statements", got.Things[0].Warn[0].Hint)
}

// The document's own examples, byte for byte. One code is said with two statuses:
// the status decides.
func TestDocumentedRefusals(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]struct {
		kind       integrations.Kind
		code, hint string
	}{
		400: {integrations.Invalid, "common.01000001", ""},
		401: {integrations.Unauthenticated, "APIG.1002", "huaweicloud.unauthenticated"},
		403: {integrations.Forbidden, "403", "fabric.no-permission"},
		404: {integrations.NotFound, "common.01000001", ""},
		408: {integrations.Unavailable, "common.00000408", ""},
		500: {integrations.Unavailable, "common.00000500", ""},
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{closePath: respond(status, vendortest.Fixture(t, fmt.Sprintf("%d.json", status)))})
			_, err := s.client(t).EndSession(t.Context(), thing())
			got := vendortest.Failure(t, err)
			assert.Equal(t, want.kind, got.Kind)
			assert.Equal(t, want.code, got.Code)
			assert.Equal(t, want.hint, got.Hint)
			assert.Equal(t, status, got.Status)
			assert.Equal(t, "CloseSqlSession", got.Op)
			assert.Len(t, s.Sent, 1)
		})
	}
}

// A session that somebody else closed between the look and the call: the vendor refuses, with a
// 404 or a 400, and what a look shows then is said.
func TestASessionThatSomebodyElseClosed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call, show int
		status     string
		kind       integrations.Kind
		hint       string
	}{
		"404, closed":         {404, 200, "CLOSED", integrations.NotFound, "fabric.over-meanwhile"},
		"400, closed":         {400, 200, "CLOSED", integrations.NotFound, "fabric.over-meanwhile"},
		"404, and forgotten":  {404, 404, "", integrations.NotFound, "fabric.over-meanwhile"},
		"404, and it is live": {404, 200, "RUNNING", integrations.NotFound, "fabric.refused-live"},
		"400, and it is live": {400, 200, "RUNNING", integrations.Invalid, "fabric.refused-live"},
		"400, unseen":         {400, 403, "", integrations.Invalid, "fabric.refused-unseen"},
		"a state of no name":  {404, 200, "", integrations.NotFound, "fabric.refused-unseen"},
	} {
		t.Run(name, func(t *testing.T) {
			show := fmt.Sprintf(`{"session_id":%q,"status":%q}`, session, c.status)
			if c.show != 200 {
				show = vendortest.Fixture(t, fmt.Sprintf("%d.json", c.show))
			}
			s := play(t, map[string]http.HandlerFunc{
				closePath: respond(c.call, vendortest.Fixture(t, fmt.Sprintf("%d.json", c.call))), showPath: respond(c.show, show),
			})
			_, err := commands.KillSession(s.client(t)).Act(t.Context(), commands.Item{Thing: thing()})
			got := vendortest.Failure(t, err)
			assert.Equal(t, c.kind, got.Kind)
			assert.Equal(t, c.hint, got.Hint)
			assert.Equal(t, c.call, got.Status, "the answer of the call is kept")
			assert.Equal(t, integrations.NothingDone, got.Effect())
			assert.Len(t, s.Received(), 2, "one call, one look")
		})
	}
}

// A list is of the workspace: one that is not there is a mistake in the configuration.
func TestAWrongWorkspace(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{listPath: respond(404, vendortest.Fixture(t, "404.json"))})
	_, err := s.client(t).Sessions(t.Context(), "")
	require.Equal(t, integrations.NotFound, integrations.KindOf(err))
	require.Equal(t, "fabric.no-workspace", vendortest.Failure(t, err).Hint)
	s = play(t, map[string]http.HandlerFunc{listPath: respond(404, "<html>")})
	_, err = s.client(t).Sessions(t.Context(), "")
	require.Empty(t, vendortest.Failure(t, err).Hint, "a proxy's page says nothing of it")
}

func TestTraces(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		fate   integrations.Fate
		note   string
		kind   integrations.Kind
	}{
		"closed":             {200, fmt.Sprintf(`{"session_id":%q,"status":"CLOSED"}`, session), integrations.Over, "trace.fabric-status", ""},
		"failed":             {200, fmt.Sprintf(`{"session_id":%q,"status":"FAIL"}`, session), integrations.Over, "trace.fabric-status", ""},
		"running":            {200, fmt.Sprintf(`{"session_id":%q,"status":"RUNNING"}`, session), integrations.Staying, "trace.fabric-status", ""},
		"a state unheard of": {200, fmt.Sprintf(`{"session_id":%q,"status":"CLOSING"}`, session), integrations.Staying, "trace.fabric-status", ""},
		"nothing":            {200, `{}`, integrations.Untold, "", integrations.Garbled},
		"no state":           {200, `{"session_id":"` + session + `"}`, integrations.Untold, "trace.fabric-status", ""},
		"forgotten":          {404, `{"error_code":"common.01000001","error_msg":"response status exception, code: 404"}`, integrations.Over, "trace.fabric-forgotten", ""},
		"a proxy's 404":      {404, `<html>not found</html>`, integrations.Untold, "", integrations.Garbled},
		"another session":    {200, `{"session_id":"s-other","status":"CLOSED"}`, integrations.Untold, "", integrations.Garbled},
		"trouble":            {500, `{"error_code":"common.00000500","error_msg":"internal error"}`, integrations.Untold, "", integrations.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{showPath: respond(c.status, c.body)})
			got, err := s.client(t).Trace(t.Context(), thing(), integrations.Receipt{})
			assert.Equal(t, c.kind, integrations.KindOf(err))
			assert.Equal(t, c.fate, got.Fate)
			assert.Equal(t, c.note, got.Note.Hint)
			assert.Equal(t, now, got.At)
		})
	}
}

// What is not of this workspace, or is no id, goes into no path.
func TestOthersAreLeftAlone(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := s.client(t)
	for _, id := range []string{"", "../../x", "a b", strings.Repeat("a", 37)} {
		other := thing()
		other.Identity = []integrations.Field{{Name: "workspace", Value: workspace}, {Name: "session", Value: id}}
		_, err := c.EndSession(t.Context(), other)
		require.Equal(t, integrations.Unsupported, vendortest.Failure(t, err).Kind, id)
		_, err = c.Trace(t.Context(), other, integrations.Receipt{})
		require.Equal(t, integrations.Unsupported, vendortest.Failure(t, err).Kind, id)
		require.Empty(t, c.EndSessionCall(other))
	}
	other := thing()
	other.Identity = []integrations.Field{{Name: "workspace", Value: "w-2"}, {Name: "session", Value: session}}
	_, err := c.EndSession(t.Context(), other)
	require.Equal(t, "fabric.other-workspace", vendortest.Failure(t, err).Hint)
	_, err = c.Sessions(t.Context(), "w-2")
	require.Equal(t, "fabric.other-workspace", vendortest.Failure(t, err).Hint)
	require.Empty(t, s.Sent)
}

func TestEveryMistakeIsNamed(t *testing.T) {
	t.Parallel()
	_, err := fabric.New(fabric.Config{Region: "eu-west-101", WorkspaceID: "a/b", EndpointID: "x y", Credentials: huaweicloud.Credentials{User: "quell"}},
		integrations.NewClient(integrations.ClientOptions{}), time.Now)
	for _, want := range []string{
		`fabric-ep endpoint: the vendor lists none for region "eu-west-101"`, "project id is missing",
		`workspace id: 1 to 36 letters`, `endpoint id: 1 to 36 letters`, "the password is missing", "the domain is missing",
	} {
		require.ErrorContains(t, err, want)
	}
}

// A session that ends between two pages moves those behind it up: one is on neither.
func TestAListThatMovesIsNotComplete(t *testing.T) {
	t.Parallel()
	alive := make([]string, 150)
	for i := range alive {
		alive[i] = fmt.Sprintf(`{"session_id":"s-%03d","status":"RUNNING"}`, i)
	}
	s := play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("status") != "RUNNING" {
			respond(200, `{"sessions":[],"total":0}`)(w, r)
			return
		}
		var from int
		_, _ = fmt.Sscan(r.URL.Query().Get("offset"), &from)
		page := alive[min(from, len(alive)):min(from+100, len(alive))]
		respond(200, fmt.Sprintf(`{"sessions":[%s],"total":%d}`, strings.Join(page, ","), len(alive)))(w, r)
		if from == 0 {
			alive = alive[1:] // s-000 is closed; s-100 is where s-099 was
		}
	}, "GET " + base + "/s-000/statements": respond(200, `{}`)})
	got, err := s.quiet(t).Sessions(t.Context(), "")
	require.NoError(t, err)
	_, there := got.Find(workspace + "/s-100")
	require.True(t, there || !got.Complete, "a session that lives is not on a list that is called complete")
}

// quiet is a client of a server that answers nothing but lists.
func (s *vendorServer) quiet(t *testing.T) *fabric.Client {
	list := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/statements") {
			respond(200, `{}`)(w, r)
			return
		}
		list.ServeHTTP(w, r)
	})
	return s.client(t)
}

// A target that is limited to an endpoint acts on no other's sessions, whatever comes.
func TestSessionsOfOneEndpointOnly(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{listPath: lists(map[string]string{
		"WAITING": `{"session_id":"s-1","status":"WAITING","endpoint_id":"ep-other"}`,
	})})
	c, err := fabric.New(fabric.Config{
		Endpoint: s.URL, ProjectID: project, WorkspaceID: workspace, EndpointID: "ep-ours", Credentials: fakeKeys,
	}, integrations.NewClient(integrations.ClientOptions{}), func() time.Time { return now })
	require.NoError(t, err)
	got, err := c.Sessions(t.Context(), "")
	require.NoError(t, err)
	require.Empty(t, got.Things)
}

// A 200 whose body says no, or is a page of somebody in between, is no yes.
func TestA200ThatSaysNo(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"error_code":"common.00000500","error_msg":"failed"}`, `<html>sign in</html>`,
		`{"error":{"code":"403","message":"no","title":"Forbidden"},"error_code":403}`,
	} {
		s := play(t, map[string]http.HandlerFunc{closePath: respond(200, body)})
		_, err := s.client(t).EndSession(t.Context(), thing())
		require.Equal(t, integrations.Garbled, integrations.KindOf(err), body)
	}
	for _, body := range []string{"", "{ }", "null", " \n"} {
		s := play(t, map[string]http.HandlerFunc{closePath: respond(200, body)})
		_, err := s.client(t).EndSession(t.Context(), thing())
		require.NoError(t, err, body)
	}
}

// What runs in the sessions is a courtesy: waiting for it makes no list old. Whoever
// asked still waits when the list is there.
func TestStatementsThatNeverCome(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{
		listPath:       lists(map[string]string{"RUNNING": `{"session_id":"` + session + `","status":"RUNNING"}`}),
		statementsPath: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	})
	ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
	defer cancel()
	got, err := s.client(t).Sessions(ctx, "")
	require.NoError(t, err)
	require.Len(t, got.Things, 1)
	require.NoError(t, ctx.Err())
}
