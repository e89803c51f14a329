package taurusdb_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/huaweicloud"
	"quell/integrations/taurusdb"
	"quell/integrations/vendortest"
)

// Each call is sent as its fixture says: path, headers, body.
func TestRequests(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{
		listPath: listed("ACTIVE"), restartPath: respond(200, vendortest.Fixture(t, "200.json")),
		jobPath: respond(200, fmt.Sprintf(`{"job":{"id":%q,"status":"Pending"}}`, job)), jobsPath: respond(200, `{"jobs":[]}`),
	})
	c := s.client(t)
	_, err := c.Proxies(t.Context())
	require.NoError(t, err)
	receipt, err := c.Restart(t.Context(), thing())
	require.NoError(t, err)
	require.Equal(t, integrations.Receipt{At: now, Status: 200, RequestID: "req-1", Job: job}, receipt)
	_, err = c.Trace(t.Context(), thing(), receipt)
	require.NoError(t, err)
	_, err = c.Trace(t.Context(), thing(), integrations.Receipt{At: now})
	require.NoError(t, err)
	require.Equal(t, vendortest.Fixture(t, "requests.txt"), strings.Join(s.Sent, "\n----\n")+"\n")
	require.Equal(t, restartPath, c.RestartCall(thing()))
}

// The example of the documents breaks its own schema in many ways.
func TestWhatIsKnownOfAProxy(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{listPath: respond(200, vendortest.Fixture(t, "proxies.json"))})
	got, err := s.client(t).Proxies(t.Context())
	require.NoError(t, err)
	want := integrations.Sighting{At: now, Complete: true, Things: []integrations.Thing{
		{
			ID: instance + "/" + proxy, Name: "orders-rw", Aliases: []string{proxy, "10.63.12.40"},
			Identity: thing().Identity,
			Facts: []integrations.Field{
				{Name: "status", Value: "ACTIVE"}, {Name: "address", Value: "10.63.12.40"}, {Name: "port", Value: "3306"},
				{Name: "mode", Value: "Cluster"}, {Name: "type", Value: "readwrite"}, {Name: "nodes", Value: "2"}, {Name: "nodes-unwell", Value: "1"},
			},
			Traits: integrations.Traits{
				Read: true, Names: integrations.Trait{Values: []string{"orders-rw", proxy, "10.63.12.40"}}, Addresses: integrations.Trait{Values: []string{"10.63.12.40"}},
			},
			Warn: []integrations.Note{{Hint: "warn.taurusdb-connections"}, integrations.NewNote("warn.taurusdb-may-fail", "status", "ABNORMAL")},
		},
		{
			ID: instance + "/p2po01", Name: "p2po01", Called: "for reports", Aliases: []string{"p2po01", ""},
			Identity: []integrations.Field{{Name: "instance", Value: instance}, {Name: "proxy", Value: "p2po01"}},
			Facts:    []integrations.Field{{Name: "name", Value: "for reports"}, {Name: "status", Value: "CHANGING WEIGHTS"}, {Name: "nodes", Value: "1"}},
			Traits:   integrations.Traits{Read: true, Names: integrations.Trait{Values: []string{"for reports", "p2po01"}, Unknown: true}, Addresses: integrations.Trait{Unknown: true}},
			Warn:     []integrations.Note{{Hint: "warn.taurusdb-connections"}},
		},
		{
			ID: instance + "/p3po01", Name: "p3po01", Called: "twin", Aliases: []string{"p3po01", ""},
			Identity: []integrations.Field{{Name: "instance", Value: instance}, {Name: "proxy", Value: "p3po01"}},
			Facts:    []integrations.Field{{Name: "name", Value: "twin"}, {Name: "status", Value: "FAILED"}},
			Traits:   integrations.Traits{Read: true, Names: integrations.Trait{Values: []string{"twin", "p3po01"}, Unknown: true}, Addresses: integrations.Trait{Unknown: true}},
			Warn:     []integrations.Note{{Hint: "warn.taurusdb-connections"}, integrations.NewNote("warn.taurusdb-may-fail", "status", "FAILED")},
		},
		{
			ID: instance + "/p4po01", Name: "p4po01", Called: "twin", Aliases: []string{"p4po01", ""},
			Identity: []integrations.Field{{Name: "instance", Value: instance}, {Name: "proxy", Value: "p4po01"}},
			Facts:    []integrations.Field{{Name: "name", Value: "twin"}, {Name: "status", Value: "DELETED"}},
			Traits:   integrations.Traits{Read: true, Names: integrations.Trait{Values: []string{"twin", "p4po01"}, Unknown: true}, Addresses: integrations.Trait{Unknown: true}},
			Warn:     []integrations.Note{{Hint: "warn.taurusdb-connections"}},
			Bar:      integrations.Note{Hint: "bar.taurusdb-deleted"},
		},
	}}
	require.Empty(t, cmp.Diff(want, got))
}

