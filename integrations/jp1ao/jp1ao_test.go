package jp1ao_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/jp1ao"
	"quell/integrations/vendortest"
)

// Each call is sent as its fixture says: path, headers, body.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{
		listPath: respond(200, `{"data":[],"count":0}`), taskPath: respond(200, row(5381, "Failed")),
		templatePath: respond(200, template), stopPath: respond(200, vendortest.Fixture(t, "200.json")), logPath: logged("started\n"),
	})
	c := s.client(t, nil)
	_, err := c.Tasks(t.Context())
	require.NoError(t, err)
	receipt, err := c.Stop(t.Context(), thing())
	require.NoError(t, err)
	require.Equal(t, integrations.Receipt{At: now, Status: 200, Job: "68451399-53c2-4f6b-bbdd-be025a61ed02"}, receipt)
	_, err = c.Trace(t.Context(), thing(), receipt)
	require.NoError(t, err)
	require.Equal(t, vendortest.Fixture(t, "requests.txt"), strings.Join(s.Sent, "\n----\n")+"\n")
}

// The body is that of the document's example, but for its slip: there the address
// names another task than the one that is called.
func TestTheBodyIsTheDocuments(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	shown := s.client(t, nil).StopCall(thing())
	path, body, _ := strings.Cut(shown, "\n")
	require.Equal(t, stopPath, path)
	documented := strings.ReplaceAll(vendortest.Fixture(t, "request_documented.json"), "http://192.168.146.132:22015", s.URL)
	require.JSONEq(t, strings.ReplaceAll(documented, "5338", "5381"), body)
}

func TestWhatIsKnownOfATask(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{listPath: respond(200, `{"data":[
		{"instanceID":5390,"name":"add vm","status":"Waiting","scheduleType":"schedule","serviceState":"debug"},
		{"instanceID":"5381","name":"backup-orders","status":"In Progress","startTime":"2026-01-02T11:04:05.000+09:00","submitter":"anna",
		 "serviceName":"Back up","serviceGroupName":"Databases","scheduleType":"recurrence","serviceState":"release","notes":"a\nb"},
		{"instanceID":5380,"status":"Completed"},{"instanceID":5379,"status":"Canceled"},
		{"instanceID":5378,"status":"In Progress (Terminating)","submitter":"quell"}
	],"count":5,"pagination":{"page":1,"pageSize":100,"numPages":1}}`)})
	got, err := s.client(t, nil).Tasks(t.Context())
	require.NoError(t, err)
	_, server, _ := strings.Cut(s.URL, "://")
	usual := []integrations.Note{{Hint: "warn.jp1ao-no-resume"}, {Hint: "warn.jp1ao-may-complete"}}
	want := integrations.Sighting{At: now, Complete: true, Limits: integrations.Note{Hint: "trace.jp1ao-limits"}, Things: []integrations.Thing{
		{
			ID: server + "/5390", Name: "5390", Identity: []integrations.Field{{Name: "task", Value: "5390"}, {Name: "start"}},
			Called: "add vm", Facts: []integrations.Field{{Name: "name", Value: "add vm"}, {Name: "status", Value: "Waiting"}, {Name: "schedule", Value: "schedule"}, {Name: "debug", Value: "debug"}},
			Traits: integrations.Traits{
				Read: true, Names: integrations.Trait{Values: []string{"add vm", "5390"}}, Users: integrations.Trait{Unknown: true}, MaybeOwn: true,
			},
			Warn: usual, Bar: integrations.NewNote("bar.jp1ao-not-running", "status", "Waiting"),
		},
		{
			ID: server + "/5381", Name: "5381", Called: "backup-orders", Aliases: []string{"backup-orders"},
			Identity: []integrations.Field{{Name: "task", Value: "5381"}, {Name: "start", Value: "2026-01-02T11:04:05.000+09:00"}},
			Facts: []integrations.Field{
				{Name: "name", Value: "backup-orders"}, {Name: "status", Value: "In Progress"}, {Name: "runs", Value: "3600", Unit: "s"},
				{Name: "service", Value: "Back up"}, {Name: "group", Value: "Databases"}, {Name: "submitter", Value: "anna"},
				{Name: "schedule", Value: "recurrence"}, {Name: "notes", Value: "a b"},
			},
			Traits: integrations.Traits{Read: true, Names: integrations.Trait{Values: []string{"backup-orders", "5381"}}, Users: integrations.Trait{Values: []string{"anna"}}},
			Warn:   append(usual[:2:2], integrations.Note{Hint: "warn.jp1ao-next-run"}),
		},
		{
			ID: server + "/5378", Name: "5378", Identity: []integrations.Field{{Name: "task", Value: "5378"}, {Name: "start"}},
			Facts:  []integrations.Field{{Name: "status", Value: "In Progress (Terminating)"}, {Name: "submitter", Value: "quell"}},
			Traits: integrations.Traits{Read: true, Names: integrations.Trait{Values: []string{"5378"}, Unknown: true}, Users: integrations.Trait{Values: []string{"quell"}}},
			Warn:   usual, Leaving: true, Own: true,
		},
	}}
	require.Empty(t, cmp.Diff(want, got))
}

