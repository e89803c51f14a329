package sim

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The calls of TaurusDB that are played, by their documented names.
const (
	RestartProxyInstance    Op = "RestartProxyInstance"
	ShowGaussMySQLProxyList Op = "ShowGaussMySqlProxyList"
	ShowGaussMySQLJobInfo   Op = "ShowGaussMySqlJobInfo"
	ListImmediateJobs       Op = "ListImmediateJobs"
)

// JobFails is a fault of TaurusDB alone: the job that is made of the call fails.
const JobFails Fault = "the job fails"

// UnknownJob is a fault of TaurusDB alone, of ShowGaussMySqlJobInfo: the lookup does not know a
// job that there is.
const UnknownJob Fault = "does not know the job"

// TaurusDBConfig is one instance of Huawei Cloud's TaurusDB, and who may call it.
type TaurusDBConfig struct {
	Region     string // "cn-north-4"; also the name of the project in IAM
	ProjectID  string
	InstanceID string
	Name       string

	AccessKey     string
	SecretKey     string
	SecurityToken string // set: the key is temporary and needs this beside it
	User          IAMUser

	Proxies []Proxy

	VisibleAfter time.Duration // a new job cannot be read before; default 2 s
	RestartTime  time.Duration // how long a job runs; default 10 s
	SlowBy       time.Duration // the delay of Slow; default 3 s

	Now func() time.Time // default time.Now
	Log *slog.Logger     // default none
}

// Proxy is one proxy of the instance. One that is ABNORMAL fails to restart, as the
// user guide warns.
type Proxy struct {
	ID      string // the pool_id; its last four characters are "po01"
	Name    string
	Status  string // default ACTIVE
	Address string
	Mode    string // readwrite or readonly
	Nodes   int
}

// TaurusDB plays TaurusDB, and the IAM that gives tokens for it, on one handler.
type TaurusDB struct {
	*desk
	cfg     TaurusDBConfig
	ids     *ids
	gateway *huaweiGateway
	mux     *http.ServeMux
	ahead   *atomic.Int64 // of Now, in nanoseconds; behind it if negative

	mu   sync.Mutex // guards what follows
	past []restart  // of other proxies of the project, long over
	jobs []restart
}

// restart is a job. What it is at a moment follows from when it was made.
type restart struct {
	id, proxy string
	made      time.Time
	stuck     bool // it runs for ever: "ignores the call"
	fails     bool
}

// NewTaurusDB returns a TaurusDB. Close it when done.
func NewTaurusDB(cfg TaurusDBConfig) *TaurusDB {
	cfg.VisibleAfter = cmp.Or(cfg.VisibleAfter, 2*time.Second)
	cfg.RestartTime = cmp.Or(cfg.RestartTime, 10*time.Second)
	cfg.SlowBy = cmp.Or(cfg.SlowBy, 3*time.Second)
	cfg.Log = cmp.Or(cfg.Log, slog.New(slog.DiscardHandler))
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	ours, ahead := cfg.Now, new(atomic.Int64)
	cfg.Now = func() time.Time { return ours().Add(time.Duration(ahead.Load())) }
	d := &TaurusDB{
		desk: newDesk(cfg.Now, cfg.SlowBy, cfg.Log), cfg: cfg,
		ids: &ids{seed: cfg.InstanceID}, mux: http.NewServeMux(), ahead: ahead,
	}
	d.gateway = &huaweiGateway{now: cfg.Now, ids: d.ids, account: huaweiAccount{
		region: cfg.Region, project: cfg.ProjectID,
		accessKey: cfg.AccessKey, secretKey: cfg.SecretKey, securityToken: cfg.SecurityToken, user: cfg.User,
	}}
	d.moods = []Fault{Healthy, Slow, Throttled, Down, Ignore, JobFails} // nothing comes back that never went
	d.vendor = d
	d.routes()
	return d
}

func (d *TaurusDB) routes() {
	const project = "/v3/{project_id}"
	const instance = project + "/instances/{instance_id}"
	for pattern, rt := range map[string]route{
		"GET " + instance + "/proxies":                   {op: ShowGaussMySQLProxyList, serve: d.listProxies},
		"POST " + instance + "/proxy/{proxy_id}/restart": {op: RestartProxyInstance, write: true, serve: d.restart},
		"GET " + project + "/jobs":                       {op: ShowGaussMySQLJobInfo, serve: d.showJob},
		"GET " + project + "/immediate-jobs":             {op: ListImmediateJobs, serve: d.listJobs},
	} {
		rt.serve = d.ours(rt.serve)
		d.mux.HandleFunc(pattern, d.handle(rt))
	}
	d.mux.HandleFunc("POST /v3/auth/tokens", d.handle(route{op: CreateToken, private: true, serve: d.gateway.createToken}))
	d.mux.HandleFunc("/", d.handle(route{op: "", private: true, serve: noSuchAPI}))
}

// ServeHTTP answers as the vendor.
func (d *TaurusDB) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(requestID, d.ids.next("request"))
	d.mux.ServeHTTP(w, r)
}

// admit gives the error list's own "invalid token" to one that ended early.
func (d *TaurusDB) admit(in *arrival) *answer {
	refusal := d.gateway.admit(in)
	if refusal != nil && d.gateway.revoked(in) {
		a := taurusError(in, "DBS.280056")
		return &a
	}
	return refusal
}

