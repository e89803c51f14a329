package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

const (
	// Time limit of a look: longer than the client's own, so that the error of the client,
	// which says what went wrong, comes first.
	lookWithin = 25 * time.Second
	// How long a look is fresh: a call is sent only if the look before it ended less than
	// this ago.
	lookFresh = 5 * time.Second
	// A call's own time limit; its lease (approval.Limits.Call) outlasts it.
	callWithin = 20 * time.Second
	// Backoff of an approved case after a failure that may pass, and while a no waits to be
	// judged.
	retryPause = 5 * time.Second
	// Backoff between two tries to store how a call ended.
	storePause = 200 * time.Millisecond
)

// run takes an approved case to its calls: still allowed, still the same,
// claimed, called.
func (eng *Engine) run(ctx context.Context, c approval.Case) bool {
	if c.BreakGlass.MustWait(eng.Now()) {
		return eng.awaitNotice(ctx, c)
	}
	action, ok := eng.action(c)
	if !ok {
		return eng.moved(eng.Move(ctx, c, approval.Postponed{
			Why: words.New("case.no-target", words.V{"target": words.Code(c.Request.Target)}), Until: eng.Now().Add(retryPause),
		}, audit.Program))
	}
	ctx, release := hold(ctx, action, c.Plan)
	defer release()
	l, hinder := eng.precheck(ctx, action, c)
	if hinder != nil {
		return eng.moved(eng.Move(ctx, c, hinder, audit.Program))
	}
	if why := eng.withheld(c); !why.IsZero() {
		return eng.withhold(ctx, c, why)
	}
	return eng.callItems(ctx, action, c, l)
}

// freshLook is the look that a call rests on: what was seen, when the look ended, and the hash
// of the policy that judged it.
type freshLook struct {
	seen   integrations.Sighting
	ended  time.Time
	policy string
}

// callItems claims an item, makes its call and stores how the call ended; then the next item,
// until all are called or something stops the case. Each call is made once. Where the look grew
// old meanwhile, the case is put off before it claims an item, and its things are read again.
func (eng *Engine) callItems(ctx context.Context, action Action, c approval.Case, l freshLook) bool {
	for {
		if eng.Now().After(l.ended.Add(lookFresh)) {
			return eng.moved(eng.Move(ctx, c, lookOld(eng.Now()), audit.Program))
		}
		claimed, err := eng.claim(ctx, c, l)
		if err != nil || claimed.State != approval.Running {
			return eng.moved(claimed, err)
		}
		c, err = eng.storeCallEnd(ctx, claimed, eng.callItem(ctx, action, claimed, l.ended))
		if err != nil || c.State != approval.Running {
			return eng.moved(c, err)
		}
	}
}

// claim stores the claim of the next item. It postpones the case if a no waits to be judged,
// or if another policy is in force by now: then the case is judged once more, for what is
// recorded and announced as forbidden must not be done. It puts the case to people once more
// after a long freeze. It ends the case if another case acted on the same thing, and its calls if
// their time is over.
func (eng *Engine) claim(ctx context.Context, c approval.Case, l freshLook) (approval.Case, error) {
	claimed, err := eng.Move(ctx, c, approval.Claim{Owner: eng.Replica, Seen: l.seen, Policy: l.policy}, audit.Program)
	changed, isChanged := errors.AsType[*store.Changed](err)
	lifted, wasFrozen := errors.AsType[*store.Lifted](err)
	_, refused := errors.AsType[*approval.Refusal](err)
	why, over := eng.hindrance(err, c.Request.Target)
	switch {
	case refused && c.TimeIsUp(eng.Now()):
		return eng.Move(ctx, c, approval.Timeout{}, audit.Program)
	case !why.IsZero():
		return eng.Move(ctx, c, eng.wait(c, why, over), audit.Program)
	case wasFrozen:
		return eng.Move(ctx, c, askOnceMore(c, lifted, eng.Now()), audit.Program)
	case errors.Is(err, store.ErrStopping):
		return eng.Move(ctx, c, approval.Postponed{Why: words.New("why.stop-waits"), Until: eng.Now().Add(retryPause)}, audit.Program)
	case errors.Is(err, store.ErrSuperseded):
		return eng.Move(ctx, c, approval.Postponed{Why: words.New("why.policy-new"), Until: eng.Now().Add(retryPause)}, audit.Program)
	case isChanged && c.State == approval.Approved:
		return eng.Move(ctx, c, approval.EndedBeforeCall{State: approval.Done, Why: words.New("case.changed-by", words.V{"case": words.Case(changed.By)})}, audit.Program)
	}
	return claimed, err
}

