package dcs

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"quell/integrations"
	"quell/integrations/huaweicloud"
)

const (
	pageSize = 1000 // the vendor's maximum
	maxPages = 100
	// throttlePause is used where a 429 names no time of its own.
	throttlePause = 2 * time.Second
	// pollMost bounds the pause between two questions whether a scan is done.
	pollMost = 2 * time.Second
)

// look orders a scan of the node, waits until it is done, and reads its result.
func (c *Client) look(ctx context.Context, node string) (integrations.Sighting, error) {
	list := roll{node: node, began: c.now(), kept: integrations.NewKeeper(ctx), known: map[string]string{}, at: newAddresses()}
	err := c.patiently(ctx, func() error { return c.scan(ctx, node) })
	ordered := err == nil
	sizes := integrations.Halves(pageSize)
	for err == nil && list.wants() {
		var page clientPage
		err = c.patiently(ctx, func() error {
			return sizes.Ask(func(size int) (err error) {
				page, err = c.page(ctx, node, list.read, size)
				return err
			})
		})
		if err == nil {
			list.add(page)
		}
	}
	switch {
	case err == nil:
		return list.sighting(), nil
	case ordered && list.pages == 0:
		return integrations.Sighting{}, tooLong(err)
	}
	return integrations.Sighting{}, err
}

func (c *Client) scan(ctx context.Context, node string) error {
	return c.api.Read(ctx, huaweicloud.Call{
		Op: opScan, Method: http.MethodPost, Path: c.path("/clients"),
		Body:    scanBody{NodeID: node, CleanCache: true}, // without it the last result would be served again
		Success: []int{http.StatusOK},
	}, nil)
}

func (c *Client) page(ctx context.Context, node string, offset, size int) (clientPage, error) {
	var page clientPage
	err := c.api.Read(ctx, huaweicloud.Call{
		Op: opList, Method: http.MethodGet, Path: c.path("/clients"),
		Query: map[string]string{
			"node_id": node, "offset": strconv.Itoa(offset), "limit": strconv.Itoa(size),
		},
		Success: []int{http.StatusOK},
	}, &page)
	return page, err
}

// patiently repeats a read while the vendor says that a scan is running, ours
// or somebody else's, or that we ask too often. A scan is asked after more and more
// seldom (backoff). When time runs out, what the vendor said last tells more than that
// time ran out.
func (c *Client) patiently(ctx context.Context, read func() error) error {
	var last error
	for every := c.cfg.PollEvery; ; every = min(every*3/2, max(pollMost, c.cfg.PollEvery)) {
		err := read()
		if err != nil && last != nil && ctx.Err() != nil {
			return last
		}
		pause := c.pause(ctx, err, every)
		if pause == 0 || !integrations.Wait(ctx, pause) {
			return err
		}
		last = err
	}
}

// pause is how long to wait before the same read is tried again, with so long between two
// questions whether a scan is done; 0: never.
func (c *Client) pause(ctx context.Context, err error, every time.Duration) time.Duration {
	e, ok := errors.AsType[*integrations.Error](err)
	switch {
	case !ok:
		return 0
	case e.Kind == integrations.Busy && e.Code == codeTaskState:
		return c.beforeTheEnd(ctx, every)
	case e.Kind == integrations.Throttled:
		return max(e.RetryAfter, throttlePause)
	default:
		return 0
	}
}

// beforeTheEnd is the pause, or a shorter one where time runs out in it: the last question
// comes just before that.
func (c *Client) beforeTheEnd(ctx context.Context, pause time.Duration) time.Duration {
	end, ok := ctx.Deadline()
	if !ok {
		return pause
	}
	return max(c.cfg.PollEvery, min(pause, time.Until(end)-c.cfg.PollEvery))
}

// roll collects the pages of one result, one after the other, and judges whether they fit
// together.
type roll struct {
	node    string
	began   time.Time
	kept    *integrations.Keeper
	known   map[string]string // addr by id
	at      addresses
	read    int // entries, as the vendor counts offsets
	count   int
	asOf    string
	pages   int
	shifted bool // count or time changed between pages: a scan came between
	short   bool // a page was empty before count was reached
	unclear bool // an entry cannot be told from the others, or there is no list of them
}

func (r *roll) wants() bool {
	return r.pages == 0 || (r.read < r.count && !r.short && r.pages < maxPages)
}

func (r *roll) add(p clientPage) {
	count, asOf := p.Count.Number(), string(p.Time)
	r.shifted = r.shifted || (r.pages > 0 && (count != r.count || asOf != r.asOf))
	r.short = len(p.Clients) == 0
	r.unclear = r.unclear || p.Clients == nil // a count without a list
	r.count, r.asOf = count, asOf
	r.pages++
	r.read += len(p.Clients)
	for i := range p.Clients {
		session := &p.Clients[i]
		thing := session.thing(r.node)
		addr, again := r.known[thing.ID]
		if again || !session.identified() {
			r.unclear = true
			if !again || addr != session.Addr.String() { // else a page repeats what another one had
				r.at.addNameless(session)
			}
			continue
		}
		r.known[thing.ID] = session.Addr.String()
		r.at.add(session)
		r.kept.Add(thing)
	}
}

// sighting is complete only if every entry that the vendor counted was read
// once and can be told from the others. Several may share it, each for things of
// their own: whether it is whole for one of them is not said yet (merge). Which sessions end
// together is known when all are.
func (r *roll) sighting() integrations.Sighting {
	for i, t := range r.kept.Things {
		r.kept.Things[i] = r.at.together(t, r.node)
	}
	return integrations.Sighting{
		Things: r.kept.Things, Left: r.kept.Left, At: r.began, AsOf: integrations.Clean(r.asOf, 64),
		Complete: r.read == r.count && !r.shifted && !r.unclear,
	}
}
