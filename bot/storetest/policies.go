package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/audit"
	"quell/bot/store"
)

var policyChecks = []check{
	{"a policy that is in force is kept, and a change of it recorded", enforced},
	{"a policy is known by its text: another one under the same hash is recorded, the same one under another is not", knownByItsText},
	{"every policy is announced, once and in order", untold},
	{"a policy counts from when it was put in force, also by a clock that was set back", clockSetBack},
	{"a claim that was judged by a policy from before is refused", superseded},
	{"who joins and leaves a group is recorded", gathered},
	{"a snapshot of an empty group is a snapshot", nobodyIn},
	{"of many snapshots of a group at once one records the change", gatheredAtOnce},
}

func enforce(t *testing.T, s *store.Store, hash string, at time.Time) string {
	t.Helper()
	before, err := s.Enforce(t.Context(), hash, "text of "+hash, audit.Entry{At: at, Actor: "quell", Event: "policy", Detail: map[string]string{"policy": hash}}, nil)
	require.NoError(t, err)
	return before
}

func enforced(t *testing.T, a, b *store.Store) {
	require.Empty(t, enforce(t, a, "aa", start))
	require.Equal(t, "aa", enforce(t, b, "aa", start.Add(time.Second)), "a restart changes nothing")
	require.Equal(t, "aa", enforce(t, b, "bb", start.Add(2*time.Second)))
	require.Equal(t, "bb", enforce(t, a, "aa", start.Add(3*time.Second)), "an older one may come back")
	var told []string
	for _, e := range Chain(t, a) {
		told = append(told, e.Detail["before"]+" → "+e.Detail["policy"])
	}
	require.Equal(t, []string{" → aa", "aa → bb", "bb → aa"}, told)
	body, err := b.Policy(t.Context(), "bb")
	require.NoError(t, err)
	require.Equal(t, "text of bb", body)
	_, err = b.Policy(t.Context(), "cc")
	require.ErrorIs(t, err, store.ErrNotFound)
}

func knownByItsText(t *testing.T, a, b *store.Store) {
	put := func(s *store.Store, hash, body string, at time.Time) string {
		before, err := s.Enforce(t.Context(), hash, body, audit.Entry{At: at, Actor: "quell", Event: "policy", Detail: map[string]string{"policy": hash}}, nil)
		require.NoError(t, err)
		return before
	}
	put(a, "ab12", "need: 2", start)
	require.Equal(t, "ab12", put(b, "ab12", "need: 0", start.Add(time.Second)), "what was there before, by its hash")
	require.Len(t, Chain(t, a), 2, "another text")
	require.Equal(t, "ab12cdef", put(a, "ab12cdef", "need: 0", start.Add(2*time.Second)), "the same text: nothing changes")
	require.Equal(t, "ab12cdef", put(b, "ab12cdef", "need: 0", start.Add(3*time.Second)))
	require.Len(t, Chain(t, a), 2)
	for _, hash := range []string{"ab12", "ab12cdef"} {
		body, err := a.Policy(t.Context(), hash)
		require.NoError(t, err)
		require.Equal(t, "need: 0", body)
	}
}

func untold(t *testing.T, a, b *store.Store) {
	require.Empty(t, enforce(t, a, "aa", start))
	want := func(s *store.Store, all ...store.Succession) {
		t.Helper()
		got, err := s.Unannounced(t.Context())
		require.NoError(t, err)
		for i := range got {
			got[i].At = got[i].At.In(start.Location())
		}
		require.Equal(t, all, got)
	}
	want(b)
	enforce(t, a, "bb", start.Add(time.Second))
	enforce(t, a, "bb", start.Add(2*time.Second))
	first := store.Succession{Hash: "bb", Before: "aa", At: start.Add(time.Second)}
	want(b, first)
	enforce(t, b, "aa", start.Add(3*time.Second))
	second := store.Succession{Hash: "aa", Before: "bb", At: start.Add(3 * time.Second)}
	want(a, first, second)
	require.NoError(t, a.Announced(t.Context(), first))
	want(b, second)
	require.NoError(t, b.Announced(t.Context(), second))
	require.NoError(t, b.Announced(t.Context(), second))
	want(a)

	// It was replaced and put in force again while it was being announced.
	enforce(t, a, "bb", start.Add(4*time.Second))
	telling, err := a.Unannounced(t.Context())
	require.NoError(t, err)
	enforce(t, a, "aa", start.Add(5*time.Second))
	enforce(t, a, "bb", start.Add(6*time.Second))
	require.NoError(t, b.Announced(t.Context(), telling[0]))
	want(b, store.Succession{Hash: "aa", Before: "bb", At: start.Add(5 * time.Second)}, store.Succession{Hash: "bb", Before: "aa", At: start.Add(6 * time.Second)})
}

