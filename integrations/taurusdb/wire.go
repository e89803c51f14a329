package taurusdb

import (
	"encoding/json"
	"strings"

	"quell/integrations"
)

// The vendor's own names of its calls.
const (
	opRestart = "RestartProxyInstance"
	opList    = "ShowGaussMySqlProxyList"
	opJob     = "ShowGaussMySqlJobInfo"
	opJobs    = "ListImmediateJobs"
)

type text = integrations.Text

// proxyList is one page. It tells no total.
type proxyList struct {
	Proxies []struct {
		Proxy proxy `json:"proxy"`
	} `json:"proxy_list"`
}

// proxy is what of a listed proxy is of use. What is not here is not read: the
// published examples give numbers for strings and one object for a list.
type proxy struct {
	ID         text               `json:"pool_id"`
	Name       integrations.Given `json:"name"`
	Status     text               `json:"status"`
	PoolStatus text               `json:"pool_status"`
	Address    integrations.Given `json:"address"`
	Port       text               `json:"port"`
	Mode       text               `json:"mode"`
	Type       text               `json:"type"`
	Nodes      nodes              `json:"nodes"`
}

type node struct {
	Status text `json:"status"`
}

// nodes is a list, or the one object that an example has in its place.
type nodes []node

// UnmarshalJSON never fails on valid JSON.
func (n *nodes) UnmarshalJSON(b []byte) error {
	var one node
	switch {
	case json.Unmarshal(b, (*[]node)(n)) == nil:
	case json.Unmarshal(b, &one) == nil:
		*n = nodes{one}
	default:
		*n = nil
	}
	return nil
}

// What a proxy, its pool and its nodes can be.
const (
	active  = "ACTIVE"
	deleted = "DELETED"
)

// state is the proxy's, or its pool's where that is the one that is not well.
func (p proxy) state() string {
	if p.Status == active && p.PoolStatus != "" {
		return string(p.PoolStatus)
	}
	return string(p.Status)
}

// unwell says that the documents warn of a restart: the proxy, or one of its nodes,
// is abnormal.
func (p proxy) unwell() string {
	for _, s := range []text{p.Status, p.PoolStatus} {
		if strings.EqualFold(string(s), "ABNORMAL") || strings.EqualFold(string(s), "FAILED") {
			return string(s)
		}
	}
	for _, n := range p.Nodes {
		if strings.EqualFold(string(n.Status), "ABNORMAL") || strings.EqualFold(string(n.Status), "FAILED") {
			return string(n.Status)
		}
	}
	return ""
}

// job is one job, as it is asked for by its id.
type job struct {
	Job struct {
		ID         text `json:"id"`
		Status     text `json:"status"`
		Progress   text `json:"process"` // such as "60%"; empty unless it runs
		FailReason text `json:"fail_reason"`
	} `json:"job"`
}

// What a job can be.
const (
	jobPending   = "Pending"
	jobRunning   = "Running"
	jobCompleted = "Completed"
	jobFailed    = "Failed"
)

// jobs are one page of the project's jobs: of a month, or of the time that is asked for. Their
// order is not documented, nor that the time is the one at which a job was made: it is taken
// for that.
type jobs struct {
	Jobs  []listedJob `json:"jobs"`
	Total text        `json:"total_count"`
}

type listedJob struct {
	ID         text `json:"job_id"`
	InstanceID text `json:"instance_id"`
	Name       text `json:"job_name"`
	Status     text `json:"status"`
	Created    text `json:"created_time"`
	Progress   text `json:"process"`
	FailReason text `json:"fail_reason"`
}

// job is the same as the lookup tells it.
func (l listedJob) job() (j job) {
	j.Job.ID, j.Job.Status, j.Job.Progress, j.Job.FailReason = l.ID, l.Status, l.Progress, l.FailReason
	return j
}
