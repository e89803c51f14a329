package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/policy"
)

// A newer release may serve at the same time, or have served before this one was rolled
// back. It is played by moves that carry a higher version.
var newerChecks = []check{
	{"a newer case is not read", newerUnread},
	{"a newer case is not due, and crowds out no other", newerNotDue},
	{"a newer case is not moved", newerUnmoved},
	{"a case that a newer release moves meanwhile", newerMeanwhile},
	{"the origin of a newer case opens no other", newerOrigin},
	{"a newer case keeps its things", newerHolds},
	{"a no that waits for a newer case waits on", newerStops},
	{"what a newer case called counts in budgets", newerCounts},
	{"people see that there are newer cases", newerListed},
	{"a case is of the version that moved it last", versionOfTheMove},
}

// renew moves a case as a newer release would.
func renew(t *testing.T, s *store.Store, c approval.Case) approval.Case {
	t.Helper()
	next := c
	next.Version, next.Seq = approval.Version+1, c.Seq+1
	require.NoError(t, s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: Entry(next, "renew")}))
	return next
}

// refusedAsNewer checks that something was refused because a newer release stored the case.
func refusedAsNewer(t *testing.T, err error, id string) {
	t.Helper()
	require.ErrorIs(t, err, store.ErrNewer)
	n, ok := errors.AsType[*store.Newer](err)
	require.True(t, ok)
	require.Equal(t, store.Newer{ID: id, Version: approval.Version + 1}, *n)
	require.ErrorContains(t, err, id)
}

func newerUnread(t *testing.T, a, b *store.Store) {
	c := renew(t, a, Move(t, a, Create(t, a, "Q-1"), Planned("x")))
	show(t, a, c)
	r, err := b.Load(t.Context(), "Q-1")
	refusedAsNewer(t, err, "Q-1")
	require.Empty(t, r.Case.State)
	_, err = b.Exchanges(t.Context(), "Q-1")
	refusedAsNewer(t, err, "Q-1")
	stored(t, b, Create(t, a, "Q-2")) // other cases are read
}

func newerNotDue(t *testing.T, a, b *store.Store) {
	for _, id := range []string{"Q-1", "Q-2"} {
		renew(t, a, Create(t, a, id)) // its time will come, and its card is behind
	}
	other := Create(t, a, "Q-3")
	require.Empty(t, due(t, b, start, 9), "nobody draws them")
	require.Equal(t, []string{"Q-3"}, due(t, b, other.Deadline, 1))
	require.Equal(t, []string{"Q-3"}, due(t, b, other.Deadline, 9))
}

func newerUnmoved(t *testing.T, a, b *store.Store) {
	old := Move(t, a, Create(t, a, "Q-1"), Planned("x"))
	c := renew(t, a, old)
	next, e := Next(t, old, no())
	for _, from := range []int64{old.Seq, c.Seq, c.Seq + 1} {
		next.Seq = from + 1
		refusedAsNewer(t, b.Advance(t.Context(), store.Move{From: from, To: next, Entry: e}), "Q-1")
	}
	require.Len(t, Chain(t, b), 3)
	require.Equal(t, "Q-1", holder(t, b, "dcs/x"))
	_, err := a.Load(t.Context(), "Q-1")
	refusedAsNewer(t, err, "Q-1")
}

// A replica that draws a case, or postpones its drawing, may be overtaken by a newer release.
// Then where it posted the card is stored all the same, and nothing else.
func newerMeanwhile(t *testing.T, a, b *store.Store) {
	old := Move(t, a, Create(t, a, "Q-1"), Planned("x"))
	renew(t, a, old)
	require.NoError(t, b.Shown(t.Context(), "Q-1", old.Seq, "1.1"))
	require.NoError(t, b.PostponeDraw(t.Context(), "Q-1", old.Seq, start.Add(time.Hour)))
	r, err := a.Load(t.Context(), "Q-1")
	refusedAsNewer(t, err, "Q-1")
	require.Equal(t, store.Card("1.1"), r.Card)
	require.Equal(t, old.Seq, r.ShownSeq)
}

func newerOrigin(t *testing.T, a, b *store.Store) {
	renew(t, a, Create(t, a, "Q-1"))
	c, err := b.Create(t.Context(), Ask("Q-2"), "E-Q-1", Entry(Ask("Q-2"), "ask"))
	refusedAsNewer(t, err, "Q-1")
	require.Equal(t, "Q-1", c.ID)
	id, err := b.Opened(t.Context(), "E-Q-1")
	require.NoError(t, err)
	require.Equal(t, "Q-1", id)
	require.Len(t, Chain(t, b), 2)
}

func newerHolds(t *testing.T, a, b *store.Store) {
	renew(t, a, Move(t, a, Create(t, a, "Q-1"), Planned("x")))
	held(t, b, Create(t, b, "Q-2"), "Q-1", "x")
	require.Equal(t, "Q-1", holder(t, b, "dcs/x"))
}

func newerStops(t *testing.T, a, b *store.Store) {
	renew(t, a, ready(t, a, "Q-1"))
	d := delivery("E-1", "")
	d.Stops = "Q-1"
	require.True(t, receive(t, b, d))
	waits, err := a.IsUnjudged(t.Context(), "E-1")
	require.NoError(t, err)
	require.True(t, waits)
	require.Len(t, left(t, a, start.Add(time.Second), 9), 1)
}

func newerCounts(t *testing.T, a, b *store.Store) {
	c := ready(t, a, "Q-1")
	require.NoError(t, claim(t, a, c, store.Guards{}))
	r, err := a.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	renew(t, a, r.Case)
	_, spent := errors.AsType[*store.Spent](claim(t, b, ready(t, b, "Q-2"), store.Guards{Budgets: []policy.Budget{perTarget}}))
	require.True(t, spent)
}

func newerListed(t *testing.T, a, b *store.Store) {
	live := renew(t, a, Move(t, a, Create(t, a, "Q-1"), Planned("x")))
	renew(t, a, Move(t, a, Create(t, a, "Q-2"), approval.PlanFailed{Why: tired}))
	other := Move(t, a, Create(t, a, "Q-3"), Planned("y"))
	bare := func(id string) approval.Case {
		return approval.Case{ID: id, Version: approval.Version + 1, Opened: live.Opened}
	}
	same(t, []approval.Case{bare("Q-1"), bare("Q-2"), other}, func() ([]approval.Case, error) { return b.Recent(t.Context(), 9) })
	same(t, []approval.Case{bare("Q-1"), other}, func() ([]approval.Case, error) { return b.Open(t.Context(), 9) })
	n, err := b.CountNewer(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n, "the other one has ended")
}

// same compares lists of cases whose moments may be read in another zone.
func same(t *testing.T, want []approval.Case, list func() ([]approval.Case, error)) {
	t.Helper()
	got, err := list()
	require.NoError(t, err)
	for i := range got {
		got[i].Opened = got[i].Opened.UTC()
	}
	require.Equal(t, want, got)
}

func versionOfTheMove(t *testing.T, a, b *store.Store) {
	old := Ask("Q-1")
	old.Version = 0
	_, err := a.Create(t.Context(), old, "E-1", Entry(old, "ask"))
	require.NoError(t, err)
	r, err := b.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, Ask("Q-1"), r.Case, "an older one is read as one of today")
	Move(t, b, r.Case, Planned("x"))
	n, err := a.CountNewer(t.Context())
	require.NoError(t, err)
	require.Zero(t, n)
}
