package sim

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// instanceInfo is the instance as ListInstances and ShowInstance give it (DCS
// API Reference, Lifecycle Management): the fields that one looks at.
func (d *DCS) instanceInfo() map[string]any {
	return map[string]any{
		"instance_id":           d.cfg.InstanceID,
		"name":                  d.cfg.Name,
		"status":                d.cfg.Status,
		"engine":                "Redis",
		"engine_version":        d.cfg.Version,
		"cache_mode":            d.cfg.CacheMode,
		"spec_code":             "redis." + d.cfg.CacheMode + ".xu1.large.r2.4",
		"product_type":          "generic",
		"capacity":              4,
		"capacity_minor":        "0",
		"max_memory":            4096,
		"used_memory":           1311,
		"ip":                    d.cfg.Nodes[0].IP,
		"port":                  6379,
		"az_codes":              d.zones(),
		"created_at":            "2025-02-11T06:20:11.412Z",
		"tags":                  []any{},
		"no_password_access":    "false", // text, as documented
		"enterprise_project_id": "0",
		"features": map[string]bool{
			"support_acl": true, "support_transparent_client_ip": true, "support_ssl": true,
		},
	}
}

func (d *DCS) zones() []string {
	var zones []string
	for _, n := range d.cfg.Nodes {
		zones = append(zones, n.Zone)
	}
	return zones
}

func (d *DCS) listInstances(in *arrival) answer {
	query := in.URL.Query()
	offset, _, ok := pageOf(query)
	if !ok {
		return dcsError(in, wrongPage)
	}
	num, page := 0, []any{}
	if d.matches(query) {
		num = 1
		if offset == 0 {
			page = append(page, d.instanceInfo())
		}
	}
	return jsonAnswer(in.out, http.StatusOK, map[string]any{"instance_num": num, "instances": page})
}

// matches applies the filters of ListInstances; name is fuzzy unless
// name_equal is given.
func (d *DCS) matches(query url.Values) bool {
	fits := func(name, value string) bool { return query.Get(name) == "" || query.Get(name) == value }
	name := strings.Contains(d.cfg.Name, query.Get("name"))
	if query.Has("name_equal") {
		name = fits("name", d.cfg.Name)
	}
	return name && fits("instance_id", d.cfg.InstanceID) && fits("status", d.cfg.Status)
}

func (d *DCS) showInstance(in *arrival) answer {
	return jsonAnswer(in.out, http.StatusOK, d.instanceInfo())
}

// showNodes is GET …/logical-nodes. node_id is what the session calls take;
// logical_node_id is another id, and a trap.
func (d *DCS) showNodes(in *arrival) answer {
	nodes := []any{}
	for _, n := range d.cfg.Nodes {
		nodes = append(nodes, map[string]any{
			"logical_node_id": n.LogicalID,
			"name":            fmt.Sprintf("(%s)%s", n.Type, n.IP),
			"status":          "Active",
			"az_code":         n.Zone,
			"node_role":       n.Role,
			"node_type":       n.Type,
			"node_ip":         n.IP,
			"node_port":       "6379",
			"node_id":         n.ID,
			"priority_weight": 100,
			"is_access":       n.Type != "slave",
			"is_remove_ip":    false,
			"group_id":        "6e0f6e95-57cd-4baf-86d6-bea8815b25a8",
			"group_name":      "group-0",
			"replication_id":  nil,
			"dimensions": []map[string]string{
				{"name": "dcs_instance_id", "value": d.cfg.InstanceID},
				{"name": "dcs_cluster_redis_node", "value": n.LogicalID},
			},
		})
	}
	return jsonAnswer(in.out, http.StatusOK, map[string]any{
		"instance_id": d.cfg.InstanceID, "total": len(nodes), "nodes": nodes,
	})
}
