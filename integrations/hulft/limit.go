package hulft

import (
	"context"
	"net/http"
	"time"

	"quell/integrations"
)

const (
	// The vendor's limit (RateLimit): so many requests in a minute, per contract.
	most = 100
	// A request may take up to the client's timeout to arrive where it is counted.
	// Two that left more than this apart never arrive within one minute.
	within = time.Minute + 15*time.Second
	// How long everything is refused after one request too many.
	ban = 10 * time.Minute
)

func (c *Client) limit() integrations.Limit {
	return integrations.Limit{Name: Vendor + "/" + c.cfg.Contract, Most: most, Within: within}
}

// room asks for one request. Where there is none, nothing is sent: the vendor would
// shut everybody out.
func (c *Client) room(ctx context.Context, op string, use integrations.Use) error {
	wait, err := c.cfg.Limiter.Take(ctx, c.now(), c.limit(), use)
	switch {
	case err != nil:
		return &integrations.Error{Kind: integrations.NotSent, Vendor: Vendor, Op: op, Hint: "hulft.no-limiter", Cause: err}
	case wait > 0:
		return &integrations.Error{Kind: integrations.Throttled, Vendor: Vendor, Op: op, Hint: "hulft.room", RetryAfter: wait}
	}
	return nil
}

// banned notes the vendor's ban for all who share the contract, and says how long it
// lasts: until the time in Retry-After, which the guide calls a date and time, or for
// as long as the guide says.
func (c *Client) banned(ctx context.Context, h http.Header) time.Duration {
	now, lasts := c.now(), ban
	if d := integrations.RetryAfter(h, now); d > 0 {
		lasts = d
	} else if at, ok := asTime(h.Get("Retry-After"), time.UTC); ok && at.After(now) {
		lasts = at.Sub(now)
	}
	lasts = min(lasts, time.Hour) // a clock that is wrong must not shut us out for long
	// The ban is noted also when the caller has gone meanwhile.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = c.cfg.Limiter.Ban(ctx, c.limit().Name, now.Add(lasts)) // failed: the next 429 notes it again
	return lasts
}
