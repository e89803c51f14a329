package dcs

import (
	"context"
	"slices"
	"sync"
	"time"

	"quell/integrations"
)

// share keeps order between our own calls to a node, which the vendor serves
// one at a time: while it scans a node it refuses everything else there.
//
// Callers who ask for the same node at the same time share a look (singleflight), without ever
// being handed one that began before they asked: whoever verifies an act must
// not be shown the time before it. So a newcomer never joins the running look
// but the one after it, of which there is at most one. What a look called goes
// onto the tape of each of its callers.
//
// A kill goes before the next look: it waits for the running one only, and none
// begins before the kill is answered (hold). A kill that hangs would make the
// whole node unseen for as long as its own time limit, so it is waited for a
// short time (quiet) and then no more. A look waits no longer than that for all
// the kills there are: those of several cases overlap, and must not add up. What
// a look sees that began before the kill's end proves nothing of that kill, and
// whoever verifies it asks after its end: the rule of the newcomer gives them a
// later look.
//
// A case looks and then kills, and the one rests on the other. So it holds the node from the
// end of its look on (Hold), and no look begins in between, however long others have waited.
// What the kill would have had to wait for, the look has waited for: the running look, and also
// a scan that a look of ours left running when it failed, for the vendor begins no other
// meanwhile. Cases whose looks were one look hold together, and their kills go side by side.
//
// A look that begins beside a kill which hangs may be what the vendor refuses the kill for. So
// a kill is told at its end whether a look of ours ran beside it, or may have. Scans by another
// replica are not known here, and count as somebody else's.
//
// Clients of one instance keep this order among each other too (Lanes): while one that has another
// credential takes the place of the one before, both are at work. A look is shared by the callers of
// one client only, for it is made, and may fail, with that client's credentials.
type share struct {
	timeout time.Duration // of one look
	quiet   time.Duration // how long a kill on its way keeps looks, and a look is kept by kills
	look    func(ctx context.Context, node string) (integrations.Sighting, error)

	*order
}

// order is what the clients of one instance keep together.
type order struct {
	mu    sync.Mutex
	lanes map[string]*lane // by node; only those in use
}

type lane struct {
	running *sharedLook
	next    []*sharedLook  // in their turn, of each client one at most
	kills   map[*kill]bool // those that wait or are on their way
	adrift  bool           // the last look failed, and its scan may still run
}

// kill is one of ours at a node, or those of a case that holds it (Hold).
type kill struct {
	holds bool // no look may begin
	met   bool // a look began while it was on its way

	// Of a hold:
	look     *sharedLook // its case's latest, until that ended: it begins with no other
	rests    bool        // on a look that has ended: it keeps also a look that is overdue
	until    time.Time
	timer    *time.Timer // ends the hold
	released bool
}

// sharedLook belongs to no caller: it goes on while anybody waits for it.
type sharedLook struct {
	by      *share
	ctx     context.Context
	callers []context.Context // what the look keeps of the list is what each of them is for
	cancel  context.CancelFunc
	tape    *integrations.Tape // of its calls, for each caller's own
	waiting int
	kept    bool          // by kills, and so not for long
	overdue bool          // kept long enough
	holders []*kill       // the holds that begin at its end, unless their cases look again
	done    chan struct{} // closed once result is set
	result  result
}

type result struct {
	sighting integrations.Sighting
	err      error
}

func newShare(timeout time.Duration, look func(context.Context, string) (integrations.Sighting, error)) *share {
	return &share{timeout: timeout, quiet: killQuiet, look: look, order: newOrder()}
}

func newOrder() *order { return &order{lanes: map[string]*lane{}} }

func (s *share) get(ctx context.Context, node string) result {
	if err := ctx.Err(); err != nil {
		return gaveUp(err)
	}
	look := s.join(ctx, node)
	defer look.tape.Replay(ctx)
	select {
	case <-look.done:
		return look.result
	case <-ctx.Done():
		s.leave(node, look) //nolint:contextcheck // the looks carry contexts of their own
		return gaveUp(ctx.Err())
	}
}

func gaveUp(err error) result {
	return result{err: &integrations.Error{Kind: integrations.NoAnswer, Vendor: Vendor, Op: opList, Cause: err}}
}

func (s *share) join(ctx context.Context, node string) *sharedLook {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lane(node)
	var look *sharedLook
	if i := slices.IndexFunc(l.next, func(n *sharedLook) bool { return n.by == s }); i >= 0 {
		look = l.next[i]
		look.waiting++
		look.callers = append(look.callers, ctx)
	} else {
		look = s.newLook(ctx)
		l.next = append(l.next, look)
	}
	if k := s.heldBy(ctx, node); k != nil {
		l.letGo(k)
		k.look = look
		look.holders = append(look.holders, k)
	}
	s.proceed(node, l) //nolint:contextcheck // the look carries a context of its own
	return look
}

