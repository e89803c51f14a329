package sim

import (
	"cmp"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The calls of DataArts Fabric that are played, by their documented names.
const (
	ListSQLSessions      Op = "ListSqlSessions"
	ShowSQLSession       Op = "ShowSqlSession"
	CloseSQLSession      Op = "CloseSqlSession"
	ListSessionStatement Op = "ListSessionStatementRecords"
)

// SomebodyFirst is a fault of each vendor: somebody else ends the session, task or connection, or
// deletes the proxy, just before the call arrives.
const SomebodyFirst Fault = "somebody is first"

// FabricConfig is one workspace of Huawei Cloud's DataArts Fabric, and who may call
// it.
type FabricConfig struct {
	Region      string // "cn-north-4"; also the name of the project in IAM
	ProjectID   string
	WorkspaceID string
	Name        string

	AccessKey     string
	SecretKey     string
	SecurityToken string // set: the key is temporary and needs this beside it
	User          IAMUser

	Sessions []FabricSession // what is open at the start

	CloseTime    time.Duration // from the call to CLOSED; the document calls it synchronous
	RespawnAfter time.Duration // when a client opens its next session after Respawn; default 1 s
	SlowBy       time.Duration // the delay of Slow; default 3 s

	Now func() time.Time // default time.Now
	Log *slog.Logger     // default none
}

// FabricSession is one SQL session. Its Age counts back from the start.
type FabricSession struct {
	ID         string
	User       string
	Endpoint   string
	Status     string // CREATING, WAITING, RUNNING (the default), CLOSED or FAIL
	Statements []string
	Age        time.Duration
}

// Fabric plays the host of the sessions, and the IAM that gives tokens for it, on
// one handler.
type Fabric struct {
	*desk
	cfg     FabricConfig
	ids     *ids
	gateway *huaweiGateway
	mux     *http.ServeMux
	ahead   *atomic.Int64 // of Now, in nanoseconds; behind it if negative

	mu   sync.Mutex // guards what follows
	all  []fabricLife
	next []fabricReturn // clients on their way back
}

// fabricLife is a session with its history.
type fabricLife struct {
	FabricSession
	born  time.Time
	ended time.Time // when it is closed; zero if nobody asked
}

type fabricReturn struct {
	FabricSession
	due time.Time
}

// NewFabric returns a Fabric with its sessions open. Close it when done.
func NewFabric(cfg FabricConfig) *Fabric {
	cfg.RespawnAfter = cmp.Or(cfg.RespawnAfter, time.Second)
	cfg.SlowBy = cmp.Or(cfg.SlowBy, 3*time.Second)
	cfg.Log = cmp.Or(cfg.Log, slog.New(slog.DiscardHandler))
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	ours, ahead := cfg.Now, new(atomic.Int64)
	cfg.Now = func() time.Time { return ours().Add(time.Duration(ahead.Load())) }
	f := &Fabric{
		desk: newDesk(cfg.Now, cfg.SlowBy, cfg.Log), cfg: cfg,
		ids: &ids{seed: cfg.WorkspaceID}, mux: http.NewServeMux(), ahead: ahead,
	}
	f.gateway = &huaweiGateway{now: cfg.Now, ids: f.ids, account: huaweiAccount{
		region: cfg.Region, project: cfg.ProjectID,
		accessKey: cfg.AccessKey, secretKey: cfg.SecretKey, securityToken: cfg.SecurityToken, user: cfg.User,
	}}
	f.vendor = f
	for _, s := range cfg.Sessions {
		f.Open(s)
	}
	f.routes()
	return f
}

func (f *Fabric) routes() {
	const sessions = "/v1/workspaces/{workspace_id}/sessions"
	for pattern, rt := range map[string]route{
		"GET " + sessions:                              {op: ListSQLSessions, serve: f.list},
		"GET " + sessions + "/{session_id}":            {op: ShowSQLSession, serve: f.show},
		"GET " + sessions + "/{session_id}/statements": {op: ListSessionStatement, serve: f.statements},
		"DELETE " + sessions + "/{session_id}":         {op: CloseSQLSession, write: true, serve: f.close},
	} {
		rt.serve = f.ours(rt.serve)
		f.mux.HandleFunc(pattern, f.handle(rt))
	}
	f.mux.HandleFunc("POST /v3/auth/tokens", f.handle(route{op: CreateToken, private: true, serve: f.gateway.createToken}))
	f.mux.HandleFunc("/", f.handle(route{op: "", private: true, serve: noSuchAPI}))
}

// ServeHTTP answers as the vendor.
func (f *Fabric) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(requestID, f.ids.next("request"))
	f.mux.ServeHTTP(w, r)
}

