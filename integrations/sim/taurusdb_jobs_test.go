package sim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

const immediate = ordersProject + "/immediate-jobs"

// begin restarts a proxy and returns the id of the job.
func (o *orders) begin(proxy string) string {
	o.t.Helper()
	res := o.restart(proxy)
	require.Equal(o.t, 200, res.status, res.text)
	body := res.json(o.t)
	require.Len(o.t, body, 1, "the id and nothing else")
	return body["job_id"].(string)
}

func (o *orders) job(id string) reply { return o.get(ordersProject + "/jobs?id=" + id) }

// state is the status of a job and its process.
func (o *orders) state(id string) [2]any {
	o.t.Helper()
	res := o.job(id)
	require.Equal(o.t, 200, res.status, res.text)
	job := res.json(o.t)["job"].(map[string]any)
	return [2]any{job["status"], job["process"]}
}

func TestTaurusDBRestarts(t *testing.T) {
	t.Parallel()
	o := newOrders(t)
	id := o.begin(readWrite)
	o.clock.forward(2*time.Second - time.Millisecond)
	unseen := o.job(id)
	assert.Equal(t, 400, unseen.status, "a new job cannot be read at once")
	assert.JSONEq(t, `{"error_code": "DBS.200543", "error_msg": "The job does not exist."}`, unseen.text)
	assert.JSONEq(t, `{"jobs": [], "total_count": 0}`, o.get(immediate).text)

	o.clock.forward(time.Millisecond)
	assert.JSONEq(t, `{"job": {
		"id": "`+id+`", "name": "RestartGaussMySQLProxyInstance", "status": "Running", "process": "20%",
		"created": "2026-01-02T03:04:05+0000", "entities": {},
		"instance": {"id": "61a4ea66210545909d74a05c27a7179ein07", "name": "orders"}
	}}`, o.job(id).text)
	o.clock.forward(4 * time.Second)
	assert.Equal(t, [2]any{"Running", "60%"}, o.state(id))
	o.clock.forward(4*time.Second - time.Millisecond)
	assert.Equal(t, [2]any{"Running", "99%"}, o.state(id))
	o.clock.forward(time.Millisecond)
	assert.Equal(t, [2]any{"Completed", ""}, o.state(id))
	assert.Equal(t, "2026-01-02T03:04:15+0000", o.job(id).json(t)["job"].(map[string]any)["ended"])
	assert.Equal(t, 400, o.job("dff1d289-4d03-4942-854f-463ea07c000d").status, "nobody's")
}

func TestTaurusDBJobsArePendingFirst(t *testing.T) {
	t.Parallel()
	o := newOrders(t, func(cfg *sim.TaurusDBConfig) { cfg.VisibleAfter = time.Millisecond })
	id := o.begin(readOnly)
	o.clock.forward(499 * time.Millisecond)
	assert.Equal(t, [2]any{"Pending", ""}, o.state(id))
	o.clock.forward(time.Millisecond)
	assert.Equal(t, [2]any{"Running", "5%"}, o.state(id))
}

// A proxy that is abnormal fails to restart by itself, another when it is asked to.
func TestTaurusDBJobsFail(t *testing.T) {
	t.Parallel()
	for proxy, fault := range map[string]sim.Fault{abnormal: sim.Healthy, readWrite: sim.JobFails} {
		o := newOrders(t)
		o.vendor.FailNext(sim.RestartProxyInstance, fault)
		id := o.begin(proxy)
		o.clock.forward(6*time.Second - time.Millisecond)
		assert.Equal(t, [2]any{"Running", "59%"}, o.state(id))
		o.clock.forward(time.Millisecond)
		assert.Equal(t, [2]any{"Failed", ""}, o.state(id))
		o.clock.forward(time.Minute)
		job := o.job(id).json(t)["job"].(map[string]any)
		assert.Equal(t, "Failed", job["status"])
		assert.NotEmpty(t, job["fail_reason"])
		assert.Equal(t, 200, o.restart(readOnly).status, "the instance is free again")
	}
}

func TestTaurusDBDoesOneThingAtATime(t *testing.T) {
	t.Parallel()
	o := newOrders(t)
	first := o.begin(readWrite)
	for _, proxy := range []string{readWrite, readOnly} {
		res := o.restart(proxy)
		assert.Equal(t, 409, res.status)
		assert.Equal(t, "DBS.200011", res.code(t))
	}
	o.clock.forward(10 * time.Second)
	assert.NotEqual(t, first, o.begin(readWrite), "each that is accepted is a new job")
	assert.Equal(t, 2, o.vendor.Jobs())
	assert.Equal(t, 4, o.vendor.Restarts())
}

