package sim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
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
}

// Relay is a transfer that is over. Ago counts back from the start.
type Relay struct {
	Sender, Receiver string // agents
	Failed           bool
	Ago              time.Duration
}

// The scopes by group and right.
const (
	AgentGet        = "Agent/Get"
	AgentMayEnd     = "Agent/Disconnect"
	RelayLogGet     = "Relay Log/Get"
	ServiceStateGet = "Service Status/Get"
)

// HULFT plays the Site API.
type HULFT struct {
	*desk
	cfg HULFTConfig
	ids *ids
	mux *http.ServeMux

	mu     sync.Mutex // guards what follows
	agents []agentLife
	next   []agentReturn
	spent  []time.Time // requests of the last minute
	banned time.Time   // until then everything is refused
}

type agentLife struct {
	Agent
	session string
	since   time.Time
	gone    time.Time // when the session ends; zero if nobody asked
}

type agentReturn struct {
	Agent
	due time.Time
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
	h := &HULFT{desk: newDesk(cfg.Now, cfg.SlowBy, cfg.Logger), cfg: cfg, ids: &ids{seed: cfg.Name}, mux: http.NewServeMux()}
	h.vendor = h
	for _, a := range cfg.Agents {
		h.connect(a, cfg.Now())
	}
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
	return h
}

// ServeHTTP answers as the vendor.
func (h *HULFT) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

const (
	hulftMost = 100              // requests in a minute, per contract (RateLimit)
	hulftBan  = 10 * time.Minute // after one too many
)

// admit counts the request, then checks the key. A minute here is the last 60 s; the
// guide says that the count begins anew each minute.
func (h *HULFT) admit(in *arrival) *answer {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	h.spent = slices.DeleteFunc(h.spent, func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	h.spent = append(h.spent, now)
	if len(h.spent) > hulftMost && !now.Before(h.banned) {
		h.banned = now.Add(hulftBan)
	}
	if now.Before(h.banned) {
		a := h.tooMany(in, h.banned)
		return &a
	}
	key, ok := strings.CutPrefix(in.Header.Get("Authorization"), "Bearer ")
	if _, known := h.cfg.Keys[key]; !ok || !known {
		a := hulftError(in, http.StatusUnauthorized)
		return &a
	}
	in.who = "key"
	return nil
}

func (h *HULFT) tooMany(in *arrival, until time.Time) answer {
	after := strconv.Itoa(int(until.Sub(h.now())/time.Second) + 1)
	if h.cfg.RetryAfterDate {
		after = until.UTC().Format(http.TimeFormat)
	}
	in.out.Set("Retry-After", after)
	return hulftError(in, http.StatusTooManyRequests)
}

// may holds a call to a scope of its key.
func (h *HULFT) may(scope string, serve func(*arrival) answer) func(*arrival) answer {
	return func(in *arrival) answer {
		key, _ := strings.CutPrefix(in.Header.Get("Authorization"), "Bearer ")
		if !slices.Contains(h.cfg.Keys[key], scope) {
			return hulftError(in, http.StatusForbidden)
		}
		return serve(in)
	}
}

// hulftError has the shape of ErrResp. Of the codes one is published, and that is for
// something else; these are made up.
func hulftError(in *arrival, status int) answer {
	code, message := "E900000", "An internal error occurred."
	switch status {
	case http.StatusBadRequest:
		code, message = "E300001", "The request is invalid."
	case http.StatusUnauthorized:
		code, message = "E100001", "The API key is invalid."
	case http.StatusForbidden:
		code, message = "E100002", "The API key does not have the scope."
	case http.StatusMethodNotAllowed:
		code, message = "E100004", "The method is not allowed."
	case http.StatusTooManyRequests:
		code, message = "E100003", "The number of requests exceeded the limit."
	}
	return jsonAnswer(in.out, status, map[string]string{"code": code, "message": message})
}

// refuse puts a fault into the words of HULFT-WebConnect. It documents no "not now".
func (h *HULFT) refuse(in *arrival, f Fault) answer {
	switch f {
	case Throttled:
		return h.tooMany(in, h.now().Add(5*time.Second))
	case Busy:
		return hulftError(in, http.StatusBadRequest)
	case Forbidden:
		return hulftError(in, http.StatusForbidden)
	default:
		return hulftError(in, http.StatusInternalServerError)
	}
}

func (h *HULFT) connect(a Agent, now time.Time) {
	a.Version, a.Endpoint = cmp.Or(a.Version, "3.1.0"), cmp.Or(a.Endpoint, "service2.tokyo.webconnect.hulft.com")
	h.agents = append(h.agents, agentLife{Agent: a, session: h.session(), since: now.Add(-a.Age)})
	h.bell.ring()
}

// session makes an id of the shape of the sample: 40 characters.
func (h *HULFT) session() string {
	return (strings.ReplaceAll(h.ids.next("session"), "-", "_") + strings.ReplaceAll(h.ids.next("session"), "-", "A"))[:40]
}

// settle brings the connections up to now.
func (h *HULFT) settle(now time.Time) {
	h.agents = slices.DeleteFunc(h.agents, func(a agentLife) bool { return !a.gone.IsZero() && !now.Before(a.gone) })
	h.next = slices.DeleteFunc(h.next, func(r agentReturn) bool {
		if now.Before(r.due) {
			return false
		}
		h.connect(r.Agent, r.due)
		return true
	})
}

// Agents are those that are connected, by id and direction.
func (h *HULFT) Agents() (all []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.settle(h.now())
	for _, a := range h.agents {
		all = append(all, a.ID+":"+a.Direction)
	}
	return all
}

// Leave ends the connections of an Agent, as it does itself.
func (h *HULFT) Leave(id, direction string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := len(h.agents)
	h.agents = slices.DeleteFunc(h.agents, func(a agentLife) bool { return a.ID == id && a.Direction == direction })
	h.bell.ring()
	return len(h.agents) < before
}

// Disconnections is how many requests to disconnect arrived, whatever became of them.
func (h *HULFT) Disconnections() int { return h.calls.arrived(AgentDisconnect) }

// Banned says whether the contract is shut out.
func (h *HULFT) Banned() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now().Before(h.banned)
}

