package slacksim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Fault is an injected fault: a way for something to go wrong between Slack and
// the app. It has the name that a person would give it: a call "fails" or "does it and fails",
// a click "comes twice", a socket "breaks off".
type Fault struct {
	Name  string // one of those below; "" is BreaksOff
	After bool   // the call is done, only its answer meets the fault
}

// What a call of the Web API can meet.
const (
	BreaksOff = "breaks off"   // the connection ends without an answer, or a socket without a word
	Fails     = "fails"        // HTTP 500 and no JSON
	Throttled = "is throttled" // 429, to be tried again in a second; see ThrottledFor and Says
	Hangs     = "hangs"        // no answer until the caller goes
	Slow      = "is slow"      // by Config.SlowBy, also when the caller has gone by then
)

// What an envelope can meet on its way to the app, or its ack on the way back.
const (
	// Twice is the same envelope again at once, marked as a retry. Slack says
	// that it does so with events only.
	Twice = "comes twice"
	// Late is after the person was told that it failed; the trigger is over.
	Late = "comes late"
	// OnOldSocket is behind the disconnect frame of a socket that is about to end.
	OnOldSocket = "comes on the old socket"
	Lost        = "gets lost"
	AckLost     = "loses its ack"
)

// The reason in a disconnect frame, in Slack's words. The socket ends after Config.Grace.
const (
	Warning          = "warning"
	RefreshRequested = "refresh_requested"
	LinkDisabled     = "link_disabled" // ends every socket at once: Socket Mode is off
)

const (
	afterwards = "does it and "
	says       = "says "
	throttled  = Throttled + " for "
)

const mostAtOnce = 100 // faults of one FailNext: a typing error must not fill the memory

// Named is the fault of that name; "does it and" before it makes it After.
func Named(name string) Fault {
	name, after := strings.CutPrefix(name, afterwards)
	return Fault{Name: name, After: after}
}

// String is the name that Named takes.
func (f Fault) String() string {
	if f.After {
		return afterwards + f.Name
	}
	return f.Name
}

// Says names the refusal of a call with one of Slack's error codes.
func Says(code string) string { return says + code }

// ThrottledFor names Throttled with another Retry-After.
func ThrottledFor(d time.Duration) string { return throttled + d.String() }

// FailNext makes the next n things of a kind meet a fault. what is a method
// ("chat.postMessage") or what an envelope carries ("slash_commands",
// "block_actions", "block_suggestion", "view_submission", "view_closed", "events_api").
// The fault of a "socket", the oldest, or of all "sockets" happens at once; that of the
// "app" lasts until ClearFaults.
// A fault that cannot happen there is an error, as is n below 1.
func (w *Workspace) FailNext(what string, n int, f Fault) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	f.Name = cmp.Or(f.Name, BreaksOff)
	if !w.canMeet(what, f) {
		return fmt.Errorf("slacksim: %q meets no such fault: %q", what, f)
	}
	if n < 1 || n > mostAtOnce {
		return fmt.Errorf("slacksim: a fault happens 1 to %d times, not %d", mostAtOnce, n)
	}
	switch what {
	case "socket", "sockets":
		w.faultSockets(f.Name, what == "sockets")
	case "app":
		w.faultApp(f.Name)
	default:
		w.faults[what] = append(w.faults[what], slices.Repeat([]Fault{f}, n)...)
		w.touch()
	}
	return nil
}

// canMeet says whether f can happen to what.
func (w *Workspace) canMeet(what string, f Fault) bool {
	if _, method := w.methods[what]; method {
		return f.ofCall()
	}
	switch what {
	case "app":
		return !f.After && slices.Contains([]string{SharesSockets, SharesIdleSockets, HasTooManySockets, LosesAppToken, LosesBotToken, GreetsUncounted}, f.Name)
	case "socket", "sockets":
		return !f.After && slices.Contains([]string{BreaksOff, Warning, RefreshRequested, LinkDisabled, Garbled}, f.Name)
	case "slash_commands", "block_actions", "block_suggestion", "view_submission", "view_closed", "events_api":
		return !f.After && slices.Contains([]string{Twice, Late, OnOldSocket, Lost, AckLost}, f.Name)
	}
	return false
}

func (f Fault) ofCall() bool {
	return slices.Contains([]string{BreaksOff, Fails, Throttled, Hangs, Slow}, f.Name) || f.wait() > 0 || f.code() != ""
}

// code is the error that a call says; "" if f is another fault.
func (f Fault) code() string {
	code, ok := strings.CutPrefix(f.Name, says)
	if !ok || strings.ContainsAny(code, " \n") {
		return ""
	}
	return code
}

// wait is the Retry-After of a throttled call; 0 if f is another fault.
func (f Fault) wait() time.Duration {
	if f.Name == Throttled {
		return time.Second
	}
	text, _ := strings.CutPrefix(f.Name, throttled)
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0
	}
	return d
}
