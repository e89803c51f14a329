package dcs

import (
	"context"
	"errors"
	"time"

	"quell/integrations"
)

// holdMost bounds how long a look is waited behind for a call that rests on it: a call is not
// sent on an older look.
const holdMost = 5 * time.Second

type holdKey struct{}

// nodeHold is the hold of one case on one node.
type nodeHold struct {
	share *share
	node  string
	kill  *kill
}

// Hold is for a case that looks at a node and then ends sessions there. A look under held waits
// for what is in its way, as any does. From its end on no look of ours begins at the node, until
// release or for as long as the look is good for: a kill under held finds nothing of ours in its
// way. Another look under held begins anew, and does not wait for the hold that it is under.
func (c *Client) Hold(ctx context.Context, node string) (held context.Context, release func()) {
	k := &kill{}
	return context.WithValue(ctx, holdKey{}, nodeHold{c.looks, node, k}), func() { c.looks.release(node, k) }
}

// heldBy is the hold on a node that ctx is under, or nil.
func (s *share) heldBy(ctx context.Context, node string) *kill {
	h, ok := ctx.Value(holdKey{}).(nodeHold)
	if !ok || h.share.order != s.order || h.node != node {
		return nil
	}
	return h.kill
}

// rest makes a hold begin, behind the look that ended. It needs the lock, as letGo does.
func (s *share) rest(node string, l *lane, k *kill) {
	if k.released {
		return
	}
	k.holds, k.rests, k.until = true, true, time.Now().Add(holdMost)
	k.timer = time.AfterFunc(holdMost, func() { s.yield(node, k) })
	l.kills[k] = true
}

// letGo ends a hold.
func (l *lane) letGo(k *kill) {
	if k.timer != nil {
		k.timer.Stop()
	}
	k.holds, k.met = false, false
	delete(l.kills, k)
}

func (s *share) release(node string, k *kill) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k.released = true
	if l := s.lanes[node]; l != nil {
		l.letGo(k)
		s.proceed(node, l)
	}
}

// sending says whether a hold is still there for a kill that is sent now. Then it is there for
// as long as a kill may be on its way.
func (s *share) sending(node string, k *kill) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !k.holds {
		return false
	}
	k.timer.Stop()
	k.timer = time.AfterFunc(max(s.quiet, time.Until(k.until)), func() { s.yield(node, k) })
	return true
}

// metOurs says whether a look of ours ran beside a kill under a hold, or may have.
func (s *share) metOurs(node string, k *kill) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lanes[node]
	return k.met || l != nil && l.adrift
}

// leavesAScan says whether a look that ended so may have left its scan running: it may have
// ordered one.
func leavesAScan(err error) bool {
	e, ok := errors.AsType[*integrations.Error](err)
	return err != nil && (!ok || e.Op != opScan || e.Effect() == integrations.MayBeDone)
}