func (h *HULFT) list(in *arrival) answer {
	q := in.URL.Query()
	start, errStart := strconv.Atoi(cmp.Or(q.Get("startIndex"), "0"))
	most, errMost := strconv.Atoi(cmp.Or(q.Get("maxResults"), "30"))
	zone, errZone := time.LoadLocation(cmp.Or(q.Get("timezone"), "UTC"))
	if errStart != nil || errMost != nil || errZone != nil || start < 0 || start > 10000 || most < 1 || most > 1000 {
		return hulftError(in, http.StatusBadRequest)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.settle(h.now())
	rows := []any{}
	for _, a := range h.agents {
		if d := in.PathValue("direction"); d == "" || d == a.Direction {
			rows = append(rows, map[string]any{
				"agentId": a.ID, "direction": a.Direction, "connectionId": []string{a.ID + "-c1"}, "endpoint": a.Endpoint,
				"startConnection": a.since.In(zone).Format("2006-01-02 15:04:05.000"), "sessionId": a.session, "agentVersion": a.Version,
				"willBeClosed": a.Closing || !a.gone.IsZero(), "supportingDisconnectApi": !strings.HasPrefix(a.Version, "1.1."),
			})
		}
	}
	total := len(rows)
	rows = rows[min(start, total):min(start+most, total)]
	return jsonAnswer(in.out, http.StatusOK, map[string]any{
		"totalSize": total, "fetchSize": len(rows), "startIndex": start, "maxResults": most, "status": rows,
	})
}

// disconnect answers a session that is not there as a bad request: the guide has no
// 404 for a POST.
func (h *HULFT) disconnect(in *arrival) answer {
	var body struct {
		SessionID string `json:"sessionId"`
		Endpoint  string `json:"endpoint"`
	}
	if json.Unmarshal(in.body, &body) != nil || !strings.HasPrefix(in.Header.Get("Content-Type"), "application/json") {
		return hulftError(in, http.StatusBadRequest)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	h.settle(now)
	i := slices.IndexFunc(h.agents, func(a agentLife) bool { return a.session == body.SessionID && a.Endpoint == body.Endpoint })
	if i < 0 || strings.HasPrefix(h.agents[i].Version, "1.1.") {
		return hulftError(in, http.StatusBadRequest)
	}
	if a := &h.agents[i]; in.fault != Ignore && a.gone.IsZero() {
		a.gone = now.Add(h.cfg.CloseTime)
		if a.Returns || in.fault == Respawn {
			again := a.Agent
			again.Age = 0
			h.next = append(h.next, agentReturn{again, a.gone.Add(h.cfg.ReconnectAfter)})
		}
	}
	return answer{status: http.StatusOK}
}

func (h *HULFT) relayLog(in *arrival) answer {
	zone, err := time.LoadLocation(cmp.Or(in.URL.Query().Get("timezone"), "UTC"))
	if err != nil {
		return hulftError(in, http.StatusBadRequest)
	}
	rows := []any{}
	for _, r := range h.cfg.Log {
		ended := h.now().Add(-r.Ago).In(zone)
		rows = append(rows, map[string]any{
			"status": map[bool]string{true: "2", false: "1"}[r.Failed], "startTime": ended.Add(-time.Minute).Format("2006-01-02 15:04:05.000"),
			"endTime": ended.Format("2006-01-02 15:04:05.000"), "senderAgentId": r.Sender, "receiverAgentId": r.Receiver, "dataSize": "1048576",
		})
	}
	return jsonAnswer(in.out, http.StatusOK, map[string]any{"totalSize": len(rows), "fetchSize": len(rows), "startIndex": 0, "maxResults": 30, "relayLog": rows})
}

func (h *HULFT) serviceStatus(in *arrival) answer {
	return jsonAnswer(in.out, http.StatusOK, map[string]any{"totalStatus": "0", "serviceStatus": []any{
		map[string]string{"region": "tokyo", "endpoint": "service2.tokyo.webconnect.hulft.com", "status": "0"},
	}})
}

// Panel is a page that shows the connections and the calls live, and changes the mood.
func (h *HULFT) Panel() http.Handler { return h.panel(h.board) }

func (h *HULFT) board() board {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	h.settle(now)
	b := board{Title: h.cfg.Name, Subtitle: fmt.Sprintf("HULFT-WebConnect, %d of %d requests in the last minute", len(h.spent), hulftMost), Columns: []string{"agent", "direction", "version", "since", "state"}}
	for _, a := range h.agents {
		state := "connected"
		if a.Closing || !a.gone.IsZero() {
			state = "will be closed"
		}
		b.Rows = append(b.Rows, boardRow{ID: a.session, Cells: []string{a.ID, a.Direction, a.Version, short(now.Sub(a.since)), state}})
	}
	return b
}

// Transfers is the contract that the playground acts on: one Agent that returns by
// itself, one that stays away, one that is too old, and one that hangs on its way out.
func Transfers() HULFTConfig {
	return HULFTConfig{
		Name: "transfers",
		Keys: map[string][]string{
			"fake-hulft-key-for-the-playground": {AgentGet, AgentMayEnd, RelayLogGet},
			"fake-hulft-key-that-only-reads":    {AgentGet, RelayLogGet},
		},
		Agents: []Agent{
			{ID: "osaka-01", Direction: "send", Age: 31 * 24 * time.Hour, Returns: true},
			{ID: "osaka-01", Direction: "receive", Age: 31 * 24 * time.Hour},
			{ID: "nagoya-02", Direction: "send", Age: 5 * time.Hour, Endpoint: "california-service1.webconnect.hulft.com"},
			{ID: "sendai-03", Direction: "receive", Version: "1.1.0", Age: 900 * time.Hour},
			{ID: "kyoto-04", Direction: "send", Age: 12 * time.Minute, Closing: true},
		},
		Log: []Relay{
			{Sender: "osaka-01", Receiver: "nagoya-02", Ago: 4 * time.Minute},
			{Sender: "nagoya-02", Receiver: "osaka-01", Failed: true, Ago: 11 * time.Minute},
		},
	}
}
