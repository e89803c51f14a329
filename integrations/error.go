package integrations

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what went wrong in a way that a program can act on. The zero Kind
// is not used: an error without a known kind is Garbled or NoAnswer.
type Kind string

const (
	Invalid         Kind = "invalid"         // the vendor calls the request itself wrong
	Unauthenticated Kind = "unauthenticated" // the credentials are wrong, expired or out of time
	Forbidden       Kind = "forbidden"       // the credentials are good and not allowed to do this
	NotFound        Kind = "not-found"       // the instance, or the thing, is not there
	Unsupported     Kind = "unsupported"     // the system cannot do this at all
	Busy            Kind = "busy"            // a documented "not now": another job runs; nothing was done
	Throttled       Kind = "throttled"       // too many requests; nothing was done
	Unsuccessful    Kind = "unsuccessful"    // the vendor answered that it tried and failed, at an unknown point
	Unavailable     Kind = "unavailable"     // a 5xx: the vendor failed, at an unknown point
	NotSent         Kind = "not-sent"        // the request provably never left this machine
	Late            Kind = "late"            // not sent either: its time had passed (SendBefore)
	NoAnswer        Kind = "no-answer"       // it left, or may have, and no whole answer came back
	Garbled         Kind = "garbled"         // an answer came that is not what the documents describe
)

// Effect says what is known of a write that failed.
type Effect string

const (
	NothingDone Effect = "nothing-done" // refused or not sent: the system is as it was
	MayBeDone   Effect = "may-be-done"  // nobody knows: look, do not send again
)

// Error is a failed call to a vendor.
type Error struct {
	Kind      Kind
	Vendor    string // the target kind: "dcs"
	Op        string // the vendor's own name of the call: "HangUpClients"
	Status    int    // HTTP's; 0 if no answer came, or not by HTTP
	Code      string // the vendor's error code, as it came: "DCS.4957", "NOPERM"
	RequestID string // the vendor's, for its support
	// Hint names the sentence for a person, such as "dcs.no-session-management".
	// It may be empty: then the Kind's own sentence serves.
	Hint string
	// Host is whom the call was on the way to where that is what failed (Network); else "".
	Host string
	// RetryAfter is the vendor's wish after Throttled or Busy; 0 if it had none.
	RetryAfter time.Duration
	// Until is when the vendor takes requests again that it refuses until then, by our clock; zero
	// where that is not known.
	Until time.Time
	// ByHand says that people do better by hand meanwhile, though the system is only Busy: by its
	// own word it is not there, or what it is at takes long.
	ByHand bool
	// Ours says that a call of our own explains the refusal, or may: the vendor
	// does one thing at a time where ours was under way. It says nothing of the
	// system, and is not to be counted against what was refused.
	Ours bool
	// Cause is for the log. It never holds a secret, a query or a raw body of a 401.
	Cause error
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s: %s", e.Vendor, e.Op, e.Kind)
	if e.Status != 0 {
		s += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	if e.Code != "" {
		s += " " + e.Code
	}
	if e.RequestID != "" {
		s += " request " + e.RequestID
	}
	if e.Ours {
		s += ", beside a call of our own"
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// Effect is what is known of the deed when this error answered a write.
func (e *Error) Effect() Effect {
	switch e.Kind {
	case Invalid, Unauthenticated, Forbidden, NotFound, Unsupported, Busy, Throttled, NotSent, Late:
		return NothingDone
	default:
		return MayBeDone
	}
}

// Retryable says whether the same write may be tried once more later: the vendor
// documents that it refused before doing anything and that this passes, or it
// was kept back for its lateness.
func (e *Error) Retryable() bool { return e.Kind == Busy || e.Kind == Throttled || e.Kind == Late }

// Answered says that the vendor itself said so: there is a status or a code of its own.
func (e *Error) Answered() bool { return e.Status > 0 || e.Code != "" }

// Receipt is what of the answer a record keeps, if there was one.
func (e *Error) Receipt(at time.Time) Receipt {
	if !e.Answered() {
		return Receipt{}
	}
	r := Receipt{At: at, Status: e.Status, RequestID: e.RequestID}
	if e.Status == 0 {
		r.Answer = e.Code
	}
	return r
}

// KindOf is the Kind of err, or "" if no vendor error is in its chain.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}

// EffectOf is what is known of a write that ended in err. An error that is not
// a vendor's says nothing, so the deed may have been done.
func EffectOf(err error) Effect {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Effect()
	}
	return MayBeDone
}
