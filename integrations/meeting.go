package integrations

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"sync"
	"time"
)

// Meeting is what an answer shows of the server that gave it.
type Meeting struct {
	Host string
	// Expires is until when the certificates of the server are good (Expires); zero where it
	// showed none.
	Expires time.Time
	// Ahead is how far the server's clock is ahead of ours, negative where it is behind, by the
	// Date of the answer (RFC 9110, 6.6.1). Clock says whether it tells a time at all.
	Ahead time.Duration
	Clock bool
}

// Meetings keeps what the answers under one context show. It is safe for concurrent use.
type Meetings struct {
	mu   sync.Mutex
	kept []Meeting
}

type meetingsKey struct{}

// WithMeetings puts new Meetings into the context: the clients of vendors note there whom they
// meet.
func WithMeetings(ctx context.Context) (context.Context, *Meetings) {
	m := new(Meetings)
	return context.WithValue(ctx, meetingsKey{}, m), m
}

// Meet notes one, if the context keeps them.
func Meet(ctx context.Context, one Meeting) {
	if m, ok := ctx.Value(meetingsKey{}).(*Meetings); ok {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.kept = append(m.kept, one)
	}
}

// ByHost is the last meeting with each host, in the order in which they were met first.
func (m *Meetings) ByHost() (all []Meeting) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := map[string]int{}
	for _, one := range m.kept {
		if i, met := at[one.Host]; met {
			all[i] = one
			continue
		}
		at[one.Host] = len(all)
		all = append(all, one)
	}
	return all
}

// Expires is until when the certificates of a server are good. It is good for as long as one chain
// is that was verified, and a chain until the first of its certificates ends: what the server sent
// along besides counts only where nothing was verified.
func Expires(state *tls.ConnectionState) (end time.Time) {
	if state == nil {
		return time.Time{}
	}
	for _, chain := range state.VerifiedChains {
		if e := firstEnd(chain); e.After(end) {
			end = e
		}
	}
	if end.IsZero() {
		return firstEnd(state.PeerCertificates)
	}
	return end
}

// firstEnd is when the first of certificates ends; zero for none.
func firstEnd(all []*x509.Certificate) (end time.Time) {
	for _, cert := range all {
		if end.IsZero() || cert.NotAfter.Before(end) {
			end = cert.NotAfter
		}
	}
	return end
}

// meet notes the server of an answer that was just given to a request of the time sent.
func meet(req *http.Request, res *http.Response, sent time.Time, now func() time.Time) {
	if req.Context().Value(meetingsKey{}) == nil {
		return
	}
	one := Meeting{Host: req.URL.Host, Expires: Expires(res.TLS)}
	one.Ahead, one.Clock = clockAhead(res.Header, sent, now())
	Meet(req.Context(), one)
}

// clockAhead is how far the clock of an answer is off what it may have been while the request was
// under way; a Date has whole seconds.
func clockAhead(h http.Header, sent, got time.Time) (ahead time.Duration, known bool) {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil || date.Sub(got).Abs() > clockMost {
		return 0, false
	}
	switch first := sent.Truncate(time.Second); {
	case date.Before(first):
		return date.Sub(first), true
	case date.After(got):
		return date.Sub(got), true
	}
	return 0, true
}
