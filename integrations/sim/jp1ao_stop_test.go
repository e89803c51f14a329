package sim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

// template is the operation of 2.7.9's example, of one task.
func template(id int) string {
	return fmt.Sprintf(`{"name": "forceStop", "method": "POST", "parameters": [],
		"href": "http://192.168.146.132:22015/Automation/v1/objects/Tasks/%d/actions/forceStop/invoke"}`, id)
}

func (n *nightly) stop(id int) reply {
	n.t.Helper()
	return n.send(n.request(http.MethodPost, fmt.Sprintf("%s/%d/actions/forceStop/invoke", tasks, id), template(id)))
}

func (n *nightly) status(id int) any {
	n.t.Helper()
	return n.get(fmt.Sprintf("%s/%d", tasks, id)).json(n.t)["status"]
}

// A stop is accepted at once and takes effect later, or differently, or never.
func TestJP1AOStops(t *testing.T) {
	t.Parallel()
	for id, want := range map[int]struct{ soon, end string }{
		5381: {"In Progress (Terminating)", "Failed"},
		5384: {"In Progress (Terminating)", "Failed"},
		5385: {"In Progress (Terminating)", "Completed"},               // its last step was under way
		5386: {"In Progress (with Error)", "In Progress (with Error)"}, // it does not hear
	} {
		n := newNightly(t)
		res := n.stop(id)
		require.Equal(t, 200, res.status, res.text)
		require.Equal(t, "success", res.json(t)["state"], "of the operation, not of the task")
		assert.Equal(t, want.soon, n.status(id))
		n.clock.forward(3*time.Second - time.Millisecond)
		assert.Equal(t, want.soon, n.status(id))
		n.clock.forward(time.Millisecond)
		assert.Equal(t, want.end, n.status(id))
		n.clock.forward(time.Hour)
		assert.Equal(t, want.end, n.status(id))
		assert.Equal(t, 1, n.vendor.Stops())
		assert.Len(t, n.vendor.Tasks(), 6)
	}
}

// Only what runs can be stopped, and only once.
func TestJP1AOStatusesThatCanBeStopped(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]int{
		"In Progress": 200, "Waiting for Input": 200, "In Progress (with Error)": 200, "Long Running": 200,
		"Waiting": 409, "Suspended": 409, "In Progress (Terminating)": 409, "Completed": 409, "Failed": 409, "Canceled": 409,
	} {
		n := newNightly(t)
		task := n.vendor.Submit(sim.Task{Name: "probe", Status: status})
		require.Equal(t, 5388, task.ID, "the next number")
		assert.Equal(t, want, n.stop(task.ID).status, status)
		assert.Equal(t, 409, n.stop(task.ID).status, status)
	}
	n := newNightly(t)
	require.True(t, n.vendor.End(5381, "Canceled"))
	require.False(t, n.vendor.End(1, "Canceled"))
	assert.Equal(t, 409, n.stop(5381).status, "it ended by itself")
	assert.Equal(t, 404, n.stop(5380).status)
	assert.Equal(t, "Canceled", n.status(5381))
}

// The manual spells the answer in two ways. Its id is the operation's.
func TestJP1AOSpellings(t *testing.T) {
	t.Parallel()
	const task, id = `"http://192.168.146.132:22015/Automation/v1/objects/Tasks/5381"`, `"68451399-53c2-4f6b-bbdd-be025a61ed02"`
	const at = `"2026-01-02T03:04:05.000+00:00"`
	const rest = `"created": ` + at + `, "updated": ` + at + `, "completed": ` + at + `, "state": "success", "result": []`
	for schema, want := range map[bool]string{
		false: `{"instanceID": ` + id + `, "affectedResource": [` + task + `], ` + rest + `}`,
		true:  `{"instanceId": ` + id + `, "affectedResources": [{"href": ` + task + `}], ` + rest + `}`,
	} {
		n := newNightly(t, func(cfg *sim.JP1AOConfig) { cfg.Schema = schema })
		assert.JSONEq(t, want, n.stop(5381).text)
	}
}

// The template is no check: it is there in any state.
func TestJP1AOTemplates(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	for _, task := range sim.Nightly().Tasks {
		res := n.get(fmt.Sprintf("%s/%d/actions/forceStop", tasks, task.ID))
		assert.Equal(t, 200, res.status)
		assert.JSONEq(t, template(task.ID), res.text)
	}
}

