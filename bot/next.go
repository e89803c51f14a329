package bot

import (
	"context"
	"errors"
	"time"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/integrations"
)

// next does whatever a case's state calls for, until there is nothing to do
// now.
func (b *Bot) next(ctx context.Context, id string) {
	ctx, _ = integrations.Record(ctx)
	for {
		rec, err := b.Store.Load(ctx, id)
		if err != nil {
			b.Log.Error("a case could not be read", "case", id, "err", err)
			return
		}
		if rec.Case.State.Over() || b.Now().Before(rec.Case.Due) && rec.Case.State != approval.Planning {
			return
		}
		if !b.step(ctx, rec.Case) {
			return
		}
	}
}

// step takes one step with a case. It reports whether the case may have moved.
func (b *Bot) step(ctx context.Context, c approval.Case) bool {
	if !b.Now().Before(c.Deadline) {
		return b.moved(b.advance(ctx, c, approval.Timeout{}, program))
	}
	switch c.State {
	case approval.Planning:
		return b.moved(b.advance(ctx, c, b.plan(ctx, c), program))
	case approval.Approved:
		return b.run(ctx, c)
	case approval.Verifying:
		return b.moved(b.advance(ctx, c, b.look(ctx, c), program))
	}
	return false
}

// moved reports whether to go on with a case after an advance: also when
// somebody else was faster, for then there is something new to read.
func (b *Bot) moved(c approval.Case, err error) bool {
	switch {
	case err == nil, errors.Is(err, store.ErrMoved):
		return true
	default:
		b.Log.Error("a case could not move", "case", c.ID, "state", c.State, "err", err)
		return false
	}
}

// advance applies an event and stores the result with its entry, and with what
// went over the wire since the last one.
func (b *Bot) advance(ctx context.Context, c approval.Case, e approval.Event, who string) (approval.Case, error) {
	next, err := approval.Step(c, e, b.Now())
	if err != nil {
		return c, err
	}
	calls := integrations.Taken(ctx)
	_, deed := e.(approval.Called)
	next = next.Heard(calls, deed)
	var guards store.Guards
	if claim, ok := e.(approval.Claim); ok {
		guards = b.guards(c.Request.Target, claim.Policy)
	}
	err = b.Store.Advance(ctx, store.Move{From: c.Seq, To: next, Entry: b.entry(c, next, who, e.Name(), with(detail(next, e), calls)), Guards: guards})
	if held, ok := errors.AsType[*store.Held](err); ok && c.State == approval.Planning {
		return b.advance(ctx, c, approval.Unplanned{Why: words.New("case.joined", words.V{"case": words.Code(held.By)})}, who)
	}
	if err != nil {
		return c, err
	}
	b.paint(ctx, c.ID)
	b.Log.Info("case moved", "case", c.ID, "event", e.Name(), "from", c.State, "to", next.State, "by", who)
	return next, nil
}

// planWithin bounds the live look-up of a plan.
const planWithin = 30 * time.Second

// plan looks up what was asked for, and asks policy.
func (b *Bot) plan(ctx context.Context, c approval.Case) approval.Event {
	action, ok := b.action(c)
	if !ok {
		return approval.Unplanned{Why: words.New("case.no-target", words.V{"target": words.Code(c.Request.Target)})}
	}
	lookCtx, cancel := context.WithTimeout(ctx, planWithin)
	defer cancel()
	p, err := action.Plan(lookCtx, c.Request)
	if m, ok := errors.AsType[*commands.Mistake](err); ok {
		return approval.Unplanned{Why: m.Message}
	}
	if err != nil {
		b.Log.Warn("a plan could not be looked up", "case", c.ID, "err", err)
		return approval.Unplanned{Why: words.New("case.unplanned", words.V{"why": words.Say(blame(err, c.Request.Target))})}
	}
	rules := b.Policy()
	ask, why := b.ask(ctx, rules, c.Request)
	if !why.IsZero() {
		return approval.Unplanned{Why: why}
	}
	return approval.Planned{Plan: p, Decision: rules.Decide(ask, p), Grounds: ask}
}

func (b *Bot) action(c approval.Case) (Action, bool) {
	return b.on(c.Request.Target, c.Request.Command)
}

// on is a command on a target.
func (b *Bot) on(target, command string) (Action, bool) {
	a, ok := b.Targets[target].Actions[command]
	return watched{a, target, b.health, b.Policy()}, ok
}
