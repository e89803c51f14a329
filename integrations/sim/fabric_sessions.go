package sim

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// fabricErrors are the document's own examples, by status.
func fabricError(in *arrival, status int) answer {
	code, message := "common.00000500", "internal error"
	switch status {
	case http.StatusBadRequest:
		code, message = "common.01000001", "failed to read http request, please check your input, code: 400, reason: Type mismatch., cause: TypeMismatchException"
	case http.StatusUnauthorized:
		code, message = "APIG.1002", "Incorrect token or token resolution failed"
	case http.StatusNotFound:
		code, message = "common.01000001", "response status exception, code: 404"
	case http.StatusRequestTimeout:
		code, message = "common.00000408", "timeout exception occurred"
	}
	return jsonAnswer(in.out, status, map[string]string{"error_code": code, "error_msg": message})
}

// fabricBadToken is the document's 403, which is about the token.
func fabricBadToken(in *arrival) answer {
	return fabric403(in, "X-Auth-Token is invalid in the request")
}

// fabricForbidden is a permission that the caller lacks. No such answer is in the document: it
// is played in the shape of its 403, with the words that other services have for it.
func fabricForbidden(in *arrival) answer {
	return fabric403(in, "Policy does not allow this action to be performed.")
}

// fabric403 has the shape of the document's 403: a code that is a number, beside an object
// that says the same again.
func fabric403(in *arrival, message string) answer {
	const title = "Forbidden"
	return jsonAnswer(in.out, http.StatusForbidden, map[string]any{
		"error":      map[string]string{"code": "403", "message": message, "title": title},
		"error_code": 403, "error_msg": message, "title": title,
	})
}

// refuse puts a fault into the words of Fabric or, for a limit that was exceeded, of
// the gateway before it. It documents no "not now": its 408 is the nearest.
func (f *Fabric) refuse(in *arrival, fault Fault) answer {
	switch fault {
	case Throttled:
		in.out.Set("Retry-After", "1")
		return gatewayError(in.out, http.StatusTooManyRequests, "APIG.0308",
			"The throttling threshold has been reached: policy user over ratelimit,limit:20,time:1 minute")
	case Busy:
		return fabricError(in, http.StatusRequestTimeout)
	case Forbidden:
		return fabricForbidden(in)
	default:
		return fabricError(in, http.StatusInternalServerError)
	}
}

// list gives one state of sessions, or all of them with what was ever closed. The unit
// of start_time and end_time is not documented; they are not played.
func (f *Fabric) list(in *arrival) answer {
	q := in.URL.Query()
	limit, offset, ok := huaweiPage(q.Get("limit"), q.Get("offset"))
	status := q.Get("status")
	if !ok || status != "" && !slices.Contains([]string{"RUNNING", "CLOSED", "WAITING", "CREATING", "FAIL"}, status) {
		return fabricError(in, http.StatusBadRequest)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settle(f.now())
	rows := []any{}
	for _, s := range f.all {
		if asked(q, "status", s.Status) && asked(q, "endpoint_id", s.Endpoint) && asked(q, "session_id", s.ID) {
			rows = append(rows, map[string]any{
				"session_id": s.ID, "status": s.Status, "create_time": s.born.UTC().Format("2006-01-02T15:04:05.000Z"),
				"endpoint_id": s.Endpoint, "user_name": s.User,
			})
		}
	}
	total := len(rows)
	rows = rows[min(offset, total):min(offset+limit, total)]
	return jsonAnswer(in.out, http.StatusOK, map[string]any{"sessions": rows, "total": total})
}

// asked says whether a row has the value that a query names, if it names one.
func asked(q url.Values, name, value string) bool { return q.Get(name) == "" || q.Get(name) == value }

// huaweiPage reads limit, 1 to 100 and 10 if there is none, and offset.
func huaweiPage(l, o string) (limit, offset int, ok bool) {
	limit, offset = 10, 0
	var errL, errO error
	if l != "" {
		limit, errL = strconv.Atoi(l)
	}
	if o != "" {
		offset, errO = strconv.Atoi(o)
	}
	return limit, offset, errL == nil && errO == nil && limit >= 1 && limit <= 100 && offset >= 0 && offset <= 1e9
}

// show tells a closed session too.
func (f *Fabric) show(in *arrival) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settle(f.now())
	for _, s := range f.all {
		if s.ID == in.PathValue("session_id") {
			return jsonAnswer(in.out, http.StatusOK, map[string]string{"session_id": s.ID, "status": s.Status})
		}
	}
	return fabricError(in, http.StatusNotFound)
}

