package commands

import (
	"context"

	"quell/integrations"
)

// Sessions is what /kill-session needs of a system.
type Sessions interface {
	// Sessions lists what is live at one place, or everywhere for "".
	Sessions(ctx context.Context, place string) (integrations.Sighting, error)
	// EndSession asks the vendor, once, to end one session.
	EndSession(ctx context.Context, s integrations.Thing) (integrations.Receipt, error)
	// EndSessionCall shows that request without secrets.
	EndSessionCall(s integrations.Thing) string
}

// Tracer is a system that can be asked what became of one thing.
type Tracer interface {
	Trace(ctx context.Context, t integrations.Thing, r integrations.Receipt) (integrations.Trace, error)
}

// KillSession ends live sessions of one system. What became of them is asked of a
// Tracer; any other system's list tells.
func KillSession(s Sessions) Command {
	c := Command{name: "kill-session", list: s.Sessions, act: s.EndSession, call: s.EndSessionCall}
	if t, ok := s.(Tracer); ok {
		c.trace = t.Trace
	}
	return c
}

// KillSessionGrammar is the form of /kill-session.
func KillSessionGrammar() Grammar {
	return Grammar{Name: "kill-session", Thing: "session", Most: MaxThings, Flags: []Flag{{Name: "reason", Sentence: true}}}
}
