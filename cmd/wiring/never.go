package wiring

import (
	"context"
	"maps"
	"slices"

	"quell/bot/engine"
	"quell/commands"
	"quell/integrations"
	"quell/policy/strictyaml"
)

// actsNever reads whether a target is set to act: never. Any other word is a mistake, and the target
// is left out: whoever wrote one meant less than everything.
func actsNever(t strictyaml.Text, m *strictyaml.Mistakes) (never, ok bool) {
	switch t.Value {
	case "":
		return false, true
	case "never":
		return true, true
	}
	m.Add(t.Pos, `act takes one word, "never": plans and cards work, and no call is ever made; leave it out for a target that acts`)
	return false, false
}

// withheld is a target whose actions cannot act.
func withheld(t engine.Target) engine.Target {
	t.Never, t.Actions = true, maps.Clone(t.Actions)
	for command, a := range t.Actions {
		t.Actions[command] = readOnly{a}
	}
	return t
}

// readOnly is an Action without its call: the last gate of act: never, at the vendor itself. It needs
// nobody above it to know of the setting.
type readOnly struct{ engine.Action }

// Act makes no call.
func (readOnly) Act(context.Context, commands.Item) (integrations.Receipt, error) {
	return integrations.Receipt{}, &integrations.Error{Kind: integrations.NotSent, Hint: "never.not-sent"}
}

// Hold implements engine.Holder: the last look of a rehearsal waits as one before a call does.
func (r readOnly) Hold(ctx context.Context, p commands.Plan) (held context.Context, release func()) {
	if h, ok := r.Action.(engine.Holder); ok {
		return h.Hold(ctx, p)
	}
	return ctx, func() {}
}

// TryLook implements engine.LookTrier: credentials that could act and not see are to be known before
// the target acts.
func (r readOnly) TryLook(ctx context.Context) (ok bool, err error) {
	if l, tries := r.Action.(engine.LookTrier); tries {
		return l.TryLook(ctx)
	}
	return false, nil
}

// NeverActing are the targets of a file that are set to act: never, of those that work.
func NeverActing(file string) []string {
	targets, _, _ := readTargets(file, forReading())
	defer func() { _ = shutAll(targets) }()
	return neverActing(targets)
}

func neverActing(targets map[string]engine.Target) (names []string) {
	for name, t := range targets {
		if t.Never {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