// hold keeps looks at the node from beginning and waits until none runs, or
// says that ctx ended first. Whoever got ok sends a kill, and must call end,
// which says whether a look of ours ran beside the kill or may have. Looks begin
// again at the kill's end, or once it has been on its way, or a look has waited,
// for the time of quiet. A kill under a hold (Hold) has nothing to wait for.
func (s *share) hold(ctx context.Context, node string) (end func() (met bool), ok bool) {
	if k := s.heldBy(ctx, node); k != nil && s.sending(node, k) {
		return func() bool { return s.metOurs(node, k) }, true
	}
	s.mu.Lock()
	l := s.lane(node)
	k := &kill{holds: true}
	l.kills[k] = true
	running := l.running
	s.mu.Unlock()
	if running != nil {
		select {
		case <-running.done:
		case <-ctx.Done():
			s.over(node, k) //nolint:contextcheck // the look carries a context of its own
			return nil, false
		}
	}
	quiet := time.AfterFunc(s.quiet, func() { s.yield(node, k) }) //nolint:contextcheck // the same
	return func() bool {
		quiet.Stop()
		return s.over(node, k) //nolint:contextcheck // the same
	}, true
}

// yield lets looks begin beside a kill that is still on its way.
func (s *share) yield(node string, k *kill) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k.holds = false
	s.proceed(node, s.lane(node))
}

// over takes a kill off its node.
func (s *share) over(node string, k *kill) (met bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lane(node)
	delete(l.kills, k)
	met = k.met || l.adrift
	s.proceed(node, l)
	return met
}

// lane needs the lock, as held, proceed, begin and keep do.
func (s *share) lane(node string) *lane {
	if s.lanes[node] == nil {
		s.lanes[node] = &lane{kills: map[*kill]bool{}}
	}
	return s.lanes[node]
}

// held says that the next look may not begin yet.
func (l *lane) held() bool {
	for k := range l.kills {
		if k.holds && (k.rests || !l.next[0].overdue) {
			return true
		}
	}
	return false
}

// proceed begins the next look if nothing is in its way.
func (s *share) proceed(node string, l *lane) {
	switch {
	case l.running != nil:
	case len(l.next) > 0 && l.held():
		s.keep(node, l.next[0])
	case len(l.next) > 0:
		s.begin(node, l)
	case len(l.kills) == 0 && !l.adrift:
		delete(s.lanes, node)
	}
}

// begin runs the next look, beside the kills that are on their way.
func (s *share) begin(node string, l *lane) {
	l.running, l.next = l.next[0], l.next[1:]
	l.running.ctx = integrations.KeepingFor(l.running.ctx, l.running.callers...)
	for k := range l.kills {
		k.met = true
	}
	go l.running.by.run(node, l.running)
}

// keep bounds how long kills keep a look from beginning: from the first of them on, and
// whichever come after it. A hold has an end of its own.
func (s *share) keep(node string, look *sharedLook) {
	if look.kept {
		return
	}
	look.kept = true
	time.AfterFunc(look.by.quiet, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if l := s.lanes[node]; l != nil && len(l.next) > 0 && l.next[0] == look {
			look.overdue = true
			s.proceed(node, l)
		}
	})
}

// newLook keeps the values of its first caller's context, not its end.
func (s *share) newLook(ctx context.Context) *sharedLook {
	caller := ctx
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ctx, tape := integrations.WithTape(ctx)
	return &sharedLook{by: s, ctx: ctx, callers: []context.Context{caller}, cancel: cancel, tape: tape, waiting: 1, done: make(chan struct{})}
}

// leave ends a look that nobody waits for any more, and waits until it has
// ended: the last caller's tape is to show what became of its last call.
func (s *share) leave(node string, look *sharedLook) {
	if s.abandon(node, look) {
		<-look.done
	}
}

// abandon says whether that broke off a look that runs.
func (s *share) abandon(node string, look *sharedLook) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	look.waiting--
	if look.waiting > 0 {
		return false
	}
	look.cancel()
	l := s.lanes[node]
	if l == nil {
		return false
	}
	if i := slices.Index(l.next, look); i >= 0 {
		l.next = slices.Delete(l.next, i, i+1)
		s.proceed(node, l) // which keeps the one behind it
	}
	return l.running == look
}

func (s *share) run(node string, look *sharedLook) {
	ctx, cancel := context.WithTimeout(look.ctx, s.timeout)
	look.result.sighting, look.result.err = s.look(ctx, node)
	cancel()
	look.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	close(look.done)
	l := s.lanes[node]
	l.running, l.adrift = nil, leavesAScan(look.result.err)
	for _, k := range look.holders {
		if k.look != look {
			continue
		}
		k.look = nil
		if look.result.err == nil {
			s.rest(node, l, k)
		}
	}
	s.proceed(node, l)
}