func TestJP1AOBodies(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	const path = tasks + "/5381/actions/forceStop"
	good := n.get(path).text
	for _, body := range []string{
		"", "stop", "[]", "{}", strings.Replace(good, "5381", "5338", 1), strings.Replace(good, "forceStop\"", "stop\"", 1),
		strings.Replace(good, "POST", "PUT", 1), strings.Replace(good, "[]", "null", 1),
	} {
		res := n.send(n.request(http.MethodPost, path+"/invoke", body))
		assert.Equal(t, 400, res.status, body)
		assert.Equal(t, "generic error", res.json(t)["messageID"], body)
	}
	require.Equal(t, "In Progress", n.status(5381))
	require.Equal(t, 200, n.send(n.request(http.MethodPost, path+"/invoke", good)).status)
}

// Whole lines, as many as fit, from the offset on or, with reverse, back from it: before
// the first byte there is nothing.
func TestJP1AOLogs(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	n.stop(5381)
	n.clock.forward(3 * time.Second)
	const started = "2026-01-02 03:04:05 KNAE03000-I The task was started.\n"
	const stopped = "2026-01-02 03:04:05 KNAE03005-I Task execution was forcibly stopped.\n"
	const ended = "2026-01-02 03:04:08 KNAE03010-I The task ended. status=Failed\n"
	const all = len(started + stopped + ended)
	for _, tt := range []struct {
		offset, size int
		reverse      bool
		want         string
	}{
		{0, 10000, false, started + stopped + ended}, {0, 10000, true, ""}, {all, 10000, true, started + stopped + ended},
		{0, len(started), false, started}, {0, len(started) - 1, false, ""}, {0, len(started) + 5, false, started},
		{len(started), 10000, false, stopped + ended}, {len(started), 10000, true, started},
		{len(started) - 9, 10000, false, "started.\n" + stopped + ended}, {len(started), len(stopped) - 1, false, ""},
		{all, len(ended), true, ended}, {all, len(ended) - 1, true, ""}, {all, len(ended) + len(stopped), true, stopped + ended},
		{all, 10000, false, ""}, {all + 1, 10000, false, ""}, {all, 0, true, ""},
	} {
		res := n.get(fmt.Sprintf("%s?taskID=5381&offset=%d&readSize=%d%s", taskLogs, tt.offset, tt.size, map[bool]string{true: "&reverse"}[tt.reverse]))
		assert.Equal(t, 200, res.status)
		assert.Equal(t, tt.want, res.text, tt)
		assert.Contains(t, res.header.Get("Content-Type"), "text/plain")
	}
	for _, wrong := range []string{
		"?taskID=5381&offset=0&readSize=-1", "?taskID=5381&offset=-1&readSize=10", "?taskID=5381&offset=0", "?taskID=5381&readSize=10",
		"?taskID=1&offset=0&readSize=10", "?offset=0&readSize=10", "?taskID=5381&offset=0&readSize=10&reverse=true",
	} {
		assert.Equal(t, 404, n.get(taskLogs+wrong).status, wrong)
	}
}

// A log may be long, and a line of it too.
func TestJP1AOLogsOfOneTask(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	const started = "2026-01-02 03:04:05 KNAE03000-I The task was started.\n"
	task := n.vendor.Submit(sim.Task{Name: "probe", Log: []string{strings.Repeat("x", 99), "タスク"}})
	for _, tt := range []struct {
		offset, size int
		want         string
	}{
		{0, 100, started}, {len(started), 99, ""}, {len(started), 100, strings.Repeat("x", 99) + "\n"}, {len(started) + 100, 10, "タスク\n"},
	} {
		assert.Equal(t, tt.want, n.get(fmt.Sprintf("%s?taskID=%d&offset=%d&readSize=%d", taskLogs, task.ID, tt.offset, tt.size)).text, tt)
	}
	require.True(t, n.vendor.Leave(fmt.Sprint(task.ID)))
	assert.Equal(t, "Completed", n.status(task.ID))
	assert.False(t, n.vendor.Leave("probe"))
}

func TestJP1AOFaults(t *testing.T) {
	t.Parallel()
	for fault, want := range map[sim.Fault]struct {
		status  int
		says    string
		stopped bool
	}{
		sim.Healthy:   {200, `"state":"success"`, true},
		sim.Slow:      {200, `"state":"success"`, true},
		sim.Throttled: {412, "not available", false},
		sim.Busy:      {412, "not available", false},
		sim.Forbidden: {403, "execution permission", false},
		sim.Down:      {503, "<html>", false},
		sim.FailAfter: {500, "internal error", true},
		sim.WrongBody: {502, "<html>", true},
		sim.Ignore:    {200, `"state":"success"`, false},
		sim.Refused:   {200, `"state":"failed"`, false},
		sim.Respawn:   {200, `"state":"success"`, true},
		sim.Torn:      {200, "", true},
		sim.Hang:      {0, "", false},
		sim.HangAfter: {0, "", true},
	} {
		t.Run(string(fault), func(t *testing.T) {
			n := newNightly(t, func(cfg *sim.JP1AOConfig) { cfg.SlowBy = time.Millisecond })
			if fault == sim.Hang || fault == sim.HangAfter {
				n.vendor.Close() // lets go of who is kept waiting
			}
			n.vendor.FailNext(sim.ForceStop, fault)
			res := n.stop(5381)
			assert.Equal(t, want.status, res.status)
			assert.Contains(t, res.text, want.says)
			assert.Equal(t, fault == sim.Torn || want.status == 0, res.err != nil)
			n.clock.forward(3 * time.Second)
			assert.Equal(t, map[bool]any{true: "Failed", false: "In Progress"}[want.stopped], n.status(5381))
			assert.Equal(t, 200, n.stop(5384).status, "the next is well")
			assert.Equal(t, 2, n.vendor.Stops())
		})
	}
}

