package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/japanese"
)

// jp1Error has the shape of 2.2.18; the number is published for a resource that is
// missing or not the caller's, for the others it is made up.
func jp1Error(in *arrival, status int) answer {
	id, message := "KNAE02199-E", "An internal error occurred."
	switch status {
	case http.StatusBadRequest:
		id, message = "generic error", "The request is invalid."
	case http.StatusUnauthorized:
		id, message = "KNAE02101-E", "The user does not have the login permission."
	case http.StatusForbidden:
		id, message = "KNAE02103-E", "The user does not have the execution permission."
	case http.StatusNotFound:
		id, message = "KNAE02102-E", "The specified resource does not exist,\nor you do not have the access permission."
	case http.StatusMethodNotAllowed:
		id, message = "generic error", "The method is not allowed."
	case http.StatusNotAcceptable:
		id, message = "generic error", "The requested format is not supported."
	case http.StatusConflict:
		id, message = "KNAE02104-E", "The task is not in the status \"In Progress\", \"Waiting for Response\" or \"Abnormality Detected\"."
	case http.StatusPreconditionFailed:
		id, message = "KNAE02105-E", "The server is not available."
	}
	return jsonAnswer(in.out, status, map[string]string{
		"errorSource": "http://" + in.Host + in.URL.Path, "message": message, "messageID": id, "application": "Automation", "messageData": "",
	})
}

func jp1Always(status int) func(*arrival) answer {
	return func(in *arrival) answer { return jp1Error(in, status) }
}

// refuse puts a fault into the words of JP1/AO. It documents neither a limit nor a
// "not now" but that the server is not available.
func (j *JP1AO) refuse(in *arrival, f Fault) answer {
	switch f {
	case Throttled, Busy:
		return jp1Error(in, http.StatusPreconditionFailed)
	case Forbidden:
		return jp1Error(in, http.StatusForbidden)
	default:
		return jp1Error(in, http.StatusInternalServerError)
	}
}

// iso is ISO 8601 with milliseconds and the server's own offset.
func iso(at time.Time) string { return at.Format("2006-01-02T15:04:05.000-07:00") }

func (j *JP1AO) wire(t taskLife) map[string]any {
	start := iso(t.began)
	if t.Status == "Waiting" || t.Status == "Suspended" {
		start = ""
	}
	completed := ""
	if !t.ended.IsZero() {
		completed = iso(t.ended)
	}
	return map[string]any{
		"completionTime": completed,
		"instanceID":     t.ID, "name": t.Name, "status": j.spelt(t.Status), "startTime": start, "submitter": t.Submitter, "submitTime": iso(t.began),
		"serviceState": "release", "scheduleType": t.Schedule, "serviceName": t.Service, "serviceGroupName": t.Group, "notes": t.Notes,
		"toDo": false, "tags": "", "stepTime": nil,
	}
}

// list gives the tasks that a query asks for (jp1ao_hql.go). One that it does not know is
// answered 400 (2.7.1). Without an order they stand as they were submitted, which is not
// documented.
func (j *JP1AO) list(in *arrival) answer {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.settle()
	found, p, ok := j.asked(in.URL.Query(), slices.DeleteFunc(slices.Clone(j.tasks), j.hidden))
	if !ok {
		return jp1Error(in, http.StatusBadRequest)
	}
	rows := []any{}
	for _, t := range p.of(found) {
		rows = append(rows, j.wire(t))
	}
	body := map[string]any{"data": rows}
	if !j.cfg.NoCount {
		body["count"] = len(found)
	}
	if p.number > 0 && !j.cfg.NoPages {
		body["pagination"] = map[string]int{"page": p.number, "pageSize": p.size, "numPages": (len(found) + p.size - 1) / p.size}
	}
	return jsonAnswer(in.out, http.StatusOK, body)
}

// hidden says that the caller has no role on the task's service group: to it there is no such
// task (2.7.1, "all tasks for which the user has permissions"; KNAE02102-E).
func (j *JP1AO) hidden(t taskLife) bool {
	return slices.Contains(j.cfg.Hidden, t.Group) && t.Group != ""
}

// denied says that the caller lacks a permission on the service group of a task.
func (j *JP1AO) denied(i int) bool {
	group := j.tasks[i].Group
	return slices.Contains(j.cfg.Denied, group) && group != ""
}