func TestTaurusDBRemembersAMonth(t *testing.T) {
	t.Parallel()
	o := newOrders(t)
	id := o.begin(readWrite)
	o.clock.forward(31*24*time.Hour - time.Second)
	assert.Equal(t, 200, o.job(id).status)
	o.clock.forward(time.Second)
	assert.Equal(t, 400, o.job(id).status)
	assert.Empty(t, column(t, o.get(immediate), "jobs", "job_id"))
}

func TestTaurusDBListsJobs(t *testing.T) {
	t.Parallel()
	o := newOrders(t)
	var ids []string
	for _, proxy := range []string{abnormal, readOnly, readWrite} {
		ids = append(ids, o.begin(proxy))
		o.clock.forward(10 * time.Second)
	}
	ids = append(ids, o.begin(readWrite))
	o.clock.forward(5 * time.Second)
	rows := o.get(immediate).json(t)["jobs"].([]any)
	require.Len(t, rows, 4)
	assert.NotEmpty(t, rows[0].(map[string]any)["fail_reason"])
	assert.Equal(t, "2026-01-02T03:04:25+0000", rows[1].(map[string]any)["ended_time"])
	last := rows[3].(map[string]any)
	assert.Equal(t, []any{"Running", "50%", "2026-01-02T03:04:35+0000"}, []any{last["status"], last["process"], last["created_time"]})

	for query, want := range map[string][]string{
		"?limit=50&offset=0": ids, "?limit=10&offset=3": ids[3:], "?limit=20&offset=4": {},
		"?status=Failed": ids[:1], "?status=Completed": ids[1:3], "?status=Running": ids[3:], "?job_id=" + ids[2]: ids[2:3],
		"?job_name=RestartGaussMySQLProxyInstance": ids, "?job_name=CreateGaussMySQLInstance": {},
		"?start_time=2026-01-02T03:04:15%2B0000": ids[1:], "?start_time=2026-01-02T04:04:16%2B0100": ids[2:],
		"?end_time=2026-01-02T03:04:15%2B0000": ids[:2], "?start_time=2026-01-02T03:04:15%2B0000&end_time=2026-01-02T03:04:25%2B0000": ids[1:3],
	} {
		assert.Equal(t, want, column(t, o.get(immediate+query), "jobs", "job_id"), query)
	}
	for _, wrong := range []string{
		"limit=1", "limit=100", "limit=ten", "offset=-1",
		"start_time=1767323045000", "end_time=2026-01-02T03:04:15Z", "start_time=2026-01-02",
	} {
		assert.Equal(t, 400, o.get(immediate+"?"+wrong).status, wrong)
	}
}

// The list is the project's: what others did stands on it, for a month.
func TestTaurusDBListsWhatIsPast(t *testing.T) {
	t.Parallel()
	o := newOrders(t)
	o.vendor.Past(700, time.Hour)
	body := o.get(immediate + "?limit=50").json(t)
	assert.EqualValues(t, 700, body["total_count"])
	first := body["jobs"].([]any)[0].(map[string]any)
	assert.Equal(t, []any{"Completed", "2026-01-01T14:25:05+0000"}, []any{first["status"], first["created_time"]})
	assert.Zero(t, o.vendor.Jobs(), "none of them is a restart that was asked for here")
	assert.Equal(t, 200, o.restart(readWrite).status)
}

// The vendor has a clock of its own. The Date of its answers tells it, and its jobs go
// by it.
func TestTaurusDBHasItsOwnClock(t *testing.T) {
	t.Parallel()
	for ahead, want := range map[time.Duration][2]string{
		0:                        {"Fri, 02 Jan 2026 03:04:07 GMT", "2026-01-02T03:04:05+0000"},
		-1500 * time.Millisecond: {"Fri, 02 Jan 2026 03:04:05 GMT", "2026-01-02T03:04:03+0000"},
		14 * time.Minute:         {"Fri, 02 Jan 2026 03:18:07 GMT", "2026-01-02T03:18:05+0000"},
	} {
		o := newOrders(t)
		o.vendor.SetClock(ahead)
		o.begin(readWrite)
		o.clock.forward(2 * time.Second)
		res := o.get(immediate)
		assert.Equal(t, want[0], res.header.Get("Date"), ahead)
		assert.Equal(t, []string{want[1]}, column(t, res, "jobs", "created_time"), ahead)
	}
	o := newOrders(t)
	o.vendor.SetClock(16 * time.Minute)
	res := o.restart(readWrite)
	assert.Equal(t, 401, res.status, "a signature is good for 15 minutes")
	assert.Equal(t, "Fri, 02 Jan 2026 03:20:05 GMT", res.header.Get("Date"))
}

