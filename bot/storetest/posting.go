package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
)

var postingChecks = []check{
	{"one at a time posts a card", onePoster},
	{"one at a time posts a card, many at once", onePosterRaced},
	{"a lease on posting is given back, or runs out", leaseEnds},
	{"a card is posted in place of the one that was read", postedInPlace},
	{"a late post is a stray", latePost},
	{"a case without a card adopts one", adopts},
	{"a case adopts one card, many at once", adoptsRaced},
	{"what has no card takes none away", noCardTakesNone},
	{"a stray waits for the case's own card", strayWaits},
	{"a stray waits while a card is being posted", strayWhilePosting},
	{"a stray is put off and dropped", strayPutOff},
	{"a post beside a card ends its own lease", postedBesideACard},
	{"so many strays of a case are kept", mostStraysKept},
	{"a case with strays is due once", strayDue},
}

const own, other = store.Card("1.own"), store.Card("0.other")

var leaseEnd = start.Add(25 * time.Second)

// posts takes the lease on the first card of a case.
func posts(t *testing.T, s *store.Store, id string, now time.Time) bool {
	t.Helper()
	taken, err := s.StartPosting(t.Context(), id, "", now, now.Add(25*time.Second))
	require.NoError(t, err)
	return taken
}

func adopt(t *testing.T, s *store.Store, id string, c store.Card, now time.Time) bool {
	t.Helper()
	adopted, err := s.Adopt(t.Context(), id, c, now)
	require.NoError(t, err)
	return adopted
}

func strays(t *testing.T, s *store.Store, id string, now time.Time) []store.Stray {
	t.Helper()
	all, err := s.Strays(t.Context(), id, now)
	require.NoError(t, err)
	return all
}

func hasCard(t *testing.T, s *store.Store, id string, want store.Card) {
	t.Helper()
	r, err := s.Load(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want, r.Card)
	card, err := s.CardOf(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want, card)
}

func pendingCase(t *testing.T, s *store.Store) approval.Case {
	t.Helper()
	return Move(t, s, Create(t, s, "Q-1"), Planned("x"))
}

func onePoster(t *testing.T, a, b *store.Store) {
	pendingCase(t, a)
	require.True(t, posts(t, a, "Q-1", start))
	require.False(t, posts(t, b, "Q-1", start))
	require.False(t, posts(t, a, "Q-1", leaseEnd.Add(-time.Microsecond)), "not even the same")
	stored, err := a.Posted(t.Context(), "Q-1", "", own, leaseEnd, start)
	require.NoError(t, err)
	require.Equal(t, own, stored)
	hasCard(t, b, "Q-1", own)
	require.False(t, posts(t, b, "Q-1", start), "it has a card by now")
	taken, err := b.StartPosting(t.Context(), "Q-1", own, start, leaseEnd)
	require.NoError(t, err)
	require.True(t, taken, "the lease ended with the post")
	_, err = b.StartPosting(t.Context(), "Q-2", "", start, leaseEnd)
	require.ErrorIs(t, err, store.ErrNotFound)
}

func onePosterRaced(t *testing.T, a, b *store.Store) {
	pendingCase(t, a)
	got := make([]bool, many)
	for _, err := range race(a, b, func(i int, s *store.Store) (err error) {
		got[i], err = s.StartPosting(t.Context(), "Q-1", "", start, leaseEnd)
		return err
	}) {
		require.NoError(t, err)
	}
	got = slices.DeleteFunc(got, func(taken bool) bool { return !taken })
	require.Len(t, got, 1)
}

func leaseEnds(t *testing.T, a, b *store.Store) {
	pendingCase(t, a)
	require.True(t, posts(t, a, "Q-1", start))
	require.NoError(t, b.EndPosting(t.Context(), "Q-1", leaseEnd.Add(time.Second)), "another lease")
	require.False(t, posts(t, b, "Q-1", start))
	require.NoError(t, a.EndPosting(t.Context(), "Q-1", leaseEnd))
	require.True(t, posts(t, b, "Q-1", start))
	require.True(t, posts(t, a, "Q-1", leaseEnd), "its poster died")
}

