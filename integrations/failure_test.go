package integrations_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// listen answers every connection with these bytes once a request has come.
func listen(t *testing.T, answer string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = http.ReadRequest(bufio.NewReader(conn))
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}
	}()
	return "http://" + l.Addr().String()
}

func TestAFailureQuotesNeitherTheURLNorTheAnswer(t *testing.T) {
	answers := []string{
		"",
		"SECRET not HTTP at all\r\n\r\n",
		"HTTP/1.1 SECRET\r\n\r\n",
		"HTTP/1.1 200 OK\r\nSECRET without a colon\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: ://SECRET\r\nContent-Length: 9\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: SECRET\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nSECRET\r\n",
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\nSECRET",
	}
	client := integrations.NewClient(integrations.ClientOptions{})
	for _, answer := range answers {
		t.Run(answer, func(t *testing.T) {
			_, err := client.R().SetHeader("Authorization", "SECRET").Post(listen(t, answer) + "/kill?key=SECRET")
			require.Error(t, err)
			failure := integrations.Failure("toy", "kill", err)
			assert.Equal(t, integrations.NoAnswer, failure.Kind)
			assert.Equal(t, integrations.MayBeDone, failure.Effect())
			for text := range failures(failure) {
				assert.NotContains(t, text, "SECRET")
				assert.NotContains(t, text, "/kill")
			}
		})
	}
}

// failures are all the ways in which a log could print the chain of err.
func failures(err error) func(func(string) bool) {
	return func(yield func(string) bool) {
		for ; err != nil; err = errors.Unwrap(err) {
			if !yield(fmt.Sprintf("%v %+v %#v", err, err, err)) {
				return
			}
		}
	}
}

func TestAFailureBeforeTheCall(t *testing.T) {
	tests := []struct {
		login  integrations.Kind
		want   integrations.Kind
		effect integrations.Effect
	}{
		{integrations.Unauthenticated, integrations.Unauthenticated, integrations.NothingDone},
		{integrations.Throttled, integrations.Throttled, integrations.NothingDone},
		{integrations.NotSent, integrations.NotSent, integrations.NothingDone},
		{integrations.NoAnswer, integrations.NotSent, integrations.NothingDone},
		{integrations.Unavailable, integrations.NotSent, integrations.NothingDone},
		{integrations.Garbled, integrations.NotSent, integrations.NothingDone},
	}
	for _, tt := range tests {
		t.Run(string(tt.login), func(t *testing.T) {
			login := &integrations.Error{Kind: tt.login, Op: "login", Hint: "toy.login", RetryAfter: time.Second}
			failure := integrations.Failure("toy", "kill", fmt.Errorf("preparing: %w", login))
			assert.Equal(t, tt.want, failure.Kind)
			assert.Equal(t, tt.effect, failure.Effect())
			assert.Equal(t, "kill", failure.Op)
			assert.Equal(t, "toy.login", failure.Hint)
			assert.Equal(t, time.Second, failure.RetryAfter)
			assert.ErrorIs(t, failure, login)
		})
	}
}

func TestKindOfStatus(t *testing.T) {
	tests := []struct {
		status                int
		documented, elsewhere integrations.Kind
	}{
		{200, integrations.Garbled, integrations.Garbled},
		{302, integrations.Garbled, integrations.Garbled},
		{400, integrations.Invalid, integrations.Garbled},
		{401, integrations.Unauthenticated, integrations.Unauthenticated},
		{403, integrations.Forbidden, integrations.Garbled},
		{404, integrations.NotFound, integrations.Garbled},
		{405, integrations.Unsupported, integrations.Garbled},
		{408, integrations.Unavailable, integrations.Unavailable},
		{409, integrations.Invalid, integrations.Garbled},
		{429, integrations.Throttled, integrations.Throttled},
		{500, integrations.Unavailable, integrations.Unavailable},
		{504, integrations.Unavailable, integrations.Unavailable},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.status), func(t *testing.T) {
			assert.Equal(t, tt.documented, integrations.KindOfStatus(tt.status, true))
			assert.Equal(t, tt.elsewhere, integrations.KindOfStatus(tt.status, false))
		})
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := map[string]time.Duration{
		"":                              0,
		"0":                             0,
		"7":                             7 * time.Second,
		"-7":                            0,
		"soon":                          0,
		"99999999999999999999":          0,
		"Fri, 02 Jan 2026 03:04:35 GMT": 30 * time.Second,
		"Fri, 02 Jan 2026 03:00:00 GMT": 0,
		"Mon, 01 Jan 0001 00:00:00 GMT": 0,
		"-1772000000":                   0,
		"120 s":                         0,
		"0x3c":                          0,
		"1e3":                           0,
		"86400":                         24 * time.Hour,
		"86401":                         0,
		"1767323075":                    0, // an epoch of half a minute later
		"1767323075000":                 0,
		"Sat, 03 Jan 2026 03:04:05 GMT": 24 * time.Hour,
		"Sat, 03 Jan 2026 03:04:06 GMT": 0,
		"Thu, 01 Jan 1970 00:00:00 GMT": 0,
		"Fri, 31 Dec 9999 23:59:59 GMT": 0,
		"2147483647":                    0,
		"4294967296":                    0,
	}
	for value, want := range tests {
		t.Run(value, func(t *testing.T) {
			assert.Equal(t, want, integrations.RetryAfter(http.Header{"Retry-After": {value}}, now))
		})
	}
}

// A date is the vendor's, and so is the time that it is counted from.
func TestRetryAfterByTheVendorsClock(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for date, want := range map[string]time.Duration{
		"":                              30 * time.Second,
		"yesterday":                     30 * time.Second,
		"Fri, 02 Jan 2026 03:04:05 GMT": 30 * time.Second,
		"Fri, 02 Jan 2026 03:04:25 GMT": 10 * time.Second,
		"Fri, 02 Jan 2026 02:59:35 GMT": 5 * time.Minute,
		"Fri, 02 Jan 2026 03:05:00 GMT": 0,
		"Mon, 01 Jan 0001 00:00:00 GMT": 30 * time.Second, // no clock
		"Mon, 01 Jan 1601 00:00:00 GMT": 30 * time.Second,
		"Fri, 31 Dec 9999 23:59:59 GMT": 30 * time.Second,
	} {
		h := http.Header{"Retry-After": {"Fri, 02 Jan 2026 03:04:35 GMT"}, "Date": {date}}
		assert.Equal(t, want, integrations.RetryAfter(h, now), date)
		h.Set("Retry-After", "7")
		assert.Equal(t, 7*time.Second, integrations.RetryAfter(h, now), "seconds need no clock")
	}
}

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"as it is", "worker-7 数据库 ✓", "worker-7 数据库 ✓"},
		{"control characters", "a\r\nb\x1b[31m\x00", "a\uFFFD\uFFFDb\uFFFD[31m\uFFFD"},
		{"turned direction", "abc\u202Etxt", "abc\uFFFDtxt"},
		{"hidden characters", "ad\u200Bmin", "ad\uFFFDmin"},
		{"line separators", "a\u2028b", "a\uFFFDb"},
		{"broken UTF-8", "a\xffb", "a\uFFFDb"},
		{"just fits", "01234567890123456789", "01234567890123456789"},
		{"too long", "012345678901234567890", "0123456789012345678…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, integrations.Clean(tt.in, 20)) })
	}
}
