package hulft_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/hulft"
	"quell/integrations/vendortest"
)

// One request too many shuts everybody out. It is noted for all, and nothing more is
// sent while it lasts.
func TestABan(t *testing.T) {
	for after, lasts := range map[string]time.Duration{
		"":                              10 * time.Minute,
		"soon":                          10 * time.Minute,
		"240":                           4 * time.Minute,
		"2026-01-02 12:10:05":           6 * time.Minute,  // in Japan
		"2026-01-02 23:10:05":           10 * time.Minute, // nowhere
		"2026/01/02 03:10:05.942":       6*time.Minute + 942*time.Millisecond,
		"Fri, 02 Jan 2026 03:10:05 GMT": 6 * time.Minute,
		"2026-01-02 03:10:05":           6 * time.Minute,
		"2026-01-02T12:10:05+09:00":     6 * time.Minute,
		"2026-01-01 03:10:05":           10 * time.Minute, // it has passed
		"99999999":                      10 * time.Minute, // three years: nobody means that
		"3600":                          time.Hour,
		"10800":                         3 * time.Hour,
		"86400":                         24 * time.Hour,
		"Fri, 02 Jan 2026 06:04:05 GMT": 3 * time.Hour,
	} {
		t.Run(after, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{statusPath: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Retry-After", after)
				respond(429, `{"code":"E1","message":"no"}`)(w, r)
			}})
			c, m := s.client(t, nil)
			_, err := c.Agents(t.Context())
			require.Equal(t, lasts, vendortest.Failure(t, err).RetryAfter)
			told := !slices.Contains([]string{"", "soon", "2026-01-02 23:10:05", "2026-01-01 03:10:05", "99999999"}, after)
			require.Equal(t, map[bool]string{true: "hulft.banned-until", false: "hulft.banned"}[told], vendortest.Failure(t, err).Hint)
			require.Equal(t, told, !vendortest.Failure(t, err).Until.IsZero(), "its end is said where the vendor said it")
			require.Equal(t, []time.Duration{min(lasts, time.Hour)}, m.banned, "a clock that is wrong shuts nobody out for longer")
			_, err = c.Disconnect(t.Context(), thing())
			got := vendortest.Failure(t, err)
			require.Equal(t, integrations.Throttled, got.Kind)
			require.Equal(t, map[bool]string{true: "hulft.banned-until", false: "hulft.banned-noted"}[told], got.Hint, "it is the vendor that refuses, not our own count")
			require.Equal(t, lasts, got.RetryAfter)
			require.Equal(t, now.Add(lasts), got.Until)
			require.True(t, got.Retryable())
			require.Len(t, s.Sent, 1)
		})
	}
}

// Another process knows that there is a ban, and not whether the vendor said until when: it says
// when it asks again.
func TestABanThatAnotherNoted(t *testing.T) {
	s := play(t, nil)
	c, m := s.client(t, nil)
	m.until = now.Add(time.Hour)
	_, err := c.Agents(t.Context())
	got := vendortest.Failure(t, err)
	require.Equal(t, integrations.Throttled, got.Kind)
	require.Equal(t, "hulft.banned-noted", got.Hint)
	require.Equal(t, time.Hour, got.RetryAfter)
	require.Equal(t, now.Add(time.Hour), got.Until)
	require.Empty(t, s.Sent)
}

// After the hour for which it was noted a ban may be asked about: it ends for us where it has
// ended, and what the vendor says then counts.
func TestABanThatLastsLongerThanItIsNoted(t *testing.T) {
	after := "10800"
	s := play(t, map[string]http.HandlerFunc{statusPath: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", after)
		respond(429, `{"code":"E1","message":"no"}`)(w, r)
	}})
	clock, m := now, &memory{}
	c, err := hulft.New(hulft.Config{Endpoint: s.URL + "/api/v2", APIKey: key, Limiter: m},
		integrations.NewClient(integrations.ClientOptions{}), func() time.Time { return clock })
	require.NoError(t, err)
	look := func() *integrations.Error {
		_, err := c.Agents(t.Context())
		return vendortest.Failure(t, err)
	}
	require.Equal(t, now.Add(3*time.Hour), look().Until)
	clock, after = now.Add(59*time.Minute), ""
	require.Equal(t, now.Add(3*time.Hour), look().Until, "as it was told")
	require.Len(t, s.Sent, 1)
	clock = now.Add(time.Hour)
	require.Equal(t, "hulft.banned", look().Hint)
	require.Equal(t, "hulft.banned-noted", look().Hint, "what was told is no longer so")
	require.Len(t, s.Sent, 2)
}

