package sim

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// scan is the last look at the sessions of a node. What it saw stays what
// ListClients gives until the next scan, however old it gets.
type scan struct {
	seen  []Session
	began time.Time
	ready time.Time
}

// job is a background task, as ShowJobInfo tells of it.
type job struct {
	id           string
	began, ended time.Time
}

const keptJobs = 500

// scanClients is POST …/clients: "deliver a task to query the session list"
// (DCS API Reference, Session Management).
func (d *DCS) scanClients(in *arrival) answer {
	var req struct {
		NodeID     string `json:"node_id"`
		CleanCache bool   `json:"clean_cache"`
	}
	if code := readBody(in, &req); code != "" {
		return dcsError(in, code)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	if code := d.blocked(req.NodeID, now); code != "" {
		return dcsError(in, code)
	}
	// clean_cache asks for a new look. Without it a look is taken only if there
	// has been none; the documents do not speak of that case.
	if _, seen := d.scans[req.NodeID]; req.CleanCache || !seen {
		if err := d.scan(req.NodeID, now); err != nil {
			return dcsError(in, internal)
		}
	}
	id := d.ids.next("job")
	d.addJob(job{id: id, began: now, ended: d.scans[req.NodeID].ready})
	return jsonAnswer(in.out, http.StatusOK, map[string]string{"job_id": id})
}

// scan looks at once and is ready later: what it gives was true when it began.
func (d *DCS) scan(node string, now time.Time) error {
	all, err := d.connected(now)
	if err != nil {
		return err
	}
	seen := slices.DeleteFunc(all, func(s Session) bool { return s.Node != node })
	d.scans[node] = scan{seen: seen, began: now, ready: now.Add(d.cfg.ScanTime)}
	return nil
}

func (d *DCS) addJob(j job) {
	if len(d.jobs) == keptJobs {
		d.jobs = slices.Delete(d.jobs, 0, 1)
	}
	d.jobs = append(d.jobs, j)
}

// blocked returns why no session call to the node is possible, or "". While the
// scan of a node runs, scan, list and kill are all refused (the published
// example of each of the three is DCS.4957).
func (d *DCS) blocked(node string, now time.Time) dcsCode {
	switch {
	case d.cfg.NoSessionManagement:
		return notSupported
	case d.cfg.Status != "RUNNING":
		return notRunning
	case !slices.ContainsFunc(d.cfg.Nodes, func(n Node) bool { return n.ID == node }):
		return wrongNode
	case d.role(node) != d.sessionRole():
		return notOnThisNode
	case now.Before(d.scans[node].ready):
		return notNow
	default:
		return ""
	}
}

func (d *DCS) role(node string) string {
	i := slices.IndexFunc(d.cfg.Nodes, func(n Node) bool { return n.ID == node })
	return d.cfg.Nodes[i].Role
}

// sessionRole is the role of the nodes that know the clients ("Querying the
// Session List"): a proxy's where there are proxies. How another node refuses
// is not documented; DCS.4027 fits best.
func (d *DCS) sessionRole() string {
	if d.cfg.CacheMode == "proxy" || d.cfg.CacheMode == "ha_rw_split" {
		return "redis-proxy"
	}
	return "redis-server"
}

// showJob is GET /v2/{project_id}/jobs/{job_id}. The documents leave open
// whether it knows the job of a scan; here it does.
func (d *DCS) showJob(in *arrival) answer {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.jobs, func(j job) bool { return j.id == in.PathValue("job_id") })
	if i < 0 {
		return dcsError(in, internal)
	}
	j := d.jobs[i]
	body := map[string]any{
		"job_id": j.id, "job_type": "scanClients", "status": "SUCCESS", "fail_reason": nil,
		"begin_time": millis(j.began), "end_time": millis(j.ended),
	}
	if d.now().Before(j.ended) {
		body["status"], body["end_time"] = "RUNNING", nil
	}
	return jsonAnswer(in.out, http.StatusOK, body)
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