// A task of the bot's own user is told from those of others. Where the submitter is not
// given, it might be.
func TestOwnTasks(t *testing.T) {
	t.Parallel()
	for submitter, want := range map[string]struct{ own, may bool }{
		`"quell"`: {true, false}, `"QUELL"`: {true, false}, `"anna"`: {false, false}, `""`: {false, false}, `null`: {false, true}, `{}`: {false, true},
		`"` + strings.Repeat("q", 100) + `"`: {false, false},
	} {
		s := play(t, map[string]http.HandlerFunc{listPath: respond(200, `{"data":[{"instanceID":7,"name":"x","submitter":`+submitter+`}],"count":1}`)})
		got, err := s.client(t, nil).Tasks(t.Context())
		require.NoError(t, err)
		require.Equal(t, want.own, got.Things[0].Own, submitter)
		require.Equal(t, want.may, got.Things[0].Traits.MaybeOwn, submitter)
		require.Equal(t, want.may, got.Things[0].Traits.Users.Unknown, submitter)
	}
}

// A name that looks like a number would be taken for another task's.
func TestNamesThatCanBeTyped(t *testing.T) {
	t.Parallel()
	for name, aliases := range map[string][]string{"backup": {"backup"}, "add vm": nil, "5381": nil, "": nil, "２": {"２"}} {
		s := play(t, map[string]http.HandlerFunc{listPath: respond(200, fmt.Sprintf(`{"data":[{"instanceID":7,"name":%q}],"count":1}`, name))})
		got, err := s.client(t, nil).Tasks(t.Context())
		require.NoError(t, err)
		require.Equal(t, aliases, got.Things[0].Aliases, name)
	}
}

// All spellings of all manuals are read. What is in none bars nothing and ends
// nothing.
func TestStatuses(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]string{
		"In Progress": "live", "In progress": "live", "IN_PROGRESS": "live", "inProgress": "live", "Waiting for Response": "live",
		"Waiting for Input": "live", "waitingForResponse": "live", "Abnormality detected": "live", "Abnormal Detection": "live",
		"In Progress (with Error)": "live", "Now running": "live", "Long Running": "live", "Something new": "live", "": "live",
		"Waiting": "barred", "Suspended": "barred", "Holding": "barred",
		"In Progress (Terminating)": "leaving", "Stopped": "leaving",
		"Completed": "over", "completed": "over", "Failed": "over", "Canceled": "over", "CANCELLED": "over",
	} {
		t.Run(status, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{taskPath: respond(200, row(5381, status)), logPath: respond(500, "")})
			c := s.client(t, nil)
			seen, err := c.TasksOf(t.Context(), []string{"5381"})
			require.NoError(t, err)
			require.True(t, seen.Complete)
			trace, err := c.Trace(t.Context(), thing(), integrations.Receipt{})
			require.NoError(t, err)
			if want == "over" {
				require.Empty(t, seen.Things)
				require.Equal(t, integrations.Trace{Fate: integrations.Over, At: now, Note: integrations.NewNote("trace.jp1ao-log-unread", "status", status)}, trace)
				return
			}
			require.Len(t, seen.Things, 1)
			assert.Equal(t, want == "barred", !seen.Things[0].Bar.IsZero())
			assert.Equal(t, want == "leaving", seen.Things[0].Leaving)
			assert.Equal(t, map[bool]integrations.Fate{true: integrations.Leaving, false: integrations.Staying}[want == "leaving"], trace.Fate)
			assert.Equal(t, integrations.NewNote("trace.jp1ao-status", "status", status), trace.Note)
		})
	}
}