func TestTaurusDBFaults(t *testing.T) {
	t.Parallel()
	for fault, want := range map[sim.Fault]struct {
		status int
		says   string
		job    any // what a job that was made is at last
	}{
		sim.Healthy:   {200, "job_id", "Completed"},
		sim.Slow:      {200, "job_id", "Completed"},
		sim.Throttled: {429, "APIGW.0308", nil},
		sim.Busy:      {409, "DBS.200011", nil},
		sim.Forbidden: {403, "DBS.200010", nil},
		sim.Down:      {503, "<html>", nil},
		sim.FailAfter: {500, `{"error_code":"DBS.200005","error_msg":"Server failure."}`, "Completed"},
		sim.WrongBody: {502, "<html>", "Completed"},
		sim.Ignore:    {200, "job_id", "Running"},
		sim.JobFails:  {200, "job_id", "Failed"},
		sim.Torn:      {200, "", "Completed"},
		sim.Hang:      {0, "", nil},
		sim.HangAfter: {0, "", "Completed"},
	} {
		t.Run(string(fault), func(t *testing.T) {
			o := newOrders(t, func(cfg *sim.TaurusDBConfig) { cfg.SlowBy = time.Millisecond })
			if fault == sim.Hang || fault == sim.HangAfter {
				o.vendor.Close() // lets go of who is kept waiting
			}
			o.vendor.FailNext(sim.RestartProxyInstance, fault)
			assert.Equal(t, 200, o.get(proxies).status, "it hits its own call only")
			res := o.restart(readWrite)
			assert.Equal(t, want.status, res.status)
			assert.Contains(t, res.text, want.says)
			assert.Equal(t, fault == sim.Torn || want.status == 0, res.err != nil)
			assert.Equal(t, fault == sim.Throttled, res.header.Get("Retry-After") == "1")
			o.clock.forward(time.Hour)
			if states := column(t, o.get(immediate), "jobs", "status"); want.job == nil {
				assert.Empty(t, states)
			} else {
				assert.Equal(t, []string{want.job.(string)}, states)
			}
			assert.Equal(t, map[bool]int{true: 409, false: 200}[want.job == "Running"], o.restart(readOnly).status, "the next is well")
		})
	}
}

func TestTaurusDBSomebodyIsFirst(t *testing.T) {
	t.Parallel()
	o := newOrders(t)
	o.vendor.FailNext(sim.RestartProxyInstance, sim.SomebodyFirst)
	res := o.restart(readOnly)
	assert.Equal(t, 400, res.status)
	assert.Equal(t, "DBS.270024", res.code(t))
	assert.Zero(t, o.vendor.Jobs())
	assert.Len(t, o.get(proxies).json(t)["proxy_list"], 2, "it is gone")
	assert.Equal(t, 200, o.restart(readWrite).status)
}

func TestTaurusDBMoods(t *testing.T) {
	t.Parallel()
	for mood, want := range map[sim.Fault]struct {
		list, restart, after int // after: another restart, an hour later, in good mood
		job                  string
	}{
		sim.Healthy: {200, 200, 200, "Completed 100%"}, sim.Slow: {200, 200, 200, "Completed 100%"}, sim.Throttled: {429, 429, 200, ""},
		sim.Down: {503, 503, 200, ""}, sim.Ignore: {200, 200, 409, "Running 10%"}, sim.JobFails: {200, 200, 200, "Failed 60%"},
	} {
		t.Run(string(mood), func(t *testing.T) {
			o := newOrders(t, func(cfg *sim.TaurusDBConfig) { cfg.SlowBy = time.Millisecond })
			page := panelOf(t, o.vendor)
			next := boards(t, page)
			require.Equal(t, []string{"healthy", "slow", "throttled", "down", "ignores the call", "the job fails"}, next().Moods)
			require.Equal(t, 204, choose(t, page, mood))
			require.Equal(t, 400, choose(t, page, sim.Respawn), "nothing comes back that never went")
			assert.Equal(t, want.list, o.get(proxies).status)
			assert.Equal(t, want.restart, o.restart(readWrite).status)
			o.clock.forward(time.Hour)
			require.Equal(t, 204, choose(t, page, sim.Healthy))
			cells, _ := until(next, func(b board) bool { c, _ := b.row("orders-rw"); return b.Mood == "healthy" && c[4] == want.job }).row("orders-rw")
			assert.Equal(t, []string{"orders-rw", "10.63.12.40", "readwrite", "ACTIVE", want.job}, cells)
			assert.Equal(t, want.after, o.restart(readOnly).status, "and off again")
		})
	}
}