// storeCallEnd stores how a call ended. A database that fails for a moment must not lose the
// answer, so storing is tried again for as long as the lease runs.
func (eng *Engine) storeCallEnd(ctx context.Context, c approval.Case, e approval.CallEnded) (approval.Case, error) {
	for {
		next, err := eng.Move(ctx, c, e, audit.Program)
		_, refused := errors.AsType[*approval.Refusal](err)
		if err == nil || refused || errors.Is(err, store.ErrMoved) || !eng.Now().Before(c.Deadline) {
			return next, err
		}
		eng.Log.Error("the end of a call could not be stored; trying again", "case", c.ID, "err", err)
		eng.Pause(ctx, storePause)
	}
}

// callItem sends the call of the claimed item, once, and returns how the call ended.
func (eng *Engine) callItem(ctx context.Context, action Action, c approval.Case, looked time.Time) approval.CallEnded {
	i := c.Items.InFlight()
	e := approval.CallEnded{Owner: eng.Replica, Index: i}
	e.Outcome.Seen = commands.NotLooked
	now, fresh := eng.Now(), looked.Add(lookFresh)
	if now.After(fresh) || now.Add(callWithin).After(c.Deadline) {
		e.Outcome.Done, e.Outcome.Why = commands.NotSent, words.New("why.too-slow")
		e.Retry, e.Until = true, now.Add(retryPause)
		return e
	}
	ctx, cancel := context.WithTimeout(integrations.SendBefore(ctx, earlier(fresh, c.RunsUntil())), callWithin)
	defer cancel()
	receipt, err := action.Act(ctx, c.Plan.Items[i])
	if err == nil {
		e.Outcome.Done, e.Outcome.Receipt = commands.Answered, receipt
		return e
	}
	eng.Log.Warn("a call failed", "case", c.ID, "item", i, "err", err)
	e.Outcome.Done, e.Outcome.Why = doneAfter(err), commands.Trouble(err, c.Request.Target)
	if e.Outcome.Done != commands.Unknown && firstTrouble(c) { // by hand it could be done twice
		e.Outcome.Why = eng.Systems.Trouble(err, c.Request.Target)
	}
	v, ok := errors.AsType[*integrations.Error](err)
	if ok && v.Kind == integrations.Late && c.TimeIsUp(eng.Now()) {
		e.Outcome.Why = words.New("case.lapsed")
	}
	if ok {
		e.Outcome.Receipt, e.Outcome.Failed = v.Receipt(eng.Now()), v.Kind == integrations.Unsuccessful
		e.Outcome.Receipt.Job, e.Outcome.Receipt.Warning = receipt.Job, receipt.Warning // of an answer that was no yes
	}
	if ok && v.Retryable() {
		e.Retry, e.Ours = true, v.Ours
		e.Until, e.Over = eng.again(v, e.Outcome.Done)
	}
	return e
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// again is when a call that did nothing may be made again: after a pause of ours where that was no
// try, or after the one that was named. Both are zero where the tries have their own pauses.
func (eng *Engine) again(v *integrations.Error, done commands.Done) (until, over time.Time) {
	switch {
	case v.RetryAfter > 0:
		return time.Time{}, eng.Now().Add(max(v.RetryAfter, retryPause))
	case v.Ours, done == commands.NotSent:
		return eng.Now().Add(retryPause), time.Time{}
	}
	return time.Time{}, time.Time{}
}

// firstTrouble says that no other item of the case tells of a failure: what can be done by hand is
// said once.
func firstTrouble(c approval.Case) bool {
	return !slices.ContainsFunc(c.Items, func(it approval.Item) bool { return !it.InFlight && !it.Why.IsZero() })
}

// doneAfter is whether a call that failed did something, as far as its error tells.
func doneAfter(err error) commands.Done {
	switch {
	case integrations.KindOf(err) == integrations.NotSent, integrations.KindOf(err) == integrations.Late, throttledByUs(err):
		return commands.NotSent
	case integrations.EffectOf(err) == integrations.NothingDone:
		return commands.Declined
	default:
		return commands.Unknown
	}
}

// throttledByUs says that a rate limit of ours kept the call from being sent: the vendor was
// not asked, so it did not decline.
func throttledByUs(err error) bool {
	v, ok := errors.AsType[*integrations.Error](err)
	return ok && v.Kind == integrations.Throttled && !v.Answered()
}
