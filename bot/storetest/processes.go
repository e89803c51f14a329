package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/store"
)

var processChecks = []check{
	{"a process says of itself what it is, again and again", heartbeats},
	{"claims wait while somebody else has sockets of the app", sharedClaims},
}

func heartbeats(t *testing.T, a, b *store.Store) {
	one := store.Process{ID: "R-1", Started: start, Seen: start, Sockets: 2}
	two := store.Process{ID: "R-2", Started: start.Add(time.Second), Seen: start.Add(time.Second), Sockets: 3, Unsure: 2, Others: 1, OthersSince: start, OthersSeen: start.Add(time.Second)}
	require.NoError(t, a.Beat(t.Context(), two))
	require.NoError(t, b.Beat(t.Context(), one))
	require.Equal(t, []store.Process{one, two}, processes(t, a, start))
	one.Seen, one.Sockets, one.Unsure = start.Add(time.Minute), 4, 1
	require.NoError(t, a.Beat(t.Context(), one))
	require.Equal(t, []store.Process{one}, processes(t, b, start.Add(2*time.Second)), "the other one was not seen since")
	two.Seen, two.Unsure, two.Others, two.OthersSince, two.OthersSeen = start.Add(time.Minute), 0, 0, time.Time{}, time.Time{}
	require.NoError(t, b.Beat(t.Context(), two))
	require.Equal(t, []store.Process{one, two}, processes(t, a, start))
	require.NoError(t, a.Tidy(t.Context(), start.Add(time.Minute+time.Microsecond), start))
	require.Empty(t, processes(t, b, start))
}

func processes(t *testing.T, s *store.Store, since time.Time) []store.Process {
	t.Helper()
	all, err := s.Processes(t.Context(), since)
	require.NoError(t, err)
	for i := range all { // the database knows no zones
		p := &all[i]
		p.Started, p.Seen = p.Started.UTC(), p.Seen.UTC()
		if !p.OthersSince.IsZero() {
			p.OthersSince, p.OthersSeen = p.OthersSince.UTC(), p.OthersSeen.UTC()
		}
	}
	return all
}

func sharedClaims(t *testing.T, a, b *store.Store) {
	c := ready(t, a, "Q-1")
	p := store.Process{ID: "R-2", Started: start, Seen: start, Sockets: 2, Others: 3, OthersSince: start.Add(-store.OthersBear), OthersSeen: start.Add(-time.Microsecond)}
	beat := func() { require.NoError(t, b.Beat(t.Context(), p)) }
	beat()
	require.NoError(t, a.Allowed(t.Context(), c, start, store.Guards{}), "not seen for long enough")
	p.OthersSeen = start
	beat()
	o, ok := errors.AsType[*store.OtherSockets](claim(t, a, c, store.Guards{}))
	require.True(t, ok)
	require.Equal(t, 3, o.Count)
	require.True(t, start.Add(-store.OthersBear).Equal(o.Since))
	require.NoError(t, a.Allowed(t.Context(), c, start.Add(store.ProcessAlive+time.Microsecond), store.Guards{}), "whoever saw it is dead")
	p.Others, p.OthersSince, p.OthersSeen = 0, time.Time{}, time.Time{}
	beat()
	require.NoError(t, claim(t, a, c, store.Guards{}))
}
