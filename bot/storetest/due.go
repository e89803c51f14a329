package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
)

var dueChecks = []check{
	{"which cases are open", openCases},
	{"the drawing of a card can be postponed, until the case moves", undrawn},
	{"due to the microsecond", dueByTime},
	{"the longest due first, up to a limit", dueInOrder},
	{"due until its card is drawn", dueUnshown},
	{"cards that cannot be drawn crowd out no deadline", dueBeforeUnshown},
	{"the drawn seq never goes back", neverBack},
	{"what passes within moments is due to be drawn after a rest", passing},
}

func due(t *testing.T, s *store.Store, now time.Time, most int) []string {
	t.Helper()
	ids, err := s.Due(t.Context(), now, most)
	require.NoError(t, err)
	return ids
}

// show records that the card shows the case as it is.
func show(t *testing.T, s *store.Store, c approval.Case) {
	t.Helper()
	require.NoError(t, s.Shown(t.Context(), c.ID, c.Seq, store.Card("1."+c.ID)))
}

func dueByTime(t *testing.T, a, b *store.Store) {
	c := Create(t, a, "Q-1")
	require.Empty(t, due(t, b, c.Due.Add(-time.Microsecond), 9))
	require.Equal(t, []string{"Q-1"}, due(t, b, c.Due, 9))
	require.Equal(t, []string{"Q-1"}, due(t, b, c.Due.In(time.FixedZone("", -7*60*60)).Add(time.Hour), 9))

	c = Move(t, a, c, Planned("x"))
	show(t, a, c)
	require.Empty(t, due(t, b, c.Due.Add(-time.Microsecond), 9), "its time is another one now")
	require.Equal(t, []string{"Q-1"}, due(t, b, c.Due, 9))

	c = Move(t, a, c, approval.Timeout{})
	show(t, a, c)
	require.Empty(t, due(t, b, start.Add(1000*time.Hour), 9), "an end is never due again")
}

func dueInOrder(t *testing.T, a, b *store.Store) {
	for i, id := range []string{"Q-C", "Q-A", "Q-B"} {
		c := Ask(id)
		c.Due = start.Add(time.Duration(i) * time.Microsecond)
		_, err := a.Create(t.Context(), c, "E-"+id, Entry(c, "ask"))
		require.NoError(t, err)
	}
	later := start.Add(time.Hour)
	require.Equal(t, []string{"Q-C", "Q-A", "Q-B"}, due(t, b, later, 9))
	require.Equal(t, []string{"Q-C", "Q-A"}, due(t, b, later, 2))
	require.Empty(t, due(t, b, later, 0))
}

func dueUnshown(t *testing.T, a, b *store.Store) {
	c := Move(t, a, Create(t, a, "Q-1"), Planned("x"))
	require.Equal(t, []string{"Q-1"}, due(t, b, start, 9), "people do not see it yet")
	require.Equal(t, []string{"Q-1"}, due(t, b, c.Due, 9), "due for two reasons, and listed once")
	show(t, b, c)
	require.Empty(t, due(t, a, start, 9))
	r, err := a.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, store.CaseRow{Case: c, Card: "1.Q-1", ShownSeq: 2}, r)

	over := Move(t, a, c, no())
	require.Equal(t, []string{"Q-1"}, due(t, b, start, 9), "an end has to be seen as well")
	show(t, a, over)
	require.Empty(t, due(t, b, start, 9))
}

// A card whose channel is gone can never be drawn. However many of those there
// are, they do not crowd out a case whose deadline has come.
func dueBeforeUnshown(t *testing.T, a, b *store.Store) {
	for i := range 4 {
		c := Move(t, a, Create(t, a, name(i)), approval.PlanFailed{Why: tired})
		require.NoError(t, a.PostponeDraw(t.Context(), c.ID, c.Seq, start.Add(time.Second)))
	}
	open := Move(t, a, Create(t, a, "Q-open"), Planned("x"))
	late := Create(t, a, "Q-late")
	require.Equal(t, []string{"Q-late"}, due(t, b, late.Due, 1))
	require.Equal(t, []string{"Q-late", "Q-open"}, due(t, b, late.Due, 2))
	require.Len(t, due(t, b, late.Due, 9), 6)
	require.Equal(t, []string{"Q-late", "Q-open"}, due(t, b, open.Due, 2))
}

