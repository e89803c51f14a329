// Package vendortest is the manners that every vendor client must show, as one
// test. A vendor's own tests say what it does when all goes well; this suite
// plays the network and the servers that go wrong, and asks of the client:
//
//   - that the Kind and the Effect of its errors are true (answers.go),
//   - that a write is sent once by all layers together, and not at all where it
//     says "not sent" (once.go),
//   - that a read is tried once more after what may pass, and not more often
//     (again.go),
//   - that every call ends in time (time.go),
//   - that each call is on the tape of its context, a write once (tape.go),
//   - that no credential goes anywhere but to the configured host: not into an
//     error, a log, a tape, a redirect or a plain connection (secrets.go, tape.go).
//
// Each check returns an error instead of failing a test, so that the suite's
// own test can show that a careless client is caught.
package vendortest

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// Vendor is what a client must tell of itself to be tried.
type Vendor struct {
	// Connect builds the client for the server at url with a resty client from
	// these options. All its endpoints are at url.
	Connect func(url string, opts integrations.ClientOptions) (Calls, error)
	// Secrets are all the credentials that Connect uses, fake ones.
	Secrets []string
	// Refusal is an error body in the vendor's documented shape, with a code
	// that means no more than the status does.
	Refusal func(status int, message string) string
	// Kinds are the statuses for which this vendor documents another Kind.
	Kinds map[int]integrations.Kind
	// Login answers what has to go before a call and is none, such as a login,
	// and says whether it did. It may be nil.
	Login func(w http.ResponseWriter, r *http.Request) bool
	// ReadsLogIn says that the typical read carries a password, as it has no token
	// yet. Where no answer came that may have been refused, and it must not be
	// repeated.
	ReadsLogIn bool
}

// Calls are a typical read and a typical write of the client.
type Calls struct {
	Read, Write func(context.Context) error
}

type check struct {
	name string
	run  func(Vendor) error
}

// Run tries the client. It takes over standard error and the standard log
// while it runs, so it must not run in parallel with other tests.
func Run(t *testing.T, v Vendor) {
	printed := capture(t)
	for _, c := range checks(patience) {
		t.Run(c.name, func(t *testing.T) { require.NoError(t, c.run(v)) })
	}
	t.Run("prints nothing", func(t *testing.T) { require.Empty(t, printed()) })
}

// checks are all of them. A call that did not keep its time ends late.
func checks(late time.Duration) []check {
	all := answerChecks()
	all = append(all, onceChecks()...)
	all = append(all, againChecks()...)
	all = append(all, timeChecks(late)...)
	all = append(all, tapeChecks()...)
	return append(all, secretChecks()...)
}