// When a ban ends is told by the vendor's clock, and so is how long that is.
func TestABanByAClockThatDiffers(t *testing.T) {
	for after, form := range map[string]string{"a date of HTTP": http.TimeFormat, "a date of no standard": "2006-01-02 15:04:05", "seconds": ""} {
		for _, ahead := range []time.Duration{
			-20 * time.Minute, -4 * time.Minute, -time.Minute, -time.Second, 0, time.Second, time.Minute, 4 * time.Minute, 20 * time.Minute,
		} {
			s := play(t, map[string]http.HandlerFunc{statusPath: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", now.Add(ahead).Format(http.TimeFormat))
				after := now.Add(ahead + 6*time.Minute).Format(form)
				if form == "" {
					after = "360"
				}
				w.Header().Set("Retry-After", after)
				respond(429, `{"code":"E1","message":"no"}`)(w, r)
			}})
			c, m := s.client(t, nil)
			_, err := c.Agents(t.Context())
			require.Equal(t, 6*time.Minute, vendortest.Failure(t, err).RetryAfter, "%s, %s ahead", after, ahead)
			require.Equal(t, now.Add(6*time.Minute), vendortest.Failure(t, err).Until, "by our clock")
			require.Equal(t, []time.Duration{6 * time.Minute}, m.banned)
		}
	}
}

// Browsing stops at half of the limit, what cases rest on at four fifths, and a call
// at the last request.
func TestRoomIsKept(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{statusPath: listed("", 0), disconnectPath: respond(200, "")})
	c, m := s.client(t, nil)
	for use, room := range map[integrations.Use]int{integrations.Browse: 50, integrations.Check: 80, integrations.Act: 100} {
		m.used = make([]time.Time, room-1)
		for i := range m.used {
			m.used[i] = now.Add(-79 * time.Second)
		}
		try := func() error {
			switch use {
			case integrations.Browse:
				_, err := c.Agents(integrations.Browsing(t.Context()))
				return err
			case integrations.Check:
				_, err := c.Agents(t.Context())
				return err
			default:
				_, err := c.Disconnect(t.Context(), thing())
				return err
			}
		}
		require.NoError(t, try(), use)
		sent := len(s.Sent)
		require.Equal(t, time.Second, vendortest.Failure(t, try()).RetryAfter, use)
		require.Len(t, s.Sent, sent)
	}
}

// Where nobody can tell whether there is room, nothing is sent.
// A second try is a request like the first: it is counted, and not made where there is
// no room for it.
func TestASecondTryNeedsRoomToo(t *testing.T) {
	for room, tries := range map[int]int{1: 1, 2: 2, 3: 2} {
		gone := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
		s := play(t, map[string]http.HandlerFunc{statusPath: gone, disconnectPath: gone})
		c, m := s.client(t, nil)
		m.used = make([]time.Time, 80-room)
		for i := range m.used {
			m.used[i] = now
		}
		_, err := c.Agents(t.Context())
		require.Equal(t, integrations.NoAnswer, vendortest.Failure(t, err).Kind, "room for %d", room)
		require.Equal(t, tries, len(s.Received()), "room for %d", room)
		require.Len(t, m.used, 80-room+tries)
		require.Equal(t, []integrations.Use{integrations.Check, integrations.Check}, m.uses)

		_, err = c.Disconnect(t.Context(), thing())
		require.Error(t, err)
		require.Equal(t, tries+1, len(s.Received()), "a call is made once")
	}
}

// A connection that was kept and died would make net/http send again what was counted once.
func TestWhatIsSentIsCounted(t *testing.T) {
	var n atomic.Int32
	s := play(t, map[string]http.HandlerFunc{statusPath: func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) > 1 {
			panic(http.ErrAbortHandler)
		}
		listed("", 0)(w, r)
	}})
	c, m := s.client(t, nil)
	_, err := c.Agents(t.Context())
	require.NoError(t, err)
	_, err = c.Agents(t.Context())
	require.Error(t, err)
	require.Equal(t, 3, len(s.Received()))
	require.Len(t, m.used, 3)
}

func TestALimiterThatFails(t *testing.T) {
	s := play(t, nil)
	c, m := s.client(t, nil)
	m.fail = errors.New("the database is away")
	_, err := c.Disconnect(t.Context(), thing())
	require.Equal(t, integrations.NotSent, vendortest.Failure(t, err).Kind)
	require.ErrorIs(t, err, m.fail)
	_, err = c.Agents(t.Context())
	require.Equal(t, integrations.NotSent, vendortest.Failure(t, err).Kind)
}

// A request that waited long for its turn leaves later than it was counted.
func TestARequestThatWaitedTooLongForItsTurnIsNotSent(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{disconnectPath: respond(200, "")})
	clock := now
	c, err := hulft.New(hulft.Config{Endpoint: s.URL + "/api/v2", APIKey: key, Limiter: &slowLimiter{clock: &clock}},
		integrations.NewClient(integrations.ClientOptions{}), func() time.Time { return clock })
	require.NoError(t, err)
	_, err = c.Disconnect(t.Context(), thing())
	require.Error(t, err)
	require.Equal(t, integrations.NothingDone, integrations.EffectOf(err))
	require.Empty(t, s.Sent)
}

// slowLimiter counts a request at the moment it was asked for, as the store does, and
// takes twenty seconds, as a database that is busy does.
type slowLimiter struct {
	memory
	clock *time.Time
}

func (l *slowLimiter) Take(ctx context.Context, at time.Time, lim integrations.Limit, u integrations.Use) (integrations.NoRoom, error) {
	wait, err := l.memory.Take(ctx, at, lim, u)
	*l.clock = l.clock.Add(20 * time.Second)
	return wait, err
}
