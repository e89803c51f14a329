package sim_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

func TestFabricCloses(t *testing.T) {
	t.Parallel()
	l := newLakehouse(t)
	res := l.close(report)
	require.Equal(t, 200, res.status)
	require.JSONEq(t, `{}`, res.text)
	l.clock.forward(l.cfg.CloseTime - time.Millisecond)
	assert.Equal(t, "RUNNING", l.status(report))
	assert.Equal(t, 200, l.close(report).status, "to ask again makes it no longer")
	l.clock.forward(time.Millisecond)
	assert.Equal(t, "CLOSED", l.status(report))
	assert.Equal(t, []string{report}, column(t, l.get(workspace+"?status=CLOSED"), "sessions", "session_id"))
	assert.Equal(t, 404, l.get(workspace+"/"+report+"/statements").status, "what ran in it is gone")
	assert.Equal(t, 404, l.close(report).status, "played as not there")
	assert.Len(t, l.vendor.Sessions(), 4)
	assert.Equal(t, 3, l.vendor.Closings())
}

func TestFabricClosesInAnyState(t *testing.T) {
	t.Parallel()
	for _, session := range sim.Lakehouse().Sessions {
		l := newLakehouse(t, func(cfg *sim.FabricConfig) { cfg.CloseTime = 0 })
		require.Equal(t, 200, l.close(session.ID).status, session.ID)
		assert.Equal(t, "CLOSED", l.status(session.ID), "the call is synchronous")
	}
	l := newLakehouse(t)
	l.vendor.Open(sim.FabricSession{ID: "broken", Status: "FAIL"})
	assert.Equal(t, 404, l.close("broken").status)
	assert.Equal(t, "FAIL", l.status("broken"))
}

func TestFabricClientsLeave(t *testing.T) {
	t.Parallel()
	l := newLakehouse(t)
	require.True(t, l.vendor.Leave(notebook))
	require.False(t, l.vendor.Leave(notebook))
	assert.Equal(t, "CLOSED", l.status(notebook))
	assert.Equal(t, 404, l.close(notebook).status)
}

// The words are those of the document's examples. The code alone does not tell a call
// that is wrong from a session that is not there.
func TestFabricIDs(t *testing.T) {
	t.Parallel()
	const malformed = `{"error_code": "common.01000001", "error_msg": "failed to read http request, please check your input, code: 400, reason: Type mismatch., cause: TypeMismatchException"}`
	const missing = `{"error_code": "common.01000001", "error_msg": "response status exception, code: 404"}`
	const elsewhere = "/v1/workspaces/00000000-0000-0000-0000-000000000000/sessions"
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		workspace + "/nobody":                              {404, missing},
		workspace + "/" + strings.ToUpper(notebook):        {404, missing},
		workspace + "/" + strings.Repeat("a", 36):          {404, missing},
		workspace + "/" + strings.Repeat("a", 37):          {400, malformed},
		workspace + "/notebook_yuki":                       {400, malformed},
		workspace + "/notebook.yuki":                       {400, malformed},
		elsewhere + "/" + notebook:                         {404, missing},
		"/v1/workspaces/my_workspace/sessions/" + notebook: {400, malformed},
	} {
		l := newLakehouse(t)
		for _, method := range []string{http.MethodGet, http.MethodDelete} {
			res := l.send(l.signed(method, path))
			assert.Equal(t, want.status, res.status, method, path)
			assert.JSONEq(t, want.says, res.text, method, path)
		}
		assert.Len(t, l.vendor.Sessions(), 5)
	}
	l := newLakehouse(t)
	for _, method := range []string{http.MethodPost, http.MethodPut} {
		res := l.send(l.signed(method, workspace+"/"+notebook))
		assert.Equal(t, 404, res.status, method)
		assert.Equal(t, "APIGW.0101", res.code(t), method)
	}
}

func TestFabricFaults(t *testing.T) {
	t.Parallel()
	for fault, want := range map[sim.Fault]struct {
		status int
		says   string
		gone   bool
	}{
		sim.Healthy:       {200, `{}`, true},
		sim.Slow:          {200, `{}`, true},
		sim.Throttled:     {429, "APIG.0308", false},
		sim.Busy:          {408, `{"error_code":"common.00000408","error_msg":"timeout exception occurred"}`, false},
		sim.Forbidden:     {403, `"error_msg":"Policy does not allow`, false},
		sim.SomebodyFirst: {404, `{"error_code":"common.01000001"`, true},
		sim.Down:          {503, "<html>", false},
		sim.FailAfter:     {500, `{"error_code":"common.00000500","error_msg":"internal error"}`, true},
		sim.WrongBody:     {502, "<html>", true},
		sim.Ignore:        {200, `{}`, false},
		sim.Respawn:       {200, `{}`, true},
		sim.Torn:          {200, "", true},
		sim.Hang:          {0, "", false},
		sim.HangAfter:     {0, "", true},
	} {
		t.Run(string(fault), func(t *testing.T) {
			l := newLakehouse(t, func(cfg *sim.FabricConfig) { cfg.SlowBy = time.Millisecond })
			if fault == sim.Hang || fault == sim.HangAfter {
				l.vendor.Close() // lets go of who is kept waiting
			}
			l.vendor.FailNext(sim.CloseSQLSession, fault)
			assert.Equal(t, 200, l.get(workspace).status, "it hits its own call only")
			res := l.close(notebook)
			assert.Equal(t, want.status, res.status)
			assert.Contains(t, res.text, want.says)
			assert.Equal(t, fault == sim.Torn || want.status == 0, res.err != nil)
			assert.Equal(t, fault == sim.Throttled, res.header.Get("Retry-After") == "1")
			l.clock.forward(l.cfg.CloseTime)
			assert.Equal(t, map[bool]any{true: "CLOSED", false: "RUNNING"}[want.gone], l.status(notebook))
			assert.Equal(t, 200, l.close(report).status, "the next is well")
			assert.Equal(t, 2, l.vendor.Closings())
		})
	}
}

