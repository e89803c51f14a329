package engine

import (
	"context"
	"errors"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

const (
	// Longer than a system takes at most, so that its own word for what went wrong
	// comes through.
	lookWithin = 25 * time.Second
	// A call is sent only if the look before it ended less than this ago.
	lookFresh = 5 * time.Second
	// A call's own time limit; its lease (approval.Limits.Call) outlasts it.
	callWithin = 20 * time.Second
	// How long an approved case waits after a failure that may pass, and for a no to
	// be judged.
	retryPause = 5 * time.Second
	// Between two tries to store how a call ended.
	storePause = 200 * time.Millisecond
)

// run takes an approved case to its calls: still allowed, still the same,
// claimed, called.
func (eng *Engine) run(ctx context.Context, c approval.Case) bool {
	if c.MustWait(eng.Now()) {
		return eng.awaitNotice(ctx, c)
	}
	action, ok := eng.action(c)
	if !ok {
		return eng.moved(eng.Move(ctx, c, approval.Postponed{
			Why: words.New("case.no-target", words.V{"target": words.Code(c.Request.Target)}), Until: eng.Now().Add(retryPause),
		}, audit.Program))
	}
	l, hinder := eng.precheck(ctx, action, c)
	if hinder != nil {
		return eng.moved(eng.Move(ctx, c, hinder, audit.Program))
	}
	return eng.callItems(ctx, action, c, l)
}

// freshLook is what was seen just before a call, when that freshLook ended, and the hash of the
// policy that judged it.
type freshLook struct {
	seen   integrations.Sighting
	ended  time.Time
	policy string
}

// callItems claims an item, makes its call and stores how it ended, and so on to the
// last item or until something stops it. Each call is made once.
func (eng *Engine) callItems(ctx context.Context, action Action, c approval.Case, l freshLook) bool {
	for {
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

// claim takes the next item for a call, unless somebody's no waits to be judged,
// another case acted on the same thing, or another policy is in force by now: then all is
// judged once more, for what is recorded and announced as forbidden must not be done.
func (eng *Engine) claim(ctx context.Context, c approval.Case, l freshLook) (approval.Case, error) {
	claimed, err := eng.Move(ctx, c, approval.Claim{Owner: eng.Replica, Seen: l.seen, Policy: l.policy}, audit.Program)
	changed, isChanged := errors.AsType[*store.Changed](err)
	why, until := eng.hindrance(err, c.Request.Target)
	switch {
	case !why.IsZero():
		return eng.Move(ctx, c, eng.wait(c, why, until), audit.Program)
	case errors.Is(err, store.ErrStopping):
		return eng.Move(ctx, c, approval.Postponed{Why: words.New("why.stop-waits"), Until: eng.Now().Add(retryPause)}, audit.Program)
	case errors.Is(err, store.ErrSuperseded):
		return eng.Move(ctx, c, approval.Postponed{Why: words.New("why.policy-new"), Until: eng.Now().Add(retryPause)}, audit.Program)
	case isChanged && c.State == approval.Approved:
		return eng.Move(ctx, c, approval.EndedBeforeCall{State: approval.Done, Why: words.New("case.changed-by", words.V{"case": words.Code(changed.By)})}, audit.Program)
	}
	return claimed, err
}

// storeCallEnd stores how a call ended. What is known of it must not be lost to a
// database that fails for a moment, so it is tried for as long as the lease runs.
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

// callItem sends the claimed item's callItem, once, and says how it ended.
func (eng *Engine) callItem(ctx context.Context, action Action, c approval.Case, looked time.Time) approval.CallEnded {
	i := c.InFlight()
	e := approval.CallEnded{Owner: eng.Replica, Index: i}
	e.Outcome.Seen = commands.NotLooked
	now := eng.Now()
	if now.After(looked.Add(lookFresh)) || now.Add(callWithin).After(c.Deadline) {
		e.Outcome.Done, e.Outcome.Why = commands.NotSent, words.New("why.too-slow")
		e.Retry, e.Until = true, now.Add(retryPause)
		return e
	}
	ctx, cancel := context.WithTimeout(integrations.SendBefore(ctx, looked.Add(lookFresh)), callWithin)
	defer cancel()
	receipt, err := action.Act(ctx, c.Plan.Items[i])
	if err == nil {
		e.Outcome.Done, e.Outcome.Receipt = commands.Answered, receipt
		return e
	}
	eng.Log.Warn("a call failed", "case", c.ID, "item", i, "err", err)
	e.Outcome.Done, e.Outcome.Why = doneAfter(err), commands.Trouble(err, c.Request.Target)
	v, ok := errors.AsType[*integrations.Error](err)
	if ok {
		e.Outcome.Receipt = v.Receipt(eng.Now())
	}
	if ok && v.Again() {
		e.Retry, e.Until, e.Ours = true, eng.Now().Add(max(v.RetryAfter, retryPause)), v.Ours
	}
	return e
}

// doneAfter is what a failed call leaves known of the deed.
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

// throttledByUs says that a limit of ours had no room: nobody was asked, so nobody refused.
func throttledByUs(err error) bool {
	v, ok := errors.AsType[*integrations.Error](err)
	return ok && v.Kind == integrations.Throttled && !v.Answered()
}
