// Package vendortest is the manners that every vendor client must show, as one
// test. A vendor's own tests say what it does when all goes well; this suite
// plays the network and the servers that go wrong, and asks of the client:
//
//   - that the Kind and the Effect of its errors are true (answers.go),
//   - that a write is sent once by all layers together, and not at all where it
//     says "not sent" (once.go),
//   - that every call ends in time (time.go),
//   - that each call is on the tape of its context, a write once (tape.go),
//   - that no credential goes anywhere but to the configured host: not into an
//     error, a log, a tape or a plain connection (secrets.go, tape.go, once.go).
//
// That is asked in any protocol, of which the vendor brings the server: a Peer.
// HTTP's is here (http.go), and what only HTTP can do wrong is asked besides: what each
// status means on whose page, that a read is tried once more after what may pass and
// not more often, and that a redirect is not followed (http_*.go).
//
// Of what a client lists, Things asks that it is what the vendor's profile says (things.go), and
// Kept that a look for given things keeps no others (kept.go).
// The server that a vendor's own tests speak to is here as well (routes.go).
//
// Each check returns an error instead of failing a test, so that the suite's
// own test can show that a careless client is caught.
package vendortest

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// Vendor is what a client must tell of itself to be tried, whatever its protocol.
type Vendor struct {
	// Connect builds the client for the server at that address, with these options.
	Connect func(address string, opts integrations.ClientOptions) (Calls, error)
	// Address is the server at a host and port as Connect takes it, with TLS or without.
	Address func(hostPort string, encrypted bool) string
	// Serve plays the server on that listener, which may bring TLS. It hangs up until it is
	// told otherwise.
	Serve func(net.Listener) Peer
	// Secrets are all the credentials that Connect uses, fake ones.
	Secrets []string
	// Refusals are the documented ones, by the word that Peer.Refuse takes, and what each
	// means. One at least is Invalid or Forbidden: it stands for all where one is enough.
	Refusals map[string]integrations.Kind
	// Worded says that a refusal begins with a word of the server's own, where HTTP has a
	// status: Peer.Refuse takes any then.
	Worded bool
}

// Calls are a typical read and a typical write of the client.
type Calls struct {
	Read, Write func(context.Context) error
	// Close ends what the client keeps open. It may be nil.
	Close func() error
}

type check[V any] struct {
	name string
	run  func(V) error
}

// Run tries the client. It takes over standard error and the standard log
// while it runs, so it must not run in parallel with other tests.
func Run(t *testing.T, v Vendor) {
	printed := capture(t)
	each(t, v, checks(v, patience))
	t.Run("prints nothing", func(t *testing.T) { require.Empty(t, printed()) })
}

func each[V any](t *testing.T, v V, all []check[V]) {
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) { require.NoError(t, c.run(v)) })
	}
}

// checks are all of them that hold in any protocol. A call that did not keep its time
// ends late.
func checks(v Vendor, late time.Duration) []check[Vendor] {
	all := answerChecks(v)
	all = append(all, onceChecks()...)
	all = append(all, timeChecks(late)...)
	all = append(all, tapeChecks()...)
	return append(all, secretChecks(v)...)
}
