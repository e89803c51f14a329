package storetest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/store"
	"quell/integrations"
)

var limitChecks = []check{
	{"each use of a limit leaves room for the more urgent ones", roomKept},
	{"how long to wait is exact", waitExact},
	{"two programs share a limit", limitShared},
	{"two limits share nothing", limitsApart},
	{"a ban holds for all and is never shortened", banHolds},
	{"a clock that goes back frees nothing", clockBack},
	{"a caller whose context ended takes nothing", takerGone},
}

var ten = integrations.Limit{Name: "hulft/acme", Most: 10, Within: time.Minute}

// takes tries to take that often and counts how often it was granted.
func takes(t *testing.T, s *store.Store, at time.Time, u integrations.Use, times int) (given int) {
	t.Helper()
	for range times {
		wait, err := s.Take(t.Context(), at, ten, u)
		require.NoError(t, err)
		if wait.For == 0 {
			given++
		}
	}
	return given
}

func roomKept(t *testing.T, a, b *store.Store) {
	require.Equal(t, 5, takes(t, a, start, integrations.Browse, 9))
	require.Equal(t, 3, takes(t, b, start, integrations.Check, 9))
	require.Equal(t, 2, takes(t, a, start, integrations.Act, 9))
	require.Zero(t, takes(t, b, start.Add(time.Minute-time.Microsecond), integrations.Act, 1))
	require.Equal(t, 5, takes(t, b, start.Add(time.Minute), integrations.Browse, 9), "what is old is forgotten")
}

func waitExact(t *testing.T, a, b *store.Store) {
	for i := range 10 {
		wait, err := a.Take(t.Context(), start.Add(time.Duration(i)*time.Second), ten, integrations.Act)
		require.NoError(t, err)
		require.Zero(t, wait.For)
	}
	for _, c := range []struct {
		use  integrations.Use
		want time.Duration
	}{
		{integrations.Act, 50 * time.Second}, {integrations.Check, 52 * time.Second}, {integrations.Browse, 55 * time.Second},
	} {
		use := c.use
		wait, err := b.Take(t.Context(), start.Add(10*time.Second), ten, use)
		require.NoError(t, err)
		require.Equal(t, integrations.NoRoom{For: c.want}, wait, "%s: our own count, and no ban", use)
		at := start.Add(10*time.Second + wait.For)
		wait, err = b.Take(t.Context(), at.Add(-time.Microsecond), ten, use)
		require.NoError(t, err)
		require.Equal(t, time.Microsecond, wait.For, use)
	}
}

func limitShared(t *testing.T, a, b *store.Store) {
	var given atomic.Int64
	var all sync.WaitGroup
	for _, s := range []*store.Store{a, b, a, b} {
		all.Go(func() {
			for range 10 {
				wait, err := s.Take(t.Context(), start, ten, integrations.Act)
				assert.NoError(t, err)
				if wait.For == 0 {
					given.Add(1)
				}
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 10, given.Load())
}

func limitsApart(t *testing.T, a, b *store.Store) {
	require.Equal(t, 10, takes(t, a, start, integrations.Act, 20))
	other := ten
	other.Name = nasty
	wait, err := b.Take(t.Context(), start, other, integrations.Browse)
	require.NoError(t, err)
	require.Zero(t, wait.For)
	require.NoError(t, a.Ban(t.Context(), ten.Name, start.Add(time.Hour)))
	wait, err = b.Take(t.Context(), start, other, integrations.Browse)
	require.NoError(t, err)
	require.Zero(t, wait.For)
}

func banHolds(t *testing.T, a, b *store.Store) {
	require.NoError(t, a.Ban(t.Context(), ten.Name, start.Add(10*time.Minute)))
	require.NoError(t, b.Ban(t.Context(), ten.Name, start.Add(time.Minute)))
	for _, use := range []integrations.Use{integrations.Browse, integrations.Check, integrations.Act} {
		wait, err := b.Take(t.Context(), start.Add(time.Minute), ten, use)
		require.NoError(t, err)
		require.Equal(t, integrations.NoRoom{For: 9 * time.Minute, Banned: true}, wait)
	}
	require.Equal(t, 10, takes(t, b, start.Add(10*time.Minute), integrations.Act, 20), "nothing was counted meanwhile")
	require.NoError(t, b.Ban(t.Context(), ten.Name, start.Add(time.Hour)))
	require.Zero(t, takes(t, a, start.Add(time.Hour-time.Microsecond), integrations.Act, 1))
}

func clockBack(t *testing.T, a, b *store.Store) {
	require.Equal(t, 10, takes(t, a, start, integrations.Act, 10))
	require.Zero(t, takes(t, b, start.Add(-time.Hour), integrations.Act, 1))
	require.Zero(t, takes(t, b, start.Add(time.Second), integrations.Act, 1))
}

func takerGone(t *testing.T, a, b *store.Store) {
	ctx, leave := context.WithCancel(t.Context())
	leave()
	_, err := a.Take(ctx, start, ten, integrations.Act)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 10, takes(t, b, start, integrations.Act, 20))
}
