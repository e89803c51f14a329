package engine

import (
	"context"
	"slices"
	"sync"

	"quell/bot/approval"
	"quell/commands"
)

// metMost is how many cases on a target are looked through for a thing. The newest come first.
const metMost = 200

// Met tells whether a thing with that id was planned in a case on a target. The cases are read
// when it is asked first, and once.
func (eng *Engine) Met(ctx context.Context, target string) func(name string) bool {
	cases := sync.OnceValue(func() []approval.Case {
		all, err := eng.History.OnTarget(ctx, target, metMost)
		if err != nil {
			eng.Log.Error("the cases on a system could not be read", "target", target, "err", err)
		}
		return all
	})
	return func(name string) bool {
		return slices.ContainsFunc(cases(), func(c approval.Case) bool { return planned(c, name) })
	}
}

func planned(c approval.Case, name string) bool {
	return slices.ContainsFunc(c.Plan.Items, func(it commands.Item) bool { return commands.IsID(it.Thing, name) })
}