// Only what was read to its end proves that something is not there.
func TestWhenAListIsComplete(t *testing.T) {
	t.Parallel()
	rows := func(n int) string {
		all := make([]string, n)
		for i := range all {
			all[i] = row(i+1, "In Progress")
		}
		return strings.Join(all, ",")
	}
	for name, c := range map[string]struct {
		body     string
		complete bool
		pages    int // those of a list that may go on are asked for by status as well
	}{
		"by pages":              {`{"data":[` + rows(2) + `],"count":2,"pagination":{"numPages":1}}`, true, 1},
		"by count":              {`{"data":[` + rows(2) + `],"count":"2"}`, true, 1},
		"none":                  {`{"data":[],"count":0}`, true, 1},
		"a count and no list":   {`{"count":0}`, false, 2},
		"pages and no list":     {`{"count":0,"pagination":{"numPages":0}}`, false, 2},
		"fewer than counted":    {`{"data":[` + rows(2) + `],"count":3}`, false, 4},
		"pages and count apart": {`{"data":[` + rows(2) + `],"count":7,"pagination":{"numPages":1}}`, false, 4},
		"neither":               {`{"data":[` + rows(2) + `]}`, false, 4},
		"pages without an end":  {`{"data":[` + rows(2) + `],"count":999,"pagination":{"numPages":99}}`, false, 17},
		"the same page again":   {`{"data":[` + rows(2) + `],"count":4,"pagination":{"numPages":2}}`, false, 4},
		"again, and no count":   {`{"data":[` + rows(2) + `],"pagination":{"numPages":2}}`, false, 4},
		"an empty page":         {`{"data":[],"pagination":{"numPages":3}}`, false, 2},
		"no number":             {`{"data":[{"instanceID":"../x","status":"In Progress"}],"count":1}`, false, 1},
		"no list":               {`{}`, false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{listPath: respond(200, c.body)})
			got, err := s.client(t, nil).Tasks(t.Context())
			require.NoError(t, err)
			assert.Equal(t, c.complete, got.Complete)
			assert.Len(t, s.Sent, c.pages)
		})
	}
}

func TestOneServiceGroup(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{
		listPath: respond(200, `{"data":[`+row(5381, "In Progress")+`,{"instanceID":7,"status":"In Progress","serviceGroupName":"Web"}],"count":2}`),
		taskPath: respond(200, row(5381, "In Progress")),
	})
	got, err := s.client(t, func(c *jp1ao.Config) { c.ServiceGroup = "Web" }).Tasks(t.Context())
	require.NoError(t, err)
	require.Len(t, got.Things, 1)
	require.Equal(t, "7", got.Things[0].Name)
	_, err = s.client(t, func(c *jp1ao.Config) { c.ServiceGroup = "Web" }).TasksOf(t.Context(), []string{"5381"})
	require.Equal(t, "jp1ao.other-group", vendortest.Failure(t, err).Hint)
}

// "Not there" and "not yours" are one answer, so it proves nothing.
func TestATaskThatIsNotGiven(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{taskPath: refusal(404, "no")})
	seen, err := s.client(t, nil).TasksOf(t.Context(), []string{"5381", "../x"})
	require.NoError(t, err)
	require.False(t, seen.Complete)
	require.Equal(t, "trace.jp1ao-not-given", seen.Told[0].Note.Hint)
	require.Len(t, s.Sent, 1)
	trace, err := s.client(t, nil).Trace(t.Context(), thing(), integrations.Receipt{})
	require.NoError(t, err)
	require.Equal(t, integrations.Trace{Fate: integrations.Untold, At: now, Note: integrations.NewNote("trace.jp1ao-not-found")}, trace)
}