func neverBack(t *testing.T, a, b *store.Store) {
	c := Move(t, a, Create(t, a, "Q-1"), Planned("x"), yes())
	first, second := store.Card("1.1"), store.Card("2.2")
	require.NoError(t, a.Shown(t.Context(), "Q-1", c.Seq, first))
	require.NoError(t, b.Shown(t.Context(), "Q-1", c.Seq-1, second))
	r, err := a.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, store.CaseRow{Case: c, Card: first, ShownSeq: c.Seq}, r, "a slow drawer changes nothing")

	c = Move(t, b, c, approval.Withdrawal{By: asker})
	r, err = b.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, store.CaseRow{Case: c, Card: first, ShownSeq: c.Seq - 1, DrawAt: start}, r, "a move keeps where it is shown")
}

func passing(t *testing.T, a, b *store.Store) {
	c := Move(t, a, Create(t, a, "Q-1"), Planned("x"))
	show(t, a, c)
	c = Move(t, a, c, yes())
	require.Equal(t, approval.Approved, c.State)
	r, err := b.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, start.Add(c.Rest()), r.DrawAt)
	require.Greater(t, c.Rest(), time.Duration(0))

	c = Move(t, b, c, approval.Withdrawal{By: asker})
	r, err = a.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, start, r.DrawAt, "an end is due at once")
	show(t, a, c)
	r, err = a.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Zero(t, r.DrawAt, "all is drawn")
}

func openCases(t *testing.T, a, b *store.Store) {
	ids := func(most int) (all []string) {
		t.Helper()
		cases, err := b.Open(t.Context(), most)
		require.NoError(t, err)
		for _, c := range cases {
			all = append(all, c.ID)
		}
		return all
	}
	require.Empty(t, ids(9))
	waits := Move(t, a, Create(t, a, "Q-1"), Planned("x"))
	Create(t, a, "Q-2")
	Move(t, a, Create(t, a, "Q-3"), Planned("y"), no())
	require.Equal(t, []string{"Q-2", "Q-1"}, ids(9), "the one that is due first, and none that ended")
	require.Equal(t, []string{"Q-2"}, ids(1))
	Move(t, a, waits, no())
	require.Equal(t, []string{"Q-2"}, ids(9))
}

func undrawn(t *testing.T, a, b *store.Store) {
	c := Move(t, a, Create(t, a, "Q-1"), Planned("x"), no())
	require.Equal(t, []string{"Q-1"}, due(t, b, start, 9))
	require.NoError(t, b.PostponeDraw(t.Context(), "Q-1", c.Seq, start.Add(time.Minute)))
	require.Empty(t, due(t, a, start, 9))
	require.Equal(t, []string{"Q-1"}, due(t, a, start.Add(time.Minute), 9))
	c = Move(t, a, c, approval.Explained{By: voter, Why: "not now"})
	require.Equal(t, []string{"Q-1"}, due(t, b, start, 9), "there is something new to see")
	require.NoError(t, b.PostponeDraw(t.Context(), "Q-1", c.Seq-1, start.Add(time.Minute)))
	require.Equal(t, []string{"Q-1"}, due(t, b, start, 9), "what was put off is no longer what there is")
	show(t, a, c)
	require.NoError(t, b.PostponeDraw(t.Context(), "Q-1", c.Seq, start.Add(time.Minute)))
	require.Empty(t, due(t, b, start.Add(time.Hour), 9), "somebody else has drawn it")
}
