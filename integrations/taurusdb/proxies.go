package taurusdb

import (
	"context"
	"strconv"

	"quell/integrations"
	"quell/integrations/huaweicloud"
)

const (
	pageSize = 100 // the most that the vendor gives
	rowsMost = 500
)

// Proxies lists the proxies of the instance.
func (c *Client) Proxies(ctx context.Context) (integrations.Sighting, error) {
	seen, kept := integrations.Sighting{At: c.now()}, integrations.NewKeeper(ctx)
	all, complete, err := c.proxies(ctx)
	if err != nil {
		return integrations.Sighting{}, err
	}
	seen.Complete = complete
	names := map[string]int{}
	for _, p := range all {
		names[p.name()]++
	}
	known := map[string]bool{}
	for _, p := range all {
		if huaweicloud.CheckID("proxy id", string(p.ID)) != nil {
			seen.Complete = false // there, and no call could name it
			continue
		}
		if known[c.id(p)] {
			seen.Complete = false // the list moved, and another may be on no page
			continue
		}
		known[c.id(p)] = true
		kept.Add(c.thing(p, names[p.name()] == 1))
	}
	return kept.Of(ctx, seen), nil
}

// proxies reads every page. The last one is the one that is not full.
func (c *Client) proxies(ctx context.Context) (all []proxy, complete bool, err error) {
	sizes := integrations.Halves(pageSize)
	for len(all) < rowsMost {
		var page proxyList
		err := sizes.Ask(func(size int) error {
			query := map[string]string{"limit": strconv.Itoa(size), "offset": strconv.Itoa(len(all))}
			return c.read(ctx, opList, c.instance("/proxies"), query, &page)
		})
		if err != nil {
			return nil, false, ofIDs(err)
		}
		for _, p := range page.Proxies {
			all = append(all, p.Proxy)
		}
		if len(page.Proxies) < sizes[0] {
			return all, page.Proxies != nil, nil // an answer without a list is no empty list
		}
	}
	return all, false, nil
}