func TestJP1AOSomebodyIsFirst(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	n.vendor.FailNext(sim.ForceStop, sim.SomebodyFirst)
	assert.Equal(t, 409, n.stop(5381).status)
	assert.Equal(t, "Completed", n.status(5381))
	assert.Equal(t, 200, n.stop(5384).status, "the next is well")
}

func TestJP1AOTasksRespawn(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	n.vendor.FailNext(sim.ForceStop, sim.Respawn)
	require.Equal(t, 200, n.stop(5381).status)
	n.clock.forward(4*time.Second - time.Millisecond)
	require.Len(t, n.vendor.Tasks(), 6)
	n.clock.forward(time.Millisecond)
	require.Len(t, n.vendor.Tasks(), 7)
	again := n.get(tasks + "/5388").json(t)
	assert.Equal(t, []any{"backup-orders", "In Progress", "2026-01-02T03:04:09.000+00:00"}, []any{again["name"], again["status"], again["startTime"]})
	assert.Equal(t, "Failed", n.status(5381))
}

func TestJP1AOMoods(t *testing.T) {
	t.Parallel()
	for mood, want := range map[sim.Fault]struct {
		read, stop, later int
		end               string
	}{
		sim.Healthy: {200, 200, 6, "Failed"}, sim.Slow: {200, 200, 6, "Failed"}, sim.Throttled: {412, 412, 6, "In Progress"},
		sim.Down: {503, 503, 6, "In Progress"}, sim.Ignore: {200, 200, 6, "In Progress"}, sim.Respawn: {200, 200, 7, "Failed"},
		sim.Refused: {200, 200, 6, "In Progress"},
	} {
		t.Run(string(mood), func(t *testing.T) {
			n := newNightly(t, func(cfg *sim.JP1AOConfig) { cfg.SlowBy = time.Millisecond })
			page := panelOf(t, n.vendor)
			next := boards(t, page)
			require.Equal(t, []string{"healthy", "slow", "throttled", "down", "ignores the call", "respawns", "the operation fails"}, next().Moods)
			require.Equal(t, 204, choose(t, page, mood))
			assert.Equal(t, want.read, n.get(tasks+"/5381").status)
			assert.Equal(t, want.stop, n.stop(5381).status)
			n.clock.forward(4 * time.Second)
			require.Equal(t, 204, choose(t, page, sim.Healthy))
			_, ended := until(next, func(b board) bool { c, _ := b.row("5381"); return b.Mood == "healthy" && c[4] == want.end }).row("5381")
			assert.Equal(t, want.end == "Failed", ended)
			assert.Len(t, n.vendor.Tasks(), want.later)
			assert.Equal(t, 200, n.stop(5384).status, "and off again")
		})
	}
}

// In a log of Shift JIS a kana has two bytes, and in the answer three.
func TestJP1AOLogsInShiftJIS(t *testing.T) {
	t.Parallel()
	n := newNightly(t, func(cfg *sim.JP1AOConfig) { cfg.ShiftJIS = true })
	const started = "2026-01-02 03:04:05 KNAE03000-I The task was started.\n"
	task := n.vendor.Submit(sim.Task{Name: "probe", Log: []string{"タスク", "ended"}})
	for _, tt := range []struct {
		offset, size int
		want         string
	}{
		{len(started), 6, ""}, {len(started), 7, "タスク\n"}, {len(started) + 2, 7, "スク\n"}, {len(started) + 7, 6, "ended\n"},
		{len(started) + 1, 6, "^スク\n"}, {len(started) + 13, 6, ""},
	} {
		assert.Equal(t, tt.want, n.get(fmt.Sprintf("%s?taskID=%d&offset=%d&readSize=%d", taskLogs, task.ID, tt.offset, tt.size)).text, tt)
	}
}