func TestFabricSessionsRespawn(t *testing.T) {
	t.Parallel()
	l := newLakehouse(t)
	l.vendor.SetMood(sim.Respawn)
	require.Equal(t, 200, l.close(report).status)
	require.Equal(t, 200, l.close(report).status, "to ask again brings no second one")
	l.clock.forward(l.cfg.CloseTime + 999*time.Millisecond)
	require.Len(t, l.vendor.Sessions(), 4, "gone at first")
	l.clock.forward(time.Millisecond)
	require.Len(t, l.vendor.Sessions(), 5)
	rows := l.get(workspace + "?limit=100").json(t)["sessions"].([]any)
	back := rows[5].(map[string]any)
	assert.NotEqual(t, report, back["session_id"])
	assert.Equal(t, "reports", back["user_name"])
	assert.Equal(t, "2026-01-02T03:04:06.400Z", back["create_time"])
	assert.Equal(t, "CLOSED", l.status(report), "the old one stays closed")
}

// panelOf serves the page of a vendor.
func panelOf(t *testing.T, vendor sim.Page) string {
	t.Helper()
	server := httptest.NewServer(vendor.Panel())
	t.Cleanup(server.Close)
	t.Cleanup(vendor.Close)
	return server.URL + "/"
}

// choose presses a mood's button on the page.
func choose(t *testing.T, page string, mood sim.Fault) int {
	t.Helper()
	res, err := http.PostForm(page+"mood", url.Values{"mood": {string(mood)}})
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res.StatusCode
}

func TestFabricMoods(t *testing.T) {
	t.Parallel()
	for mood, want := range map[sim.Fault]struct {
		list, close, left, later int // later: when who comes back is back
	}{
		sim.Healthy: {200, 200, 4, 4}, sim.Slow: {200, 200, 4, 4}, sim.Throttled: {429, 429, 5, 5},
		sim.Down: {503, 503, 5, 5}, sim.Ignore: {200, 200, 5, 5}, sim.Respawn: {200, 200, 4, 5},
	} {
		t.Run(string(mood), func(t *testing.T) {
			l := newLakehouse(t, func(cfg *sim.FabricConfig) { cfg.SlowBy = time.Millisecond })
			page := panelOf(t, l.vendor)
			require.Equal(t, 204, choose(t, page, mood))
			assert.Equal(t, want.list, l.get(workspace).status)
			assert.Equal(t, want.close, l.close(notebook).status)
			l.clock.forward(l.cfg.CloseTime)
			assert.Len(t, l.vendor.Sessions(), want.left)
			l.clock.forward(time.Second)
			assert.Len(t, l.vendor.Sessions(), want.later)
			require.Equal(t, 204, choose(t, page, sim.Healthy))
			assert.Equal(t, 200, l.close(report).status, "and off again")
			l.clock.forward(l.cfg.CloseTime)
			assert.Len(t, l.vendor.Sessions(), want.later-1)
		})
	}
}

func TestFabricPanel(t *testing.T) {
	t.Parallel()
	l := newLakehouse(t)
	page := panelOf(t, l.vendor)
	next := boards(t, page)
	first := next()
	assert.Equal(t, "lakehouse", first.Title)
	assert.Equal(t, []string{"healthy", "slow", "throttled", "down", "ignores the call", "respawns"}, first.Moods)
	cells, ended := first.row(report)
	assert.Equal(t, []string{report, "reports", "RUNNING", "7h", "SELECT * FROM orders CROSS JOIN customers"}, cells)
	assert.False(t, ended)
	assert.Equal(t, 400, choose(t, page, sim.JobFails), "a mood of another vendor")

	require.Equal(t, 200, l.close(report).status)
	l.clock.forward(l.cfg.CloseTime)
	cells, _ = until(next, func(b board) bool { _, ended := b.row(report); return ended }).row(report)
	assert.Equal(t, []string{report, "reports", "CLOSED", "7h", ""}, cells, "nothing runs in it any more")
	l.clock.forward(31 * time.Second)
	until(next, func(b board) bool { cells, _ := b.row(report); return cells == nil })
}
