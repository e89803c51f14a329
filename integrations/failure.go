package integrations

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/go-resty/resty/v2"
)

// Failure turns the error of a call that brought no whole answer into an Error.
// Only what provably never left is NotSent.
//
// An Error already in the chain comes from getting ready (a login): the call
// itself never left, so one that would say "may be done" becomes NotSent.
func Failure(vendor, op string, err error) *Error {
	if ready, ok := errors.AsType[*Error](err); ok {
		return notReady(vendor, op, ready)
	}
	e := &Error{Kind: kindOfBroken(err), Vendor: vendor, Op: op, Cause: cause(err)}
	e.Hint, e.Host = onTheWay(err)
	if e.Hint == "" && e.Kind == NoAnswer && errors.Is(e.Cause, errBroken) {
		e.Hint = "network.no-http"
	}
	return e
}

// kindOfBroken is the Kind of an exchange that brought no whole answer.
func kindOfBroken(err error) Kind {
	_, unsent := errors.AsType[*unsentError](err)
	switch {
	case errors.Is(err, errLate):
		return Late
	case errors.Is(err, resty.ErrResponseBodyTooLarge), errors.Is(err, ErrWantsTLS):
		return Garbled
	case unsent:
		return NotSent
	default:
		return NoAnswer
	}
}

func notReady(vendor, op string, ready *Error) *Error {
	e := &Error{Kind: ready.Kind, Vendor: vendor, Op: op, Hint: ready.Hint, Host: ready.Host, RetryAfter: ready.RetryAfter, ByHand: ready.ByHand, Cause: ready}
	if ready.Effect() == MayBeDone {
		e.Kind = NotSent
	}
	return e
}

// errBroken stands for every failure whose text may quote the answer or the
// URL. What cause lets through is known to hold neither.
var errBroken = errors.New("the exchange broke off or was not HTTP")

func cause(err error) error {
	for _, known := range []error{
		context.Canceled, context.DeadlineExceeded, errPlaintext, errLate, ErrWantsTLS, http.ErrSchemeMismatch,
		io.EOF, io.ErrUnexpectedEOF, resty.ErrResponseBodyTooLarge,
	} {
		if errors.Is(err, known) {
			return known
		}
	}
	if cert, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return cert
	}
	if network, ok := errors.AsType[*net.OpError](err); ok { // which names addresses only
		return network
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return context.DeadlineExceeded
	}
	return errBroken
}

// KindOfStatus is the Kind of an answer that is not the documented success.
// documented says that its body has the vendor's own error shape. Without that
// a 404 may be a proxy's word for a wrong address, which must never pass for
// "it is gone"; a 401, a 429 and a 5xx mean the same whoever says them.
func KindOfStatus(status int, documented bool) Kind {
	switch {
	case status == http.StatusUnauthorized:
		return Unauthenticated
	case status == http.StatusTooManyRequests:
		return Throttled
	case status >= 500, status == http.StatusRequestTimeout:
		return Unavailable
	case status < 400, !documented:
		return Garbled
	}
	switch status {
	case http.StatusForbidden:
		return Forbidden
	case http.StatusNotFound:
		return NotFound
	case http.StatusMethodNotAllowed:
		return Unsupported
	default:
		return Invalid
	}
}

// RetryAfter reads the header of that name (RFC 9110, 10.2.3): seconds or a
// date, which is by the vendor's clock. It is 0 if there is none, or none that can be meant: one
// that does not lie ahead, or lies more than a day ahead, as an epoch in place of seconds does
// and a date that was not set.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return meant(time.Duration(seconds) * time.Second)
	}
	if at, err := http.ParseTime(value); err == nil {
		return meant(at.Sub(VendorNow(h, now)))
	}
	return 0
}

const retryMost = 24 * time.Hour

// meant is a pause that a vendor can mean, or 0.
func meant(d time.Duration) time.Duration {
	if d < 0 || d > retryMost {
		return 0
	}
	return d
}
