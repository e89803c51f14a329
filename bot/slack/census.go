package slack

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"quell/bot/store"
	"quell/commands/words"
)

// Register keeps what the processes of one database say of themselves.
type Register interface {
	Beat(ctx context.Context, p store.Process) error
	Processes(ctx context.Context, since time.Time) ([]store.Process, error)
	Say(ctx context.Context, all ...store.Saying) error
}

// Census compares the sockets that Slack counts with those that the processes of this database
// hold. Slack gives each envelope to any one of the app's sockets: another program with the same
// app token (a forgotten one, or one with another database) takes a part of what people say, a
// no among it, and nobody sees that it is missing.
//
// Only a hello tells the number. So a socket is renewed every ten minutes, and after an excess
// sooner (recounts). A process that died is told from somebody else by its row.
type Census struct {
	Register  Register
	Wake      func(ctx context.Context) // the outbox has something to say
	Audit     string                    // the channel that is told; "" for none
	Process   string                    // names this process among those of the database
	Explained int                       // sockets of others that are known and may be there
	Now       func() time.Time
	Log       *slog.Logger

	mu        sync.Mutex
	me        store.Process
	recounted int       // how many of recounts are done
	rest      time.Time // no recount before this time
}

const (
	// beatEvery is how often a process says that it lives.
	beatEvery = 10 * time.Second
	// beatWithin bounds what the database may take: sockets do not wait for it.
	beatWithin = time.Second
	// lostCounts and endedCounts are how long a socket counts after its end: one that broke
	// off until Slack has seen that too, and one that was closed while a hello may still be
	// under way that counts it.
	lostCounts  = store.ProcessCounts
	endedCounts = 5 * time.Second
	// tellOthers is how long people are still to be told of others.
	tellOthers = time.Hour
)

// recounts are when an excess is looked at again: a restart is over by the first, and what is
// still there at the last stops claims (store.OthersBear).
func recounts() []time.Duration {
	return []time.Duration{30 * time.Second, 2 * time.Minute, store.OthersBear}
}

// holds says how many sockets this process holds, before one more is opened and whenever their
// number or the time asks for it. It reports whether a socket is to be renewed for its hello.
func (c *Census) holds(ctx context.Context, sockets int) (renew bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Now()
	if c.me.ID == "" {
		c.me = store.Process{ID: c.Process, Started: now}
	}
	if sockets != c.me.Sockets || now.Sub(c.me.Seen) >= beatEvery || now.Before(c.me.Seen) {
		c.me.Sockets = sockets
		c.beat(ctx)
	}
	if c.me.Others == 0 || c.recounted == len(recounts()) || now.Before(c.rest) || now.Sub(c.me.OthersSince) < recounts()[c.recounted] {
		return false
	}
	c.recounted++
	return true
}

// beat stores what this process says of itself. The caller holds mu.
func (c *Census) beat(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), beatWithin)
	defer cancel()
	c.me.Seen = c.Now()
	if err := c.Register.Beat(ctx, c.me); err != nil {
		c.Log.Error("that this process lives could not be stored", "err", err)
	}
}

// counts judges the number of a hello. own is what this process held then, gone how many of
// these had ended: Slack may count them or not. Where that leaves it open whether there are
// others, and where the other processes cannot be looked up, what was known stays.
func (c *Census) counts(ctx context.Context, connections, own, gone int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	within, cancel := context.WithTimeout(ctx, beatWithin)
	defer cancel()
	now := c.Now()
	all, err := c.Register.Processes(within, now.Add(-store.ProcessCounts))
	if err != nil {
		c.Log.Warn("the sockets of other processes could not be counted", "err", err)
		return
	}
	others, since := connections-own-c.Explained, now
	for _, p := range all {
		if p.ID == c.me.ID {
			continue
		}
		others -= p.Sockets
		if now.Sub(p.Seen) > store.ProcessAlive {
			gone += p.Sockets // it died, or does not come to say that it lives
		}
		if p.Others > 0 && p.OthersSince.Before(since) {
			since = p.OthersSince // a process before this one saw them too
		}
	}
	before := c.me
	if others <= 0 && others+gone > 0 {
		c.recounted, c.rest = max(c.recounted-1, 0), now.Add(recounts()[0])
		return
	}
	c.me.Others, c.me.OthersSince, c.me.OthersSeen = 0, time.Time{}, time.Time{}
	if others > 0 {
		c.me.Others, c.me.OthersSince, c.me.OthersSeen = others, since, now
		if before.Others > 0 {
			c.me.OthersSince = before.OthersSince
		}
	}
	if c.me.Others == 0 && before.Others == 0 {
		return
	}
	c.beat(ctx)
	if lasts(c.me) && !lasts(before) {
		c.Log.Error("somebody else has had sockets of this Slack app for five minutes: no call is made until they are gone or QUELL_OTHER_SOCKETS explains them", "sockets", c.me.Others)
	}
	c.tell(ctx, before)
}

// lasts reports whether others were seen for long enough to stop claims.
func lasts(p store.Process) bool {
	return p.Others > 0 && p.OthersSeen.Sub(p.OthersSince) >= store.OthersBear
}

// tell says that there are others, or that they are gone; each once. The caller holds mu.
func (c *Census) tell(ctx context.Context, before store.Process) {
	var m words.Message
	var key string
	switch {
	case before.Others == 0:
		c.recounted = 0
		c.Log.Error("somebody else has sockets of this Slack app, and gets a part of what people say: stop that program, or set QUELL_OTHER_SOCKETS", "sockets", c.me.Others)
		m, key = c.said(), fmt.Sprintf("others %d", c.me.OthersSince.UnixMicro())
	case c.me.Others == 0:
		c.Log.Info("nobody else has sockets of this Slack app any more")
		m, key = words.New("others.gone", words.V{"since": words.At(before.OthersSince)}), fmt.Sprintf("others gone %d", before.OthersSince.UnixMicro())
	default:
		return
	}
	if c.Audit == "" {
		return
	}
	now := c.Now()
	if err := c.Register.Say(ctx, store.Saying{Key: key, Place: c.Audit, Message: m, NotBefore: now, Until: now.Add(tellOthers)}); err != nil {
		c.Log.Error("what is to be said about other sockets could not be stored", "err", err)
		return
	}
	c.Wake(context.WithoutCancel(ctx))
}

// said is the sentence about others. The caller holds mu.
func (c *Census) said() words.Message {
	return words.New("others.there", words.V{
		"count": words.Count(c.me.Others), "since": words.At(c.me.OthersSince), "setting": words.Code("QUELL_OTHER_SOCKETS"),
	})
}

// Others counts the sockets of somebody else.
func (c *Census) Others() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.me.Others
}

// Say is what people read about others in the bot's status; nil for nothing.
func (c *Census) Say() []words.Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.me.Others == 0 {
		return nil
	}
	return []words.Message{c.said()}
}

// leave says that this process ends. Its sockets count a while longer; what it saw of others,
// the next process has to see itself.
func (c *Census) leave(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.me.ID == "" {
		return
	}
	c.me.Others, c.me.OthersSince, c.me.OthersSeen = 0, time.Time{}, time.Time{}
	c.beat(ctx)
}