// The 200 says nothing: the operation's state does. All spellings of schema and
// example are read.
func TestWhatTheOperationSays(t *testing.T) {
	t.Parallel()
	const other = "http://h/Automation/v1/objects/Tasks/5338"
	for body, want := range map[string]struct {
		job  string
		kind integrations.Kind
		hint string
	}{
		`{"instanceID":"op-1","state":"success","affectedResource":["http://h/x/Tasks/5381"]}`:           {"op-1", "", ""},
		`{"instanceId":"op-1","state":"success","affectedResources":[{"href":"http://h/x/Tasks/5381"}]}`: {"op-1", "", ""},
		`{"instanceID":"op-1","state":"success","affectedResource":"http://h/x/Tasks/5381"}`:             {"op-1", "", ""},
		`{"instanceID":"op-1","state":"success","affectedResource":[],"result":[]}`:                      {"op-1", "", ""},
		`{"instanceID":"op-1","state":"success","affectedResource":"http:\/\/h\/x\/Tasks\/5381"}`:        {"op-1", "", ""},
		`{"state":"success","affectedResource":"http:\/\/h\/x\/Tasks\/5338"}`:                            {"", integrations.Garbled, "jp1ao.other-task"},
		`{"state":"queued"}`:   {"", "", ""},
		`{"state":"running"}`:  {"", "", ""},
		`{"state":"stopping"}`: {"", "", ""},
		`{"state":"failed"}`:   {"", integrations.Unsuccessful, "jp1ao.operation-failed"},
		`{"state":"stopped"}`:  {"", integrations.Unsuccessful, "jp1ao.operation-failed"},
		`{"state":"SUCCESS?"}`: {"", integrations.Garbled, ""},
		`{}`:                   {"", integrations.Garbled, ""},
		`[]`:                   {"", integrations.Garbled, ""},
		``:                     {"", integrations.Garbled, ""},
		`{"state":"success","affectedResource":["` + other + `"]}`:           {"", integrations.Garbled, "jp1ao.other-task"},
		`{"state":"success","affectedResources":[{"href":"` + other + `"}]}`: {"", integrations.Garbled, "jp1ao.other-task"},
	} {
		t.Run(body, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{templatePath: respond(200, template), stopPath: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Warning", "199 - it is late")
				respond(200, body)(w, r)
			}})
			receipt, err := s.client(t, nil).Stop(t.Context(), thing())
			assert.Equal(t, want.kind, integrations.KindOf(err))
			assert.Equal(t, "199 - it is late", receipt.Warning, "whatever the answer was")
			if err != nil {
				assert.Equal(t, want.hint, vendortest.Failure(t, err).Hint)
				assert.Equal(t, integrations.MayBeDone, vendortest.Failure(t, err).Effect())
				assert.Equal(t, 200, vendortest.Failure(t, err).Status)
				return
			}
			assert.Equal(t, want.job, receipt.Job)
		})
	}
}

// A template that is about something else stops the call.
func TestATemplateThatIsNotOurs(t *testing.T) {
	t.Parallel()
	for body, hint := range map[string]string{
		strings.ReplaceAll(template, "5381", "5338"): "jp1ao.other-template", strings.ReplaceAll(template, `"forceStop"`, `"delete"`): "",
		strings.ReplaceAll(template, "POST", "DELETE"): "", strings.ReplaceAll(template, "/Tasks/", "/Jobs/"): "", `{}`: "", `[]`: "", ``: "",
	} {
		s := play(t, map[string]http.HandlerFunc{templatePath: respond(200, body)})
		_, err := s.client(t, nil).Stop(t.Context(), thing())
		require.Equal(t, integrations.NotSent, vendortest.Failure(t, err).Kind, body)
		require.Equal(t, hint, vendortest.Failure(t, err).Hint, body)
		require.Len(t, s.Sent, 1)
	}
	s := play(t, map[string]http.HandlerFunc{templatePath: refusal(404, "no")})
	_, err := s.client(t, nil).Stop(t.Context(), thing())
	require.Equal(t, integrations.NotFound, vendortest.Failure(t, err).Kind)
	require.Equal(t, integrations.NothingDone, vendortest.Failure(t, err).Effect())
}

