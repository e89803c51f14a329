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
	pageMost = 3    // for whoever looks around: each request counts
	// A startIndex is 10000 at most ("QuePara"), and each page begins with the last row of the
	// one before: no list is read further than this, for given Agents either.
	pageLast = 11
	// The vendor's clock may be so much ahead of ours. What lies further ahead is in
	// another zone than was asked for, and tells no age.
	skew = time.Minute
)

// Agents lists the connections of the contract's Agents, and what each transferred last.
func (c *Client) Agents(ctx context.Context) (integrations.Sighting, error) {
	seen, known, err := c.connections(ctx)
	if err == nil {
		c.history(ctx, seen.Things, known)
	}
	return seen, err
}

// AgentsOf reads the list afresh: no call reads one connection. It is all of them, for
// an Agent that is back has another id. The transfers stay unread: each request counts.
func (c *Client) AgentsOf(ctx context.Context, _ []string) (integrations.Sighting, error) {
	seen, _, err := c.connections(ctx)
	return seen, err
}

// connections are those of the Agents that the target is about, also by their ids.
func (c *Client) connections(ctx context.Context) (seen integrations.Sighting, known map[string]conn, err error) {
	seen = integrations.Sighting{At: c.now()}
	rows, complete, err := c.rows(ctx)
	if err != nil {
		return integrations.Sighting{}, nil, err
	}
	seen.Complete, seen.Limits = complete, c.limits()
	kept := integrations.NewKeeper(ctx)
	known = map[string]conn{}
	for _, r := range rows {
		if !c.covers(r) {
			if t, ok := r.thing(seen.At, c.zone); ok && kept.For(t) {
				seen.Told = append(seen.Told, integrations.Told{ID: t.ID, Name: t.Name, Aliases: t.Aliases, Note: integrations.NewNote("trace.hulft-outside", "agent", c.cfg.Agent)})
			}
			continue
		}
		t, ok := r.thing(seen.At, c.zone)
		if _, twice := known[t.ID]; !ok || twice {
			seen.Complete = false // no call could name it, or the list moved under us
			continue
		}
		known[t.ID] = r
		kept.Add(t)
	}
	return kept.Of(ctx, seen), known, nil
}

// limits say what the target leaves out of every list.
func (c *Client) limits() integrations.Note {
	if c.cfg.Agent == "" {
		return integrations.Note{}
	}
	return integrations.NewNote("trace.hulft-limits", "agent", c.cfg.Agent)
}

// covers says whether the target is about that Agent.
func (c *Client) covers(r conn) bool {
	ok, _ := path.Match(c.cfg.Agent, string(r.Agent)) // New has checked the glob
	return ok || c.cfg.Agent == ""
}

// rows reads every page of the list; of a long one only a look for given Agents does.
func (c *Client) rows(ctx context.Context) (all []conn, complete bool, err error) {
	most := pageLast
	if integrations.LooksAround(ctx) {
		most = pageMost
	}
	return integrations.Overlapping(most, func(from int) ([]conn, int, error) {
		p, err := c.page(ctx, from)
		return p.Rows, p.Total.Number(), err
	}, func(r conn) [3]text { return [3]text{r.Session, r.Agent, text(r.Direction.String())} })
}

// page reads from that row on. No content is a list of none (HTTPStatusCode).
func (c *Client) page(ctx context.Context, from int) (page, error) {
	var p page
	some, err := c.read(ctx, call{op: opStatus, method: http.MethodGet, path: "/agent/status", query: map[string]string{
		"startIndex": strconv.Itoa(from), "maxResults": strconv.Itoa(pageSize), "timezone": c.cfg.TimeZone,
	}}, &p)
	if !some {
		p = page{Total: "0", Rows: []conn{}}
	}
	return p, err
}
