package fabric

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"quell/integrations"
	"quell/integrations/huaweicloud"
)

const (
	pageSize = 100 // the most that the vendor gives
	pageMost = 50  // of each state; 500 sessions can be live at a time, and pages may have to be small
	// Sessions whose statements are asked for in one look, and how many at once: the
	// vendor publishes no limit for its API.
	askMost = 20
	atOnce  = 4
	// Waiting for them makes the list old, on which a call may rest.
	askWithin = 3 * time.Second
)

// Sessions lists the sessions that are live in the workspace, the one place there
// is.
func (c *Client) Sessions(ctx context.Context, place string) (integrations.Sighting, error) {
	if place != "" && place != c.cfg.WorkspaceID {
		return integrations.Sighting{}, unsupported(opList, "fabric.other-workspace")
	}
	seen, kept := integrations.Sighting{At: c.now(), Complete: true, Limits: c.limits()}, integrations.NewKeeper(ctx)
	var found []session
	for _, state := range live() {
		list, complete, err := c.list(ctx, state)
		if err != nil {
			return integrations.Sighting{}, err
		}
		found, seen.Complete = append(found, list...), seen.Complete && complete
	}
	known := map[text]session{}
	for _, s := range found {
		if _, again := known[s.ID]; again || !c.ours(s) {
			continue
		}
		known[s.ID] = s
		t, ok := s.thing(c.cfg.WorkspaceID)
		if !ok {
			seen.Complete = false // there, and no call could name it
			continue
		}
		t.Traits, t.Own = s.traits(c.cfg.Credentials.User), s.own(c.cfg.Credentials.User)
		kept.Add(t)
	}
	c.busy(ctx, kept.Things, known)
	return kept.Of(ctx, seen), nil
}

// limits say what the target leaves out of every list.
func (c *Client) limits() integrations.Note {
	if c.cfg.EndpointID == "" {
		return integrations.Note{}
	}
	return integrations.NewNote("trace.fabric-limits", "endpoint", c.cfg.EndpointID)
}

// list reads every page of the sessions in one state.
func (c *Client) list(ctx context.Context, state string) (all []session, complete bool, err error) {
	sizes := integrations.Halves(pageSize)
	return integrations.Overlapping(pageMost, func(from int) ([]session, int, error) {
		var p page
		err := sizes.Ask(func(size int) (err error) {
			p, err = c.page(ctx, state, from, size)
			return err
		})
		return p.Sessions, p.Total.Number(), err
	}, func(s session) text { return s.ID })
}

func (c *Client) page(ctx context.Context, state string, from, size int) (p page, err error) {
	query := map[string]string{"status": state, "limit": strconv.Itoa(size), "offset": strconv.Itoa(from)}
	if c.cfg.EndpointID != "" {
		query["endpoint_id"] = c.cfg.EndpointID
	}
	asOf, err := c.api.ReadAsOf(ctx, huaweicloud.Call{
		Op: opList, Method: http.MethodGet, Path: c.path("/sessions"), Query: query, Success: []int{http.StatusOK},
	}, &p)
	for i := range p.Sessions {
		p.Sessions[i].asOf = asOf
	}
	return p, noWorkspace(err)
}

// ours holds a listed session to the endpoint that was asked for, where it names one.
func (c *Client) ours(s session) bool {
	return c.cfg.EndpointID == "" || s.Endpoint == "" || string(s.Endpoint) == c.cfg.EndpointID
}

// busy adds what runs in each session. It is a courtesy: where it cannot be read
// nothing is said, for the list stands without it.
func (c *Client) busy(ctx context.Context, things []integrations.Thing, known map[text]session) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	var group errgroup.Group
	group.SetLimit(atOnce)
	asked := 0
	for i := range things {
		s := known[text(things[i].Name)]
		if s.Status != running || asked == askMost {
			continue
		}
		asked++
		group.Go(func() error {
			if p, err := c.running(ctx, string(s.ID)); err == nil {
				p.tell(&things[i], s)
			}
			return nil
		})
	}
	_ = group.Wait()
}

func (c *Client) running(ctx context.Context, id string) (statements, error) {
	var p statements
	err := c.api.Read(ctx, huaweicloud.Call{
		Op: opStatements, Method: http.MethodGet, Path: c.path("/sessions/" + id + "/statements"),
		Query: map[string]string{"status": running, "limit": "1"}, Success: []int{http.StatusOK},
	}, &p)
	return p, err
}