// Only what was read to its end proves that something is not there.
func TestWhenAListIsComplete(t *testing.T) {
	rows := func(from, n int) string {
		all := make([]string, n)
		for i := range all {
			all[i] = fmt.Sprintf(`{"proxy":{"pool_id":"p-%d"}}`, from+i)
		}
		return `{"proxy_list":[` + strings.Join(all, ",") + `]}`
	}
	for name, c := range map[string]struct {
		page     func(offset int) string
		things   int
		complete bool
	}{
		"none":                  {func(int) string { return rows(0, 0) }, 0, true},
		"a full page and more":  {func(o int) string { return rows(o, min(100, 130-o)) }, 130, true},
		"just a full page":      {func(o int) string { return rows(o, min(100, 100-o)) }, 100, true},
		"pages without an end":  {func(o int) string { return rows(o, 100) }, 500, false},
		"one that is on both":   {func(o int) string { return rows(max(0, o-1), min(100, 130-o)) }, 129, false},
		"an id that is no id":   {func(int) string { return `{"proxy_list":[{"proxy":{"pool_id":"../x"}}]}` }, 0, false},
		"an answer without one": {func(int) string { return `{}` }, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, r *http.Request) {
				var offset int
				_, _ = fmt.Sscan(r.URL.Query().Get("offset"), &offset)
				respond(200, c.page(offset))(w, r)
			}})
			got, err := s.client(t).Proxies(t.Context())
			require.NoError(t, err)
			assert.Len(t, got.Things, c.things)
			assert.Equal(t, c.complete, got.Complete)
		})
	}
}

// Codes refine what the status says. With a status that is not theirs they say
// nothing.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		kind   integrations.Kind
		hint   string
	}{
		{400, "DBS.280001", integrations.Invalid, ""},
		{400, "DBS.270024", integrations.NotFound, "taurusdb.no-proxy"},
		{400, "DBS.200086", integrations.Busy, "taurusdb.not-now"},
		{400, "DBS.280449", integrations.Unsupported, "taurusdb.frozen"},
		{401, "APIGW.0301", integrations.Unauthenticated, "huaweicloud.unauthenticated"},
		{403, "DBS.200010", integrations.Forbidden, "taurusdb.no-permission"},
		{403, "DBS.280056", integrations.Unauthenticated, "huaweicloud.unauthenticated"},
		{404, "DBS.200002", integrations.NotFound, "taurusdb.no-instance"},
		{404, "APIGW.0101", integrations.Unsupported, "huaweicloud.no-api"},
		{409, "DBS.200011", integrations.Busy, "taurusdb.busy"},
		{409, "DBS.280406", integrations.Unsupported, "taurusdb.not-allowed"},
		{409, "DBS.999999", integrations.Invalid, ""},
		{429, "APIGW.0308", integrations.Throttled, ""},
		{500, "DBS.200005", integrations.Unavailable, ""},
		{500, "DBS.200011", integrations.Unavailable, ""},
		{500, "DBS.270024", integrations.Unavailable, ""},
	} {
		t.Run(fmt.Sprint(c.status, " ", c.code), func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{restartPath: refusal(c.status, c.code)})
			_, err := s.client(t).Restart(t.Context(), thing())
			got := vendortest.Failure(t, err)
			assert.Equal(t, c.kind, got.Kind)
			assert.Equal(t, c.hint, got.Hint)
			assert.Equal(t, c.code, got.Code)
			assert.Equal(t, "RestartProxyInstance", got.Op)
			assert.Len(t, s.Sent, 1)
		})
	}
}

// A list holds nothing of ours but ids of the configuration: where it is wrong, they are. Of a
// restart, which holds a proxy's id as well, that is not said.
func TestAnInstanceIDOfAnotherForm(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{listPath: refusal(400, "DBS.280001")})
	_, err := s.client(t).Proxies(t.Context())
	got := vendortest.Failure(t, err)
	assert.Equal(t, integrations.Invalid, got.Kind)
	assert.Equal(t, "taurusdb.wrong-id", got.Hint)
	for id, ok := range map[string]bool{
		instance: true, strings.ToUpper(instance[:32]) + "in07": true, "": true, // that it is missing is said elsewhere
		instance[:33] + "in7": false, instance[:32] + "in7": false, instance[:31] + "e1n07": false, instance[1:]: false, "0" + instance: false, instance[:31] + "-in07": false,
	} {
		require.Equal(t, ok, taurusdb.CheckForm(id) == nil, id)
	}
}

