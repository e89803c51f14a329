package dcs

import (
	"context"
	"net/http"
	"slices"

	"golang.org/x/sync/errgroup"

	"quell/integrations"
	"quell/integrations/huaweicloud"
)

// atOnce is how many nodes are looked at side by side. The vendor publishes no
// limit for its API.
const atOnce = 8

// Sessions looks at the sessions of one node, or, with node "", of every node
// that this type of instance needs. A node that cannot be read leaves the
// Sighting incomplete; only if none can be read is that an error.
func (c *Client) Sessions(ctx context.Context, node string) (integrations.Sighting, error) {
	if c.cfg.Node != "" && node != "" && node != c.cfg.Node {
		return integrations.Sighting{}, unsupported(opScan, "dcs.other-node")
	}
	nodes, complete, err := c.nodes(ctx, node)
	if err != nil {
		return integrations.Sighting{}, err
	}
	looks := make([]result, len(nodes))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, node := range nodes {
		group.Go(func() error {
			looks[i] = c.looks.get(ctx, node)
			return nil
		})
	}
	_ = group.Wait()
	seen, err := merge(ctx, looks, complete)
	if node == "" && err == nil {
		seen.Limits = c.limits()
	}
	return seen, err
}

// limits say what the target leaves out of every list that is of no node in particular.
func (c *Client) limits() integrations.Note {
	if c.cfg.Node == "" {
		return integrations.Note{}
	}
	return integrations.NewNote("trace.dcs-limits", "node", c.cfg.Node)
}

// merge makes one Sighting of several. It is as old as its oldest part, and
// its list is its own: looks are shared. Of many nodes together no more is kept
// for whoever looks around than of one.
func merge(ctx context.Context, looks []result, complete bool) (integrations.Sighting, error) {
	all, kept := integrations.Sighting{Complete: complete}, integrations.NewKeeper(ctx)
	var failed error
	seen := 0
	for _, look := range looks {
		if look.err != nil {
			failed = look.err
			continue
		}
		s := look.sighting
		if seen == 0 || s.At.Before(all.At) {
			all.At, all.AsOf = s.At, s.AsOf
		}
		for _, t := range s.Things {
			kept.Add(t)
		}
		kept.Left += s.Left
		all.Complete = all.Complete && s.Complete
		seen++
	}
	if seen == 0 {
		return integrations.Sighting{}, failed
	}
	all.Complete = all.Complete && failed == nil
	return kept.Of(ctx, all), nil
}

// nodes are the ids of the nodes to look at; complete says that no node that
// may hold sessions was left out.
func (c *Client) nodes(ctx context.Context, node string) (ids []string, complete bool, err error) {
	if node == "" {
		node = c.cfg.Node
	}
	if node != "" {
		return []string{node}, true, nil
	}
	instance, err := c.instance(ctx)
	if err != nil {
		return nil, false, err
	}
	if instance.tooOld() {
		return nil, false, unsupported(opInstance, "dcs.needs-redis-4")
	}
	var list nodeList
	err = c.api.Read(ctx, huaweicloud.Call{
		Op: opNodes, Method: http.MethodGet, Path: c.path("/logical-nodes"), Success: []int{http.StatusOK},
	}, &list)
	if err != nil {
		return nil, false, err
	}
	ids, complete = list.active(instance.sessionRole())
	if len(ids) == 0 {
		return nil, false, unsupported(opNodes, "dcs.no-node")
	}
	return ids, complete, nil
}

// active picks the nodes of that role which are able to answer.
func (l nodeList) active(role string) (ids []string, complete bool) {
	complete = l.Total.Number() == len(l.Nodes)
	for _, n := range l.Nodes {
		if string(n.Role) != role {
			continue
		}
		id := string(n.NodeID)
		if huaweicloud.CheckID("node", id) != nil || n.Status != "Active" || slices.Contains(ids, id) {
			complete = false
			continue
		}
		ids = append(ids, id)
	}
	return ids, complete
}
