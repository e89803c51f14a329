package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/integrations"
	"quell/policy"
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
	again = 5 * time.Second
	// Between two tries to store how a call ended.
	settleAgain = 200 * time.Millisecond
)

// run takes an approved case to its calls: still allowed, still the same,
// claimed, called.
func (b *Bot) run(ctx context.Context, c approval.Case) bool {
	if c.Waits(b.Now()) {
		return b.tellAlone(ctx, c)
	}
	action, ok := b.action(c)
	if !ok {
		return b.moved(b.advance(ctx, c, approval.Postponed{
			Why: words.New("case.no-target", words.V{"target": words.Code(c.Request.Target)}), Until: b.Now().Add(again),
		}, program))
	}
	l, hinder := b.clear(ctx, action, c)
	if hinder != nil {
		return b.moved(b.advance(ctx, c, hinder, program))
	}
	return b.calls(ctx, action, c, l)
}

// look is what was seen just before a call, when that look ended, and the hash of the
// policy that judged it.
type look struct {
	seen   integrations.Sighting
	over   time.Time
	policy string
}

// calls claims an item, makes its call and stores how it ended, and so on to the
// last item or until something stops it. Each call is made once.
func (b *Bot) calls(ctx context.Context, action Action, c approval.Case, l look) bool {
	for {
		claimed, err := b.claim(ctx, c, l)
		if err != nil || claimed.State != approval.Running {
			return b.moved(claimed, err)
		}
		c, err = b.settle(ctx, claimed, b.call(ctx, action, claimed, l.over))
		if err != nil || c.State != approval.Running {
			return b.moved(c, err)
		}
	}
}

// claim takes the next item for a call, unless somebody's no waits to be judged,
// another case acted on the same thing, or another policy is in force by now: then all is
// judged once more, for what is recorded and announced as forbidden must not be done.
func (b *Bot) claim(ctx context.Context, c approval.Case, l look) (approval.Case, error) {
	claimed, err := b.advance(ctx, c, approval.Claim{Owner: b.Replica, Seen: l.seen, Policy: l.policy}, program)
	changed, isChanged := errors.AsType[*store.Changed](err)
	why, until := b.hindrance(err, c.Request.Target)
	switch {
	case !why.IsZero():
		return b.advance(ctx, c, b.wait(c, why, until), program)
	case errors.Is(err, store.ErrStopping):
		return b.advance(ctx, c, approval.Postponed{Why: words.New("why.stop-waits"), Until: b.Now().Add(again)}, program)
	case errors.Is(err, store.ErrSuperseded):
		return b.advance(ctx, c, approval.Postponed{Why: words.New("why.policy-new"), Until: b.Now().Add(again)}, program)
	case isChanged && c.State == approval.Approved:
		return b.advance(ctx, c, approval.Ended{State: approval.Done, Why: words.New("case.changed-by", words.V{"case": words.Code(changed.By)})}, program)
	}
	return claimed, err
}

// settle stores how a call ended. What is known of it must not be lost to a
// database that fails for a moment, so it is tried for as long as the lease runs.
func (b *Bot) settle(ctx context.Context, c approval.Case, e approval.Called) (approval.Case, error) {
	for {
		next, err := b.advance(ctx, c, e, program)
		_, refused := errors.AsType[*approval.Refusal](err)
		if err == nil || refused || errors.Is(err, store.ErrMoved) || !b.Now().Before(c.Deadline) {
			return next, err
		}
		b.Log.Error("the end of a call could not be stored; trying again", "case", c.ID, "err", err)
		time.Sleep(settleAgain)
	}
}

