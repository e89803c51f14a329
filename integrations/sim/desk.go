package sim

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// desk is the part of a vendor that every vendor has: it takes the calls in,
// bends them as the faults ask, answers them and keeps the log.
type desk struct {
	vendor vendor
	now    func() time.Time
	slowBy time.Duration
	log    *slog.Logger
	moods  []Fault // those that a person can choose

	neighbours []string // other vendors' pages, by the folder they are in

	calls  callLog
	faults faultPlan
	bell   bell

	closing sync.Once
	closed  chan struct{}
}

// vendor is what a desk needs from the vendor that it serves.
type vendor interface {
	// admit fills in who calls, or returns the refusal.
	admit(*arrival) *answer
	// refuse puts a fault into the vendor's own words.
	refuse(*arrival, Fault) answer
}

// arrival is one call on its way through the vendor.
type arrival struct {
	*http.Request
	op      Op
	body    []byte
	out     http.Header // the headers of the answer
	fault   Fault
	who     string
	project string // what the credentials are good for; empty if for no project
}

// route is one call that the vendor knows.
type route struct {
	op      Op
	write   bool // see Call.Write
	private bool // the body holds a credential and stays out of the log
	serve   func(*arrival) answer
}

func newDesk(now func() time.Time, slowBy time.Duration, log *slog.Logger) *desk {
	return &desk{now: now, slowBy: slowBy, log: log, moods: moods(), closed: make(chan struct{})}
}

// maxBody is the limit of a signed request: 12 MB (API Request Signing Guide).
const maxBody = 12 << 20

func (d *desk) handle(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", d.now().UTC().Format(http.TimeFormat)) // by the vendor's clock
		// Reading to the end also lets the server notice when the caller goes.
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		in := &arrival{Request: r, op: rt.op, body: body, out: w.Header(), fault: d.faults.take(rt.op, rt.write)}
		id := d.open(in, rt)
		ans, sent := d.respond(in, rt)
		if !sent {
			ans.status = 0
		}
		d.finish(id, in, ans.status) // before the answer: who has the answer finds it in the log
		if !sent {
			panic(http.ErrAbortHandler)
		}
		ans.send(w)
	}
}

// respond does the call, with its fault, and says whether an answer goes out.
func (d *desk) respond(in *arrival, rt route) (ans answer, sent bool) {
	if refusal := d.vendor.admit(in); refusal != nil {
		return *refusal, true
	}
	switch in.fault {
	case Throttled, Busy, Forbidden:
		return d.vendor.refuse(in, in.fault), true
	case Down:
		return htmlAnswer(in.out, http.StatusServiceUnavailable), true
	case Hang:
		d.keepWaiting(in, nil)
		return answer{}, false
	case Slow:
		d.keepWaiting(in, time.After(d.slowBy))
	}
	return d.afterTheDeed(in, rt.serve(in))
}

func (d *desk) afterTheDeed(in *arrival, ans answer) (answer, bool) {
	d.bell.ring()
	switch in.fault {
	case FailAfter:
		return d.vendor.refuse(in, FailAfter), true
	case WrongBody:
		return htmlAnswer(in.out, http.StatusBadGateway), true
	case HangAfter:
		d.keepWaiting(in, nil)
		return answer{}, false
	case Torn:
		ans.torn = true
	}
	return ans, true
}

// keepWaiting holds the caller until the time is over, or it goes, or Close.
func (d *desk) keepWaiting(in *arrival, over <-chan time.Time) {
	select {
	case <-over:
	case <-in.Context().Done():
	case <-d.closed:
	}
}

func (d *desk) open(in *arrival, rt route) int {
	c := Call{Op: rt.op, Write: rt.write, Method: in.Method, Path: in.URL.Path, Query: in.URL.RawQuery, At: d.now()}
	if !rt.private {
		c.Body = string(in.body)
	}
	defer d.bell.ring()
	return d.calls.open(c)
}

func (d *desk) finish(id int, in *arrival, status int) {
	var call Call
	d.calls.finish(id, func(c *Call) {
		c.Done, c.Status, c.Who, c.Took = true, status, in.who, d.now().Sub(c.At)
		call = *c
	})
	d.bell.ring()
	d.log.Info("vendor call", "op", call.Op, "status", status, "fault", in.fault, "who", call.Who, "took", call.Took)
}

// Calls returns the calls that reached the vendor, oldest first.
func (d *desk) Calls() []Call { return d.calls.all() }

// FailNext makes the next calls of op meet these faults, one each, in order.
// It goes before the mood.
func (d *desk) FailNext(op Op, faults ...Fault) { d.faults.add(op, faults) }

// SetMood makes a fault last until the next SetMood. A fault that is about the
// deed, such as HangAfter, spares the reads.
func (d *desk) SetMood(mood Fault) {
	d.faults.set(mood)
	d.bell.ring()
}

// SetMoodOf makes a fault last for one op, until its next SetMoodOf: a vendor grants each read and
// each write on its own, so that credentials may act and not look. It goes before the mood, also
// where it is Healthy.
func (d *desk) SetMoodOf(op Op, mood Fault) { d.faults.setOf(op, mood) }

// Close lets go of every caller that is kept waiting, and of every open panel.
func (d *desk) Close() { d.closing.Do(func() { close(d.closed) }) }

// tick is how often a waiter looks again although nothing rang: some things
// happen by the clock alone.
const tick = 20 * time.Millisecond

func (d *desk) until(ctx context.Context, ok func() bool) error {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		rung := d.bell.heard()
		if ok() {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-rung:
		case <-ticker.C:
		}
	}
}
