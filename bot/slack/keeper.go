package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
)

// Slack lets an app have ten sockets, whichever process they are of, and gives each envelope to
// any one of them (docs.slack.dev, "Using Socket Mode"; bolt-js#2225).
const (
	// wantedSockets is how many a process holds: while one is replaced, or breaks, the other
	// goes on.
	wantedSockets = 2
	// mostSockets bounds those of this process, with the ones that are about to end.
	mostSockets = 4
)

const (
	// renewEvery is how often the older socket is renewed, at the latest at half the life
	// that Slack gave it: so two never end together.
	renewEvery = 10 * time.Minute
	// leaveWithin bounds how long a socket is read after its disconnect frame. Slack ends
	// it after about ten seconds.
	leaveWithin = time.Minute
	// ackTimeout is how long an acknowledgement may take: then Slack has given up on it.
	ackTimeout = 3 * time.Second
	// firstBackoff and mostBackoff bound the pause after a socket that could not be opened.
	firstBackoff = 250 * time.Millisecond
	mostBackoff  = 8 * time.Second
)

// keeper keeps the sockets of this process. A socket that is about to end is replaced first and
// read to its end (make before break), so there is no moment without one.
type keeper struct {
	address func(ctx context.Context) (string, error) // a socket's, for one connection (apps.connections.open)
	now     func() time.Time
	rand    func() float64 // in [0, 1), for jitter
	log     *slog.Logger
	census  *Census                              // nil where nobody counts
	app     func(ctx context.Context, id string) // is told of which app the sockets are
	judge   func(code string)                    // is told why Slack opens no socket, and "" once it opens one
	tick    time.Duration                        // between two looks for what is due
	dead    time.Duration                        // deadAfter

	reading sync.WaitGroup
	unacked atomic.Int64 // envelopes that were handed on and are not acknowledged yet

	mu       sync.Mutex
	all      []*connection // the oldest first
	changed  chan struct{} // closed and replaced whenever all changes
	renewed  time.Time     // when one was opened last
	due      bool          // one is to be renewed at once
	opening  int           // those that are dialled and not in all yet
	ended    []ending      // may still count at Slack
	retry    chan struct{} // ends a pause before its time
	failures int           // in a row
}

func newKeeper(address func(ctx context.Context) (string, error), now func() time.Time, rand func() float64, log *slog.Logger) *keeper {
	return &keeper{
		address: address, now: now, rand: rand, log: log, judge: func(string) {}, app: func(context.Context, string) {}, tick: time.Second, dead: deadAfter,
		changed: make(chan struct{}), retry: make(chan struct{}, 1),
	}
}

// keep holds sockets and hands on each envelope until ctx ends. hear must not block.
func (k *keeper) keep(ctx context.Context, hear func(arrival)) {
	defer k.end(context.WithoutCancel(ctx))
	k.reading.Go(func() { k.report(ctx) })
	tick := time.NewTicker(k.tick)
	defer tick.Stop()
	for ctx.Err() == nil {
		changed, short := k.short()
		if short {
			k.openNext(ctx, hear)
			continue
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-tick.C:
			k.renew()
		}
	}
}

// short reports whether there are fewer sockets than there should be. The channel tells of the
// next change.
func (k *keeper) short() (<-chan struct{}, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.changed, k.steady() < wantedSockets
}

// steady counts the sockets that are to stay. The caller holds mu.
func (k *keeper) steady() (n int) {
	for _, c := range k.all {
		if c.greeted && !c.leaving {
			n++
		}
	}
	return n
}

// touch tells everybody who waits for a change. The caller holds mu.
func (k *keeper) touch() {
	close(k.changed)
	k.changed = make(chan struct{})
}

// renew has the oldest socket replaced if that is due.
func (k *keeper) renew() {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := slices.IndexFunc(k.all, func(c *connection) bool { return c.greeted && !c.leaving })
	if at < 0 || !k.due && k.now().Sub(k.renewed) < min(renewEvery, k.all[at].lifetime/2) {
		return
	}
	k.due = false
	k.all[at].leaving = true
	k.touch()
}

// ending is a socket that has ended, and until when Slack may count it.
type ending struct{ until time.Time }

// held counts the sockets that Slack may count, and how many of them it may not: those that are
// being opened, that end, or that have ended. The caller holds mu.
func (k *keeper) held() (sockets, unsure int) {
	now := k.now()
	k.ended = slices.DeleteFunc(k.ended, func(e ending) bool { return !e.until.After(now) })
	unsure = k.opening + len(k.ended)
	for _, c := range k.all {
		if !c.greeted || c.told || c.closing {
			unsure++
		}
	}
	return len(k.all) + k.opening + len(k.ended), unsure
}

// report tells the census how many sockets there are, until ctx ends.
func (k *keeper) report(ctx context.Context) {
	if k.census == nil {
		return
	}
	tick := time.NewTicker(k.tick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if k.count(ctx) {
				k.hasten()
			}
		}
	}
}

// hasten has a socket renewed at once.
func (k *keeper) hasten() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.due = true
}

