package vendortest

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"quell/integrations"
)

const (
	// patience is how long a check waits for a call that should end by itself.
	patience = 10 * time.Second
	// moment is the time that a call is given where it must run out.
	moment = 150 * time.Millisecond
	// late is when a call that was given a moment has not kept to it.
	late = 2 * time.Second
)

// slow is a server that takes too long, and how a caller says so.
type slow struct {
	answer func(*server, http.ResponseWriter, *http.Request)
	// bound gives a call that long: by the client's own limit, or the context's.
	bound func(d time.Duration) (integrations.ClientOptions, time.Duration)
}

func byClient(d time.Duration) (integrations.ClientOptions, time.Duration) {
	return integrations.ClientOptions{Timeout: d}, patience
}

func byCaller(d time.Duration) (integrations.ClientOptions, time.Duration) {
	return integrations.ClientOptions{}, d
}

func timeChecks() []check {
	return []check{
		{"a server that never answers, a caller with a deadline", slow{(*server).hang, byCaller}.keepsTime},
		{"a server that never answers, a caller without", slow{(*server).hang, byClient}.keepsTime},
		{"an answer that drips", slow{(*server).drip, byClient}.keepsTime},
	}
}

// keepsTime gives each call a moment. Connecting counts into it: where the moment was over
// before a request had arrived, which a busy machine can do, nothing was tried, and a
// longer one is given.
func (s slow) keepsTime(v Vendor) error {
	for d := moment; ; d *= 2 {
		arrived, err := s.keeps(v, d)
		if arrived || d > 4*moment {
			return err
		}
	}
}

func (s slow) keeps(v Vendor, d time.Duration) (arrived bool, err error) {
	opts, limit := s.bound(d)
	t, err := tryWith(v, hangUp, opts)
	if err != nil {
		return true, err
	}
	defer t.close()
	for _, call := range []struct {
		name string
		do   func(context.Context) error
	}{{"read", t.Read}, {"write", t.Write}} {
		t.from(func(w http.ResponseWriter, r *http.Request) { s.answer(t.server, w, r) })
		err, ended := within(limit, call.do)
		if !ended {
			return true, fmt.Errorf("%s: not over after %v", call.name, late)
		}
		if err := expect(v, call.name, err, integrations.NoAnswer); err != nil {
			return len(t.received()) > 0, err
		}
		if err := t.sent(call.name, 1); err != nil { // who has waited enough does not wait again
			return true, err
		}
	}
	return true, nil
}

// within gives the call that long, and says whether it ended before it was late.
func within(limit time.Duration, do func(context.Context) error) (err error, ended bool) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	select {
	case err := <-done:
		return err, true
	case <-time.After(late):
		return nil, false
	}
}

// drip begins an answer and never comes to its end.
func (s *server) drip(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		_, _ = w.Write([]byte(" "))
		_ = http.NewResponseController(w).Flush()
		select {
		case <-tick.C:
		case <-s.leave:
			return
		case <-r.Context().Done():
			return
		}
	}
}
