package vendortest

import (
	"context"
	"fmt"
	"time"

	"quell/integrations"
)

const (
	// patience is how long a check waits for a call that should end by itself.
	patience = 20 * time.Second
	// moment is the time that a call is given where it must run out.
	moment = 50 * time.Millisecond
)

// slow is a server that takes too long, and how a caller says so.
type slow struct {
	how Behaviour
	// bound gives a call that long: by the client's own limit, or the context's.
	bound func(d time.Duration) (integrations.ClientOptions, time.Duration)
	// late is when a call that was given a moment has not kept to it.
	late time.Duration
}

func byClient(d time.Duration) (integrations.ClientOptions, time.Duration) {
	return integrations.ClientOptions{Timeout: d}, 0
}

func byCaller(d time.Duration) (integrations.ClientOptions, time.Duration) {
	return integrations.ClientOptions{}, d
}

func timeChecks(late time.Duration) []check[Vendor] {
	return []check[Vendor]{
		{"a server that never answers, a caller with a deadline", slow{Silent, byCaller, late}.keepsTime},
		{"a server that never answers, a caller without", slow{Silent, byClient, late}.keepsTime},
		{"an answer that drips", slow{Drips, byClient, late}.keepsTime},
	}
}

// keepsTime gives each call a moment. Connecting counts into it: where the moment was over
// before an operation had arrived, which a busy machine can do, nothing was tried, and a
// longer one is given.
func (s slow) keepsTime(v Vendor) error {
	for d := moment; ; d *= 2 {
		arrived, err := s.keeps(v, d)
		if err == nil || arrived || d > patience {
			return err
		}
	}
}

// keeps tries a read and a write that are given so long. It reports whether the one that
// failed had arrived.
func (s slow) keeps(v Vendor, d time.Duration) (arrived bool, err error) {
	opts, limit := s.bound(d)
	t, err := try(v, opts)
	if err != nil {
		return true, err
	}
	defer t.close()
	for _, call := range []struct {
		name string
		do   func(context.Context) error
	}{{"read", t.Read}, {"write", t.Write}} {
		t.Behave(s.how)
		err, ended := within(limit, s.late, call.do)
		if !ended {
			return true, fmt.Errorf("%s: not over %v after its time", call.name, s.late)
		}
		err = v.expect(call.name, err, integrations.NoAnswer)
		if err == nil {
			err = t.sent(call.name, 1) // who has waited enough does not wait again
		}
		if err != nil {
			return len(t.calls()) > 0, err
		}
	}
	return true, nil
}

// within gives the call that long, or no deadline for 0, and says whether it ended before
// it was late.
func within(limit, late time.Duration, do func(context.Context) error) (err error, ended bool) {
	ctx := context.Background()
	if limit > 0 {
		bounded, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		ctx = bounded
	}
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	select {
	case err := <-done:
		return err, true
	case <-time.After(limit + late):
		return nil, false
	}
}