// announce notes that a socket is about to be opened. Its hello is the one that was wanted.
func (k *keeper) announce() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.opening, k.due = 1, false
}

// dialled notes that none is being opened any more.
func (k *keeper) dialled() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.opening = 0
}

// count tells the census how many sockets there are. It reports whether one is to be renewed.
func (k *keeper) count(ctx context.Context) (renew bool) {
	if k.census == nil {
		return false
	}
	k.mu.Lock()
	sockets, unsure := k.held()
	k.mu.Unlock()
	return k.census.holds(ctx, sockets, unsure)
}

// openNext opens one more socket, and lets go of those that it replaces. If that fails it
// returns after a pause.
func (k *keeper) openNext(ctx context.Context, hear func(arrival)) {
	k.endOneThatLeaves(mostSockets)
	k.announce()
	_ = k.count(ctx) // the socket that is opened now is a new one anyhow
	err := k.dial(ctx, hear)
	k.dialled()
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		k.failed(ctx, err)
		return
	}
	k.failures = 0
	k.judge("")
	for _, c := range k.replaced() {
		k.letGo(c)
	}
}

// dial opens a socket and waits for its hello.
func (k *keeper) dial(ctx context.Context, hear func(arrival)) error {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	address, err := k.address(ctx)
	if err != nil {
		return err
	}
	ws, res, err := dialer().DialContext(ctx, address, nil)
	if err != nil {
		if res != nil {
			return fmt.Errorf("%w: %s", err, res.Status)
		}
		return err
	}
	c := newConnection(ws, k.dead)
	k.add(c)
	k.reading.Go(func() { k.read(ctx, c, hear) })
	select {
	case f := <-c.first:
		if f.Type == "hello" {
			return nil
		}
		return turnedAway{f.Reason}
	case <-c.over:
		return errors.New("the socket ended before its hello")
	case <-ctx.Done():
		k.drop(c)
		return ctx.Err()
	}
}

// drop ends a socket that is not wanted any more. It may just have been greeted: that it ends is no
// trouble then.
func (k *keeper) drop(c *connection) {
	k.mu.Lock()
	c.closing = true
	k.mu.Unlock()
	_ = c.ws.Close()
}

// failed waits before the next try. What was only to be renewed stays as it is until that is due
// again. Where Slack has no room for one more, a socket that ends anyhow makes room at once.
func (k *keeper) failed(ctx context.Context, err error) {
	k.failures++
	wait := k.backoff(err)
	k.log.Warn("no socket could be opened", "err", withoutURL(err), "pause", wait.Round(time.Millisecond))
	code := socketCode(err)
	if code != "" {
		k.judge(code)
	}
	if code == tooManySockets {
		k.endOneThatLeaves(0)
	}
	k.mu.Lock()
	for _, c := range k.all {
		c.leaving = c.told
	}
	k.renewed = k.now()
	k.mu.Unlock()
	k.pause(ctx, wait)
}

// pause waits, or until there is a reason to try at once.
func (k *keeper) pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-k.retry:
	case <-t.C:
	}
}

// mended ends the pause, and has a socket replaced: only that tells whether one can be opened.
func (k *keeper) mended() {
	select {
	case k.retry <- struct{}{}:
	default:
	}
	k.hasten()
}

// tooManySockets is the reason for which Slack turns the eleventh socket of an app away.
const tooManySockets = "too_many_websockets"

// turnedAway says that Slack answered a new socket with a disconnect frame.
type turnedAway struct{ reason string }

func (t turnedAway) Error() string { return "Slack turns the socket away: " + t.reason }

// backoff is the pause before the next try: Slack's own Retry-After, else longer with each
// failure in a row and never longer than seconds.
func (k *keeper) backoff(err error) time.Duration {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return limited.RetryAfter + time.Duration(k.rand()*float64(time.Second))
	}
	most := min(firstBackoff<<min(k.failures-1, 10), mostBackoff)
	return most/2 + time.Duration(k.rand()*float64(most/2))
}

func (k *keeper) add(c *connection) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all, k.opening = append(k.all, c), 0
	k.touch()
}

// read reads a socket until it ends.
func (k *keeper) read(ctx context.Context, c *connection, hear func(arrival)) {
	err := c.read(func(f frame) { k.take(ctx, c, f, hear) }, func(err error) { k.log.Warn("a frame makes no sense", "err", err) })
	_ = c.ws.Close()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = slices.DeleteFunc(k.all, func(other *connection) bool { return other == c })
	close(c.over)
	k.ended = append(k.ended, ending{k.now().Add(stillCounts(err))})
	k.touch()
	if c.greeted && !c.leaving && !c.closing {
		k.log.Warn("a socket broke off", "err", err)
	}
}

// stillCounts is how long Slack may count a socket that ended so.
func stillCounts(err error) time.Duration {
	if c, ok := errors.AsType[*websocket.CloseError](err); ok && c.Code != websocket.CloseAbnormalClosure {
		return endedCounts
	}
	return lostCounts
}

