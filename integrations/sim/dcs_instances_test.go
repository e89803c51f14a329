package sim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestListInstances(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]float64{
		"":                                 1,
		"?name=cache":                      1,
		"?name=queue":                      0,
		"?name_equal=cache-prod":           1,
		"?name=cache-prod&name_equal=true": 1,
		"?name=cache&name_equal=true":      0,
		"?status=RUNNING":                  1,
		"?status=ERROR":                    0,
		"?instance_id=8f7ee181-88e2-49b7-a4bf-81f18f93a135": 1,
		"?instance_id=00000000-0000-0000-0000-000000000000": 0,
	} {
		t.Run(query, func(t *testing.T) {
			body := cacheProd(t).get(project + "/instances" + query).json(t)
			assert.Equal(t, want, body["instance_num"])
			assert.Len(t, body["instances"], int(want))
		})
	}
}

func TestInstancesHavePages(t *testing.T) {
	t.Parallel()
	body := cacheProd(t).get(project + "/instances?limit=10&offset=1").json(t)
	assert.Equal(t, 1.0, body["instance_num"])
	assert.Empty(t, body["instances"])
	assert.Equal(t, 400, cacheProd(t).get(project+"/instances?limit=0").status)
}

func TestShowInstance(t *testing.T) {
	t.Parallel()
	body := cacheProd(t).get(instance).json(t)
	assert.Equal(t, "cache-prod", body["name"])
	assert.Equal(t, "RUNNING", body["status"])
	assert.Equal(t, "Redis", body["engine"])
	assert.Equal(t, "6.0", body["engine_version"])
	assert.Equal(t, "ha", body["cache_mode"])
	assert.Equal(t, "false", body["no_password_access"], "text, as documented")
}

func TestShowNodes(t *testing.T) {
	t.Parallel()
	body := cacheProd(t).get(instance + "/logical-nodes").json(t)
	assert.Equal(t, 2.0, body["total"])
	nodes := body["nodes"].([]any)
	first, second := nodes[0].(map[string]any), nodes[1].(map[string]any)
	assert.Equal(t, master, first["node_id"])
	assert.Equal(t, "master", first["node_type"])
	assert.Equal(t, "(master)192.168.68.157", first["name"])
	assert.Equal(t, "6379", first["node_port"], "text, as documented")
	assert.Equal(t, slave, second["node_id"])
	assert.Equal(t, "slave", second["node_type"])
	assert.NotEqual(t, second["node_id"], second["logical_node_id"])
}

func TestNoSuchJob(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 500, cacheProd(t).get(jobs+"0").status)
}