// statements are those that run; what ran before is not played.
func (f *Fabric) statements(in *arrival) answer {
	q := in.URL.Query()
	limit, offset, ok := huaweiPage(q.Get("limit"), q.Get("offset"))
	if !ok || !slices.Contains([]string{"", "CANCELED", "FAILED", "SUCCESSFUL", "RUNNING", "SUBMITTED", "ERROR"}, q.Get("status")) {
		return fabricError(in, http.StatusBadRequest)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	i := f.find(in.PathValue("session_id"), f.now())
	if i < 0 {
		return fabricError(in, http.StatusNotFound)
	}
	rows := []any{}
	for n, sql := range f.all[i].Statements {
		if id := fmt.Sprintf("%s-%d", f.all[i].ID, n); asked(q, "status", "RUNNING") && asked(q, "statement_id", id) {
			rows = append(rows, map[string]any{"statement_id": id, "statement": sql, "status": "RUNNING"})
		}
	}
	total := len(rows)
	return jsonAnswer(in.out, http.StatusOK, map[string]any{"records": rows[min(offset, total):min(offset+limit, total)], "total": total})
}

// close does not say what a session that is closed already is answered; it is
// played as not there. To ask again while one closes does nothing more.
func (f *Fabric) close(in *arrival) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	i := f.find(in.PathValue("session_id"), now)
	if i >= 0 && in.fault == SomebodyFirst {
		f.all[i].ended = now
		f.settle(now)
		i = -1
	}
	if i < 0 {
		return fabricError(in, http.StatusNotFound)
	}
	if in.fault != Ignore && f.all[i].ended.IsZero() {
		f.all[i].ended = now.Add(f.cfg.CloseTime)
		if in.fault == Respawn {
			s := f.all[i].FabricSession
			s.ID, s.Age = "", 0
			f.next = append(f.next, fabricReturn{s, now.Add(f.cfg.CloseTime + f.cfg.RespawnAfter)})
		}
		f.settle(now)
	}
	return jsonAnswer(in.out, http.StatusOK, struct{}{})
}

// Panel is a page that shows the sessions and the calls live, and changes the mood.
func (f *Fabric) Panel() http.Handler { return f.panel(f.board) }

func (f *Fabric) board() board {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	f.settle(now)
	b := board{
		Title: f.cfg.Name, Subtitle: "Huawei Cloud DataArts Fabric, " + f.cfg.Region,
		Columns: []string{"session", "user", "status", "age", "statement"},
	}
	for _, s := range f.all {
		running := ""
		if len(s.Statements) > 0 {
			running = s.Statements[0]
		}
		if s.over() && now.Sub(s.ended) > 30*time.Second {
			continue // long over
		}
		b.Rows = append(b.Rows, boardRow{ID: s.ID, Ended: s.over(), Cells: []string{s.ID, s.User, s.Status, short(now.Sub(s.born)), running}})
	}
	return b
}

// Lakehouse is the workspace that the playground acts on: reports that run, a
// notebook that somebody forgot, and a session that is only being made.
func Lakehouse() FabricConfig {
	return FabricConfig{
		Region: "cn-north-4", ProjectID: "0123456789abcdef0123456789abcdef",
		WorkspaceID: "3f0c7b62-5a41-4e0c-9d36-51d1f8a1c2e4", Name: "lakehouse",
		AccessKey: "FAKEAKPLAYGROUND00", SecretKey: "not-a-real-secret-key-for-the-playground",
		User:      IAMUser{Domain: "example-account", Name: "quell-playground", Password: "not-a-real-password"},
		CloseTime: 400 * time.Millisecond,
		Sessions: []FabricSession{
			{ID: "9b2d4c1e-report-nightly", User: "reports", Endpoint: "sql-large", Age: 7 * time.Hour, Statements: []string{"SELECT * FROM orders CROSS JOIN customers", "REFRESH TABLE orders"}},
			{ID: "51f7a0c3-notebook-yuki", User: "yuki", Endpoint: "sql-small", Age: 26 * time.Hour},
			{ID: "c7730a9d-dashboard", User: "bi", Endpoint: "sql-small", Age: 40 * time.Minute, Statements: []string{"SELECT count(*) FROM orders WHERE day = current_date"}},
			{ID: "08e61b44-etl", User: "etl", Endpoint: "sql-large", Status: "WAITING", Age: 2 * time.Minute},
			{ID: "f5c2d9e0-adhoc", User: "sam", Endpoint: "sql-small", Status: "CREATING", Age: 5 * time.Second},
		},
	}
}