func postedInPlace(t *testing.T, a, b *store.Store) {
	c := pendingCase(t, a)
	show(t, a, c)
	stored, err := b.Posted(t.Context(), "Q-1", "1.Q-1", own, time.Time{}, start)
	require.NoError(t, err)
	require.Equal(t, own, stored)
	hasCard(t, a, "Q-1", own)
	r, err := b.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, c.Seq, r.ShownSeq, "what it shows is stored once its thread is told, too")
	require.Empty(t, strays(t, a, "Q-1", start))
}

// A post that took longer than its lease meets the card of somebody else.
func latePost(t *testing.T, a, b *store.Store) {
	pendingCase(t, a)
	require.True(t, posts(t, a, "Q-1", start))
	require.True(t, adopt(t, b, "Q-1", own, leaseEnd))
	stored, err := a.Posted(t.Context(), "Q-1", "", other, leaseEnd, leaseEnd)
	require.NoError(t, err)
	require.Equal(t, own, stored)
	hasCard(t, b, "Q-1", own)
	require.Equal(t, []store.Stray{{Card: other}}, strays(t, b, "Q-1", leaseEnd))
}

// A post under a lease meets the card that was stored without one: its own lease ends, and no
// other.
func postedBesideACard(t *testing.T, a, b *store.Store) {
	c := pendingCase(t, a)
	require.True(t, posts(t, a, "Q-1", start))
	show(t, b, c)
	for _, lease := range []time.Time{{}, leaseEnd.Add(time.Second)} {
		_, err := b.Posted(t.Context(), "Q-1", "", other, lease, start)
		require.NoError(t, err)
		require.Empty(t, strays(t, b, "Q-1", start), "somebody posts")
	}
	stored, err := a.Posted(t.Context(), "Q-1", "", own, leaseEnd, start)
	require.NoError(t, err)
	require.Equal(t, store.Card("1.Q-1"), stored)
	require.Len(t, strays(t, b, "Q-1", start), 2)
}

func adopts(t *testing.T, a, b *store.Store) {
	c := pendingCase(t, a)
	require.True(t, posts(t, a, "Q-1", start))
	require.False(t, adopt(t, b, "Q-1", own, start), "a card is being posted")
	require.NoError(t, a.EndPosting(t.Context(), "Q-1", leaseEnd))
	require.NoError(t, a.PostponeDraw(t.Context(), "Q-1", c.Seq, leaseEnd))
	require.True(t, adopt(t, b, "Q-1", own, start))
	hasCard(t, a, "Q-1", own)
	require.Equal(t, []string{"Q-1"}, due(t, a, start, 9), "it may show something old")
	require.False(t, adopt(t, a, "Q-1", other, start))
	hasCard(t, b, "Q-1", own)
	require.False(t, posts(t, b, "Q-1", start))

	_, err := a.Adopt(t.Context(), "Q-2", own, start)
	require.ErrorIs(t, err, store.ErrNotFound)
}

func adoptsRaced(t *testing.T, a, b *store.Store) {
	pendingCase(t, a)
	got := make([]bool, many)
	for _, err := range race(a, b, func(i int, s *store.Store) (err error) {
		if i%2 == 0 {
			got[i], err = s.Adopt(t.Context(), "Q-1", store.Card(name(i)), start)
		} else {
			got[i], err = s.StartPosting(t.Context(), "Q-1", "", start, leaseEnd)
		}
		return err
	}) {
		require.NoError(t, err)
	}
	first := slices.Index(got, true)
	require.NotContains(t, got[first+1:], true)
	hasCard(t, b, "Q-1", map[bool]store.Card{true: store.Card(name(first))}[first%2 == 0])
}

// A drawer that gave up on showing a case may be slower than a click on a card of it.
func noCardTakesNone(t *testing.T, a, b *store.Store) {
	c := pendingCase(t, a)
	require.True(t, adopt(t, b, "Q-1", own, start))
	require.NoError(t, a.Shown(t.Context(), "Q-1", c.Seq, ""))
	hasCard(t, b, "Q-1", own)
	require.Equal(t, []string{"Q-1"}, due(t, a, start, 9), "the card is still to be drawn")
}