// RevokeTokens ends every token that IAM gave until now.
func (d *TaurusDB) RevokeTokens() { d.gateway.revoke() }

// ours holds a call to the project, the instance and the headers: Content-Type is
// mandatory, with or without a body, and X-Language has two values.
func (d *TaurusDB) ours(serve func(*arrival) answer) func(*arrival) answer {
	return func(in *arrival) answer {
		language := cmp.Or(in.Header.Get("X-Language"), "en-us")
		switch {
		case in.project != in.PathValue("project_id"):
			return taurusError(in, "DBS.200010")
		case !strings.HasPrefix(in.Header.Get("Content-Type"), "application/json"), language != "en-us" && language != "zh-cn":
			return taurusError(in, "DBS.280001")
		case !taurusInstance(cmp.Or(in.PathValue("instance_id"), d.cfg.InstanceID)):
			return taurusError(in, "DBS.280001")
		case in.PathValue("instance_id") != "" && in.PathValue("instance_id") != d.cfg.InstanceID:
			return taurusError(in, "DBS.200002")
		}
		return serve(in)
	}
}

// taurusInstance is 36 letters and digits that end in "in07" (RestartProxyInstance).
func taurusInstance(id string) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	return len(id) == 36 && strings.HasSuffix(id, "in07") && strings.Trim(id, allowed) == ""
}

// SetClock puts the vendor's own clock ahead of Now, or behind it. All that the vendor
// says and does goes by it: jobs, signatures, tokens, the Date of an answer.
func (d *TaurusDB) SetClock(ahead time.Duration) { d.ahead.Store(int64(ahead)) }

// Past puts so many jobs of other proxies on the project's list, begun a minute apart, the last
// of them so long ago.
func (d *TaurusDB) Past(n int, ago time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := n - 1; i >= 0; i-- {
		d.past = append(d.past, restart{id: d.ids.next("past"), made: d.now().Add(-ago - time.Duration(i)*time.Minute)})
	}
}

// Restarts is how many requests to restart arrived, whatever became of them.
func (d *TaurusDB) Restarts() int { return d.calls.arrived(RestartProxyInstance) }

// Jobs is how many restarts were begun.
func (d *TaurusDB) Jobs() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.jobs)
}

// status is what a job is at a moment, with its progress in percent.
func (d *TaurusDB) status(j restart, now time.Time) (string, int) {
	percent := int(100 * now.Sub(j.made) / d.cfg.RestartTime)
	switch {
	case percent < 5:
		return "Pending", 0
	case j.stuck:
		return "Running", 10
	case j.fails && percent >= 60:
		return "Failed", 60
	case percent >= 100:
		return "Completed", 100
	}
	return "Running", percent
}

// running is the job that holds the instance, or -1.
func (d *TaurusDB) running(now time.Time) int {
	return slices.IndexFunc(d.jobs, func(j restart) bool {
		s, _ := d.status(j, now)
		return s == "Pending" || s == "Running"
	})
}

// taurusError are codes of the API reference's error list.
func taurusError(in *arrival, code string) answer {
	status, message := http.StatusInternalServerError, "Server failure."
	switch code {
	case "DBS.280001":
		status, message = http.StatusBadRequest, "Parameter error."
	case "DBS.200543":
		status, message = http.StatusBadRequest, "The job does not exist."
	case "DBS.270024":
		status, message = http.StatusBadRequest, "The database proxy instance does not exist."
	case "DBS.200010":
		status, message = http.StatusForbidden, "Resource not found or permission denied."
	case "DBS.280056":
		status, message = http.StatusForbidden, "Invalid token."
	case "DBS.200002":
		status, message = http.StatusNotFound, "Instance not found."
	case "DBS.200011":
		status, message = http.StatusConflict, "Another operation is being performed on the DB instance or the DB instance is faulty."
	}
	return jsonAnswer(in.out, status, map[string]string{"error_code": code, "error_msg": message})
}

// refuse puts a fault into the words of TaurusDB or, for a limit that was exceeded,
// of the gateway before it.
func (d *TaurusDB) refuse(in *arrival, f Fault) answer {
	switch f {
	case Throttled:
		in.out.Set("Retry-After", "1")
		return gatewayError(in.out, http.StatusTooManyRequests, "APIGW.0308",
			"The throttling threshold has been reached: policy user over ratelimit,limit:20,time:1 minute")
	case Busy:
		return taurusError(in, "DBS.200011")
	case Forbidden:
		return taurusError(in, "DBS.200010")
	default:
		return taurusError(in, "DBS.200005")
	}
}

// Panel is a page that shows the proxies and the calls live, and changes the mood.
func (d *TaurusDB) Panel() http.Handler { return d.panel(d.board) }

func (d *TaurusDB) board() board {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	b := board{
		Title: d.cfg.Name, Subtitle: "Huawei Cloud TaurusDB, " + d.cfg.Region,
		Columns: []string{"proxy", "address", "mode", "status", "job"},
	}
	for _, p := range d.cfg.Proxies {
		last := ""
		for _, j := range d.jobs {
			if j.proxy == p.ID {
				status, percent := d.status(j, now)
				last = fmt.Sprintf("%s %d%%", status, percent)
			}
		}
		b.Rows = append(b.Rows, boardRow{ID: p.ID, Cells: []string{p.Name, p.Address, p.Mode, cmp.Or(p.Status, "ACTIVE"), last}})
	}
	return b
}
