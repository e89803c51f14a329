package sim_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/integrations/sim"
)

// filtered are the names of the tasks that a filter lets pass, the newest first.
func (n *nightly) filtered(filter string) []string {
	n.t.Helper()
	return column(n.t, n.get(taskPages+"&HQL::filter="+url.QueryEscape(filter)), "data", "name")
}

// The grammar is that of 2.2.11.
func TestJP1AOFilters(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	for filter, want := range map[string]string{
		"status = 'Completed'":                                                  "backup-users",
		"status eq 'Completed' or status eq 'Waiting'":                          "rotate-logs backup-users",
		"status not in ['Completed', 'Failed','Canceled']":                      "rotate-logs restart-web add-vm patch-hosts backup-orders",
		"[status] in ['Waiting for Input']":                                     "add-vm",
		"name starts 'backup' and name ends 'users'":                            "backup-users",
		"(status <> 'Completed') and (submitter = 'yuki' or instanceID > 5386)": "rotate-logs add-vm patch-hosts",
		"instanceID ge 5386 and instanceID lt 5387":                             "patch-hosts",
		"instanceID in [5381,5384]":                                             "add-vm backup-orders",
		"name = 'it''s not there'":                                              "",
		"status != 'Completed' and name<='backup-z'":                            "add-vm backup-orders",
		"status = 'completed'":                                                  "",
	} {
		assert.Equal(t, strings.Fields(want), append([]string{}, n.filtered(filter)...), filter)
	}
}

// What the manual does not know is answered 400 (2.7.1).
func TestJP1AORefusesOtherQueries(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	for _, filter := range []string{
		"", "status", "status =", "status = Completed", "status == 'x'", "state = 'x'", "status = 'x", "status in 'x'", "status in []", "status in ['x'",
		"(status = 'x'", "status = 'x')", "status = 'x' status = 'y'", "status = 'x' and", "status = 'x' xor status = 'y'", "not status = 'x'",
		"instanceID = '5381'", "instanceID = -1", "status like 'x'", "status = \"x\"", "status not = 'x'", "data = 'x'", "[status = 'x'",
	} {
		assert.Equal(t, 400, n.get(taskPages+"&HQL::filter="+url.QueryEscape(filter)).status, filter)
	}
	for _, query := range []string{
		"HQL::sortBy=", "HQL::sortBy=status+UP", "HQL::sortBy=status+DESC+name", "HQL::sortBy=tags", "HQL::sortBy=status,", "HQL::sort=status",
		"HQL::offset=-1", "HQL::offset=x", "HQL::limit=0", "HQL::limit=", "HQL::offset=0&page=1", "alt=csv", "HQL::filter=instanceID=1&HQL::filter=instanceID=2",
	} {
		assert.Equal(t, 400, n.get(tasks+"?"+query).status, query)
	}
	strict := newNightly(t, func(c *sim.JP1AOConfig) { c.NoFilter = true })
	assert.Equal(t, 400, strict.get(tasks+"?HQL::filter=instanceID=1").status)
	assert.Equal(t, 200, strict.get(tasks).status)
}

// Ascending is the default, and the next member decides between equals.
func TestJP1AOSorts(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	names := func(query string) string { return strings.Join(column(t, n.get(tasks+"?"+query), "data", "name"), " ") }
	assert.Equal(t, "add-vm backup-orders backup-users patch-hosts restart-web rotate-logs", names("HQL::sortBy=name"))
	assert.Equal(t, "rotate-logs patch-hosts restart-web add-vm backup-orders backup-users", names("HQL::sortBy=instanceID+DESC"))
	assert.Equal(t, "restart-web rotate-logs backup-users backup-orders patch-hosts add-vm", names("HQL::sortBy=submitter,+name+DESC"))
	assert.Equal(t, "backup-orders backup-users", names("HQL::sortBy=name&HQL::offset=1&HQL::limit=2"))
	assert.Empty(t, names("HQL::sortBy=name&HQL::offset=6"))
	body := n.get(tasks + "?HQL::limit=2").json(t)
	assert.Equal(t, 6.0, body["count"])
	assert.NotContains(t, body, "pagination")
}

// 700 tasks that have ended are newer than one that hangs.
func TestJP1AOHoldsManyTasks(t *testing.T) {
	t.Parallel()
	n := newNightly(t)
	n.vendor.Archive(700)
	all := column(t, n.get(taskPages+"&page=1&pageSize=1000"), "data", "name")
	assert.Len(t, all, 706)
	assert.Greater(t, slices.Index(all, "backup-orders"), 699)
	assert.Len(t, n.filtered("status not in ['Completed']"), 5)
}

// To somebody without a role on the service group, its tasks are not there.
func TestJP1AOHidesTasksOfOtherGroups(t *testing.T) {
	t.Parallel()
	n := newNightly(t, func(c *sim.JP1AOConfig) { c.Hidden = []string{"Databases"} })
	assert.NotContains(t, column(t, n.get(tasks), "data", "name"), "backup-orders")
	hidden := n.get(tasks + "/5381")
	assert.Equal(t, 404, hidden.status)
	assert.Equal(t, "KNAE02102-E", hidden.json(t)["messageID"])
	assert.Equal(t, 404, n.get(tasks+"/5381/actions/forceStop").status)
	assert.Equal(t, 404, n.stop(5381).status)
}

// Who lacks a permission on the service group is answered as who is not known (2.2.17).
func TestJP1AODeniesAStop(t *testing.T) {
	t.Parallel()
	n := newNightly(t, func(c *sim.JP1AOConfig) { c.Denied = []string{"Databases"} })
	assert.Equal(t, 200, n.get(tasks+"/5381").status)
	assert.Equal(t, 401, n.get(tasks+"/5381/actions/forceStop").status)
	assert.Equal(t, 401, n.stop(5381).status)
	assert.Equal(t, 200, n.get(tasks+"/5384/actions/forceStop").status)
}

// What is processed although the server has a problem is answered with a Warning (2.2.13).
func TestJP1AOWarns(t *testing.T) {
	t.Parallel()
	n := newNightly(t, func(c *sim.JP1AOConfig) { c.Warning = `199 - "The disk is nearly full."` })
	assert.Equal(t, `199 - "The disk is nearly full."`, n.get(tasks+"/5381").header.Get("Warning"))
	assert.Empty(t, n.with("").header.Get("Warning"))
	spelt := newNightly(t, func(c *sim.JP1AOConfig) { c.Spelt = strings.ToLower })
	assert.Equal(t, "in progress", spelt.get(tasks + "/5381").json(t)["status"])
	assert.Equal(t, []string{"backup-users"}, spelt.filtered("status = 'completed'"))
}