func strayWaits(t *testing.T, a, b *store.Store) {
	c := pendingCase(t, a)
	s := store.Stray{Card: other, By: nasty}
	for range 2 {
		require.NoError(t, a.AddStray(t.Context(), "Q-1", s, start))
	}
	require.Empty(t, strays(t, b, "Q-1", start))
	show(t, a, c)
	require.Equal(t, []store.Stray{s}, strays(t, b, "Q-1", start))

	gone := Move(t, a, Create(t, a, "Q-2"), approval.PlanFailed{Why: tired})
	require.NoError(t, a.AddStray(t.Context(), "Q-2", s, start))
	require.Empty(t, strays(t, b, "Q-2", start))
	require.NoError(t, a.Shown(t.Context(), "Q-2", gone.Seq, ""))
	require.Equal(t, []store.Stray{s}, strays(t, b, "Q-2", start), "it gets no card any more")
}

func strayWhilePosting(t *testing.T, a, b *store.Store) {
	show(t, a, pendingCase(t, a))
	require.NoError(t, a.AddStray(t.Context(), "Q-1", store.Stray{Card: other}, start))
	taken, err := a.StartPosting(t.Context(), "Q-1", "1.Q-1", start, leaseEnd)
	require.NoError(t, err)
	require.True(t, taken)
	require.Empty(t, strays(t, b, "Q-1", start))
	require.Empty(t, due(t, b, start, 9))
	require.Len(t, strays(t, b, "Q-1", leaseEnd), 1)
	require.Equal(t, []string{"Q-1"}, due(t, b, leaseEnd, 9))
}

func strayPutOff(t *testing.T, a, b *store.Store) {
	show(t, a, pendingCase(t, a))
	one, two := store.Stray{Card: other, By: "anna"}, store.Stray{Card: other, By: "ben"}
	for _, s := range []store.Stray{one, two} {
		require.NoError(t, a.AddStray(t.Context(), "Q-1", s, start))
	}
	require.NoError(t, b.PostponeStray(t.Context(), "Q-1", one, leaseEnd))
	require.Equal(t, []store.Stray{two}, strays(t, a, "Q-1", start))
	require.Equal(t, []store.Stray{one, two}, strays(t, a, "Q-1", leaseEnd))
	require.NoError(t, b.DropStray(t.Context(), "Q-1", one))
	require.Equal(t, []store.Stray{two}, strays(t, a, "Q-1", leaseEnd))

	require.NoError(t, b.PostponeStray(t.Context(), "Q-1", two, leaseEnd))
	require.NoError(t, b.Tidy(t.Context(), start, start))
	require.Len(t, strays(t, a, "Q-1", leaseEnd), 1)
	require.NoError(t, b.Tidy(t.Context(), start.Add(time.Microsecond), start))
	require.Empty(t, strays(t, a, "Q-1", leaseEnd), "however often it was put off")
}

func mostStraysKept(t *testing.T, a, b *store.Store) {
	show(t, a, pendingCase(t, a))
	for i := range 25 {
		require.NoError(t, a.AddStray(t.Context(), "Q-1", store.Stray{Card: store.Card(fmt.Sprint(i))}, start))
	}
	require.Len(t, strays(t, b, "Q-1", start), 20)
}

func strayDue(t *testing.T, a, b *store.Store) {
	c := pendingCase(t, a)
	show(t, a, c)
	for _, by := range []string{"anna", "ben"} {
		require.NoError(t, a.AddStray(t.Context(), "Q-1", store.Stray{Card: other, By: by}, start))
	}
	require.Empty(t, due(t, b, start.Add(-time.Microsecond), 9))
	require.Equal(t, []string{"Q-1"}, due(t, b, start, 9))
	require.Equal(t, []string{"Q-1"}, due(t, b, c.Due, 9), "for two reasons, and listed once")
	renew(t, a, c)
	require.Empty(t, due(t, b, start, 9), "a newer release sees to it")
}
