package engine

import (
	"context"
	"slices"
	"time"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// precheck reads the things of an approved case afresh and returns the event for what keeps
// the case from its call, if anything does: the things, or the policy of now. Rights are
// checked after the look, so that a right which was taken away during a slow look counts.
func (eng *Engine) precheck(ctx context.Context, action Action, c approval.Case) (l freshLook, e approval.Event) {
	lookCtx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	seen, err := action.Look(lookCtx, c.Plan)
	inForce := eng.Policy()
	l = freshLook{seen, eng.Now(), inForce.Hash()}
	if err != nil {
		eng.Log.Warn("the look before the call failed", "case", c.ID, "err", err)
		return l, lookFailed(c, err, eng.Systems.Trouble(err, c.Request.Target), l.ended)
	}
	if e = eng.stillThere(inForce, c, seen); e == nil {
		e = eng.stillAllowed(ctx, inForce, c, seen)
	}
	if e == nil && eng.Now().After(l.ended.Add(lookFresh)) {
		e = lookOld(eng.Now())
	}
	return l, e
}

// lookFailed keeps a case waiting whose look before the call failed, for as long at least as the
// vendor asked for. Where it asked for nothing, a last look fits into the time to run.
func lookFailed(c approval.Case, err error, why words.Message, now time.Time) approval.Event {
	over := pauseEnd(err, now)
	until := now.Add(lookBackoff(now.Sub(c.Agreed)))
	if last := c.RunsUntil().Add(-retryPause); until.After(last) {
		until = later(last, now.Add(retryPause))
	}
	return approval.Postponed{Why: why, Until: later(over, until), Over: over}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// lookOld puts a case off whose look grew old before it could be used: its things are read again
// at once. It cannot spin, for a look takes as long as lookFresh to grow old.
func lookOld(now time.Time) approval.Event {
	return approval.Postponed{Why: words.New("why.look-old"), Until: now}
}

// lookBackoff is the pause after a look that failed: a quarter of the time since the approval,
// within bounds.
func lookBackoff(since time.Duration) time.Duration {
	return min(max(since/4, retryPause), time.Minute)
}

// stillThere compares the things that are still to be called with what is live now. What
// another system lists, or another run of it, says nothing of them: they are not even gone. A
// thing that went away by itself needs no call. A thing with another identity, or one that
// began later, is not the thing that was approved, nor is one whose call would end more by now.
// A thing that people may not end any more
// (Thing.Bar) is left alone: the vendor may be working on it for somebody else. A case of an
// older version, which did not store what protection is matched on, is judged on what is read
// now; where that lacks it too, and something is protected there, the case has to be asked for
// anew.
func (eng *Engine) stillThere(inForce *policy.Policy, c approval.Case, seen integrations.Sighting) approval.Event {
	open := 0
	for i, it := range c.Plan.Items {
		now, there := seen.Find(it.Thing.ID)
		switch {
		case c.Items[i].Claimed:
		case seen.System != it.Thing.System:
			return approval.EndedBeforeCall{State: approval.Done, Why: words.New("case.other-system", words.V{"thing": words.Code(it.Thing.Name)})}
		case !there && !seen.Complete:
			return approval.Postponed{Why: notSeen(seen, it.Thing), Until: eng.Now().Add(retryPause)}
		case !there:
		case !sameIdentity(it.Thing, now), now.BeganAfter(it.Thing):
			return approval.EndedBeforeCall{State: approval.Done, Why: words.New("case.changed", words.V{"thing": words.Code(it.Thing.Name)})}
		case len(now.EndsMoreThan(it.Thing)) > 0:
			return approval.EndedBeforeCall{State: approval.Done, Why: words.New("case.more-end", words.V{
				"thing": words.Code(it.Thing.Name), "others": words.All(words.Codes(now.EndsMoreThan(it.Thing))...),
			})}
		case !it.Thing.Traits.Read && !now.Traits.Read && inForce.Protects(c.Request.Target, now) != "":
			return approval.EndedBeforeCall{State: approval.Done, Why: words.New("case.before-upgrade", words.V{"thing": words.Code(it.Thing.Name)})}
		case !now.Bar.IsZero():
			why := words.Say(commands.Protected(now))
			return approval.EndedBeforeCall{State: approval.Done, Why: words.New("case.barred", words.V{"thing": words.Code(it.Thing.Name), "why": why})}
		default:
			open++
		}
	}
	if open == 0 {
		return nothingLeft(c, seen)
	}
	return nil
}

// nothingLeft is the end of a case whose things are gone that are still to be called. Others may be
// there: their calls were declined.
func nothingLeft(c approval.Case, seen integrations.Sighting) approval.Event {
	why := words.New("why.gone-before")
	if !c.Items.HasClaimed() {
		why = alreadyGone(c.Plan.Items, seen)
	}
	return approval.EndedBeforeCall{State: approval.Done, AlreadyGone: true, Seen: seen, Why: why}
}

// alreadyGone is why nothing is left to do. What a vendor says of the one thing tells more than
// that it is gone: that it has ended, and how.
func alreadyGone(items []commands.Item, seen integrations.Sighting) words.Message {
	if len(items) == 1 {
		if v := told(seen, items[0].Thing); v != nil {
			return words.New("case.ended-already", v)
		}
	}
	return words.New("case.already-gone")
}

// notSeen is why it cannot be told whether a thing is still there.
func notSeen(seen integrations.Sighting, t integrations.Thing) words.Message {
	if v := told(seen, t); v != nil {
		return words.New("why.not-given", v)
	}
	return words.New("why.list-short")
}

// told is what the vendor said of a thing that a look was for; nil if it said nothing.
func told(seen integrations.Sighting, t integrations.Thing) words.V {
	for _, one := range seen.Told {
		if one.ID == t.ID {
			return words.V{"thing": words.Code(t.Name), "why": words.Say(commands.Say(one.Note))}
		}
	}
	return nil
}

func sameIdentity(a, b integrations.Thing) bool { return slices.Equal(a.Identity, b.Identity) }
