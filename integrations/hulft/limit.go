package hulft

import (
	"context"
	"net/http"
	"sync"
	"time"

	"quell/integrations"
)

const (
	// The vendor's limit (RateLimit): so many requests in a minute, per contract.
	most = 100
	// A request may take up to the client's timeout to arrive where it is counted.
	// Two that left more than this apart never arrive within one minute.
	within = time.Minute + 15*time.Second + turn
	// A request is counted when it asks, and may wait so long for its turn.
	turn = 5 * time.Second
	// How long everything is refused after one request too many.
	ban = 10 * time.Minute
	// A clock that is wrong, theirs or ours, must not shut us out for longer than this: then the
	// vendor is asked again, and says whether its ban is over.
	banMost = time.Hour
)

func (c *Client) limit() integrations.Limit {
	return integrations.Limit{Name: Vendor + "/" + c.cfg.Contract, Most: most, Within: within}
}

// room asks for one request. Where there is none, nothing is sent: the vendor would
// shut everybody out.
func (c *Client) room(ctx context.Context, op string, use integrations.Use) error {
	at := c.now()
	wait, err := c.cfg.Limiter.Take(ctx, at, c.limit(), use)
	switch late := c.now().Sub(at) >= turn; {
	case err != nil:
		return &integrations.Error{Kind: integrations.NotSent, Vendor: Vendor, Op: op, Hint: "hulft.no-limiter", Cause: err}
	case wait.Banned: // the vendor is not asked: it has said so
		return c.ban.noted(op, at, wait.For)
	case wait.For > 0:
		return &integrations.Error{Kind: integrations.Throttled, Vendor: Vendor, Op: op, Hint: "hulft.room", RetryAfter: wait.For}
	case late: // it would arrive where what was counted with it is forgotten
		return &integrations.Error{Kind: integrations.Throttled, Vendor: Vendor, Op: op, Hint: "hulft.room", RetryAfter: turn}
	}
	return nil
}

// banMemory is when the vendor said that its ban ends, for all who meet the ban in this process.
type banMemory struct {
	mu   sync.Mutex
	ends time.Time // zero where it did not say
}

func (m *banMemory) tell(ends time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ends = ends
}

// noted is the error for a ban that was noted, maybe by another process. How long a note lasts is
// when we ask again. It is the end of the ban only where the vendor said it.
func (m *banMemory) noted(op string, at time.Time, lasts time.Duration) *integrations.Error {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := &integrations.Error{
		Kind: integrations.Throttled, Vendor: Vendor, Op: op, Hint: "hulft.banned-noted", RetryAfter: lasts, Until: at.Add(lasts),
	}
	if at.Before(m.ends) {
		e.Hint, e.RetryAfter, e.Until = "hulft.banned-until", m.ends.Sub(at), m.ends
	}
	return e
}

// banned notes the vendor's ban for all who share the contract, and says in the error how long
// it lasts. It is noted also when the caller has gone meanwhile. Where the vendor does not say
// until when, its guide does: about ten minutes.
func (c *Client) banned(ctx context.Context, e *integrations.Error, h http.Header) {
	now := c.now()
	lasts, told := banIn(h, now)
	e.RetryAfter, e.Hint = lasts, "hulft.banned"
	if told {
		e.Until, e.Hint = now.Add(lasts), "hulft.banned-until"
	}
	c.ban.tell(e.Until)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = c.cfg.Limiter.Ban(ctx, c.limit().Name, now.Add(min(lasts, banMost))) // failed: the next 429 notes it again
}

// banIn reads Retry-After, which the guide calls a date and time without giving its
// form. One without a zone may be UTC, which is the vendor's default elsewhere, or the
// vendor's own Japanese time: it is the one that lies ahead and near. What cannot be
// read is as long as the guide says, and not told.
func banIn(h http.Header, now time.Time) (lasts time.Duration, told bool) {
	if d := integrations.RetryAfter(h, now); d > 0 {
		return d, true
	}
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("JST", 9*60*60)} {
		at, ok := asTime(h.Get("Retry-After"), zone)
		if d := at.Sub(integrations.VendorNow(h, now)); ok && d > 0 && d <= banMost {
			return d, true
		}
	}
	return ban, false
}