// call sends the claimed item's call, once, and says how it ended.
func (b *Bot) call(ctx context.Context, action Action, c approval.Case, looked time.Time) approval.Called {
	i := c.UnderWay()
	e := approval.Called{Owner: b.Replica, Index: i}
	e.Outcome.Seen = commands.NotLooked
	now := b.Now()
	if now.After(looked.Add(lookFresh)) || now.Add(callWithin).After(c.Deadline) {
		e.Outcome.Done, e.Outcome.Why = commands.NotSent, words.New("why.too-slow")
		e.Again, e.Until = true, now.Add(again)
		return e
	}
	ctx, cancel := context.WithTimeout(integrations.SendBefore(ctx, looked.Add(lookFresh)), callWithin)
	defer cancel()
	receipt, err := action.Act(ctx, c.Plan.Items[i])
	if err == nil {
		e.Outcome.Done, e.Outcome.Receipt = commands.Answered, receipt
		return e
	}
	b.Log.Warn("a call failed", "case", c.ID, "item", i, "err", err)
	e.Outcome.Done, e.Outcome.Why = fate(err), blame(err, c.Request.Target)
	v, ok := errors.AsType[*integrations.Error](err)
	if ok && v.Status > 0 {
		e.Outcome.Receipt = integrations.Receipt{At: b.Now(), Status: v.Status, RequestID: v.RequestID}
	}
	if ok && v.Again() {
		e.Again, e.Until, e.Ours = true, b.Now().Add(max(v.RetryAfter, again)), v.Ours
	}
	return e
}

// fate is what a failed call leaves known of the deed.
func fate(err error) commands.Done {
	switch {
	case integrations.KindOf(err) == integrations.NotSent, integrations.KindOf(err) == integrations.Late, keptBack(err):
		return commands.NotSent
	case integrations.EffectOf(err) == integrations.NothingDone:
		return commands.Declined
	default:
		return commands.Unknown
	}
}

// keptBack says that a limit of ours had no room: nobody was asked, so nobody refused.
func keptBack(err error) bool {
	v, ok := errors.AsType[*integrations.Error](err)
	return ok && v.Kind == integrations.Throttled && v.Status == 0
}

// clear says what keeps an approved case from running: the things as they are
// now, or policy as it is now. Rights come last, so that one which was taken
// away during a slow look counts.
func (b *Bot) clear(ctx context.Context, action Action, c approval.Case) (l look, e approval.Event) {
	lookCtx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	seen, err := action.Look(lookCtx, c.Plan)
	rules := b.Policy()
	l = look{seen, b.Now(), rules.Hash()}
	if err != nil {
		b.Log.Warn("the look before the call failed", "case", c.ID, "err", err)
		return l, approval.Postponed{Why: blame(err, c.Request.Target), Until: l.over.Add(max(rest(l.over.Sub(c.Agreed)), wish(err)))}
	}
	if e = b.stillThere(c, seen); e == nil {
		e = b.stillAllowed(ctx, rules, c, seen)
	}
	if e == nil && b.Now().After(l.over.Add(lookFresh)) {
		e = approval.Postponed{Why: words.New("why.look-old"), Until: b.Now().Add(again)}
	}
	return l, e
}

// rest is how long to leave a system alone that could not be looked at: the
// longer it has lasted, the longer.
func rest(since time.Duration) time.Duration { return min(max(since/4, again), time.Minute) }

// stillAllowed asks the current policy about the asker and about everyone who
// agreed, over the things as they were just read. Only a definite answer refuses; a
// failed look-up waits.
func (b *Bot) stillAllowed(ctx context.Context, rules Judge, c approval.Case, seen integrations.Sighting) approval.Event {
	ask, why := b.ask(ctx, rules, c.Request)
	if !why.IsZero() {
		return b.unasked()
	}
	now := rules.Decide(ask, current(c, seen))
	if now.Verdict == policy.Refuse {
		return approval.Ended{State: approval.Refused, Why: words.New("refused.now"), Cause: now.Why}
	}
	if c.Glass != nil {
		return aloneStill(now)
	}
	need, yes, elsewhere := max(now.Need, c.Decision.Need), 0, false
	for _, v := range c.Votes {
		if v.Choice != approval.Yes {
			continue
		}
		voter, err := b.subject(ctx, rules, v.By, b.Now().Add(-fresh))
		if err != nil {
			return b.unasked()
		}
		if mayApprove(rules, c, now, b.ballot(c, ask, voter, v.At)) {
			yes++
			elsewhere = elsewhere || rules.Elsewhere(ask.By, voter)
		}
	}
	switch {
	case yes < need:
		return approval.Ended{State: approval.Refused, Why: words.New("refused.votes", words.V{"count": words.Count(yes), "need": words.Count(need)})}
	case need > 0 && !elsewhere && (now.Another || c.Decision.Another):
		return approval.Ended{State: approval.Refused, Why: words.New("refused.teams")}
	}
	return nil
}

