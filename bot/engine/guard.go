package engine

import (
	"context"
	"errors"
	"strings"
	"time"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands/words"
)

// guards are the limits of the policy in force for a call on a target. hash names the policy
// that judged the call, for the store to compare at the claim; "" before any has.
func (eng *Engine) guards(target, hash string) store.Guards {
	return store.Guards{Budgets: eng.Policy().Budgets(target), Cooldown: eng.Policy().Cooldown(), Policy: hash}
}

// frozenPause is the backoff of a case that waits for what nobody knows the end of.
const frozenPause = 30 * time.Second

// hindrance is why a freeze, a budget, a cooldown or other sockets let no call through now, and
// until when: over is zero where nobody knows. All is zero if the store's error is none of these.
func (eng *Engine) hindrance(err error, target string) (why words.Message, over time.Time) {
	if f, ok := errors.AsType[*store.Frozen](err); ok {
		return Frozen(f.Freeze), time.Time{}
	}
	if s, ok := errors.AsType[*store.Spent](err); ok {
		return words.New("guard.spent", words.V{
			"budget": words.Code(s.Budget.Name), "count": words.Count(s.Budget.Most), "within": words.For(s.Budget.Within), "until": words.At(s.Until),
		}), s.Until
	}
	if c, ok := errors.AsType[*store.Cooling](err); ok {
		return words.New("guard.cooling", words.V{"target": words.Code(target), "case": words.Case(c.By), "until": words.At(c.Until)}), c.Until
	}
	if o, ok := errors.AsType[*store.OtherSockets](err); ok {
		return words.New("guard.others", words.V{"count": words.Count(o.Count), "since": words.At(o.Since), "setting": words.Code(othersSetting)}), time.Time{}
	}
	return words.Message{}, time.Time{}
}

// othersSetting explains other sockets of the app.
const othersSetting = "QUELL_OTHER_SOCKETS"

// askOnceMore is the event for a case that a long freeze kept: people are asked once more, and
// if they were before, the case ends. A case between two calls is put off first.
func askOnceMore(c approval.Case, l *store.Lifted, now time.Time) approval.Event {
	switch {
	case c.State == approval.Running:
		return approval.Postponed{Why: words.New("why.frozen-meanwhile"), Until: now}
	case c.AskedOnceMore():
		return approval.EndedBeforeCall{State: approval.Done, Why: words.New("case.frozen-again")}
	}
	return approval.RenewalAsked{Frozen: l.Freeze.Since, Lifted: l.At, Why: l.Freeze.Reason}
}

// Frozen says who stopped what, and why.
func Frozen(f store.Freeze) words.Message {
	v := words.V{
		"target": words.Code(f.Target), "command": words.Code(UnfreezeCommand(f.Target)),
		"by": whom(f.By), "at": words.At(f.At), "reason": words.Text(f.Reason), "since": words.At(f.Since),
	}
	switch anew := f.At.After(f.Since) && !f.Since.IsZero(); {
	case f.Target == "" && anew:
		return words.New("guard.frozen-all-anew", v)
	case f.Target == "":
		return words.New("guard.frozen-all", v)
	case anew:
		return words.New("guard.frozen-anew", v)
	}
	return words.New("guard.frozen", v)
}

// FrozenAgain announces a freeze, with what it takes the place of, if there is such a one.
func FrozenAgain(f, before store.Freeze) words.Message {
	if before.By == "" {
		return Frozen(f)
	}
	v := words.V{
		"target": words.Code(f.Target), "command": words.Code(UnfreezeCommand(f.Target)),
		"by": whom(f.By), "reason": words.Text(f.Reason), "since": words.At(before.Since), "first": whom(before.By), "before": words.Text(before.Reason),
	}
	if f.Target == "" {
		return words.New("guard.frozen-all-again", v)
	}
	return words.New("guard.frozen-again", v)
}

// whom is the actor of an audit entry as people read it: a person of the workspace, or
// somebody at a shell.
func whom(actor string) words.Value {
	team, user, ok := strings.Cut(actor, "/")
	if !ok || team == "shell" {
		return words.Code(actor)
	}
	return words.User(user)
}

// wait postpones a case for as long as the guards let no call through, or ends it if its
// deadline comes first.
func (eng *Engine) wait(c approval.Case, why words.Message, over time.Time) approval.Event {
	until := over
	if over.IsZero() {
		until = eng.Now().Add(frozenPause)
	}
	if c.State == approval.Approved && !until.Before(c.Agreed.Add(c.Limits.Run)) {
		return approval.EndedBeforeCall{State: approval.Refused, Why: why}
	}
	return approval.Postponed{Why: why, Until: until, Over: over}
}

// MayGo says what would keep a request from its call if the call were made now; zero if
// nothing would. People are not asked to approve what cannot be done.
func (eng *Engine) MayGo(ctx context.Context, c approval.Case) (words.Message, error) {
	why, err := eng.Hindered(ctx, c)
	if !why.IsZero() {
		return words.New("refused.guard", words.V{"why": words.Say(why)}), nil
	}
	return why, err
}

// Hindered is MayGo for somebody who asks for nothing: it does not say that nothing was done.
func (eng *Engine) Hindered(ctx context.Context, c approval.Case) (words.Message, error) {
	err := eng.Store.Allowed(ctx, c, eng.Now(), eng.guards(c.Request.Target, ""))
	if why, _ := eng.hindrance(err, c.Request.Target); !why.IsZero() {
		return why, nil
	}
	return words.Message{}, err
}

// UnfreezeCommand is what people type to lift a freeze.
func UnfreezeCommand(target string) string {
	if target == "" {
		return "/quell unfreeze"
	}
	return "/quell unfreeze " + target
}