// A template that is slow ends while the call may still be sent, and tells that nothing
// was.
func TestATemplateThatIsSlow(t *testing.T) {
	t.Parallel()
	left := make(chan struct{})
	s := play(t, map[string]http.HandlerFunc{templatePath: func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		close(left)
	}})
	_, err := s.client(t, nil).Stop(integrations.SendBefore(t.Context(), now.Add(time.Second)), thing())
	<-left
	require.Equal(t, integrations.NotSent, vendortest.Failure(t, err).Kind)
	require.Len(t, s.Sent, 1)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]struct {
		kind integrations.Kind
		hint string
	}{
		400: {integrations.Invalid, ""}, 401: {integrations.Unauthenticated, "jp1ao.unauthenticated-task"},
		403: {integrations.Forbidden, "jp1ao.no-permission"}, 404: {integrations.NotFound, "jp1ao.not-found"},
		405: {integrations.Unsupported, ""}, 406: {integrations.Invalid, ""}, 409: {integrations.Unsupported, "jp1ao.not-stoppable"},
		412: {integrations.Busy, "jp1ao.not-available"}, 415: {integrations.Invalid, ""}, 500: {integrations.Unavailable, ""},
		201: {integrations.Garbled, ""},
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{templatePath: respond(200, template), stopPath: refusal(status, "no\nmore")})
			_, err := s.client(t, nil).Stop(t.Context(), thing())
			got := vendortest.Failure(t, err)
			assert.Equal(t, want.kind, got.Kind)
			assert.Equal(t, want.hint, got.Hint)
			assert.Equal(t, "KNAE02102-E", got.Code)
			assert.EqualError(t, got.Cause, "no�more")
			assert.Len(t, s.Sent, 2)
		})
	}
	// A 412 or a 409 of somebody else's says nothing.
	for _, status := range []int{404, 409, 412} {
		s := play(t, map[string]http.HandlerFunc{templatePath: respond(200, template), stopPath: respond(status, "<html>")})
		_, err := s.client(t, nil).Stop(t.Context(), thing())
		require.Equal(t, integrations.Garbled, vendortest.Failure(t, err).Kind)
	}
}

func TestTheToken(t *testing.T) {
	t.Parallel()
	clock := now
	s := play(t, map[string]http.HandlerFunc{listPath: respond(200, `{"data":[],"count":0}`)})
	c := s.clientAt(t, nil, func() time.Time { return clock })
	for _, turn := range []time.Duration{0, time.Second, 498 * time.Second, time.Second, 499 * time.Second} {
		clock = clock.Add(turn)
		_, err := c.Tasks(t.Context())
		require.NoError(t, err)
	}
	require.Equal(t, []string{"Basic", "HSSO", "HSSO", "Basic", "Basic"}, s.proofs(), "one that comes again is good for 1,000 s from when it came first")
	require.Contains(t, s.Sent[1], "Authorization: HSSO "+token+"\n")
}

// A token that is refused is replaced by the password, for a read. A write is final.
func TestATokenThatIsRefused(t *testing.T) {
	t.Parallel()
	refused := func(then http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.Header.Get("Authorization"), "HSSO") {
				refusal(401, "no")(w, r)
				return
			}
			then(w, r)
		}
	}
	s := play(t, map[string]http.HandlerFunc{
		listPath: refused(respond(200, `{"data":[],"count":0}`)), templatePath: refused(respond(200, template)), stopPath: refusal(401, "no"),
	})
	c := s.client(t, nil)
	for range 2 {
		_, err := c.Tasks(t.Context())
		require.NoError(t, err)
	}
	require.Equal(t, []string{"Basic", "HSSO", "Basic"}, s.proofs())
	s.Sent = nil
	_, err := c.Stop(t.Context(), thing())
	require.Equal(t, integrations.Unauthenticated, vendortest.Failure(t, err).Kind)
	require.Equal(t, []string{"HSSO", "Basic", "HSSO"}, s.proofs())
	s.Sent = nil
	s2 := play(t, map[string]http.HandlerFunc{listPath: refusal(401, "no")})
	c2 := s2.client(t, nil)
	for range 3 {
		_, err = c2.Tasks(t.Context())
		require.Equal(t, integrations.Unauthenticated, vendortest.Failure(t, err).Kind)
		require.Equal(t, "jp1ao.unauthenticated", vendortest.Failure(t, err).Hint)
	}
	require.Len(t, s2.Sent, 1, "the password rests: accounts are locked")
}

