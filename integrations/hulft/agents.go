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
)

// Agents lists the connections of the contract's Agents.
func (c *Client) Agents(ctx context.Context) (integrations.Sighting, error) {
	seen := integrations.Sighting{At: c.now(), Things: []integrations.Thing{}}
	rows, complete, err := c.rows(ctx)
	if err != nil {
		return integrations.Sighting{}, err
	}
	seen.Complete = complete
	for _, r := range rows {
		if ok, _ := path.Match(c.cfg.Agent, string(r.Agent)); c.cfg.Agent != "" && !ok {
			continue
		}
		t, ok := r.thing(seen.At, c.zone)
		if _, twice := seen.Find(t.ID); twice || !ok {
			seen.Complete = false // the list moved under us, or no call could name it
			continue
		}
		seen.Things = append(seen.Things, t)
	}
	c.history(ctx, seen.Things)
	return seen, nil
}

// rows reads every page of the list.
func (c *Client) rows(ctx context.Context) (all []conn, complete bool, err error) {
	for range pageMost {
		var p page
		some, err := c.read(ctx, call{op: opStatus, method: http.MethodGet, path: "/agent/status", query: map[string]string{
			"startIndex": strconv.Itoa(len(all)), "maxResults": strconv.Itoa(pageSize), "timezone": c.cfg.TimeZone,
		}}, &p)
		if err != nil {
			return nil, false, err
		}
		all = append(all, p.Rows...)
		total := number(p.Total)
		if !some || len(p.Rows) == 0 || len(all) >= total {
			return all, !some && len(all) == 0 || total == len(all), nil
		}
	}
	return all, false, nil
}

// history adds each Agent's last transfer. It is a courtesy, for a form and for a plan
// alike: where the key may not read the log, or there is no room for the request,
// nothing is said.
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
		if string(with) != agent || agent == "" || !ok || ended.After(now) {
			continue
		}
		ago := strconv.Itoa(int(now.Sub(ended) / time.Second))
		switch r.Status {
		case "1":
			return []integrations.Field{{Name: "transferred", Value: ago, Unit: "s"}}
		case "2":
			return []integrations.Field{{Name: "transfer-failed", Value: ago, Unit: "s"}}
		}
	}
	return nil
}
