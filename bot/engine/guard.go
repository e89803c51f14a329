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

// guards are what policy lets through when a call is claimed that was judged by a policy
// of that hash; "" where none has judged it yet.
func (eng *Engine) guards(target, hash string) store.Guards {
	return store.Guards{Budgets: eng.Policy().Budgets(target), Cooldown: eng.Policy().Cooldown(), Policy: hash}
}

// frozenPause is how soon a case that waits for a freeze to be lifted looks again.
const frozenPause = 30 * time.Second

// hindrance says, of what the store refused, why no call may be made now and until
// when; zero if the error is another one.
func (eng *Engine) hindrance(err error, target string) (why words.Message, until time.Time) {
	if f, ok := errors.AsType[*store.Frozen](err); ok {
		return Frozen(f.Freeze), eng.Now().Add(frozenPause)
	}
	if s, ok := errors.AsType[*store.Spent](err); ok {
		return words.New("guard.spent", words.V{
			"budget": words.Code(s.Budget.Name), "count": words.Count(s.Budget.Most), "within": words.For(s.Budget.Within), "until": words.At(s.Until),
		}), s.Until
	}
	if c, ok := errors.AsType[*store.Cooling](err); ok {
		return words.New("guard.cooling", words.V{"target": words.Code(target), "case": words.Code(c.By), "until": words.At(c.Until)}), c.Until
	}
	return words.Message{}, time.Time{}
}

// Frozen says who stopped what, and why.
func Frozen(f store.Freeze) words.Message {
	v := words.V{"by": whom(f.By), "at": words.At(f.At), "reason": words.Text(f.Reason), "command": words.Code(UnfreezeCommand(f.Target))}
	if f.Target == "" {
		return words.New("guard.frozen-all", v)
	}
	v["target"] = words.Code(f.Target)
	return words.New("guard.frozen", v)
}

// whom is the actor of an entry, as people read it: a person of the workspace, or
// somebody at a shell.
func whom(actor string) words.Value {
	team, user, ok := strings.Cut(actor, "/")
	if !ok || team == "shell" {
		return words.Code(actor)
	}
	return words.User(user)
}

// wait puts a case off for as long as policy lets no call through, or ends it if that
// is longer than it has.
func (eng *Engine) wait(c approval.Case, why words.Message, until time.Time) approval.Event {
	if c.State == approval.Approved && !until.Before(c.Agreed.Add(c.Limits.Run)) {
		return approval.EndedBeforeCall{State: approval.Refused, Why: why}
	}
	return approval.Postponed{Why: why, Until: until}
}

// MayGo says what keeps a request from ever coming to a call, as far as is known now:
// nobody is asked to agree to what cannot be done.
func (eng *Engine) MayGo(ctx context.Context, c approval.Case) (words.Message, error) {
	err := eng.Store.Allowed(ctx, c, eng.Now(), eng.guards(c.Request.Target, ""))
	if why, _ := eng.hindrance(err, c.Request.Target); !why.IsZero() {
		return words.New("refused.guard", words.V{"why": words.Say(why)}), nil
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
