package engine

import (
	"cmp"
	"context"
	"errors"
	"time"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// verify looks at the things of a case whose calls are over.
func (eng *Engine) verify(ctx context.Context, c approval.Case) approval.Event {
	now := eng.Now()
	e, err := eng.Look(ctx, c)
	e.Next, e.Over = nextLook(c, now), pauseEnd(err, eng.Now())
	if e.Over.After(e.Next) {
		e.Next = e.Over
	}
	if err != nil {
		eng.Log.Warn("the look after the call failed", "case", c.ID, "err", err)
	}
	return e
}

// Look looks at the things of a case. Where the look fails, none was seen.
func (eng *Engine) Look(ctx context.Context, c approval.Case) (approval.Looked, error) {
	e := approval.Looked{At: eng.Now(), Seen: make([]commands.Sight, len(c.Items))}
	for i := range e.Seen {
		e.Seen[i].Seen = commands.NotLooked
	}
	action, ok := eng.action(c)
	if !ok {
		err := &integrations.Error{Kind: integrations.NotSent, Hint: "case.no-target"}
		e.Trouble = commands.Trouble(err, c.Request.Target)
		return e, err
	}
	e.ByHand = eng.Systems.target(c.Request.Target).ByHand
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	seen, at, err := action.Verify(ctx, c.Plan, knownCalls(c))
	if !at.IsZero() {
		e.At, e.Seen = at, seen
	}
	switch {
	case err != nil:
		e.Trouble = commands.Trouble(err, c.Request.Target)
	case unexplained(c, e.Seen):
		e.Trouble = words.New("why.list-short")
	}
	return e, err
}

// unexplained says that a look which went well saw nothing of an item of which something is still
// to be seen, and that the vendor's own word does not say why.
func unexplained(c approval.Case, seen []commands.Sight) bool {
	for i, it := range c.Items {
		if it.Awaited() && seen[i].Seen == commands.NotLooked && seen[i].Note.IsZero() {
			return true
		}
	}
	return false
}

// knownCalls is what is known of the calls of a case, item by item. Where a system is read thing by
// thing, verification reads what may still change, and whoever looks again all that was claimed.
func knownCalls(c approval.Case) []commands.KnownCall {
	all := make([]commands.KnownCall, len(c.Items))
	for i, it := range c.Items {
		all[i] = commands.KnownCall{Claimed: it.Claimed && (it.Awaited() || c.State == approval.Done), Sent: it.Sent, Successor: it.Successor, Receipt: it.Receipt}
		if it.Done == commands.Answered || it.Done == commands.Unknown { // what no call ended has nobody in its place
			all[i].LineageBefore = it.LineageBefore
		}
		if it.Done != commands.Answered { // an answer that tells nothing came later
			all[i].Receipt.At = it.Sent
		}
	}
	return all
}

// pauseEnd is the end of the pause that the vendor named (Retry-After); zero if it named none.
func pauseEnd(err error, now time.Time) time.Time {
	if v, ok := errors.AsType[*integrations.Error](err); ok && v.RetryAfter > 0 {
		return now.Add(v.RetryAfter)
	}
	return time.Time{}
}

// nextLook is when to look again after a look that began now. The pause grows with the time
// since the calls (backoff): people watch at first. No pause goes past the end of the watch,
// because the look that decides the outcome is made then.
func nextLook(c approval.Case, now time.Time) time.Time {
	pace := cmp.Or(c.Limits.Pace, time.Second) // an older case has none
	next := now.Add(max(min(now.Sub(c.CallsEnded)/2, 8*time.Second), pace))
	end := c.Watched()
	switch {
	case !now.Before(end), !next.Add(pace).After(end): // the watch is over, or has time for one more look before its end
		return next
	case now.Add(pace).After(end):
		return now.Add(pace)
	}
	return end
}
