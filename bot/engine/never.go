package engine

import (
	"context"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/commands/words"
)

// withheld is why no call is made for a case that all else allows: its target is set to act: never
// now, or was when the case was planned. Zero where calls are made.
func (eng *Engine) withheld(c approval.Case) words.Message {
	v := words.V{"target": words.Code(c.Request.Target)}
	switch {
	case eng.Systems.Never(c.Request.Target):
		return words.New("never.not-sent", v)
	case c.Never:
		return words.New("never.was", v)
	}
	return words.Message{}
}

// withhold ends a case before a call that is never made. Freezes and budgets hold it as they would
// hold the call.
func (eng *Engine) withhold(ctx context.Context, c approval.Case, why words.Message) bool {
	held := eng.Store.Allowed(ctx, c, eng.Now(), eng.guards(c.Request.Target, ""))
	if hinder, until := eng.hindrance(held, c.Request.Target); !hinder.IsZero() {
		return eng.moved(eng.Move(ctx, c, eng.wait(c, hinder, until), audit.Program))
	}
	return eng.moved(eng.Move(ctx, c, approval.EndedBeforeCall{State: approval.Done, Why: why}, audit.Program))
}