// admit gives the document's own 401 to a token that is wrong or missing, and its 403 to one
// that ended early; a signature that is wrong is the gateway's affair.
func (f *Fabric) admit(in *arrival) *answer {
	refusal := f.gateway.admit(in)
	if refusal == nil || strings.HasPrefix(in.Header.Get("Authorization"), signAlgorithm) {
		return refusal
	}
	a := fabricError(in, http.StatusUnauthorized)
	if f.gateway.revoked(in) {
		a = fabricBadToken(in)
	}
	return &a
}

// ours holds a call to the project and the workspace. No project is in the path: a
// token has its own, and who signs has to say it in X-Project-Id, or the call is
// refused in the shape of the document's 403.
func (f *Fabric) ours(serve func(*arrival) answer) func(*arrival) answer {
	return func(in *arrival) answer {
		signed := in.Header.Get("X-Auth-Token") == ""
		if in.project != f.cfg.ProjectID || signed && in.Header.Get("X-Project-Id") != f.cfg.ProjectID {
			return fabricBadToken(in)
		}
		if !fabricID(in.PathValue("workspace_id")) || !fabricID(cmp.Or(in.PathValue("session_id"), "none")) {
			return fabricError(in, http.StatusBadRequest)
		}
		if in.PathValue("workspace_id") != f.cfg.WorkspaceID {
			return fabricError(in, http.StatusNotFound)
		}
		return serve(in)
	}
}

// fabricID is 1 to 36 letters, digits and hyphens ("Closing a Session").
func fabricID(id string) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"
	return id != "" && len(id) <= 36 && strings.Trim(id, allowed) == ""
}

// SetClock puts the vendor's own clock ahead of Now, or behind it. All that the vendor
// says and does goes by it: signatures, tokens, the Date of an answer.
func (f *Fabric) SetClock(ahead time.Duration) { f.ahead.Store(int64(ahead)) }

// RevokeTokens ends every token that IAM gave until now.
func (f *Fabric) RevokeTokens() { f.gateway.revoke() }

// Open opens a session, as a client does.
func (f *Fabric) Open(s FabricSession) FabricSession {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open(s, f.now())
}

func (f *Fabric) open(s FabricSession, now time.Time) FabricSession {
	s.ID = cmp.Or(s.ID, f.ids.next("session"))
	s.Status = cmp.Or(s.Status, "RUNNING")
	f.all = append(f.all, fabricLife{FabricSession: s, born: now.Add(-s.Age)})
	f.bell.ring()
	return s
}

// Leave closes a session, as its own client does.
func (f *Fabric) Leave(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := f.find(id, f.now())
	if i < 0 {
		return false
	}
	f.all[i].ended = f.now()
	f.settle(f.now())
	f.bell.ring()
	return true
}

// Sessions are those that are not over.
func (f *Fabric) Sessions() (open []FabricSession) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settle(f.now())
	for _, s := range f.all {
		if !s.over() {
			open = append(open, s.FabricSession)
		}
	}
	return open
}

// Closings is how many requests to close arrived, whatever became of them.
func (f *Fabric) Closings() int { return f.calls.arrived(CloseSQLSession) }

func (l fabricLife) over() bool { return l.Status == "CLOSED" || l.Status == "FAIL" }

// settle brings the sessions up to now.
func (f *Fabric) settle(now time.Time) {
	for i := range f.all {
		if s := &f.all[i]; !s.ended.IsZero() && !now.Before(s.ended) && !s.over() {
			s.Status, s.Statements = "CLOSED", nil // what ran in it is canceled
		}
	}
	f.next = slices.DeleteFunc(f.next, func(r fabricReturn) bool {
		if now.Before(r.due) {
			return false
		}
		f.open(r.FabricSession, r.due)
		return true
	})
}

// find is the index of a session that is not over, or -1.
func (f *Fabric) find(id string, now time.Time) int {
	f.settle(now)
	return slices.IndexFunc(f.all, func(s fabricLife) bool { return s.ID == id && !s.over() })
}
