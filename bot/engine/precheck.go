package engine

import (
	"context"
	"slices"
	"time"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// precheck says what keeps an approved case from running: the things as they are
// now, or policy as it is now. Rights come last, so that one which was taken
// away during a slow look counts.
func (eng *Engine) precheck(ctx context.Context, action Action, c approval.Case) (l freshLook, e approval.Event) {
	lookCtx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	seen, err := action.Look(lookCtx, c.Plan)
	inForce := eng.Policy()
	l = freshLook{seen, eng.Now(), inForce.Hash()}
	if err != nil {
		eng.Log.Warn("the look before the call failed", "case", c.ID, "err", err)
		return l, approval.Postponed{Why: commands.Trouble(err, c.Request.Target), Until: l.ended.Add(max(lookBackoff(l.ended.Sub(c.Agreed)), vendorPause(err)))}
	}
	if e = eng.stillThere(c, seen); e == nil {
		e = eng.stillAllowed(ctx, inForce, c, seen)
	}
	if e == nil && eng.Now().After(l.ended.Add(lookFresh)) {
		e = approval.Postponed{Why: words.New("why.look-old"), Until: eng.Now().Add(retryPause)}
	}
	return l, e
}

// lookBackoff is how long to leave a system alone that could not be looked at: the
// longer it has lasted, the longer.
func lookBackoff(since time.Duration) time.Duration {
	return min(max(since/4, retryPause), time.Minute)
}

// stillThere compares what is still to be called with what is live now. Things
// that went by themselves need no call; anything else that differs is not what
// was approved, and what is not for people to end by now is left alone: the vendor
// may be at it for somebody else.
func (eng *Engine) stillThere(c approval.Case, seen integrations.Sighting) approval.Event {
	open := 0
	for i, it := range c.Plan.Items {
		now, there := seen.Find(it.Thing.ID)
		switch {
		case c.Items[i].Claimed:
		case !there && !seen.Complete:
			return approval.Postponed{Why: words.New("why.list-short"), Until: eng.Now().Add(retryPause)}
		case !there:
		case !sameIdentity(it.Thing, now):
			return approval.EndedBeforeCall{State: approval.Done, Why: words.New("case.changed", words.V{"thing": words.Code(it.Thing.Name)})}
		case !now.Bar.IsZero():
			why := words.Say(commands.Protected(now))
			return approval.EndedBeforeCall{State: approval.Done, Why: words.New("case.barred", words.V{"thing": words.Code(it.Thing.Name), "why": why})}
		default:
			open++
		}
	}
	if open == 0 {
		return approval.EndedBeforeCall{State: approval.Done, AlreadyGone: true, Why: words.New("case.already-gone")}
	}
	return nil
}

func sameIdentity(a, b integrations.Thing) bool { return slices.Equal(a.Identity, b.Identity) }
