package sim

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// listProxies has the oddities of the published examples: numbers for strings, and
// one object where a list is declared. The state of a proxy that restarts is not
// documented; it stays what it is.
func (d *TaurusDB) listProxies(in *arrival) answer {
	limit, offset, ok := huaweiPage(cmp.Or(in.URL.Query().Get("limit"), "10"), in.URL.Query().Get("offset"))
	if !ok {
		return taurusError(in, "DBS.280001")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	rows := []any{}
	for _, p := range d.cfg.Proxies {
		nodes := []any{}
		for i := range max(1, p.Nodes) {
			nodes = append(nodes, map[string]any{
				"id": fmt.Sprintf("%sno%02d", p.ID[:min(30, len(p.ID))], i+1), "name": fmt.Sprintf("%s-node-%d", p.Name, i+1), "role": "master",
				"az_code": d.cfg.Region + "a", "status": cmp.Or(p.Status, "ACTIVE"), "frozen_flag": 0,
			})
		}
		rows = append(rows, map[string]any{
			"proxy": map[string]any{
				"pool_id": p.ID, "name": p.Name, "status": cmp.Or(p.Status, "ACTIVE"), "pool_status": cmp.Or(p.Status, "ACTIVE"),
				"address": p.Address, "port": 3306, "vcpus": 4, "ram": 8, "node_num": p.Nodes, "mode": "Cluster", "type": p.Mode,
				"nodes": nodes, "transaction_split": "OFF",
			},
			"master_node":    map[string]any{"id": "a1b2no07", "instance_id": d.cfg.InstanceID, "status": "ACTIVE", "name": d.cfg.Name + "_node0", "weight": 100},
			"readonly_nodes": map[string]any{"id": "c3d4no07", "weight": 100},
		})
	}
	total := len(rows)
	return jsonAnswer(in.out, http.StatusOK, map[string]any{"proxy_list": rows[min(offset, total):min(offset+limit, total)]})
}

func (d *TaurusDB) restart(in *arrival) answer {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	if in.fault == SomebodyFirst {
		d.cfg.Proxies = slices.DeleteFunc(slices.Clone(d.cfg.Proxies), func(p Proxy) bool { return p.ID == in.PathValue("proxy_id") })
	}
	var proxy Proxy
	for _, p := range d.cfg.Proxies {
		if p.ID == in.PathValue("proxy_id") {
			proxy = p
		}
	}
	switch {
	case len(in.body) > 0: // no body is documented
		return taurusError(in, "DBS.280001")
	case proxy.ID == "":
		return taurusError(in, "DBS.270024")
	case d.running(now) >= 0:
		return taurusError(in, "DBS.200011")
	}
	id := d.ids.next("job")
	d.jobs = append(d.jobs, restart{
		id: id, proxy: proxy.ID, made: now, stuck: in.fault == Ignore,
		fails: in.fault == JobFails || proxy.Status == "ABNORMAL",
	})
	return jsonAnswer(in.out, http.StatusOK, map[string]string{"job_id": id})
}

// stamp has an offset without a colon, as the published examples.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05-0700") }

// visible are the jobs that can be read: a new one only some seconds after it was made,
// an old one for a month (ShowGaussMySqlJobInfo, "Constraints").
func (d *TaurusDB) visible(now time.Time) (jobs []restart) {
	for _, j := range slices.Concat(d.past, d.jobs) {
		if !now.Before(j.made.Add(d.cfg.VisibleAfter)) && now.Before(j.made.AddDate(0, 1, 0)) {
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// jobName is not in the vendor's list of names; this one is played.
const jobName = "RestartGaussMySQLProxyInstance"

// over adds what a job has at its end, under the name that the list or the lookup has
// for the moment.
func (d *TaurusDB) over(j restart, row map[string]any, ended string) map[string]any {
	switch row["status"] {
	case "Completed":
		row[ended] = stamp(j.made.Add(d.cfg.RestartTime))
	case "Failed":
		row["fail_reason"] = "The proxy node is abnormal and could not be restarted."
	}
	return row
}

func (d *TaurusDB) showJob(in *arrival) answer {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	for _, j := range d.visible(now) {
		if j.id != in.URL.Query().Get("id") || in.fault == UnknownJob {
			continue
		}
		status, percent := d.status(j, now)
		process := ""
		if status == "Running" {
			process = strconv.Itoa(percent) + "%"
		}
		return jsonAnswer(in.out, http.StatusOK, map[string]any{"job": d.over(j, map[string]any{
			"id": j.id, "name": jobName, "status": status, "created": stamp(j.made), "process": process,
			"instance": map[string]string{"id": d.cfg.InstanceID, "name": d.cfg.Name}, "entities": map[string]any{},
		}, "ended")})
	}
	return taurusError(in, "DBS.200543")
}

// span reads start_time and end_time, "yyyy-mm-ddThh:mm:ssZ" with an offset such as +0100
// (ListImmediateJobs). That they are about when a job was made is not said; it is played so.
func span(q url.Values) (begun func(time.Time) bool, ok bool) {
	begun = func(time.Time) bool { return true }
	for name, sign := range map[string]int{"start_time": -1, "end_time": 1} {
		if q.Get(name) == "" {
			continue
		}
		bound, err := time.Parse("2006-01-02T15:04:05-0700", q.Get(name))
		if err != nil {
			return nil, false
		}
		before := begun
		begun = func(at time.Time) bool { return before(at) && at.Truncate(time.Second).Compare(bound) != sign }
	}
	return begun, true
}

// listJobs has pages of three sizes only.
func (d *TaurusDB) listJobs(in *arrival) answer {
	q := in.URL.Query()
	limit, offset, ok := huaweiPage(q.Get("limit"), q.Get("offset"))
	begun, okSpan := span(q)
	if !ok || !okSpan || !slices.Contains([]int{10, 20, 50}, limit) {
		return taurusError(in, "DBS.280001")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	rows := []any{}
	for _, j := range d.visible(now) {
		status, percent := d.status(j, now)
		if begun(j.made) && asked(q, "status", status) && asked(q, "job_id", j.id) && asked(q, "job_name", jobName) {
			rows = append(rows, d.over(j, map[string]any{
				"instance_id": d.cfg.InstanceID, "instance_name": d.cfg.Name, "instance_status": "normal",
				"job_id": j.id, "job_name": jobName, "status": status, "process": strconv.Itoa(percent) + "%",
				"created_time": stamp(j.made),
			}, "ended_time"))
		}
	}
	total := len(rows)
	return jsonAnswer(in.out, http.StatusOK, map[string]any{"jobs": rows[min(offset, total):min(offset+limit, total)], "total_count": total})
}

// Orders is the instance that the playground acts on: three proxies, one of which
// is abnormal. Its ids are those of the document's example.
func Orders() TaurusDBConfig {
	return TaurusDBConfig{
		Region: "cn-north-4", ProjectID: "0483b6b16e954cb88930a360d2c4e663",
		InstanceID: "61a4ea66210545909d74a05c27a7179ein07", Name: "orders",
		AccessKey: "FAKEAKPLAYGROUND00", SecretKey: "not-a-real-secret-key-for-the-playground",
		User: IAMUser{Domain: "example-account", Name: "quell-playground", Password: "not-a-real-password"},
		Proxies: []Proxy{
			{ID: "151c14381ac14ecfb9703a745b992677po01", Name: "orders-rw", Address: "10.63.12.40", Mode: "readwrite", Nodes: 2},
			{ID: "4f0d9e2b7c6a4d51b8e3c2a190f7d665po01", Name: "orders-ro", Address: "10.63.12.41", Mode: "readonly", Nodes: 2},
			{ID: "9a7b3c1d5e2f4860a1b2c3d4e5f60718po01", Name: "orders-reports", Address: "10.63.12.42", Mode: "readonly", Nodes: 1, Status: "ABNORMAL"},
		},
	}
}
