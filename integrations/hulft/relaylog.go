package hulft

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"quell/integrations"
)

const (
	logSize  = 50 // for the last transfer of each Agent
	logWhole = pageSize
	// A key that was refused the log is not asked for it again for so long: each request costs
	// the contract one of its hundred, and the rights of a key seldom change.
	logDenied = 30 * time.Minute
	// Those who watch several connections, or one for a while, share what was read of the log.
	logFresh = 20 * time.Second
)

// relayLog is what was read of the log of transfers (RelayLog), and when.
type relayLog struct {
	transfers
	at    time.Time     // by our clock
	ahead time.Duration // by how much the vendor's clock was before ours; a Date has whole seconds
}

// logMemory is what is kept of the log between looks.
type logMemory struct {
	mu     sync.Mutex
	denied *integrations.Error // the last refusal
	key    integrations.Secret // whose that was
	since  time.Time
	whole  relayLog // as it was last read whole
}

// refusal is the last one, while it stands for that key.
func (m *logMemory) refusal(key integrations.Secret, now time.Time) *integrations.Error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.denied == nil || m.key != key || now.Sub(m.since) >= logDenied {
		return nil
	}
	return m.denied
}

func (m *logMemory) refused(e *integrations.Error, key integrations.Secret, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.denied, m.key, m.since = e, key, now
}

// readLog reads the newest rows of the log. It is a courtesy, for a form, a plan and a card alike,
// and so it asks for room as browsing does, whatever it is read for: it costs one request more,
// and never one that a case needs.
func (c *Client) readLog(ctx context.Context, rows int) (relayLog, error) {
	key := c.cfg.ReadKey
	if e := c.log.refusal(key, c.now()); e != nil {
		return relayLog{}, e
	}
	log := relayLog{at: c.now()}
	header, some, err := c.get(integrations.Browsing(ctx), call{op: opLog, method: http.MethodGet, path: "/relay/log", query: map[string]string{
		"maxResults": strconv.Itoa(rows), "timezone": c.cfg.TimeZone,
	}}, &log.transfers)
	if e, ok := errors.AsType[*integrations.Error](err); ok && e.Kind == integrations.Forbidden {
		c.log.refused(e, key, log.at)
	}
	now := c.now()
	log.listed = log.listed || !some // no content is a log of none (HTTPStatusCode)
	log.ahead = integrations.VendorNow(header, now).Sub(now)
	return log, err
}

// history adds each Agent's last transfer. Where the key may not read the log, or there is no
// room, nothing is said.
func (c *Client) history(ctx context.Context, things []integrations.Thing, known map[string]conn) {
	if len(things) == 0 {
		return
	}
	log, err := c.readLog(ctx, logSize)
	if err != nil {
		return
	}
	now := c.now()
	for i := range things {
		r := known[things[i].ID]
		things[i].Facts = append(things[i].Facts, log.last(r.Agent, r.Direction.String(), now, c.zone)...)
	}
}

// AfterCall says what the log has on the transfers of an Agent that ended abnormally since its
// disconnection was asked for: some, none, or that it could not be read. It has no filter by
// Agent, and lists by when transfers began, so it says of how many rows it speaks.
func (c *Client) AfterCall(ctx context.Context, agent integrations.Thing, sent time.Time) integrations.Note {
	log, err := c.logSince(ctx, sent)
	if integrations.KindOf(err) == integrations.Forbidden {
		return integrations.NewNote("trace.hulft-no-right")
	}
	count, last, clear := log.cut(agent, sent, c.zone)
	switch {
	case err != nil, !clear, !log.listed:
		return integrations.NewNote("trace.hulft-unread")
	case count == 0:
		return integrations.NewNote("trace.hulft-none", "rows", strconv.Itoa(len(log.Rows)))
	}
	return integrations.NewNote("trace.hulft-cut", "count", strconv.Itoa(count)).At("last", last)
}

// logSince is the log as it was read after that moment, and not long ago.
func (c *Client) logSince(ctx context.Context, sent time.Time) (relayLog, error) {
	c.log.mu.Lock()
	log := c.log.whole
	c.log.mu.Unlock()
	if log.at.After(sent) && c.now().Sub(log.at) < logFresh {
		return log, nil
	}
	log, err := c.readLog(ctx, logWhole)
	if err != nil {
		return log, err
	}
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	c.log.whole = log
	return log, nil
}

// cut counts the transfers of an Agent's connection that ended abnormally after a moment of our
// clock, with when the last one did by the vendor's clock; not clear if one's time cannot be read,
// or it is not known whether the connection sends or receives.
func (l relayLog) cut(agent integrations.Thing, after time.Time, zone *time.Location) (count int, last time.Time, clear bool) {
	direction := agent.IdentityField("direction")
	clear = direction == "send" || direction == "receive"
	for _, r := range l.Rows {
		if r.Status != "2" || spoken(string(r.with(direction)), direction) != agent.Name {
			continue
		}
		ended, ok := asTime(string(r.Ended), zone)
		clear = clear && ok
		if !ok || ended.Add(-l.ahead).Before(after) {
			continue
		}
		count++
		if ended.After(last) {
			last = ended
		}
	}
	return count, last, clear
}

// last is what the log has on an Agent in a direction.
func (t transfers) last(agent text, direction string, now time.Time, zone *time.Location) (facts []integrations.Field) {
	for _, r := range t.Rows {
		ended, ok := asTime(string(r.Ended), zone)
		ago := now.Sub(ended)
		if r.with(direction) != agent || !ok || ago < -skew {
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
