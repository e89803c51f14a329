package integrations

import (
	"net/http"
	"time"
)

// ClocksApart is how far a vendor's clock may be from ours, by the Date of an answer
// (RFC 9110, 6.6.1) whose request was under way, by our clock, from sent to got. A Date
// has whole seconds, and the part that it leaves out is not in here. It is not known for
// an answer without a Date, or with one that is no clock's.
//
// A time of the vendor's says "before" or "after" of a time of ours only beyond that.
func ClocksApart(h http.Header, sent, got time.Time) (apart time.Duration, known bool) {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0, false
	}
	if apart = max(date.Sub(sent).Abs(), date.Sub(got).Abs()); apart > clockMost {
		return 0, false
	}
	return apart, true
}

// clockMost bounds what is taken for a clock. A Date of the year 1 or 9999 is a field that
// was not set, and so far from ours that a Duration does not hold it.
const clockMost = 24 * time.Hour

// VendorNow is the vendor's own time of an answer, by its Date: what another time of the
// same answer is to be compared with. It is ours where the answer has none, or
// one that is no clock's.
func VendorNow(h http.Header, ours time.Time) time.Time {
	if date, err := http.ParseTime(h.Get("Date")); err == nil && date.Sub(ours).Abs() <= clockMost {
		return date
	}
	return ours
}