// A read is tried once more with a token. With a password only where it is known that
// this was not refused.
func TestAReadIsTriedOnceMore(t *testing.T) {
	t.Parallel()
	list := respond(200, `{"data":[],"count":0}`)
	gone := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	down := respond(503, "")
	for name, c := range map[string]struct {
		answers []http.HandlerFunc
		reads   int
		proofs  []string
	}{
		"a token":                         {[]http.HandlerFunc{list, gone, list}, 2, []string{"Basic", "HSSO", "HSSO"}},
		"a password, and no answer":       {[]http.HandlerFunc{gone}, 1, []string{"Basic"}},
		"a password, and a 503":           {[]http.HandlerFunc{down, list}, 1, []string{"Basic", "Basic"}},
		"a password that is refused then": {[]http.HandlerFunc{down, refusal(401, "no")}, 1, []string{"Basic", "Basic"}},
	} {
		t.Run(name, func(t *testing.T) {
			var n atomic.Int32
			s := play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, r *http.Request) {
				c.answers[min(int(n.Add(1)), len(c.answers))-1](w, r)
			}})
			client := s.client(t, nil)
			for range c.reads {
				_, _ = client.Tasks(t.Context())
			}
			require.Equal(t, c.proofs, s.proofs())
		})
	}
}

// A 401 is one, also where the connection broke before the end of its body.
func TestARefusalThatBreaksOffRestsThePassword(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.WriteHeader(401)
	}})
	c := s.client(t, nil)
	for range 2 {
		_, err := c.Tasks(t.Context())
		require.Error(t, err)
	}
	require.Equal(t, []string{"Basic"}, s.proofs())
}

// While a read waits for its second try, a call may learn that the password is wrong.
func TestAPasswordThatRestsIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	var c *jp1ao.Client
	var n atomic.Int32
	s := play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) > 1 {
			refusal(401, "no")(w, r)
			return
		}
		_, err := c.Stop(r.Context(), thing())
		assert.Error(t, err)
		w.WriteHeader(503)
	}, templatePath: refusal(401, "no")})
	c = s.client(t, nil)
	_, err := c.Tasks(t.Context())
	require.Equal(t, integrations.Unavailable, vendortest.Failure(t, err).Kind)
	require.Equal(t, []string{"Basic", "Basic"}, s.proofs(), "one of each")
}

// tenAtOnce looks ten times at the same time, while the first one is answered.
func tenAtOnce(t *testing.T, answer http.HandlerFunc) (s *vendorServer, kinds []integrations.Kind) {
	t.Helper()
	var begun, all sync.WaitGroup
	begun.Add(10)
	s = play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, r *http.Request) {
		begun.Wait()
		answer(w, r)
	}})
	c := s.client(t, nil)
	kinds = make([]integrations.Kind, 10)
	for i := range kinds {
		all.Go(func() {
			begun.Done()
			_, err := c.Tasks(t.Context())
			kinds[i] = integrations.KindOf(err)
		})
	}
	all.Wait()
	return s, kinds
}

// One read at a time goes with the password, and its outcome serves the others.
func TestAPasswordIsSentByOneReadAtATime(t *testing.T) {
	t.Parallel()
	wrong, kinds := tenAtOnce(t, refusal(401, "no"))
	require.Equal(t, []string{"Basic"}, wrong.proofs(), "accounts are locked")
	require.Equal(t, slices.Repeat([]integrations.Kind{integrations.Unauthenticated}, 10), kinds)

	right, kinds := tenAtOnce(t, respond(200, `{"data":[],"count":0}`))
	require.Equal(t, append([]string{"Basic"}, slices.Repeat([]string{"HSSO"}, 9)...), right.proofs())
	require.Equal(t, make([]integrations.Kind, 10), kinds)
}

// So it is where a token that all of them use is refused, and the password was changed.
func TestATokenThatIsRefusedToManyReads(t *testing.T) {
	t.Parallel()
	var first atomic.Bool
	s := play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, r *http.Request) {
		if !first.Swap(true) {
			respond(200, `{"data":[],"count":0}`)(w, r)
			return
		}
		refusal(401, "no")(w, r)
	}})
	c := s.client(t, nil)
	_, err := c.Tasks(t.Context())
	require.NoError(t, err)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			_, err := c.Tasks(t.Context())
			assert.Equal(t, integrations.Unauthenticated, integrations.KindOf(err))
		})
	}
	all.Wait()
	passwords := slices.DeleteFunc(s.proofs(), func(scheme string) bool { return scheme != "Basic" })
	require.Equal(t, []string{"Basic", "Basic"}, passwords, "one before, and one after")
}

