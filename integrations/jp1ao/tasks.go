package jp1ao

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"quell/integrations"
)

const (
	pageSize = 100
	pageMost = 5
)

// Tasks lists the tasks that have not ended, the newest first. Those that have ended stay in
// the vendor's list, so of one that may go on a few pages are read: the newest, then what can be
// stopped as far as the vendor can be asked for it (survey.going), then on from the newest.
// It counts as whole only if all of it was read.
func (c *Client) Tasks(ctx context.Context) (integrations.Sighting, error) {
	s := &survey{c: c, at: c.now(), kept: integrations.NewKeeper(ctx), known: map[text]bool{}}
	newest := query{by: url.Values{"HQL::sortBy": {newestFirst}}}
	err := s.read(ctx, &newest, 1)
	if err == nil && !newest.sure {
		err = s.going(ctx)
	}
	if err == nil {
		err = s.read(ctx, &newest, pageMost)
	}
	if err != nil {
		return integrations.Sighting{}, err
	}
	seen := integrations.Sighting{At: s.at, Complete: newest.whole() && !s.unnamed, Limits: c.limits()}
	seen.Unread = max(0, newest.count.Number()-len(s.known))
	return s.kept.Of(ctx, seen), nil
}

// limits say what no list and no answer of this server shows.
func (c *Client) limits() integrations.Note {
	if c.cfg.ServiceGroup != "" {
		return integrations.NewNote("trace.jp1ao-limits-group", "group", c.cfg.ServiceGroup)
	}
	return integrations.NewNote("trace.jp1ao-limits")
}

// server stands before a task's number: each server numbers its own.
func (c *Client) server() string {
	_, host, _ := strings.Cut(c.cfg.Endpoint, "://")
	return host
}

// ours says whether the task is of the service group that the target is limited to.
func (c *Client) ours(t task) bool {
	return c.cfg.ServiceGroup == "" || string(t.ServiceGroup) == c.cfg.ServiceGroup
}

// add takes a task that has not ended onto the list. It reports whether the list can
// still be whole.
func (c *Client) add(kept *integrations.Keeper, t task, at time.Time) bool {
	if stageOf(t.Status) == over {
		return true
	}
	thing, ok := t.thing(c.server(), at)
	if !ok {
		return false // there, and no call could name it
	}
	// Whether capitals count in a user's name is not said. One that may be ours is.
	thing.Own = strings.EqualFold(t.Submitter.String(), c.cfg.User)
	kept.Add(thing)
	return true
}

// page is one page of a query, with what the server says of itself beside it.
func (c *Client) page(ctx context.Context, by url.Values, n int) (l list, warning string, err error) {
	by = maps.Clone(by)
	by.Set("page", strconv.Itoa(n))
	by.Set("pageSize", strconv.Itoa(pageSize))
	res, err := c.read(ctx, call{op: opTasks, method: http.MethodGet, path: tasksPath, query: encode(by)})
	if err != nil {
		return list{}, "", err
	}
	if json.Unmarshal(res.Body(), &l) != nil {
		return list{}, "", garbled(opTasks, res.StatusCode())
	}
	return l, c.warning(res), nil
}

// encode writes a space as %20: that a plus stands for one holds for forms, and the
// manual speaks of addresses.
func encode(query url.Values) string { return strings.ReplaceAll(query.Encode(), "+", "%20") }

// TasksOf reads those tasks one by one, by their ids or their numbers. What is said of a task
// that has ended, or that the vendor does not give, is in Sighting.Told. The latter proves
// nothing: it may be there, and not for our user.
func (c *Client) TasksOf(ctx context.Context, ids []string) (integrations.Sighting, error) {
	seen, kept := integrations.Sighting{At: c.now(), Complete: true, Limits: c.limits()}, integrations.NewKeeper(ctx)
	read := map[string]bool{}
	for _, id := range ids {
		id = strings.TrimPrefix(id, c.server()+"/")
		if read[id] {
			continue
		}
		read[id] = true
		if !digits.MatchString(id) {
			seen.Complete = false
			continue
		}
		t, err := c.task(ctx, id)
		if integrations.KindOf(err) == integrations.NotFound {
			seen.Complete = false
			seen.Told = append(seen.Told, c.told(id, integrations.Note{Hint: "trace.jp1ao-not-given"}))
			continue
		}
		if err != nil {
			return integrations.Sighting{}, err
		}
		if !c.ours(t) {
			return integrations.Sighting{}, &integrations.Error{Kind: integrations.Unsupported, Vendor: Vendor, Op: opTask, Hint: "jp1ao.other-group"}
		}
		if stageOf(t.Status) == over {
			seen.Told = append(seen.Told, c.told(id, t.ending()))
			continue
		}
		seen.Complete = c.add(kept, t, seen.At) && seen.Complete
	}
	return kept.Of(ctx, seen), nil
}

func (c *Client) told(id string, note integrations.Note) integrations.Told {
	return integrations.Told{ID: c.server() + "/" + id, Name: id, Note: note}
}

// ending is what a task that has ended says of that.
func (t task) ending() integrations.Note {
	if t.Completed == "" {
		return integrations.NewNote("trace.jp1ao-over", "status", string(t.Status))
	}
	at, ok := asTime(t.Completed)
	if !ok {
		return integrations.NewNote("trace.jp1ao-over-at", "status", string(t.Status), "at", string(t.Completed))
	}
	return integrations.NewNote("trace.jp1ao-over-at", "status", string(t.Status)).At("at", at)
}

func (c *Client) task(ctx context.Context, id string) (task, error) {
	res, err := c.read(ctx, call{op: opTask, method: http.MethodGet, path: tasksPath + "/" + id})
	if err != nil {
		return task{}, err
	}
	var t task
	if json.Unmarshal(res.Body(), &t) != nil || string(t.ID) != id {
		return task{}, garbled(opTask, res.StatusCode())
	}
	t.warning = c.warning(res)
	return t, nil
}
