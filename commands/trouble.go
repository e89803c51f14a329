package commands

import (
	"errors"
	"time"

	"quell/commands/words"
	"quell/integrations"
)

// Trouble is the sentence for a system that failed: the vendor's own trouble if it has a
// sentence, else that of its kind.
func Trouble(err error, target string) words.Message {
	v := words.V{"target": words.Code(target)}
	e, ok := errors.AsType[*integrations.Error](err)
	if !ok {
		return words.New("vendor.internal", v)
	}
	v["host"] = words.Code(e.Host)
	if e.Host == "" {
		delete(v, "host") // only what broke on the way says to whom
	}
	if e.Code != "" {
		v["code"] = words.Code(e.Code)
	}
	if e.RetryAfter > 0 {
		v["wait"] = words.For(e.RetryAfter)
	}
	v["until"] = words.At(e.Until)
	if e.Until.IsZero() {
		delete(v, "until") // only who said until when
	}
	if e.Hint != "" {
		return withPause(words.New(e.Hint, v), e)
	}
	if m := pause(e, target); !m.IsZero() {
		return m
	}
	return words.New("vendor."+string(e.Kind), v)
}

// pause is the sentence of a kind with the pause that the vendor asked for; zero if it asked for
// none.
func pause(e *integrations.Error, target string) words.Message {
	v := words.V{"target": words.Code(target), "wait": words.For(e.RetryAfter)}
	switch {
	case e.RetryAfter <= 0:
	case e.Kind == integrations.Throttled:
		return words.New("vendor.throttled-for", v)
	case e.Kind == integrations.Busy:
		return words.New("vendor.busy-for", v)
	case e.Kind == integrations.Unavailable:
		return words.New("vendor.unavailable-for", v)
	}
	return words.Message{}
}

// withPause is the vendor's own trouble with the pause that it asked for, if it is busy or away. The
// sentences of other kinds say what a pause is for, or have none.
func withPause(trouble words.Message, e *integrations.Error) words.Message {
	if e.RetryAfter <= 0 || e.Kind != integrations.Busy && e.Kind != integrations.Unavailable {
		return trouble
	}
	return words.New("meanwhile.wait", words.V{"trouble": words.Say(trouble), "wait": words.For(e.RetryAfter)})
}

// LeavesByHand says that after err people do better by hand: the system is down, cannot be read or
// acted on with what it gives us, says that it is away, or refuses for longer than a minute. It is not said of
// what is wrong with the request, of what passes in a moment, nor of what was kept back for what
// was read.
func LeavesByHand(err error) bool {
	e, ok := errors.AsType[*integrations.Error](err)
	if !ok {
		return false
	}
	switch e.Kind {
	case integrations.Unauthenticated, integrations.Forbidden, integrations.Unavailable, integrations.NoAnswer, integrations.Garbled:
		return true
	case integrations.NotSent:
		return e.Hint == "" || e.Host != "" // any other sentence tells of the thing
	case integrations.Throttled, integrations.Busy:
		return e.ByHand || e.RetryAfter > time.Minute
	}
	return false
}

// WithByHand is trouble with what people can do by hand meanwhile, if there is something.
func WithByHand(trouble, byHand words.Message) words.Message {
	if byHand.IsZero() {
		return trouble
	}
	return words.New("meanwhile.with", words.V{"trouble": words.Say(trouble), "meanwhile": words.Say(byHand)})
}