// spelt is how this server writes a status on the wire.
func (j *JP1AO) spelt(status string) string {
	if j.cfg.Spelt == nil {
		return status
	}
	return j.cfg.Spelt(status)
}

func (j *JP1AO) get(in *arrival) answer {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := j.find(in.PathValue("id"))
	if i < 0 {
		return jp1Error(in, http.StatusNotFound)
	}
	return jsonAnswer(in.out, http.StatusOK, j.wire(j.tasks[i]))
}

// template is given in any state of the task, with the server's own idea of its
// address.
func (j *JP1AO) template(in *arrival) answer {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch i := j.find(in.PathValue("id")); {
	case i < 0:
		return jp1Error(in, http.StatusNotFound)
	case j.denied(i):
		return jp1Error(in, http.StatusUnauthorized)
	}
	return jsonAnswer(in.out, http.StatusOK, map[string]any{
		"name": "forceStop", "href": "http://192.168.146.132:22015" + in.URL.Path + "/invoke", "method": "POST", "parameters": []any{},
	})
}

// stop takes the operation of 2.7.9. Whether the real server compares the address in
// the body with the one that is called is not documented; here it must be the same
// task. Neither is "Long Running", which the text of the 409 leaves out and the sister
// product's guide lets stop: it is stopped here, one that is terminating is not.
func (j *JP1AO) stop(in *arrival) answer {
	var body struct {
		Name, Href, Method string
		Parameters         []any
	}
	id := in.PathValue("id")
	if json.Unmarshal(in.body, &body) != nil || body.Name != "forceStop" || body.Method != "POST" || body.Parameters == nil ||
		!strings.HasSuffix(body.Href, "/Automation/v1/objects/Tasks/"+id+"/actions/forceStop/invoke") {
		return jp1Error(in, http.StatusBadRequest)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	i := j.find(id)
	if i >= 0 && in.fault == SomebodyFirst {
		j.tasks[i].Status, j.tasks[i].ended = "Completed", j.now()
	}
	switch {
	case i < 0:
		return jp1Error(in, http.StatusNotFound)
	case j.denied(i):
		return jp1Error(in, http.StatusUnauthorized)
	case !slices.Contains([]string{"In Progress", "Waiting for Input", "In Progress (with Error)", "Long Running"}, j.tasks[i].Status):
		return jp1Error(in, http.StatusConflict)
	}
	t, now := &j.tasks[i], j.now()
	state := "success"
	switch {
	case in.fault == Refused:
		state = "failed"
	case in.fault != Ignore && !t.Deaf:
		t.Status, t.stops = "In Progress (Terminating)", now.Add(j.cfg.StopTime)
		t.log = append(t.log, now.UTC().Format(time.DateTime)+" KNAE03005-I Task execution was forcibly stopped.")
		if in.fault == Respawn {
			again := t.Task
			again.ID, again.Age, again.Status, again.Log = 0, 0, "", nil
			j.next = append(j.next, taskReturn{again, now.Add(j.cfg.StopTime + j.cfg.RespawnAfter)})
		}
	}
	return jsonAnswer(in.out, http.StatusOK, j.operation(id, state, now))
}

// operation is the answer, in the spelling of the schema or of the example.
func (j *JP1AO) operation(task, state string, now time.Time) map[string]any {
	const uuid = "68451399-53c2-4f6b-bbdd-be025a61ed02" // the example's
	href := "http://192.168.146.132:22015/Automation/v1/objects/Tasks/" + task
	o := map[string]any{"created": iso(now), "updated": iso(now), "completed": iso(now), "state": state, "result": []any{}}
	if j.cfg.Schema {
		o["instanceId"], o["affectedResources"] = uuid, []any{map[string]string{"href": href}}
	} else {
		o["instanceID"], o["affectedResource"] = uuid, []string{href}
	}
	return o
}

// logs gives the whole lines that fit into readSize, from an offset in bytes onwards or,
// with reverse, back from it (2.7.21). So with reverse nothing lies before offset 0, and a
// line that is longer than readSize ends what can be had from its place. What is not
// documented: whether a parameter may be left out (here it may not), the order of what is
// read back (the log's own), an offset inside a line (the rest of the line counts as one)
// or past the end (nothing is there), and the encoding of the file whose bytes are counted.
func (j *JP1AO) logs(in *arrival) answer {
	q := in.URL.Query()
	j.mu.Lock()
	defer j.mu.Unlock()
	i := j.find(q.Get("taskID"))
	offset, errOffset := strconv.Atoi(q.Get("offset"))
	size, errSize := strconv.Atoi(q.Get("readSize"))
	if i < 0 || errOffset != nil || errSize != nil || offset < 0 || size < 0 || q.Get("reverse") != "" {
		return jp1Error(in, http.StatusNotFound) // "also bad query parameter" (2.2.17)
	}
	log, err := j.written(strings.Join(append(slices.Clone(j.tasks[i].log), ""), "\n"))
	if err != nil {
		return jp1Error(in, http.StatusInternalServerError)
	}
	offset = min(offset, len(log))
	in.out.Set("Content-Type", "text/plain;charset=UTF-8")
	lines := linesOn(log[offset:], size)
	if q.Has("reverse") {
		lines = linesBack(log[:offset], size)
	}
	return answer{status: http.StatusOK, body: j.given(lines)}
}

// written is a log as its file has it.
func (j *JP1AO) written(log string) (string, error) {
	if !j.cfg.ShiftJIS {
		return log, nil
	}
	return japanese.ShiftJIS.NewEncoder().String(log)
}

// given is what an answer has of a file. A letter that begins before the offset is another.
func (j *JP1AO) given(lines string) []byte {
	if !j.cfg.ShiftJIS {
		return []byte(lines)
	}
	text, _ := japanese.ShiftJIS.NewDecoder().String(lines) // which replaces what it cannot read
	return []byte(text)
}

// linesOn are the first lines of a text that fit.
func linesOn(text string, size int) string {
	end := 0
	for line := range strings.Lines(text) {
		if end+len(line) > size {
			break
		}
		end += len(line)
	}
	return text[:end]
}

// linesBack are the last lines of a text that fit.
func linesBack(text string, size int) string {
	start := len(text)
	for _, line := range slices.Backward(slices.Collect(strings.Lines(text))) {
		if len(text)-start+len(line) > size {
			break
		}
		start -= len(line)
	}
	return text[start:]
}

// Panel is a page that shows the tasks and the calls live, and changes the mood.
func (j *JP1AO) Panel() http.Handler { return j.panel(j.board) }

func (j *JP1AO) board() board {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.settle()
	now := j.now()
	b := board{Title: j.cfg.Name, Subtitle: "JP1/Automatic Operation", Columns: []string{"task", "name", "submitter", "age", "status"}}
	for _, t := range j.tasks {
		b.Rows = append(b.Rows, boardRow{
			ID: fmt.Sprint(t.ID), Ended: t.over(),
			Cells: []string{fmt.Sprint(t.ID), t.Name, t.Submitter, short(now.Sub(t.began)), t.Status},
		})
	}
	return b
}

// Nightly is the server that the playground acts on: a backup that hangs, one that is
// in its last step, one that hears nothing, one that waits, and one that has ended.
// 5381 is the task of the manual's example.
func Nightly() JP1AOConfig {
	return JP1AOConfig{
		Name: "nightly", User: "quell", Password: "not-a-real-password",
		Tasks: []Task{
			{ID: 5381, Name: "backup-orders", Service: "Back up a database", Group: "Databases", Submitter: "scheduler", Schedule: "recurrence", Age: 5 * time.Hour, Notes: "usually 40 minutes"},
			{ID: 5384, Name: "add-vm", Service: "Add a virtual machine", Group: "Infrastructure", Submitter: "yuki", Status: "Waiting for Input", Age: 26 * time.Minute},
			{ID: 5385, Name: "restart-web", Service: "Restart a web server", Group: "Web", Submitter: "sam", Age: 3 * time.Minute, Finishes: true},
			{ID: 5386, Name: "patch-hosts", Service: "Apply patches", Group: "Infrastructure", Submitter: "yuki", Status: "In Progress (with Error)", Age: 2 * time.Hour, Deaf: true},
			{ID: 5387, Name: "rotate-logs", Service: "Rotate logs", Group: "Web", Submitter: "scheduler", Status: "Waiting", Schedule: "schedule"},
			{ID: 5379, Name: "backup-users", Service: "Back up a database", Group: "Databases", Submitter: "scheduler", Status: "Completed", Age: 6 * time.Hour},
		},
	}
}
