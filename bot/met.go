package bot

import (
	"context"
	"slices"
	"sync"

	"quell/commands"
	"quell/integrations"
)

// met tells whether a thing with that id was seen on a target: on a list of a form that was read
// within a minute, or in a case. It looks when it is asked first, and never at a system.
func (p *picker) met(ctx context.Context, target, command string) func(name string) bool {
	inCases := p.c.Engine.Met(ctx, target)
	listed := sync.OnceValue(func() []integrations.Thing { return p.listed(ctx, target, command) })
	return func(name string) bool {
		return slices.ContainsFunc(listed(), func(t integrations.Thing) bool { return commands.IsID(t, name) }) || inCases(name)
	}
}

// listed are the things of a target on the lists that were read within a minute.
func (p *picker) listed(ctx context.Context, target, command string) (all []integrations.Thing) {
	for _, h := range p.recent(ctx, []string{target}) {
		if c, t := listOf(h.Head); c != command || t != target {
			continue
		}
		if k, err := p.loadForm(ctx, h.ID); err == nil && k.Target == target {
			all = append(all, k.List.Things...)
		}
	}
	return all
}
