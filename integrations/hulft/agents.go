package hulft

import (
	"context"
	"net/http"
	"path"
	"strconv"
	"time"

	"quell/integrations"
)

const (
	pageSize = 1000 // the most that the vendor gives
	pageMost = 3
	logSize  = 50
	// The vendor's clock may be so much ahead of ours. What lies further ahead is in
	// another zone than was asked for, and tells no age.
	skew = time.Minute
)

// Agents lists the connections of the contract's Agents, and what each transferred last.
func (c *Client) Agents(ctx context.Context) (integrations.Sighting, error) {
	seen, err := c.connections(ctx)
	if err == nil {
		c.history(ctx, seen.Things)
	}
	return seen, err
}

// AgentsOf reads the list afresh: no call reads one connection. It is all of them, for
// an Agent that is back has another id. The transfers stay unread: each request counts.
func (c *Client) AgentsOf(ctx context.Context, _ []string) (integrations.Sighting, error) {
	return c.connections(ctx)
}

func (c *Client) connections(ctx context.Context) (integrations.Sighting, error) {
	seen := integrations.Sighting{At: c.now(), Things: []integrations.Thing{}}
	rows, complete, err := c.rows(ctx)
	if err != nil {
		return integrations.Sighting{}, err
	}
	seen.Complete = complete
	known := map[string]bool{}
	for _, r := range rows {
		if !c.covers(r) {
			continue
		}
		t, ok := r.thing(seen.At, c.zone)
		if !ok || known[t.ID] {
			seen.Complete = false // no call could name it, or the list moved under us
			continue
		}
		known[t.ID] = true
		seen.Things = append(seen.Things, t)
	}
	return seen, nil
}

// covers says whether the target is about that Agent.
func (c *Client) covers(r conn) bool {
	ok, _ := path.Match(c.cfg.Agent, string(r.Agent)) // New has checked the glob
	return ok || c.cfg.Agent == ""
}

// rows reads every page of the list. Each page begins with the last row of the one
// before: if that is another row by then, or the total is another, the list moved, and
// a row may have slipped from one page to the other unseen.
func (c *Client) rows(ctx context.Context) (all []conn, complete bool, err error) {
	total := 0
	for range pageMost {
		p, err := c.page(ctx, max(0, len(all)-1))
		switch {
		case err != nil:
			return nil, false, err
		case len(all) == 0:
			total = number(p.Total)
		case len(p.Rows) == 0 || p.Rows[0].Session != all[len(all)-1].Session || number(p.Total) != total:
			return all, false, nil
		default:
			p.Rows = p.Rows[1:]
		}
		all = append(all, p.Rows...)
		if len(p.Rows) == 0 || len(all) >= total {
			return all, len(all) == total, nil
		}
	}
	return all, false, nil
}

// page reads from that row on. No content is a list of none (HTTPStatusCode).
func (c *Client) page(ctx context.Context, from int) (page, error) {
	var p page
	some, err := c.read(ctx, call{op: opStatus, method: http.MethodGet, path: "/agent/status", query: map[string]string{
		"startIndex": strconv.Itoa(from), "maxResults": strconv.Itoa(pageSize), "timezone": c.cfg.TimeZone,
	}}, &p)
	if !some {
		p.Total = "0"
	}
	return p, err
}

// history adds each Agent's last transfer. It is a courtesy, for a form and for a plan
// alike, and so it asks for room as browsing does, whatever the list was read for: it
// costs one request more, and never one that a case needs. Where the key may not read
// the log, or there is no room, nothing is said.
func (c *Client) history(ctx context.Context, things []integrations.Thing) {
	if len(things) == 0 {
		return
	}
	var log transfers
	_, err := c.read(integrations.Browsing(ctx), call{op: opLog, method: http.MethodGet, path: "/relay/log", query: map[string]string{
		"maxResults": strconv.Itoa(logSize), "timezone": c.cfg.TimeZone,
	}}, &log)
	if err != nil {
		return
	}
	now := c.now()
	for i := range things {
		things[i].Facts = append(things[i].Facts, log.last(things[i].Fact("agent"), things[i].Fact("direction"), now, c.zone)...)
	}
}

// last is what the log has on an Agent in a direction.
func (t transfers) last(agent, direction string, now time.Time, zone *time.Location) (facts []integrations.Field) {
	for _, r := range t.Rows {
		with := map[string]text{"send": r.SenderAgent, "receive": r.ReceiverAgent}[direction]
		ended, ok := asTime(string(r.Ended), zone)
		ago := now.Sub(ended)
		if shown(with) != agent || !ok || ago < -skew {
			continue
		}
		seconds := strconv.Itoa(int(max(0, ago) / time.Second))
		switch r.Status {
		case "1":
			return []integrations.Field{{Name: "transferred", Value: seconds, Unit: "s"}}
		case "2":
			return []integrations.Field{{Name: "transfer-failed", Value: seconds, Unit: "s"}}
		}
	}
	return nil
}
