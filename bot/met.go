package bot

import (
	"context"
	"slices"

	"quell/bot/store"
	"quell/commands"
	"quell/integrations"
)

// met tells whether a thing with that id was seen on a target: on a list of a form that was
// read within a minute, or in a case. It looks only when it is asked, and never at a system.
func (p *picker) met(ctx context.Context, target, command string) func(name string) bool {
	inCases := p.c.Engine.Met(ctx, target)
	return func(name string) bool { return p.listed(ctx, target, command, name) || inCases(name) }
}

// listed reports whether a thing with that id stands on a list that was read within a minute.
func (p *picker) listed(ctx context.Context, target, command, name string) bool {
	return slices.ContainsFunc(p.recent(ctx, []string{target}), func(h store.FormHead) bool {
		if c, t := listOf(h.Head); c != command || t != target {
			return false
		}
		k, err := p.loadForm(ctx, h.ID)
		return err == nil && k.Target == target && slices.ContainsFunc(k.List.Things, func(t integrations.Thing) bool { return commands.IsID(t, name) })
	})
}
