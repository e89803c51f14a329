package jp1ao

import (
	"context"
	"encoding/json"
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

// Tasks lists the tasks that have not ended, the newest first. Those that have ended
// stay in the vendor's list, so it is read for a few pages only, and counts as whole
// only if that was all of it.
func (c *Client) Tasks(ctx context.Context) (integrations.Sighting, error) {
	seen, kept := integrations.Sighting{At: c.now()}, integrations.NewKeeper(ctx)
	read, whole := map[text]bool{}, true // by id: a page that is given again adds nothing
	var count text
	for page := 1; page <= pageMost; page++ {
		l, err := c.page(ctx, page)
		if err != nil {
			return integrations.Sighting{}, err
		}
		if page == 1 {
			count = l.Count
		}
		whole = whole && l.Count == count // else the list moved, and a task may have slipped between two pages
		for _, t := range l.Data {
			again := read[t.ID]
			whole = whole && !again // else the list moved here as well
			read[t.ID] = true
			if !again && c.ours(t) {
				whole = c.add(kept, t, seen.At) && whole
			}
		}
		if last, sure := l.last(page, len(read)); last || len(l.Data) == 0 {
			seen.Complete = last && sure && whole
			break
		}
	}
	return kept.Of(ctx, seen), nil
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

func (c *Client) page(ctx context.Context, n int) (list, error) {
	query := url.Values{"HQL::sortBy": {"submitTime DESC"}, "page": {strconv.Itoa(n)}, "pageSize": {strconv.Itoa(pageSize)}}
	res, err := c.read(ctx, call{op: opTasks, method: http.MethodGet, path: tasksPath, query: encode(query)})
	if err != nil {
		return list{}, err
	}
	var l list
	if json.Unmarshal(res.Body(), &l) != nil {
		return list{}, garbled(opTasks, res.StatusCode())
	}
	return l, nil
}

// encode writes a space as %20: that a plus stands for one holds for forms, and the
// manual speaks of addresses.
func encode(query url.Values) string { return strings.ReplaceAll(query.Encode(), "+", "%20") }

// TasksOf reads those tasks one by one, by their ids or their numbers. A task that has
// ended is absent; one that the vendor does not give proves nothing.
func (c *Client) TasksOf(ctx context.Context, ids []string) (integrations.Sighting, error) {
	seen, kept := integrations.Sighting{At: c.now(), Complete: true}, integrations.NewKeeper(ctx)
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
			continue
		}
		if err != nil {
			return integrations.Sighting{}, err
		}
		if !c.ours(t) {
			return integrations.Sighting{}, &integrations.Error{Kind: integrations.Unsupported, Vendor: Vendor, Op: opTask, Hint: "jp1ao.other-group"}
		}
		seen.Complete = c.add(kept, t, seen.At) && seen.Complete
	}
	return kept.Of(ctx, seen), nil
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
	return t, nil
}
