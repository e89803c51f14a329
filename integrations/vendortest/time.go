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

func timeChecks() []check {
	return []check{
		{"a server that never answers, a caller with a deadline", func(v Vendor) error {
			return keepsTime(v, (*server).hang, integrations.ClientOptions{}, moment)
		}},
		{"a server that never answers, a caller without", func(v Vendor) error {
			return keepsTime(v, (*server).hang, integrations.ClientOptions{Timeout: moment}, patience)
		}},
		{"an answer that drips", func(v Vendor) error {
			return keepsTime(v, (*server).drip, integrations.ClientOptions{Timeout: moment}, patience)
		}},
	}
}

func keepsTime(v Vendor, answer func(*server, http.ResponseWriter, *http.Request), opts integrations.ClientOptions, limit time.Duration) error {
	t, err := tryWith(v, hangUp, opts)
	if err != nil {
		return err
	}
	defer t.close()
	slow := func(w http.ResponseWriter, r *http.Request) { answer(t.server, w, r) }
	for _, call := range []struct {
		name string
		do   func(context.Context) error
	}{{"read", t.Read}, {"write", t.Write}} {
		t.from(slow)
		err, ended := within(limit, call.do)
		if !ended {
			return fmt.Errorf("%s: not over after %v", call.name, late)
		}
		if err := expect(v, call.name, err, integrations.NoAnswer); err != nil {
			return err
		}
		if err := t.sent(call.name, 1); err != nil { // who has waited enough does not wait again
			return err
		}
	}
	return nil
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
