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

// The calls of HULFT-WebConnect that are played, by their paths.
const (
	AgentStatus     Op = "agent/status"
	AgentDisconnect Op = "agent/disconnection"
	RelayLog        Op = "relay/log"
	ServiceStatus   Op = "service/status"
)

// HULFTConfig is one contract of HULFT-WebConnect, and who may call it.
type HULFTConfig struct {
	Name   string
	Keys   map[string][]string // API keys with their scopes: group, right
	Agents []Agent
	Log    []Relay

	CloseTime      time.Duration // from the call until the session is gone; default 3 s
	ReconnectAfter time.Duration // when an Agent that returns is back; default 1 s
	// RetryAfterDate gives the end of a ban as an HTTP date, not in seconds.
	RetryAfterDate bool
	SlowBy         time.Duration // the delay of Slow; default 3 s

	Now    func() time.Time // default time.Now
	Logger *slog.Logger     // default none
}

// Agent is one connection of an Agent. Its Age counts back from the start.
type Agent struct {
	ID        string
	Direction string // send or receive
	Version   string // default 3.1.0
	Endpoint  string // default tokyo's
	Age       time.Duration
	Returns   bool // it connects again by itself
	Closing   bool // a disconnection was asked for already, and hangs
	// Transferring says that a transfer is under way, which ends abnormally when the connection is
	// ended (AgentDisconnect).
	Transferring bool
}

// Relay is a transfer that is over. Ago counts back from the start.
type Relay struct {
	Sender, Receiver string // agents
	Failed           bool
	Ago              time.Duration
}

// The scopes by group and right, in the words of the English pages.
const (
	AgentGet        = "Agent/Get"
	AgentMayEnd     = "Agent/Disconnect"
	RelayLogGet     = "Relay Log/Get"
	ServiceStateGet = "Service Status/Get"
)

// HULFT plays the Site API (version 2) of one contract of HULFT-WebConnect.
type HULFT struct {
	*desk
	cfg HULFTConfig
	ids *ids
	mux *http.ServeMux

	began time.Time
	ahead *atomic.Int64 // of Now, in nanoseconds; behind it if negative

	mu     sync.Mutex // guards what follows
	agents []agentLife
	next   []agentReturn
	cut    []cutTransfer
	spent  []time.Time // requests of the last minute
	banned time.Time   // until then everything is refused
	dated  bool        // the end of a ban is given as a date
}

// NewHULFT returns a HULFT with its Agents connected. Close it when done.
func NewHULFT(cfg HULFTConfig) *HULFT {
	cfg.CloseTime = cmp.Or(cfg.CloseTime, 3*time.Second)
	cfg.ReconnectAfter = cmp.Or(cfg.ReconnectAfter, time.Second)
	cfg.SlowBy = cmp.Or(cfg.SlowBy, 3*time.Second)
	cfg.Logger = cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	ours, ahead := cfg.Now, new(atomic.Int64)
	cfg.Now = func() time.Time { return ours().Add(time.Duration(ahead.Load())) }
	h := &HULFT{
		desk: newDesk(cfg.Now, cfg.SlowBy, cfg.Logger), cfg: cfg, ids: &ids{seed: cfg.Name}, mux: http.NewServeMux(),
		began: cfg.Now(), ahead: ahead, dated: cfg.RetryAfterDate,
	}
	h.vendor = h
	for _, a := range cfg.Agents {
		h.connect(a, h.began)
	}
	h.routes()
	return h
}

func (h *HULFT) routes() {
	const api = "/api/v2"
	for pattern, rt := range map[string]route{
		"GET " + api + "/agent/status":             {op: AgentStatus, serve: h.may(AgentGet, h.list)},
		"GET " + api + "/agent/status/{direction}": {op: AgentStatus, serve: h.may(AgentGet, h.list)},
		"POST " + api + "/agent/disconnection":     {op: AgentDisconnect, write: true, serve: h.may(AgentMayEnd, h.disconnect)},
		"GET " + api + "/relay/log":                {op: RelayLog, serve: h.may(RelayLogGet, h.relayLog)},
		"GET " + api + "/service/status":           {op: ServiceStatus, serve: h.may(ServiceStateGet, h.serviceStatus)},
	} {
		h.mux.HandleFunc(pattern, h.handle(rt))
	}
	h.mux.HandleFunc("/", h.handle(route{op: "", private: true, serve: func(in *arrival) answer { return hulftError(in, http.StatusMethodNotAllowed) }}))
}

// ServeHTTP answers as the vendor.
func (h *HULFT) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

const (
	hulftMost = 100              // requests in a minute, per contract (RateLimit)
	hulftBan  = 10 * time.Minute // after one too many
)

// admit counts the request, then checks the key. A minute here is the last 60 s; the
// guide says that the count begins anew each minute, and after a ban. What is refused
// during a ban does not make it longer.
func (h *HULFT) admit(in *arrival) *answer {
	if until, shutOut := h.count(h.now()); shutOut {
		a := h.tooMany(in, until)
		return &a
	}
	key, ok := bearer(in)
	if _, known := h.cfg.Keys[key]; !ok || !known {
		a := hulftError(in, http.StatusUnauthorized)
		return &a
	}
	in.who = "key"
	return nil
}

// count counts one request, and says whether it is one too many.
func (h *HULFT) count(now time.Time) (until time.Time, shutOut bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Before(h.banned) {
		return h.banned, true
	}
	h.spent = slices.DeleteFunc(h.spent, func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	h.spent = append(h.spent, now)
	if len(h.spent) <= hulftMost {
		return time.Time{}, false
	}
	h.spent, h.banned = nil, now.Add(hulftBan)
	return h.banned, true
}

func bearer(in *arrival) (key string, ok bool) {
	return strings.CutPrefix(in.Header.Get("Authorization"), "Bearer ")
}

// may holds a call to a scope of its key.
func (h *HULFT) may(scope string, serve func(*arrival) answer) func(*arrival) answer {
	return func(in *arrival) answer {
		key, _ := bearer(in)
		if !slices.Contains(h.cfg.Keys[key], scope) {
			return hulftError(in, http.StatusForbidden)
		}
		return serve(in)
	}
}

// SetClock puts the vendor's own clock ahead of Now, or behind it. All that the vendor says goes
// by it: when transfers ended, until when the contract is shut out, the Date of an answer.
func (h *HULFT) SetClock(ahead time.Duration) { h.ahead.Store(int64(ahead)) }

// Ban shuts the contract out as one request too many does, with its end as a date or in seconds.
func (h *HULFT) Ban(dated bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.spent, h.banned, h.dated = nil, h.now().Add(hulftBan), dated
}

// Disconnections is how many requests to disconnect arrived, whatever became of them.
func (h *HULFT) Disconnections() int { return h.calls.arrived(AgentDisconnect) }

// Banned says whether the contract is shut out.
func (h *HULFT) Banned() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now().Before(h.banned)
}
