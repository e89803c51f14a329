package sim

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

// The calls of DCS that are played, by their documented names.
const (
	ScanClients          Op = "ScanClients"
	ListClients          Op = "ListClients"
	HangUpClients        Op = "HangUpClients"
	ListInstances        Op = "ListInstances"
	ShowInstance         Op = "ShowInstance"
	ShowNodesInformation Op = "ShowNodesInformation"
	ShowJobInfo          Op = "ShowJobInfo"
)

// DCSConfig is one instance of Huawei Cloud's Distributed Cache Service, and
// who may call it.
type DCSConfig struct {
	Region     string // "cn-north-4"; also the name of the project in IAM
	ProjectID  string
	InstanceID string
	Name       string
	Version    string // of Redis; default "6.0"
	CacheMode  string // single, ha, ha_rw_split, proxy or cluster; default "ha"
	Status     string // default RUNNING
	// NoSessionManagement plays an instance that cannot list or kill sessions.
	NoSessionManagement bool

	AccessKey     string
	SecretKey     string
	SecurityToken string // set: the key is temporary and needs this beside it
	User          IAMUser

	Nodes    []Node    // at least one; the first is where sessions go by default
	Sessions []Session // what is connected at the start
	// Redis, if set, is where the sessions are in place of played ones: its
	// clients, on the first node. The version is its own too.
	Redis *Redis

	// EndsFirst makes a kill end the first of several sessions that have one address, not all of
	// them: the documents say neither.
	EndsFirst bool

	ScanTime     time.Duration // how long a scan runs
	RespawnAfter time.Duration // when a client is back after Respawn; default 1 s
	SlowBy       time.Duration // the delay of Slow; default 3 s

	Now func() time.Time // default time.Now
	Log *slog.Logger     // default none
}

// Node is one node of the instance.
type Node struct {
	ID        string // the node_id that scan, list and kill take
	LogicalID string
	Role      string // redis-server or redis-proxy
	Type      string // master, slave or proxy
	IP        string
	Zone      string
}

// DCS plays DCS, and the IAM that gives tokens for it, on one handler.
type DCS struct {
	*desk
	cfg     DCSConfig
	ids     *ids
	gateway *huaweiGateway
	mux     *http.ServeMux

	mu    sync.Mutex // guards what follows
	live  roster
	scans map[string]scan // the last one of each node
	jobs  []job
}

// NewDCS returns a DCS with its sessions connected. Close it when done.
func NewDCS(cfg DCSConfig) *DCS {
	cfg.Version = cmp.Or(cfg.Version, "6.0")
	cfg.CacheMode = cmp.Or(cfg.CacheMode, "ha")
	cfg.Status = cmp.Or(cfg.Status, "RUNNING")
	cfg.RespawnAfter = cmp.Or(cfg.RespawnAfter, time.Second)
	cfg.SlowBy = cmp.Or(cfg.SlowBy, 3*time.Second)
	cfg.Log = cmp.Or(cfg.Log, slog.New(slog.DiscardHandler))
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	d := &DCS{
		desk:  newDesk(cfg.Now, cfg.SlowBy, cfg.Log),
		cfg:   cfg,
		ids:   &ids{seed: cfg.InstanceID},
		mux:   http.NewServeMux(),
		scans: map[string]scan{},
	}
	d.gateway = &huaweiGateway{account: cfg.account(), now: cfg.Now, ids: d.ids}
	d.vendor = d
	d.routes()
	d.connect()
	return d
}

// connect fills the instance with its clients.
func (d *DCS) connect() {
	if server := d.cfg.Redis; server != nil {
		d.cfg.Version = server.Version
		d.live = &redisSessions{server: server, node: d.cfg.Nodes[0].ID}
		d.moods = slices.DeleteFunc(d.moods, func(f Fault) bool { return f == Respawn }) // theirs to choose
		return
	}
	d.live = &playedSessions{lastID: firstClientID, endsFirst: d.cfg.EndsFirst}
	for _, s := range d.cfg.Sessions {
		d.AddSession(s)
	}
}

func (c DCSConfig) account() huaweiAccount {
	return huaweiAccount{
		region: c.Region, project: c.ProjectID,
		accessKey: c.AccessKey, secretKey: c.SecretKey, securityToken: c.SecurityToken,
		user: c.User,
	}
}

func (d *DCS) routes() {
	const project = "/v2/{project_id}"
	const instance = project + "/instances/{instance_id}"
	for pattern, rt := range map[string]route{
		"GET " + project + "/instances":      {op: ListInstances, serve: d.listInstances},
		"GET " + instance:                    {op: ShowInstance, serve: d.showInstance},
		"GET " + instance + "/logical-nodes": {op: ShowNodesInformation, serve: d.showNodes},
		"POST " + instance + "/clients":      {op: ScanClients, serve: d.scanClients},
		"GET " + instance + "/clients":       {op: ListClients, serve: d.listClients},
		"POST " + instance + "/clients/kill": {op: HangUpClients, write: true, serve: d.hangUpClients},
		"GET " + project + "/jobs/{job_id}":  {op: ShowJobInfo, serve: d.showJob},
	} {
		rt.serve = d.ours(rt.serve)
		d.mux.HandleFunc(pattern, d.handle(rt))
	}
	d.mux.HandleFunc("POST /v3/auth/tokens", d.handle(route{op: CreateToken, private: true, serve: d.gateway.createToken}))
	d.mux.HandleFunc("/", d.handle(route{op: "", private: true, serve: noSuchAPI}))
}

// ServeHTTP answers as the vendor.
func (d *DCS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(requestID, d.ids.next("request"))
	d.mux.ServeHTTP(w, r)
}

// admit gives the error list's own "invalid token" to one that ended early.
func (d *DCS) admit(in *arrival) *answer {
	refusal := d.gateway.admit(in)
	if refusal != nil && d.gateway.revoked(in) {
		a := dcsError(in, badToken)
		return &a
	}
	return refusal
}

// RevokeTokens ends every token that IAM gave until now.
func (d *DCS) RevokeTokens() { d.gateway.revoke() }

// ours holds a call to the project of its credentials and to our instance.
func (d *DCS) ours(serve func(*arrival) answer) func(*arrival) answer {
	return func(in *arrival) answer {
		if in.project != in.PathValue("project_id") {
			return dcsError(in, wrongProject)
		}
		if id := in.PathValue("instance_id"); id != "" && id != d.cfg.InstanceID {
			return dcsError(in, noInstance)
		}
		return serve(in)
	}
}

// State is what Wait lets a test look at.
type State struct {
	Sessions []Session
	Calls    []Call
	Kills    int
	Mood     Fault
}

// Wait returns when ok is true of the state, or with the context's error.
func (d *DCS) Wait(ctx context.Context, ok func(*State) bool) error {
	return d.until(ctx, func() bool {
		return ok(&State{Sessions: d.Sessions(), Calls: d.Calls(), Kills: d.Kills(), Mood: d.faults.lasting()})
	})
}

// Kills is how many kill requests arrived, whatever became of them.
func (d *DCS) Kills() int { return d.calls.arrived(HangUpClients) }
