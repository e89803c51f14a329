package taurusdb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"quell/integrations"
	"quell/integrations/huaweicloud"
)

// unseen is how long a new job may stay invisible: "some seconds" in the document.
const unseen = 30 * time.Second

// Trace asks what became of a restart: its job, and then the proxy.
func (c *Client) Trace(ctx context.Context, proxy integrations.Thing, r integrations.Receipt) (integrations.Trace, error) {
	trace := integrations.Trace{Fate: integrations.Untold, At: c.now()}
	if huaweicloud.CheckID("job id", r.Job) != nil {
		var err error
		trace.Note, err = c.evidence(ctx, trace.At, r.At)
		return trace, err
	}
	var j job
	err := c.read(ctx, opJob, c.project("/jobs"), map[string]string{"id": r.Job}, &j)
	switch {
	case missing(err) && trace.At.Before(r.At.Add(unseen)):
		trace.Note = invisible(r.Job, trace.At) // it may never be visible
		return trace, nil
	case missing(err):
		return c.unknownJob(ctx, proxy, r, trace)
	case err != nil:
		return trace, err
	case string(j.Job.ID) != r.Job:
		return trace, &integrations.Error{Kind: integrations.Garbled, Vendor: Vendor, Op: opJob, Cause: errOtherJob}
	}
	return c.told(ctx, proxy, j, trace)
}

// invisible says when a new job could not be seen: a case may end before it is looked at again.
func invisible(job string, looked time.Time) integrations.Note {
	return integrations.NewNote("trace.taurusdb-not-visible-at", "job", job).At("at", looked)
}

// unknownJob is for a job that the vendor does not know by its id when it should. Its list of
// jobs may have it all the same.
func (c *Client) unknownJob(ctx context.Context, proxy integrations.Thing, r integrations.Receipt, trace integrations.Trace) (integrations.Trace, error) {
	trace.Note = integrations.NewNote("trace.taurusdb-no-job", "job", r.Job)
	query := around(r.At, trace.At)
	query["job_id"], query["limit"], query["offset"] = r.Job, "10", "0"
	var page jobs
	if err := c.read(ctx, opJobs, c.project("/immediate-jobs"), query, &page); err != nil {
		return trace, nil // what the lookup said stands
	}
	for _, listed := range page.Jobs {
		if string(listed.ID) == r.Job && string(listed.InstanceID) == c.cfg.InstanceID {
			return c.told(ctx, proxy, listed.job(), trace)
		}
	}
	return trace, nil
}

// told is what became of a restart by what the vendor tells of its job.
func (c *Client) told(ctx context.Context, proxy integrations.Thing, j job, trace integrations.Trace) (integrations.Trace, error) {
	trace.Note = integrations.Note{}
	switch j.Job.Status {
	case jobPending, jobRunning:
		trace.Fate, trace.Note = integrations.Leaving, progress(j)
	case jobFailed:
		trace.Fate, trace.Note = integrations.Failed, integrations.NewNote("trace.taurusdb-failed")
		if why := string(j.Job.FailReason); why != "" {
			trace.Note = integrations.NewNote("trace.taurusdb-failed-why", "reason", why)
		}
	case jobCompleted:
		return c.settled(ctx, proxy, trace)
	default:
		trace.Note = integrations.NewNote("trace.taurusdb-status", "status", string(j.Job.Status))
	}
	return trace, nil
}

var errOtherJob = errors.New("the answer is about another job")

// missing says that there is no such job, or that it cannot be seen yet. A 404 of
// some other shape is a proxy's word and says nothing.
func missing(err error) bool {
	e, ok := errors.AsType[*integrations.Error](err)
	return ok && e.Kind == integrations.NotFound && (e.Code == codeNoJob || e.Status == http.StatusNotFound)
}

func progress(j job) integrations.Note {
	if p := string(j.Job.Progress); p != "" {
		return integrations.NewNote("trace.taurusdb-running", "progress", p)
	}
	return integrations.NewNote("trace.taurusdb-pending")
}

// settled looks at the proxy of a job that is completed: the restart is over once
// that is active again.
func (c *Client) settled(ctx context.Context, thing integrations.Thing, trace integrations.Trace) (integrations.Trace, error) {
	all, _, err := c.proxies(ctx)
	if err != nil {
		return trace, err
	}
	i := slices.IndexFunc(all, func(p proxy) bool { return c.id(p) == thing.ID })
	switch {
	case i >= 0 && all[i].state() == active:
		trace.Fate, trace.Note = integrations.Over, integrations.NewNote("trace.taurusdb-completed")
	case i >= 0:
		trace.Fate, trace.Note = integrations.Leaving, integrations.NewNote("trace.taurusdb-not-active", "status", all[i].state())
	default:
		trace.Note = integrations.NewNote("trace.taurusdb-no-proxy")
	}
	return trace, nil
}