// A call that was taken without a job to show for it may have done something.
func TestARestartWithoutAJob(t *testing.T) {
	for _, body := range []string{`{}`, `{"job_id":null}`, `{"job_id":"../x"}`, `{"job_id":{}}`, `[]`, ``} {
		s := play(t, map[string]http.HandlerFunc{restartPath: respond(200, body)})
		_, err := s.client(t).Restart(t.Context(), thing())
		require.Equal(t, integrations.MayBeDone, vendortest.Failure(t, err).Effect(), body)
		require.Equal(t, integrations.Garbled, vendortest.Failure(t, err).Kind, body)
	}
}

func TestTraces(t *testing.T) {
	is := func(status, more string) http.HandlerFunc {
		return respond(200, fmt.Sprintf(`{"job":{"id":%q,"status":%q%s}}`, job, status, more))
	}
	invisible := integrations.NewNote("trace.taurusdb-not-visible-at", "job", job).At("at", now)
	for name, c := range map[string]struct {
		job   http.HandlerFunc
		proxy string
		since time.Duration // since the call
		fate  integrations.Fate
		note  integrations.Note
		kind  integrations.Kind
	}{
		"waiting":             {job: is("Pending", `,"process":""`), fate: integrations.Leaving, note: integrations.NewNote("trace.taurusdb-pending")},
		"running":             {job: is("Running", `,"process":"60%"`), fate: integrations.Leaving, note: integrations.NewNote("trace.taurusdb-running", "progress", "60%")},
		"done, and well":      {job: is("Completed", ``), proxy: "ACTIVE", fate: integrations.Over, note: integrations.NewNote("trace.taurusdb-completed")},
		"done, and not well":  {job: is("Completed", ``), proxy: "ABNORMAL", fate: integrations.Leaving, note: integrations.NewNote("trace.taurusdb-not-active", "status", "ABNORMAL")},
		"failed":              {job: is("Failed", `,"fail_reason":"no\nquorum"`), fate: integrations.Failed, note: integrations.NewNote("trace.taurusdb-failed-why", "reason", "no\nquorum")},
		"failed, and no word": {job: is("Failed", ``), fate: integrations.Failed, note: integrations.NewNote("trace.taurusdb-failed")},
		"a state unheard of":  {job: is("Paused", ``), fate: integrations.Untold, note: integrations.NewNote("trace.taurusdb-status", "status", "Paused")},
		"not visible yet":     {job: refusal(400, "DBS.200543"), since: 29 * time.Second, fate: integrations.Untold, note: invisible},
		"not visible, by 404": {job: refusal(404, "DBS.200543"), since: 2 * time.Second, fate: integrations.Untold, note: invisible},
		"never visible":       {job: refusal(400, "DBS.200543"), since: 30 * time.Second, fate: integrations.Untold, note: integrations.NewNote("trace.taurusdb-no-job", "job", job)},
		"a proxy's 404":       {job: respond(404, `<html>`), fate: integrations.Untold, kind: integrations.Garbled},
		"another job":         {job: respond(200, `{"job":{"id":"j-2","status":"Completed"}}`), fate: integrations.Untold, kind: integrations.Garbled},
		"trouble":             {job: refusal(500, "DBS.200005"), fate: integrations.Untold, kind: integrations.Unavailable},
		"no such call":        {job: refusal(400, "DBS.280001"), fate: integrations.Untold, kind: integrations.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{jobPath: c.job, listPath: listed(c.proxy), jobsPath: respond(200, jobList())})
			got, err := s.client(t).Trace(t.Context(), thing(), integrations.Receipt{At: now.Add(-c.since), Job: job})
			assert.Equal(t, c.kind, integrations.KindOf(err))
			assert.Equal(t, integrations.Trace{Fate: c.fate, Note: c.note, At: now}, got)
		})
	}
}

// What is not of this instance, or is no id, goes into no path.
func TestOthersAreLeftAlone(t *testing.T) {
	s := play(t, nil)
	c := s.client(t)
	for _, ids := range [][2]string{{instance, ""}, {instance, "../x"}, {"i-2", proxy}} {
		other := thing()
		other.Identity = []integrations.Field{{Name: "instance", Value: ids[0]}, {Name: "proxy", Value: ids[1]}}
		_, err := c.Restart(t.Context(), other)
		require.Equal(t, "taurusdb.other-instance", vendortest.Failure(t, err).Hint)
		require.Empty(t, c.RestartCall(other))
	}
	require.Empty(t, s.Sent)
}

func TestEveryMistakeIsNamed(t *testing.T) {
	_, err := taurusdb.New(taurusdb.Config{Region: "eu-west-101", Language: "fr", Credentials: huaweicloud.Credentials{User: "quell"}},
		integrations.NewClient(integrations.ClientOptions{}), time.Now)
	for _, want := range []string{
		`taurusdb endpoint: the vendor lists none for region "eu-west-101"`, "project id is missing", "instance id is missing",
		`not "fr"`, "the password is missing",
	} {
		require.ErrorContains(t, err, want)
	}
}
