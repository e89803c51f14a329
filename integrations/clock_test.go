package integrations_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"quell/integrations"
)

// Clocks may be as far apart as the answer's Date and either end of the exchange: nobody
// knows when in between it was written.
func TestClocksApart(t *testing.T) {
	sent := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	got := sent.Add(10 * time.Second)
	for date, want := range map[string]time.Duration{
		"Fri, 02 Jan 2026 03:04:05 GMT": 10 * time.Second,
		"Fri, 02 Jan 2026 03:04:10 GMT": 5 * time.Second,
		"Fri, 02 Jan 2026 03:04:15 GMT": 10 * time.Second,
		"Fri, 02 Jan 2026 03:05:05 GMT": time.Minute,
		"Fri, 02 Jan 2026 03:03:15 GMT": time.Minute,
		"Sat, 03 Jan 2026 03:04:05 GMT": 24 * time.Hour,
		"Thu, 01 Jan 2026 03:04:15 GMT": 24 * time.Hour,
		"Sat, 03 Jan 2026 03:04:06 GMT": -1, // no clock
		"Thu, 01 Jan 2026 03:04:14 GMT": -1,
		"Mon, 01 Jan 0001 00:00:00 GMT": -1,
		"Mon, 01 Jan 1601 00:00:00 GMT": -1,
		"Fri, 31 Dec 9999 23:59:59 GMT": -1,
		"Fri, 02 Jan 2026 03:05:05 UTC": -1, // in no form that HTTP has
		"":                              -1,
	} {
		apart, known := integrations.ClocksApart(http.Header{"Date": {date}}, sent, got)
		assert.Equal(t, want >= 0, known, date)
		assert.Equal(t, max(0, want), apart, date)
	}
	_, known := integrations.ClocksApart(http.Header{}, sent, got)
	assert.False(t, known)
}

func TestVendorNow(t *testing.T) {
	ours := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	assert.Equal(t, ours.Add(time.Minute), integrations.VendorNow(http.Header{"Date": {"Fri, 02 Jan 2026 03:05:05 GMT"}}, ours))
	assert.Equal(t, ours, integrations.VendorNow(http.Header{"Date": {"soon"}}, ours))
	assert.Equal(t, ours, integrations.VendorNow(http.Header{}, ours))
	for _, none := range []string{"Mon, 01 Jan 0001 00:00:00 GMT", "Mon, 01 Jan 1601 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 03 Jan 2026 03:04:06 GMT"} {
		assert.Equal(t, ours, integrations.VendorNow(http.Header{"Date": {none}}, ours), none)
	}
}
