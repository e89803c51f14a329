package sim

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The calls of JP1/AO that are played; its manual has headings, no names.
const (
	ListTasks         Op = "Tasks"
	GetTask           Op = "Task"
	ForceStopTemplate Op = "forceStop template"
	ForceStop         Op = "forceStop"
	TaskLogs          Op = "TaskLogs"
)

// Refused is a fault of JP1/AO alone: the operation is made, and its state is
// "failed".
const Refused Fault = "the operation fails"

// JP1AOConfig is one JP1/Automatic Operation server, and who may call it.
type JP1AOConfig struct {
	Name     string
	User     string
	Password string
	Tasks    []Task

	StopTime     time.Duration // from the call to the end of the task; default 3 s
	RespawnAfter time.Duration // when the next run begins after Respawn; default 1 s
	SlowBy       time.Duration // the delay of Slow; default 3 s
	// Schema gives the spellings of the manual's schema; without it those of its
	// example are used.
	Schema bool
	// ShiftJIS has the logs in files of that encoding. Their bytes are what is counted;
	// an answer is UTF-8 all the same.
	ShiftJIS bool
	// Hidden are service groups on which the user has no role: nobody is shown their tasks.
	Hidden []string
	// Denied are service groups whose tasks the user is shown and may not stop: that is answered
	// 401 (2.2.17), which 403 seems to be for as well.
	Denied []string
	// Spelt is how the server writes a status on the wire; without it as the manuals name it.
	// The API's own words are not published.
	Spelt func(status string) string
	// NoFilter refuses each filter, as a server does to which a word in it is none.
	NoFilter bool
	// PageMost is how many rows a page has at most, whatever it is asked for; 0 for no such
	// limit. NoPages leaves the number of pages out of a list, NoCount the number of its tasks.
	// Neither a limit nor a default is documented (2.2.9).
	PageMost int
	NoPages  bool
	NoCount  bool
	// Warning stands in the header of that name, with what the server did all the same (2.2.13).
	Warning string

	Now func() time.Time // default time.Now
	Log *slog.Logger     // default none
}

// Task is one task. Its Age counts back from the start.
type Task struct {
	ID        int // 0: the next free one
	Name      string
	Service   string
	Group     string
	Submitter string
	Status    string // default "In Progress"
	Schedule  string // default "immediate"
	Notes     string
	Age       time.Duration
	Finishes  bool     // its last step is under way: a stop ends it as Completed
	Deaf      bool     // it does not react to a stop
	Log       []string // the lines of its log after the first
}

// JP1AO plays a JP1/AO server.
type JP1AO struct {
	*desk
	cfg JP1AOConfig
	mux *http.ServeMux

	mu     sync.Mutex // guards what follows
	last   int
	tasks  []taskLife
	next   []taskReturn
	tokens map[string]time.Time // until when each is good
}

type taskLife struct {
	Task
	began time.Time
	stops time.Time // when the stop takes effect; zero if nobody asked
	ended time.Time // zero while it is not over
	log   []string
}

type taskReturn struct {
	Task
	due time.Time
}

// NewJP1AO returns a JP1AO with its tasks under way. Close it when done.
func NewJP1AO(cfg JP1AOConfig) *JP1AO {
	cfg.StopTime = cmp.Or(cfg.StopTime, 3*time.Second)
	cfg.RespawnAfter = cmp.Or(cfg.RespawnAfter, time.Second)
	cfg.SlowBy = cmp.Or(cfg.SlowBy, 3*time.Second)
	cfg.Log = cmp.Or(cfg.Log, slog.New(slog.DiscardHandler))
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	j := &JP1AO{
		desk: newDesk(cfg.Now, cfg.SlowBy, cfg.Log), cfg: cfg, mux: http.NewServeMux(),
		last: 5380, tokens: map[string]time.Time{},
	}
	j.moods = append(j.moods, Refused)
	j.vendor = j
	for _, t := range cfg.Tasks {
		j.begin(t, cfg.Now())
	}
	const tasks = "/Automation/v1/objects/Tasks"
	for pattern, rt := range map[string]route{
		"GET " + tasks:                                     {op: ListTasks, serve: j.list},
		"GET " + tasks + "/{id}":                           {op: GetTask, serve: j.get},
		"GET " + tasks + "/{id}/actions/forceStop":         {op: ForceStopTemplate, serve: j.template},
		"POST " + tasks + "/{id}/actions/forceStop/invoke": {op: ForceStop, write: true, serve: j.stop},
		"GET /Automation/v1/objects/TaskLogs":              {op: TaskLogs, serve: j.logs},
	} {
		j.mux.HandleFunc(pattern, j.handle(rt))
		_, path, _ := strings.Cut(pattern, " ")
		j.mux.HandleFunc(path, j.handle(route{op: "", serve: jp1Always(http.StatusMethodNotAllowed)}))
	}
	j.mux.HandleFunc("/", j.handle(route{op: "", serve: jp1Always(http.StatusNotFound)}))
	return j
}

// ServeHTTP answers as the vendor.
func (j *JP1AO) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "Cosminexus HTTP Server")
	w.Header().Set("Cache-Control", "no-cache")
	j.mux.ServeHTTP(w, r)
}

// hssoTokenLife is how long an HSSO token is good for (AOCR0042).
const hssoTokenLife = 1000 * time.Second

