package integrations

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"
)

// reading is the second try that the requests of one read have among them.
type reading struct {
	mayRetry func(why Kind) bool
	spent    atomic.Bool
}

type readingKey struct{}

// Reading marks what is sent under ctx as one read: it changes nothing, whatever
// its method, and it is tried once more at most, of however many requests it is
// (a second with a new token). A GET or HEAD needs no mark; each is a read of its
// own.
//
// mayRetry is asked just before the second try and may say no: a vendor's limit has
// no room, or what was sent must not be repeated. why is what the first try met:
// Unavailable, NoAnswer or NotSent. A nil mayRetry agrees.
func Reading(ctx context.Context, mayRetry func(why Kind) bool) context.Context {
	return context.WithValue(ctx, readingKey{}, &reading{mayRetry: mayRetry})
}

// ReadingOnce marks a read that is not tried once more, such as a login: a password that
// may have been refused is not repeated.
func ReadingOnce(ctx context.Context) context.Context {
	r := new(reading)
	r.spent.Store(true)
	return context.WithValue(ctx, readingKey{}, r)
}

func readingOf(req *http.Request) *reading {
	if r, ok := req.Context().Value(readingKey{}).(*reading); ok {
		return r
	}
	if writes(req.Method) {
		return nil
	}
	return new(reading)
}

func (r *reading) agrees(why Kind) bool { return r.mayRetry == nil || r.mayRetry(why) }

// sendResult is one request and what came of it.
type sendResult struct {
	res  *http.Response
	err  error // why there is no answer
	torn error // why the answer is not whole; looked for in reads only
}

// passing is the Kind of what the request met if that may be over in a moment,
// or "". A vendor that says when to come back is taken at its word. An answer that
// broke off says nothing yet, but for a 401 and a 429, which mean the same whatever
// comes with them: a refused password is not repeated, nor one request too many.
func (a sendResult) passing() Kind {
	switch {
	case a.err != nil && broken(a.err):
		return kindOfBroken(a.err)
	case a.err != nil:
		return ""
	}
	switch status := a.res.StatusCode; {
	case status == http.StatusUnauthorized, status == http.StatusTooManyRequests, a.res.Header.Get("Retry-After") != "":
		return ""
	case status >= 500:
		return Unavailable
	case broken(a.torn):
		return NoAnswer
	default:
		return ""
	}
}

// broken says that a connection was refused, reset or ended by the other side. A
// time that ran out is none of these: whoever waits has waited enough.
func broken(err error) bool {
	for _, known := range []error{
		io.EOF, io.ErrUnexpectedEOF, syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// retry is the request of the second try, once its time has come, or nil if the
// first one stands.
func (t *transport) retry(req *http.Request, r *reading, first sendResult) *http.Request {
	why := first.passing()
	if why == "" || r.spent.Swap(true) {
		return nil
	}
	next := rewound(req)
	if next == nil || !Wait(req.Context(), t.opts.Pause/2+rand.N(t.opts.Pause/2+1)) || !r.agrees(why) {
		return nil
	}
	return next
}

// rewound is the request with its body from the start, or nil if that is gone.
func rewound(req *http.Request) *http.Request {
	next := req.WithContext(req.Context())
	if req.Body == nil || req.Body == http.NoBody {
		return next
	}
	if req.GetBody == nil {
		return nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil
	}
	next.Body = body
	return next
}

// hold reads the answer of a read, so that a connection which breaks in the
// middle of it is known here. It gives the answer on as it came, with its end.
func hold(res *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	_ = res.Body.Close()
	end := err
	if end == nil {
		end = io.EOF
	}
	res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), ending{end}))
	return err
}

// ending is the end of an answer, for better or worse.
type ending struct{ err error }

func (e ending) Read([]byte) (int, error) { return 0, e.err }

// Wait says whether the pause fitted into ctx. It does not begin one that does not.
func Wait(ctx context.Context, pause time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && time.Until(end) <= pause {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(pause):
		return true
	}
}
