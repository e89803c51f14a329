package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
)

var inboxChecks = []check{
	{"a delivery is stored", delivered},
	{"a delivery counts once, by its id", deliveredOnce},
	{"two clicks with one idempotency key count once, until judged", onceByKey},
	{"deliveries without a common idempotency key", noCommonKey},
	{"unjudged deliveries are listed", unjudged},
	{"a no that nobody has judged keeps a case from its first call", stops},
	{"whether a delivery is unjudged", waits},
	{"a delivery is read until it is forgotten", readAgain},
	{"a delivery that stops a case is listed sooner", hurried},
	{"judged deliveries are forgotten in time", forgotten},
	{"one delivery stored many times at once is fresh once", oneIsFresh},
}

func delivery(id, key string) store.Delivery {
	return store.Delivery{ID: id, Twin: key, Kind: "pressed", Body: `{"id":"` + id + `"}`, Received: start}
}

// receive reports whether a delivery was new.
func receive(t *testing.T, s *store.Store, d store.Delivery) bool {
	t.Helper()
	fresh, err := s.Receive(t.Context(), d)
	require.NoError(t, err)
	return fresh
}

func left(t *testing.T, s *store.Store, before time.Time, most int) []store.Delivery {
	t.Helper()
	all, err := s.Unjudged(t.Context(), before, before, most)
	require.NoError(t, err)
	return all
}

func delivered(t *testing.T, a, b *store.Store) {
	d := delivery("E-1", "")
	d.Body = `{"text":"` + "リーク ' \\\" $1 🧨" + `"}`
	d.Received = start.Add(999).In(time.FixedZone("", 9*60*60))
	require.True(t, receive(t, a, d))
	all := left(t, b, start.Add(time.Second), 9)
	require.Len(t, all, 1)
	require.True(t, all[0].Received.Equal(start), "to the microsecond")
	require.Equal(t, []string{d.ID, d.Kind, d.Body}, []string{all[0].ID, all[0].Kind, all[0].Body})
}

func deliveredOnce(t *testing.T, a, b *store.Store) {
	require.True(t, receive(t, a, delivery("E-1", "")))
	changed := delivery("E-1", "another")
	changed.Body = "{}"
	require.False(t, receive(t, b, changed))
	require.True(t, receive(t, b, delivery("E-2", "another")), "what did not count takes no place")
	require.NoError(t, b.Judged(t.Context(), "E-1", start))
	require.False(t, receive(t, a, delivery("E-1", "")), "also once it is judged")
	require.Len(t, left(t, a, start.Add(time.Second), 9), 1)
}

func onceByKey(t *testing.T, a, b *store.Store) {
	click := "Q-1 T1/U2 approve abcdefghij"
	require.True(t, receive(t, a, delivery("E-1", click)))
	require.False(t, receive(t, b, delivery("E-2", click)))
	require.True(t, receive(t, b, delivery("E-3", click+"x")))
	require.Len(t, left(t, b, start.Add(time.Second), 9), 2, "the second click is not kept")

	require.NoError(t, a.Judged(t.Context(), "E-1", start))
	require.True(t, receive(t, b, delivery("E-4", click)), "what was refused then may be right now")
	require.False(t, receive(t, a, delivery("E-5", click)))
	require.NoError(t, a.Judged(t.Context(), "E-1", start), "judging it again changes nothing")
	require.False(t, receive(t, a, delivery("E-6", click)))
}

func noCommonKey(t *testing.T, a, b *store.Store) {
	for i := range 5 {
		require.True(t, receive(t, a, delivery(fmt.Sprint("E-", i), "")))
	}
	require.Len(t, left(t, b, start.Add(time.Second), 9), 5)
}

func unjudged(t *testing.T, a, b *store.Store) {
	for i, id := range []string{"E-C", "E-A", "E-B"} {
		d := delivery(id, "")
		d.Received = start.Add(time.Duration(i) * time.Microsecond)
		require.True(t, receive(t, a, d))
	}
	ids := func(before time.Time, most int) (all []string) {
		for _, d := range left(t, b, before, most) {
			all = append(all, d.ID)
		}
		return all
	}
	require.Empty(t, ids(start, 9), "received before, not at")
	require.Equal(t, []string{"E-C"}, ids(start.Add(time.Microsecond), 9))
	require.Equal(t, []string{"E-C", "E-A", "E-B"}, ids(start.Add(time.Second), 9), "the oldest first")
	require.Equal(t, []string{"E-C", "E-A"}, ids(start.Add(time.Second), 2))
	require.NoError(t, a.Judged(t.Context(), "E-C", start))
	require.NoError(t, a.Judged(t.Context(), "no such delivery", start))
	require.Equal(t, []string{"E-A", "E-B"}, ids(start.Add(time.Second), 9))
}