// current is the plan with its things as they were just read. Of those that are not to be
// called any more only the number matters: nothing is left of them to protect.
func current(c approval.Case, seen integrations.Sighting) commands.Plan {
	p := c.Plan
	p.Items = slices.Clone(p.Items)
	for i := range p.Items {
		now, there := seen.Find(p.Items[i].Thing.ID)
		if !there || c.Items[i].Claimed {
			now = unprotected()
		}
		p.Items[i].Thing = now
	}
	return p
}

// decided asks a policy about a plan as it is stored. Where an older version
// stored it without what protection is matched on, only the request is judged: its claim
// judges the things, which it reads.
func decided(rules Judge, ask policy.Ask, p commands.Plan) policy.Decision {
	if p.Matchable() {
		return rules.Decide(ask, p)
	}
	return rules.Admit(ask)
}

// aloneStill says whether policy still lets the asker act alone.
func aloneStill(now policy.Decision) approval.Event {
	if now.Verdict == policy.Consult && now.Glass == nil {
		return approval.Ended{State: approval.Refused, Why: words.New("refused.now"), Cause: words.New("glass.not-allowed")}
	}
	return nil
}

// unasked keeps a case waiting while Slack cannot be asked about people.
func (b *Bot) unasked() approval.Event {
	return approval.Postponed{Why: words.New("why.lookup"), Until: b.Now().Add(again)}
}

// mayApprove asks the stored and the current decision.
func mayApprove(rules Judge, c approval.Case, now policy.Decision, ballot policy.Ballot) bool {
	for _, d := range []policy.Decision{c.Decision, now} {
		if d.Verdict == policy.Consult && !rules.MayApprove(d, ballot).IsZero() {
			return false
		}
	}
	return true
}

// stillThere compares what is still to be called with what is live now. Things
// that went by themselves need no call; anything else that differs is not what
// was approved, and what is not for people to end by now is left alone: the vendor
// may be at it for somebody else.
func (b *Bot) stillThere(c approval.Case, seen integrations.Sighting) approval.Event {
	open := 0
	for i, it := range c.Plan.Items {
		now, there := seen.Find(it.Thing.ID)
		switch {
		case c.Items[i].Claimed:
		case !there && !seen.Complete:
			return approval.Postponed{Why: words.New("why.list-short"), Until: b.Now().Add(again)}
		case !there:
		case !sameIdentity(it.Thing, now):
			return approval.Ended{State: approval.Done, Why: words.New("case.changed", words.V{"thing": words.Code(it.Thing.Name)})}
		case !now.Bar.IsZero():
			why := words.Say(commands.Protected(now))
			return approval.Ended{State: approval.Done, Why: words.New("case.barred", words.V{"thing": words.Code(it.Thing.Name), "why": why})}
		default:
			open++
		}
	}
	if open == 0 {
		return approval.Ended{State: approval.Done, Why: words.New("case.already-gone")}
	}
	return nil
}

func sameIdentity(a, b integrations.Thing) bool {
	if len(a.Identity) != len(b.Identity) {
		return false
	}
	for i := range a.Identity {
		if a.Identity[i] != b.Identity[i] {
			return false
		}
	}
	return true
}
