package slack

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
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
// Only a hello tells the number. So a socket is renewed every ten minutes, and sooner after an
// excess (recounts) and where a hello left it open whether there are others (lookAgain). A
// process that died is told from somebody else by its row.
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
	row       store.Process // what of me is stored
	unstored  bool          // the last write failed, and that is said
	next      time.Time     // when a hello is wanted; zero for none before its time
	took      bool          // what the processes before this one saw is taken over
	inherited bool          // the others in me are those that they saw: no hello here told of them yet
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
	// lookAgain is how soon another hello is wanted where one left it open whether there are
	// others, or where none came.
	lookAgain = 30 * time.Second
	// tellOthers is how long people are still to be told of others.
	tellOthers = time.Hour
)

// recounts are when an excess is looked at again: a restart is over by the first, and what is
// still there at the last stops claims (store.OthersBear).
func recounts() []time.Duration {
	return []time.Duration{30 * time.Second, 2 * time.Minute, store.OthersBear}
}

// holds says how many sockets this process holds, before one more is opened and whenever their
// number or the time asks for it. unsure are those of them that Slack may not count. It reports
// whether a socket is to be renewed for its hello.
func (c *Census) holds(ctx context.Context, sockets, unsure int) (renew bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Now()
	if c.me.ID == "" {
		c.me = store.Process{ID: c.Process, Started: now}
	}
	c.me.Sockets, c.me.Unsure = sockets, unsure
	if c.me != c.row || now.Sub(c.row.Seen) >= beatEvery || now.Before(c.row.Seen) {
		c.beat(ctx)
	}
	if c.next.IsZero() || now.Before(c.next) {
		return false
	}
	c.next = now.Add(lookAgain)
	return true
}

// beat stores what this process says of itself. What could not be stored is tried again soon,
// for the others judge by it. The caller holds mu.
func (c *Census) beat(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), beatWithin)
	defer cancel()
	p := c.me
	p.Seen = c.Now()
	if err := c.Register.Beat(ctx, p); err != nil {
		if !c.unstored {
			c.Log.Error("that this process lives could not be stored", "err", err)
		}
		c.unstored = true
		return
	}
	c.me, c.row, c.unstored = p, p, false
}

// counts judges the number of a hello. own is what this process held then, unsure how many of
// these Slack may count or not. Where that leaves it open whether there are others, and where
// the other processes cannot be looked up, what was known stays, and another hello is wanted.
func (c *Census) counts(ctx context.Context, connections, own, unsure int) {
	if connections < 1 { // Slack counts the socket that it tells, so this is no number
		c.Log.Warn("a hello does not say how many sockets there are", "connections", connections)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	within, cancel := context.WithTimeout(ctx, beatWithin)
	defer cancel()
	now := c.Now()
	c.next = now.Add(lookAgain)
	all, err := c.Register.Processes(within, now.Add(-store.ProcessCounts))
	if err != nil {
		c.Log.Warn("the sockets of other processes could not be counted", "err", err)
		return
	}
	all = slices.DeleteFunc(all, func(p store.Process) bool { return p.ID == c.me.ID })
	c.takeOver(ctx, all)
	others, since := connections-own-c.Explained, now
	for _, p := range all {
		others -= p.Sockets
		unsure += c.unsureOf(p, now)
		if p.Others > 0 && p.OthersSince.Before(since) {
			since = p.OthersSince // another process saw them too
		}
	}
	if others > 0 || others+unsure <= 0 {
		c.judge(ctx, max(others, 0), since, now)
	}
}

// unsureOf counts the sockets of another process that Slack may count or not. One that died is
// like one that lives until its next heartbeat is late; one that this process saw no heartbeat
// of may be the one whose place it took.
func (c *Census) unsureOf(p store.Process, now time.Time) int {
	if c.before(p) || now.Sub(p.Seen) > store.ProcessAlive {
		return p.Sockets
	}
	return p.Unsure
}

// before reports whether a process was last seen before this one began.
func (c *Census) before(p store.Process) bool { return p.Seen.Before(c.me.Started) }

// takeOver takes over, once, what the processes before this one saw of others: until a hello
// tells it is still so. The caller holds mu.
func (c *Census) takeOver(ctx context.Context, all []store.Process) {
	if c.took {
		return
	}
	c.took = true
	for _, p := range all {
		if p.Others > 0 && c.before(p) && (c.me.Others == 0 || p.OthersSince.Before(c.me.OthersSince)) {
			c.me.Others, c.me.OthersSince, c.me.OthersSeen = p.Others, p.OthersSince, p.OthersSeen
			c.inherited = true
		}
	}
	if c.inherited {
		c.beat(ctx)
	}
}

// judge notes how many others there surely are, and says what is new about them. The caller
// holds mu.
func (c *Census) judge(ctx context.Context, others int, since, now time.Time) {
	before, inherited := c.me, c.inherited
	c.inherited, c.next = false, time.Time{}
	c.me.Others, c.me.OthersSince, c.me.OthersSeen = 0, time.Time{}, time.Time{}
	if others > 0 {
		c.me.Others, c.me.OthersSince, c.me.OthersSeen = others, since, now
		if before.Others > 0 {
			c.me.OthersSince = before.OthersSince
		}
		c.next = recount(c.me.OthersSince, now)
	}
	if others == 0 && before.Others == 0 {
		return
	}
	c.beat(ctx)
	if lasts(c.me) && (inherited || !lasts(before)) {
		c.Log.Error("somebody else has had sockets of this Slack app for five minutes: no call is made until they are gone or QUELL_OTHER_SOCKETS explains them", "sockets", c.me.Others)
	}
	if others == 0 && inherited && c.Explained > 0 {
		return // they may be there, and are explained now
	}
	c.tell(ctx, before)
}

// recount is when others who have been there since a time are to be looked at again; zero for
// not before the usual time.
func recount(since, now time.Time) time.Time {
	for _, after := range recounts() {
		if at := since.Add(after); at.After(now) {
			return at
		}
	}
	return time.Time{}
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

// leave says that this process ends. Its sockets may count a while longer; what it saw of
// others, the next process takes over.
func (c *Census) leave(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.me.ID == "" {
		return
	}
	c.me.Unsure = c.me.Sockets
	c.beat(ctx)
}