func stops(t *testing.T, a, b *store.Store) {
	c := Move(t, a, Create(t, a, "Q-1"), Planned("x", "y"), yes())
	no := delivery("E-1", "")
	no.Stops = "Q-1"
	require.True(t, receive(t, b, no))
	next, e := Next(t, c, approval.Claim{Owner: "R-1"})
	require.ErrorIs(t, a.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}), store.ErrStopping)
	stored(t, b, c)
	Move(t, b, Move(t, b, Create(t, b, "Q-2"), Planned("z"), yes()), approval.Claim{Owner: "R-1"}) // the no is about another case
	require.NoError(t, b.Judged(t.Context(), "E-1", start))
	c = Move(t, a, c, approval.Claim{Owner: "R-1"})
	no.ID = "E-2"
	require.True(t, receive(t, b, no))
	c = Move(t, a, c, answered()) // no answer is lost
	next, e = Next(t, c, approval.Claim{Owner: "R-1"})
	require.ErrorIs(t, a.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}), store.ErrStopping, "the rest can still be stopped")
	require.NoError(t, b.Judged(t.Context(), "E-2", start))
	Move(t, a, c, approval.Claim{Owner: "R-1"})
}

func hurried(t *testing.T, a, b *store.Store) {
	no := delivery("E-1", "")
	no.Stops = "Q-1"
	require.True(t, receive(t, a, no))
	require.True(t, receive(t, a, delivery("E-2", "")))
	for stopping, want := range map[time.Time]int{start: 0, start.Add(time.Microsecond): 1} {
		all, err := b.Unjudged(t.Context(), start, stopping, 9)
		require.NoError(t, err)
		require.Len(t, all, want)
	}
}

func waits(t *testing.T, a, b *store.Store) {
	is := func(want bool) {
		t.Helper()
		got, err := b.IsUnjudged(t.Context(), "E-1")
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	is(false)
	receive(t, a, delivery("E-1", ""))
	is(true)
	require.NoError(t, a.Judged(t.Context(), "E-1", start))
	is(false)
}

func forgotten(t *testing.T, a, b *store.Store) {
	for _, id := range []string{"E-1", "E-2", "E-3"} {
		require.True(t, receive(t, a, delivery(id, "")))
	}
	require.NoError(t, a.Judged(t.Context(), "E-1", start))
	require.NoError(t, a.Judged(t.Context(), "E-2", start.Add(time.Hour)))
	require.NoError(t, b.Forget(t.Context(), start.Add(time.Hour)))
	require.True(t, receive(t, a, delivery("E-1", "")), "it is no longer known")
	require.False(t, receive(t, a, delivery("E-2", "")), "judged at that time, not before")
	require.False(t, receive(t, a, delivery("E-3", "")), "nobody has judged it")
}

func oneIsFresh(t *testing.T, a, b *store.Store) {
	errTwin, fresh := errors.New("twin"), 0
	for _, err := range race(a, b, func(i int, s *store.Store) error {
		ok, err := s.Receive(t.Context(), delivery(fmt.Sprint("E-", i), "the same click"))
		if err == nil && !ok {
			return errTwin
		}
		return err
	}) {
		if err == nil {
			fresh++
			continue
		}
		require.ErrorIs(t, err, errTwin)
	}
	require.Equal(t, 1, fresh)
}

func readAgain(t *testing.T, a, b *store.Store) {
	_, err := b.Delivery(t.Context(), "E-1")
	require.ErrorIs(t, err, store.ErrNotFound)
	want := delivery("E-1", "")
	require.True(t, receive(t, a, want))
	for range 2 { // before it is judged, and after
		got, err := b.Delivery(t.Context(), "E-1")
		require.NoError(t, err)
		require.True(t, got.Received.Equal(want.Received))
		require.Equal(t, []string{want.ID, want.Kind, want.Body}, []string{got.ID, got.Kind, got.Body})
		require.NoError(t, a.Judged(t.Context(), "E-1", start))
	}
	require.NoError(t, a.Forget(t.Context(), start.Add(time.Second)))
	_, err = b.Delivery(t.Context(), "E-1")
	require.ErrorIs(t, err, store.ErrNotFound)
}