// take takes one frame.
func (k *keeper) take(ctx context.Context, c *connection, f frame, hear func(arrival)) {
	switch {
	case f.EnvelopeID != "":
		k.unacked.Add(1)
		hear(arrival{frame: f, at: time.Now(), send: func(body []byte, until time.Time) error {
			defer k.unacked.Add(-1)
			return k.ack(c, body, until)
		}})
	case f.Type == "hello":
		k.welcome(ctx, c, f)
		c.greet(f)
	case f.Type == "disconnect":
		k.leave(c, f.Reason)
		c.greet(f)
	}
}

func (k *keeper) welcome(ctx context.Context, c *connection, f frame) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c.greeted, c.lifetime = true, time.Duration(f.Debug.Life*float64(time.Second))
	if own, unsure := k.held(); k.census != nil {
		k.reading.Go(func() { k.census.counts(context.WithoutCancel(ctx), f.Connections, own, unsure) })
	}
	if f.Connection.App != "" {
		k.reading.Go(func() { k.app(context.WithoutCancel(ctx), f.Connection.App) })
	}
	if c.lifetime <= 0 {
		c.lifetime = 2 * renewEvery
	}
	k.renewed = k.now()
	k.log.Info("connected to Slack", "connections", f.Connections, "host", f.Debug.Host)
	k.touch()
}

// leave has a socket replaced of which Slack says that it ends. It is read until then.
func (k *keeper) leave(c *connection, reason string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c.leaving, c.told = true, true
	k.judge(reason)
	k.log.Info("Slack ends a socket", "reason", reason)
	time.AfterFunc(leaveWithin, func() { k.letGo(c) })
	k.touch()
}

// replaced lists the sockets that are to be let go now that there is another one: all that leave
// by our own wish.
func (k *keeper) replaced() (all []*connection) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range k.all {
		if c.leaving && !c.told && !c.closing {
			all = append(all, c)
		}
	}
	return all
}

// letGo closes a socket from our side.
func (k *keeper) letGo(c *connection) {
	k.mu.Lock()
	again := c.closing
	c.closing = true
	k.mu.Unlock()
	if !again {
		c.hangUp()
	}
}

// endOneThatLeaves ends the oldest socket of those that leave, if there are at least so many
// sockets in all.
func (k *keeper) endOneThatLeaves(least int) {
	k.mu.Lock()
	var oldest *connection
	if at := slices.IndexFunc(k.all, func(c *connection) bool { return c.leaving }); at >= 0 && len(k.all) >= least {
		oldest = k.all[at]
	}
	k.mu.Unlock()
	if oldest != nil {
		k.letGo(oldest)
		<-oldest.over // its hang-up bounds this
	}
}

// ack sends an acknowledgement on the socket that its envelope came in on. If that cannot be
// written any more, it goes out on another one, which Slack takes too (slack-go sends all of
// them on its newest; python-slack-sdk tries the next session). It waits for one to be opened
// while there is time.
func (k *keeper) ack(from *connection, body []byte, until time.Time) error {
	tried := []*connection{from}
	err := from.write(body, until)
	for err != nil {
		c := k.another(tried, until)
		if c == nil {
			return err
		}
		tried = append(tried, c)
		err = c.write(body, until)
	}
	return nil
}

// another is the newest socket that was not tried yet, once there is one; nil if there is none
// in time.
func (k *keeper) another(tried []*connection, until time.Time) *connection {
	late := time.NewTimer(time.Until(until))
	defer late.Stop()
	for {
		c, changed := k.newest(tried)
		if c != nil {
			return c
		}
		select {
		case <-changed:
		case <-late.C:
			return nil
		}
	}
}

// newest is the newest socket that can be written to; nil for none. The channel tells of the
// next change.
func (k *keeper) newest(but []*connection) (*connection, <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range slices.Backward(k.all) {
		if c.greeted && !c.closing && !slices.Contains(but, c) {
			return c, k.changed
		}
	}
	return nil, k.changed
}

// end closes all sockets, the newest last: while what came in is being answered, it carries the
// acknowledgements.
func (k *keeper) end(ctx context.Context) {
	last, _ := k.newest(nil)
	for _, c := range k.list() {
		if c != last {
			k.letGo(c)
		}
	}
	tick, late := time.NewTicker(20*time.Millisecond), time.NewTimer(ackTimeout)
	defer tick.Stop()
	defer late.Stop()
	for waiting := k.unacked.Load() > 0; waiting; waiting = waiting && k.unacked.Load() > 0 {
		select {
		case <-tick.C:
		case <-late.C:
			waiting = false
		}
	}
	for _, c := range k.list() {
		k.letGo(c)
	}
	k.reading.Wait()
	if k.census != nil {
		k.census.leave(ctx)
	}
}

// open counts the sockets that bring something.
func (k *keeper) open() (n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range k.all {
		if c.greeted && !c.closing {
			n++
		}
	}
	return n
}

func (k *keeper) list() []*connection {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.all)
}

// arrival is an envelope as it came in.
type arrival struct {
	frame
	at   time.Time
	send func(body []byte, until time.Time) error // its acknowledgement, once
}
