package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
)

// lifted has two people lift a freeze.
func lifted(t *testing.T, s *store.Store, target string, at time.Time) {
	t.Helper()
	for i, by := range []string{"T1/U1", "T1/U2"} {
		done, err := thaw(t, s, target, by, at)
		require.NoError(t, err)
		require.Equal(t, i == 1, done)
	}
}

func agreedBefore(t *testing.T, a, b *store.Store) {
	c := ready(t, a, "Q-1") // agreed at start
	freeze(t, b, "another")
	lifted(t, b, "another", start.Add(time.Hour))
	freeze(t, b, "cache-prod")
	lifted(t, b, "cache-prod", start.Add(time.Minute))
	require.NoError(t, a.Allowed(t.Context(), c, start, store.Guards{}), "a minute is not long")
	for _, target := range []string{"cache-prod", ""} {
		freeze(t, b, target)
		lifted(t, b, target, start.Add(time.Minute+time.Microsecond))
		l, ok := errors.AsType[*store.Lifted](a.Allowed(t.Context(), c, start, store.Guards{}))
		require.True(t, ok)
		require.Equal(t, store.Freeze{Target: target, By: "T1/U1", Reason: "outage", Since: l.Freeze.Since}, l.Freeze)
		require.True(t, start.Equal(l.Freeze.Since))
		require.True(t, start.Add(time.Minute+time.Microsecond).Equal(l.At))
	}
	_, ok := errors.AsType[*store.Lifted](claim(t, a, c, store.Guards{}))
	require.True(t, ok)
	since := c
	since.Agreed = start.Add(2 * time.Minute)
	require.NoError(t, a.Allowed(t.Context(), since, start, store.Guards{}), "it was agreed to afterwards")
	since.Agreed = time.Time{}
	require.NoError(t, a.Allowed(t.Context(), since, start, store.Guards{}), "nobody has agreed to it yet")
	require.NoError(t, a.Tidy(t.Context(), start.Add(time.Hour), start))
	require.NoError(t, claim(t, a, c, store.Guards{}), "nothing waits that long")
}

func beganOnce(t *testing.T, a, b *store.Store) {
	c := ready(t, a, "Q-1")
	freeze(t, b, "cache-prod")
	f := store.Freeze{Target: "cache-prod", By: "T1/U2", Reason: "still", At: start.Add(50 * time.Second)}
	require.NoError(t, a.Freeze(t.Context(), "", f, audit.Entry{At: f.At, Actor: f.By, Event: "freeze"}, nil))
	all, err := b.Freezes(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.True(t, start.Equal(all[0].Since))
	require.True(t, f.At.Equal(all[0].At))
	lifted(t, b, "cache-prod", start.Add(70*time.Second))
	_, ok := errors.AsType[*store.Lifted](a.Allowed(t.Context(), c, start, store.Guards{}))
	require.True(t, ok)
	freeze(t, b, "cache-prod") // another one
	lifted(t, a, "cache-prod", start.Add(time.Second))
}

func dueWhenLifted(t *testing.T, a, b *store.Store) {
	waits := Move(t, a, ready(t, a, "Q-1"), approval.Postponed{Until: start.Add(5 * time.Minute)})
	pending := Move(t, a, Create(t, a, "Q-2"), Planned("Q-2"))
	freeze(t, b, "cache-prod")
	lifted(t, b, "cache-prod", start.Add(time.Second))
	r, err := a.Load(t.Context(), waits.ID)
	require.NoError(t, err)
	require.True(t, start.Add(time.Second).Equal(r.Case.Due))
	r, err = a.Load(t.Context(), pending.ID)
	require.NoError(t, err)
	require.Equal(t, pending.Due, r.Case.Due, "it waits for people")
}

func tellsWhatItHolds(t *testing.T, a, b *store.Store) {
	ready(t, a, "Q-1")
	Move(t, a, Create(t, a, "Q-2"), Planned("Q-2"))
	over := Move(t, a, Create(t, a, "Q-3"), Planned("Q-3"), approval.Timeout{})
	require.True(t, over.State.Terminal())
	for target, want := range map[string][]string{"cache-prod": {"Q-1", "Q-2"}, "": {"Q-1", "Q-2"}, "another": nil} {
		var got []string
		f := store.Freeze{Target: target, By: "T1/U1", Reason: "outage", At: start}
		require.NoError(t, b.Freeze(t.Context(), "", f, audit.Entry{At: start, Actor: f.By, Event: "freeze"}, func(_ store.Freeze, holds []approval.Case) []store.Saying {
			for _, c := range holds {
				got = append(got, c.ID)
			}
			return nil
		}))
		require.Equal(t, want, got, target)
	}
}

func frozenOnce(t *testing.T, a, b *store.Store) {
	require.True(t, receive(t, a, delivery("d-1", "")))
	f := store.Freeze{Target: "cache-prod", By: "T1/U1", Reason: "outage", At: start}
	e := audit.Entry{At: start, Actor: f.By, Event: "freeze"}
	require.NoError(t, a.Freeze(t.Context(), "d-1", f, e, nil))
	lifted(t, b, "cache-prod", start)
	require.NoError(t, b.Freeze(t.Context(), "d-1", f, e, nil), "it was done before, and nobody had to be told")
	all, err := a.Freezes(t.Context())
	require.NoError(t, err)
	require.Empty(t, all)
}
