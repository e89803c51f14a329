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

// Refuser is a system that can be asked about a thing at once when it refuses the call for it:
// the error then says what was seen. Any other error is as it was.
type Refuser interface {
	AfterRefusal(ctx context.Context, t integrations.Thing, err error) error
}

// call is the one call for a thing.
type call = func(context.Context, integrations.Thing) (integrations.Receipt, error)

// askedAfterRefusal is the call to a system, which is asked about the thing if it refuses and is a
// Refuser.
func askedAfterRefusal(system any, act call) call {
	r, ok := system.(Refuser)
	if !ok {
		return act
	}
	return func(ctx context.Context, t integrations.Thing) (integrations.Receipt, error) {
		receipt, err := act(ctx, t)
		if err != nil {
			err = r.AfterRefusal(ctx, t, err)
		}
		return receipt, err
	}
}

// Holder is a system that does one thing at a time at a place. What is read there under a held
// context and the call that rests on it stay together: nothing else of ours begins there between
// the two, nor before release.
type Holder interface {
	Hold(ctx context.Context, place string) (held context.Context, release func())
}

// KillSession ends live sessions of one system. What became of them is asked of a
// Tracer; any other system's list tells. A Holder is held from the look to the call.
func KillSession(s Sessions) Command {
	c := Command{name: "kill-session", list: s.Sessions, act: askedAfterRefusal(s, s.EndSession), call: s.EndSessionCall}
	if t, ok := s.(Tracer); ok {
		c.trace = t.Trace
	}
	if h, ok := s.(Holder); ok {
		c.hold = h.Hold
	}
	if t, ok := s.(LookTrier); ok {
		c.tryLook = t.TryLook
	}
	return c
}

// KillSessionGrammar is the form of /kill-session.
func KillSessionGrammar() Grammar {
	return Grammar{Name: "kill-session", Thing: "session", Most: MaxThings, Flags: []Flag{{Name: "reason", Sentence: true}}}
}