// Who waits for another's login does so within its own time, and has sent nothing. A call
// that people agreed to waits for no look.
func TestWaitingForAnothersLogin(t *testing.T) {
	t.Parallel()
	arrived, answer := make(chan struct{}), make(chan struct{})
	s := play(t, map[string]http.HandlerFunc{
		listPath: func(w http.ResponseWriter, r *http.Request) {
			close(arrived)
			<-answer
			respond(200, `{"data":[],"count":0}`)(w, r)
		},
		templatePath: respond(200, template), stopPath: respond(200, vendortest.Fixture(t, "200.json")),
	})
	let := sync.OnceFunc(func() { close(answer) })
	t.Cleanup(let)
	c := s.client(t, nil)
	var first sync.WaitGroup
	first.Go(func() {
		_, err := c.Tasks(t.Context())
		assert.NoError(t, err)
	})
	<-arrived
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err := c.Tasks(ctx)
	assert.Equal(t, integrations.NotSent, vendortest.Failure(t, err).Kind)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Equal(t, []string{"Basic"}, s.proofs())
	_, err = c.Stop(t.Context(), thing())
	assert.NoError(t, err)
	let()
	first.Wait()
}

// What else a server may put there is no token.
func TestWhatIsNoToken(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"", "Basic realm=x", "HSSO", "HSSO a b", `HSSO "x"`, "NTLM abc"} {
		s := play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", header)
			_, _ = w.Write([]byte(`{"data":[],"count":0}`))
		}})
		c := s.client(t, nil)
		for range 2 {
			_, err := c.Tasks(t.Context())
			require.NoError(t, err)
		}
		require.Equal(t, []string{"Basic", "Basic"}, s.proofs(), header)
	}
}

func TestATaskWithoutANumber(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := s.client(t, nil)
	for _, id := range []string{"", "../x", "5381/..", "12345678901234567890"} {
		other := thing()
		other.Identity = []integrations.Field{{Name: "task", Value: id}}
		_, err := c.Stop(t.Context(), other)
		require.Equal(t, "jp1ao.no-number", vendortest.Failure(t, err).Hint)
		_, err = c.Trace(t.Context(), other, integrations.Receipt{})
		require.Equal(t, "jp1ao.no-number", vendortest.Failure(t, err).Hint)
		require.Empty(t, c.StopCall(other))
	}
	require.Empty(t, s.Sent)
}

func TestEveryMistakeIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cfg  jp1ao.Config
		says []string
	}{
		{jp1ao.Config{Language: "fr"}, []string{"the endpoint is missing", "a user and a password are needed", `not "fr"`}},
		{jp1ao.Config{Endpoint: "host:22015", User: "a:b", Password: "x"}, []string{"an address such as", "a colon cannot"}},
		{jp1ao.Config{Endpoint: "https://host/Automation", User: "system", Password: "manager"}, []string{"only scheme, host and port", "printed in the manual"}},
	} {
		_, err := jp1ao.New(c.cfg, integrations.NewClient(integrations.ClientOptions{}), time.Now)
		for _, want := range c.says {
			require.ErrorContains(t, err, want)
		}
	}
}

// A number is a server's own: what stands for a task among all tasks tells the server.
func TestTwoServersWithTheSameNumber(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	for range 2 {
		s := play(t, map[string]http.HandlerFunc{taskPath: respond(200, row(5381, "In progress"))})
		c := s.client(t, nil)
		got, err := c.TasksOf(t.Context(), []string{"5381"})
		require.NoError(t, err)
		require.Len(t, got.Things, 1)
		ids[got.Things[0].ID] = true
		again, err := c.TasksOf(t.Context(), []string{got.Things[0].ID})
		require.NoError(t, err)
		require.Equal(t, got.Things[0].ID, again.Things[0].ID)
	}
	require.Len(t, ids, 2)
}

// A count of what is on this page says nothing of the next.
func TestACountOfAFullPage(t *testing.T) {
	t.Parallel()
	rows := make([]string, 100)
	for i := range rows {
		rows[i] = row(9000-i, "In progress")
	}
	s := play(t, map[string]http.HandlerFunc{listPath: respond(200, fmt.Sprintf(`{"data":[%s],"count":100}`, strings.Join(rows, ",")))})
	got, err := s.client(t, nil).Tasks(t.Context())
	require.NoError(t, err)
	require.False(t, got.Complete)
}
