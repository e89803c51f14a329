package integrations

import (
	"context"
	"time"
)

// Limiter keeps a vendor's limit that belongs to a contract: all targets, all
// processes and all restarts share it, so it is kept where they all look.
type Limiter interface {
	// Take asks for one request at that moment. The zero NoRoom means go: it is counted.
	// Otherwise nothing is counted.
	Take(ctx context.Context, at time.Time, l Limit, u Use) (NoRoom, error)
	// Ban says that the vendor refuses everything under that name until then. It
	// never shortens a ban.
	Ban(ctx context.Context, name string, until time.Time) error
}

// NoRoom is why there is no room for a request, and for how long.
type NoRoom struct {
	For time.Duration
	// Banned says that the vendor refuses everything, and not that our own count is full.
	Banned bool
}

// Limit is so many requests within so long, at any time.
type Limit struct {
	Name   string
	Most   int
	Within time.Duration
}

// For is how many requests may be under way or made when one more for that use is
// asked for. Room is kept for what matters more: browsing stops at half of the
// limit, looks that a call rests on at four fifths.
func (l Limit) For(u Use) int {
	switch u {
	case Act:
		return l.Most
	case Browse:
		return l.Most / 2
	default:
		return l.Most * 4 / 5
	}
}

// Use is what a request is for.
type Use string

const (
	Browse Use = "browse" // somebody looks around or asks: a form, a list, a plan
	Check  Use = "check"  // a call rests on it: the look before it, the looks after
	Act    Use = "act"    // the call itself
)

type browsing struct{}

// Browsing marks reads that no call rests on.
func Browsing(ctx context.Context) context.Context {
	return context.WithValue(ctx, browsing{}, true)
}

// UseOf is what a read under ctx is for.
func UseOf(ctx context.Context) Use {
	if ctx.Value(browsing{}) != nil {
		return Browse
	}
	return Check
}
