package jp1ao

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"

	"quell/integrations"
)

// What the calls are called in errors: the manual has headings, no names.
const (
	opTasks    = "Tasks"
	opTask     = "Task"
	opTemplate = "forceStop template"
	opStop     = "forceStop"
	opLog      = "TaskLogs"
)

const (
	objects   = "/Automation/v1/objects"
	tasksPath = objects + "/Tasks"
)

const actionName = "forceStop"

type text = integrations.Text

// list is one page of tasks.
type list struct {
	Data       []task `json:"data"`
	Count      text   `json:"count"`
	Pagination struct {
		Pages text `json:"numPages"`
	} `json:"pagination"`
}

// last says whether this page is the last one, and whether that is sure: by the number
// of pages, or by the count where the answer has no pages. Without either there is
// nothing to go on by, nor without a list.
func (l list) last(page, read int) (last, sure bool) {
	count, errCount := strconv.Atoi(string(l.Count))
	pages, errPages := strconv.Atoi(string(l.Pagination.Pages))
	switch {
	case l.Data == nil:
	case errPages == nil:
		return page >= pages, errCount != nil || read >= count
	case errCount == nil:
		return len(l.Data) != pageSize, read >= count // of this page, for all that is documented
	}
	return true, false
}

// task is what of a task is of use (2.7.2). Times are ISO 8601 with an offset.
type task struct {
	ID           text               `json:"instanceID"`
	Name         integrations.Given `json:"name"`
	Status       text               `json:"status"`
	Start        text               `json:"startTime"`
	Completed    text               `json:"completionTime"`
	Submitter    integrations.Given `json:"submitter"`
	Service      text               `json:"serviceName"`
	ServiceGroup text               `json:"serviceGroupName"`
	Schedule     text               `json:"scheduleType"` // immediate, schedule or recurrence
	State        text               `json:"serviceState"` // debug or release
	Notes        text               `json:"notes"`

	warning string // the server's, of the answer that had it
}

// action is what is posted to have something done, and how its template looks.
type action struct {
	Name       string   `json:"name"`
	Href       string   `json:"href"`
	Method     string   `json:"method"`
	Parameters []string `json:"parameters"`
}

// UnmarshalJSON leaves the parameters out, which a template may have as null.
func (a *action) UnmarshalJSON(b []byte) error {
	var t struct {
		Name   text `json:"name"`
		Href   text `json:"href"`
		Method text `json:"method"`
	}
	err := json.Unmarshal(b, &t)
	a.Name, a.Href, a.Method = string(t.Name), string(t.Href), string(t.Method)
	return err
}

// operation is the answer to an action (2.2.15, Table 2-42): in the schema its id is
// instanceId and the tasks affectedResources, in the example instanceID and
// affectedResource. The id is a UUID of the operation, not the task's number. Each
// spelling has a field of its own: Go would take the two of the id for one.
type operation struct {
	fields map[string]json.RawMessage
}

func (o *operation) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &o.fields) }

func (o operation) text(names ...string) (t text) {
	for _, name := range names {
		if raw, ok := o.fields[name]; ok && t == "" {
			_ = t.UnmarshalJSON(raw)
		}
	}
	return t
}

func (o operation) id() text { return o.text("instanceID", "instanceId") }

// check says whether the operation was taken, by its state (2.2.15). What is queued,
// running or stopping was accepted and is not finished.
func (o operation) check(id string, status int) error {
	state := o.text("state")
	switch {
	case o.names() != nil && !slices.Contains(o.names(), id):
		return &integrations.Error{Kind: integrations.Garbled, Vendor: Vendor, Op: opStop, Status: status, Hint: "jp1ao.other-task", Cause: errOtherTask}
	case slices.Contains([]text{"success", "queued", "running", "stopping"}, state):
		return nil
	case state == "failed" || state == "stopped":
		return &integrations.Error{Kind: integrations.Unsuccessful, Vendor: Vendor, Op: opStop, Status: status, Hint: "jp1ao.operation-failed", Cause: errFailed}
	}
	return garbled(opStop, status)
}

var taskInPath = regexp.MustCompile(`/Tasks\\?/([0-9]+)`) // JSON may escape a slash

// names are the tasks that the operation says it affected: one address, a list of
// them, or a list of objects.
func (o operation) names() (ids []string) {
	for _, name := range []string{"affectedResource", "affectedResources"} {
		for _, m := range taskInPath.FindAllSubmatch(o.fields[name], -1) {
			ids = append(ids, string(m[1]))
		}
	}
	return ids
}
