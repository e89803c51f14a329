package vendortest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"time"

	"quell/integrations"
)

// Peer is a server of the vendor's protocol, which writes down what it hears and
// misbehaves as it is told. It is no simulator: it answers no call as a client hopes.
//
// What has to go before a call and is none (a login, a look that the call rests on) it
// answers as it should be, whatever it was told.
type Peer interface {
	// Behave says how each operation is met from here on, and forgets what was heard.
	Behave(Behaviour)
	// Refuse does the same with a documented refusal. With repeat the words that go with
	// it hold all that the connection has sent, credentials too.
	Refuse(word string, repeat bool)
	// Heard is what has come in since, in order.
	Heard() []Heard
	// Close ends the listener and every connection, also where an answer hangs.
	Close()
}

// Behaviour is how a peer meets an operation, once it has heard all of it.
type Behaviour string

const (
	Silent  Behaviour = "silent"  // answers nothing while it lives
	HangsUp Behaviour = "hangsup" // closes the connection without a byte
	Drips   Behaviour = "drips"   // begins an answer, sends some of it every few milliseconds, never the end
	Babbles Behaviour = "babbles" // answers with what is no answer in this protocol
)

// Heard is an operation that came in, in the words in which the tape has it (Exchange).
type Heard struct {
	Operation, Sent, Answer string
	// Ahead says that it went before a call and is none. It is on the tape as well, but its
	// Operation alone is compared: what a login sent is not there.
	Ahead bool
}

// trial is one peer and one client of it.
type trial struct {
	Peer
	Calls
	host string
}

func try(v Vendor, opts integrations.ClientOptions) (*trial, error) {
	l, err := listen()
	if err != nil {
		return nil, err
	}
	return tryOn(v, l, false, opts)
}

// tryOn connects a client to a peer on that listener.
func tryOn(v Vendor, l net.Listener, encrypted bool, opts integrations.ClientOptions) (*trial, error) {
	peer, host := v.Serve(l), l.Addr().String()
	opts.Pause = time.Millisecond
	calls, err := v.Connect(v.Address(host, encrypted), opts)
	if err != nil {
		peer.Close()
		return nil, fmt.Errorf("connecting: %w", err)
	}
	return &trial{Peer: peer, Calls: calls, host: host}, nil
}

func listen() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }

func (t *trial) close() {
	if t.Calls.Close != nil {
		_ = t.Calls.Close()
	}
	t.Peer.Close()
}

// calls are the operations that came in, without what went ahead of them.
func (t *trial) calls() []Heard {
	return slices.DeleteFunc(slices.Clone(t.Heard()), func(h Heard) bool { return h.Ahead })
}

// sent says whether exactly so many operations of the read or write came in.
func (t *trial) sent(what string, want int) error {
	if got := t.calls(); len(got) != want {
		return fmt.Errorf("the %s was sent %d times, want %d: %+v", what, len(got), want, got)
	}
	return nil
}

// plain is a refusal that no client has a reason to meet with a second try.
func (v Vendor) plain() (word string, kind integrations.Kind) {
	for _, word := range slices.Sorted(maps.Keys(v.Refusals)) {
		if kind := v.Refusals[word]; kind == integrations.Invalid || kind == integrations.Forbidden {
			return word, kind
		}
	}
	return "", ""
}

// expect says how err differs from an Error of that Kind, and whether it
// carries a secret.
func (v Vendor) expect(what string, err error, want integrations.Kind) error {
	if got := integrations.KindOf(err); got != want {
		return fmt.Errorf("%s: kind %q, want %q (error: %v)", what, got, want, err)
	}
	return v.leak(what+": error", fmt.Sprintf("%v %+v %#v", err, err, err))
}

// says says how the sentence of err differs from what people are to read, and where it does not
// tell on the way to whom it broke. "" is for a sentence of the vendor's own.
func says(what string, err error, sentence string) error {
	e, ok := errors.AsType[*integrations.Error](err)
	if sentence == "" || ok && e.Hint == sentence && e.Host != "" {
		return nil
	}
	return fmt.Errorf("%s: people are not told %q (error: %v)", what, sentence, err)
}

func background() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}