func clockSetBack(t *testing.T, a, b *store.Store) {
	enforce(t, a, "aa", start.Add(time.Hour))
	require.Equal(t, "aa", enforce(t, b, "bb", start))
	require.Equal(t, "bb", enforce(t, a, "aa", start.Add(time.Second)))
	require.Len(t, Chain(t, a), 3)
}

func superseded(t *testing.T, a, b *store.Store) {
	g := store.Guards{Policy: "aa"}
	c := ready(t, a, "Q-1")
	require.NoError(t, b.Allowed(t.Context(), c, start, g), "none is recorded")
	enforce(t, a, "aa", start)
	require.NoError(t, b.Allowed(t.Context(), c, start, g))
	enforce(t, b, "bb", start)
	require.ErrorIs(t, claim(t, a, c, g), store.ErrSuperseded)
	stored(t, b, c)
	require.NoError(t, claim(t, a, c, store.Guards{Policy: "bb"}))
}

func gather(t *testing.T, s *store.Store, at time.Time, changed time.Time, users ...string) {
	t.Helper()
	r := store.Roster{Group: "S1", Users: users, Changed: changed}
	require.NoError(t, s.SnapshotGroup(t.Context(), r, audit.Entry{At: at, Actor: "quell", Event: "members"}))
}

func since(t *testing.T, s *store.Store, user string) time.Time {
	t.Helper()
	all, err := s.Since(t.Context(), user)
	require.NoError(t, err)
	return all["S1"]
}

func gathered(t *testing.T, a, b *store.Store) {
	changed, later := start.Add(-time.Hour), start.Add(time.Minute)
	gather(t, a, start, changed, "U1", "U2", "U1")
	require.True(t, changed.Equal(since(t, b, "U1")), "on the first look, since the group was changed last")
	gather(t, b, later, later.Add(-time.Second), "U2", "U3")
	require.True(t, later.Equal(since(t, a, "U3")), "then, since they were seen")
	require.True(t, changed.Equal(since(t, a, "U2")))
	require.True(t, since(t, a, "U1").IsZero())
	gather(t, a, later.Add(time.Second), time.Time{}, "U3", "U2")
	chain := Chain(t, a)
	require.Len(t, chain, 1)
	require.Equal(t, map[string]string{"group": "S1", "came": "U3", "left": "U1"}, chain[0].Detail)
	gather(t, a, later.Add(time.Hour), time.Time{}, "U1", "U2", "U3")
	require.True(t, later.Add(time.Hour).Equal(since(t, b, "U1")), "who comes back begins anew")
}

func nobodyIn(t *testing.T, a, b *store.Store) {
	gather(t, a, start, time.Time{})
	gather(t, b, start.Add(time.Minute), start.Add(-time.Hour), "U1")
	require.True(t, start.Add(time.Minute).Equal(since(t, a, "U1")))
	require.Len(t, Chain(t, a), 1)
	require.True(t, since(t, a, "").Equal(start), "the look itself is kept")
}

func gatheredAtOnce(t *testing.T, a, b *store.Store) {
	gather(t, a, start, time.Time{}, "U1")
	for _, err := range race(a, b, func(_ int, s *store.Store) error {
		return s.SnapshotGroup(t.Context(), store.Roster{Group: "S1", Users: []string{"U2"}}, audit.Entry{At: start, Actor: "quell", Event: "members"})
	}) {
		require.NoError(t, err)
	}
	require.Len(t, Chain(t, a), 1)
}