// admit checks the headers that the manual calls required (AOCR0050; any language is
// taken, English for one that it does not have), then who calls: by name and password
// or by a token. Each answer to somebody known brings a new token. The manual shows no
// header of a 401; HTTP demands a challenge there (RFC 9110, 15.5.2), which is no token.
func (j *JP1AO) admit(in *arrival) *answer {
	switch accept := in.Header.Get("Accept"); {
	case accept == "" || in.Header.Get("Accept-Language") == "":
		a := jp1Error(in, http.StatusBadRequest)
		return &a
	case accept != "application/json":
		a := jp1Error(in, http.StatusNotAcceptable)
		return &a
	}
	scheme, proof, _ := strings.Cut(in.Header.Get("Authorization"), " ")
	j.mu.Lock()
	defer j.mu.Unlock()
	basic := base64.StdEncoding.EncodeToString([]byte(j.cfg.User + ":" + j.cfg.Password))
	good := scheme == "Basic" && equal(proof, basic) || scheme == "HSSO" && j.now().Before(j.tokens[proof])
	if !good {
		in.out.Set("WWW-Authenticate", `Basic realm="Automation"`)
		a := jp1Error(in, http.StatusUnauthorized)
		return &a
	}
	for token, until := range j.tokens {
		if !j.now().Before(until) {
			delete(j.tokens, token)
		}
	}
	in.who = j.cfg.User
	if j.cfg.Warning != "" {
		in.out.Set("Warning", j.cfg.Warning)
	}
	in.out.Set("WWW-Authenticate", "HSSO "+j.issue())
	in.out.Set("Access-Control-Expose-Headers", "WWW-Authenticate")
	return nil
}

// issue makes a token of the example's shape.
func (j *JP1AO) issue() string {
	b := make([]byte, 40)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	token := hex.EncodeToString(b[:20]) + "_" + base64.StdEncoding.EncodeToString(b[20:]) + "_V0810"
	j.tokens[token] = j.now().Add(hssoTokenLife)
	return token
}

// Logout makes every token that was issued worthless, as a restart of the server
// does.
func (j *JP1AO) Logout() {
	j.mu.Lock()
	defer j.mu.Unlock()
	clear(j.tokens)
}

// Submit begins a task.
func (j *JP1AO) Submit(t Task) Task {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.begin(t, j.now())
}

func (j *JP1AO) begin(t Task, now time.Time) Task {
	if t.ID == 0 {
		j.last++
		t.ID = j.last
	}
	j.last = max(j.last, t.ID)
	t.Status = cmp.Or(t.Status, "In Progress")
	t.Schedule = cmp.Or(t.Schedule, "immediate")
	log := append([]string{now.UTC().Format(time.DateTime) + " KNAE03000-I The task was started."}, t.Log...)
	life := taskLife{Task: t, began: now.Add(-t.Age), log: log}
	if life.over() {
		life.ended = now
	}
	j.tasks = append(j.tasks, life)
	j.bell.ring()
	return t
}

// End ends a task with a status, as the server does.
func (j *JP1AO) End(id int, status string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := j.find(strconv.Itoa(id))
	if i < 0 {
		return false
	}
	j.tasks[i].Status, j.tasks[i].ended = status, j.now()
	j.bell.ring()
	return true
}

// Archive adds so many tasks that have ended, one a second, the newest a second ago. Their names
// are "ended-1" and so on.
func (j *JP1AO) Archive(n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range n {
		j.begin(Task{Name: "ended-" + strconv.Itoa(i+1), Status: "Completed", Age: time.Duration(n-i) * time.Second}, j.now())
	}
}

// Hide takes the user's role on a service group away.
func (j *JP1AO) Hide(group string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cfg.Hidden = append(slices.Clone(j.cfg.Hidden), group)
}

// Deny takes what the user needs to stop the tasks of a service group, of that one alone; "" for
// of none.
func (j *JP1AO) Deny(group string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cfg.Denied = []string{group}
}

// Warn puts a Warning on every answer from now on; "" for none.
func (j *JP1AO) Warn(text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cfg.Warning = text
}

// ChangePassword makes another password the right one. Tokens stay good.
func (j *JP1AO) ChangePassword(password string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cfg.Password = password
}

// Leave ends a task as Completed, without anybody's stop; id is its number.
func (j *JP1AO) Leave(id string) bool {
	number, err := strconv.Atoi(id)
	return err == nil && j.End(number, "Completed")
}

// Tasks are all that there are, ended or not.
func (j *JP1AO) Tasks() (all []Task) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.settle()
	for _, t := range j.tasks {
		all = append(all, t.Task)
	}
	return all
}

// Stops is how many requests to force a stop arrived, whatever became of them.
func (j *JP1AO) Stops() int { return j.calls.arrived(ForceStop) }

func (t taskLife) over() bool {
	return slices.Contains([]string{"Completed", "Failed", "Canceled"}, t.Status)
}

// settle brings the tasks up to now: one that is being stopped ends in time.
func (j *JP1AO) settle() {
	now := j.now()
	for i := range j.tasks {
		t := &j.tasks[i]
		if t.stops.IsZero() || now.Before(t.stops) || t.over() {
			continue
		}
		t.Status, t.ended = "Failed", t.stops
		if t.Finishes {
			t.Status = "Completed"
		}
		t.log = append(t.log, t.stops.UTC().Format(time.DateTime)+" KNAE03010-I The task ended. status="+t.Status)
	}
	j.next = slices.DeleteFunc(j.next, func(r taskReturn) bool {
		if now.Before(r.due) {
			return false
		}
		j.begin(r.Task, r.due)
		return true
	})
}

func (j *JP1AO) find(id string) int {
	j.settle()
	return slices.IndexFunc(j.tasks, func(t taskLife) bool { return strconv.Itoa(t.ID) == id && !j.hidden(t) })
}
