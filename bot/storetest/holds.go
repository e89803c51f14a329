package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
)

var holdChecks = []check{
	{"one thing, one live case", oneThing},
	{"cases that share one thing of several", oneOfSeveral},
	{"a thing that is named twice in one case", namedTwice},
	{"a case holds its things until its end, and no longer", keptUntilEnd},
	{"a case in planning holds nothing", planningKeepsNothing},
	{"equal ids of two kinds are two things", twoKinds},
	{"what another case acted on since the plan is not acted on", actedSince},
	{"what was acted on long ago is forgotten", actedForgotten},
	{"of many who want a thing one gets it", oneGetsIt},
	{"no deadlock between cases that name the same things in other orders", otherOrders},
}

func holder(t *testing.T, s *store.Store, thing string) string {
	t.Helper()
	id, err := s.Holder(t.Context(), thing)
	require.NoError(t, err)
	return id
}

// held checks that a case cannot plan things which another case holds, and that the refused
// move leaves no trace.
func held(t *testing.T, s *store.Store, c approval.Case, by string, things ...string) {
	t.Helper()
	before := Chain(t, s)
	next, e := Next(t, c, Planned(things...))
	err := s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e})
	h, ok := errors.AsType[*store.Held](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, by, h.By)
	stored(t, s, c)
	require.Equal(t, before, Chain(t, s))
}

func oneThing(t *testing.T, a, b *store.Store) {
	Move(t, a, Create(t, a, "Q-1"), Planned("x"))
	second := Create(t, b, "Q-2")
	held(t, b, second, "Q-1", "x")
	second = Move(t, b, second, approval.PlanFailed{Why: tired}) // the refused move has not used its seq up
	stored(t, a, second)
	require.Equal(t, "Q-1", holder(t, b, "dcs/x"), "the end of the second takes nothing from the first")
}

func oneOfSeveral(t *testing.T, a, b *store.Store) {
	Move(t, a, Create(t, a, "Q-1"), Planned("y", "x"))
	second := Create(t, b, "Q-2")
	held(t, b, second, "Q-1", "w", "x", "z")
	require.Empty(t, holder(t, a, "dcs/w"))
	require.Empty(t, holder(t, a, "dcs/z"))
	Move(t, b, second, Planned("w", "z"))
	require.Equal(t, "Q-2", holder(t, a, "dcs/z"))
}

func namedTwice(t *testing.T, a, b *store.Store) {
	Move(t, a, Create(t, a, "Q-1"), Planned("x", "y", "x"), no())
	Move(t, b, Create(t, b, "Q-2"), Planned("x", "y"))
}

func keptUntilEnd(t *testing.T, a, b *store.Store) {
	claim := approval.Claim{Owner: "R-1"}
	for i, life := range [][]approval.Event{
		{yes(), claim, approval.Timeout{}, approval.Timeout{}}, // done, by way of verifying
		{no()},                           // denied
		{approval.Timeout{}},             // expired
		{approval.Withdrawal{By: asker}}, // withdrawn
		{yes(), approval.Timeout{}},      // lapsed
		{yes(), approval.EndedBeforeCall{State: approval.Refused, Why: tired}},
	} {
		c := Move(t, a, Create(t, a, name(i)), Planned("x", "y"))
		other := Create(t, b, name(i)+"-other")
		for _, e := range life {
			require.False(t, c.State.Terminal())
			held(t, b, other, c.ID, "y")
			require.Equal(t, c.ID, holder(t, b, "dcs/x"))
			c = Move(t, a, c, e)
		}
		require.True(t, c.State.Terminal())
		require.Empty(t, holder(t, b, "dcs/x"), c.State)
		Move(t, b, other, Planned("x", "y"), no())
	}
}

func planningKeepsNothing(t *testing.T, a, b *store.Store) {
	Create(t, a, "Q-1")
	Create(t, b, "Q-2")
	refused := Planned("x")
	refused.Decision.Verdict = ""
	Move(t, a, Create(t, a, "Q-3"), refused)
	require.Empty(t, holder(t, b, "dcs/x"))
}

func twoKinds(t *testing.T, a, b *store.Store) {
	c := Ask("Q-1")
	c.Kind = "hulft"
	_, err := a.Create(t.Context(), c, "E-1", Entry(c, "ask"))
	require.NoError(t, err)
	Move(t, a, c, Planned("x"))
	Move(t, b, Create(t, b, "Q-2"), Planned("x"))
	require.Equal(t, "Q-1", holder(t, b, "hulft/x"))
	require.Equal(t, "Q-2", holder(t, a, "dcs/x"))
}

// ran takes an approved case through its calls to its end.
func ran(t *testing.T, s *store.Store, c approval.Case) approval.Case {
	t.Helper()
	return Move(t, s, c, yes(), approval.Claim{Owner: "R-1"}, approval.Timeout{}, approval.Timeout{})
}

func actedForgotten(t *testing.T, a, b *store.Store) {
	first := ran(t, a, Move(t, a, Create(t, a, "Q-1"), Planned("x")))
	p := Planned("x")
	p.Plan.Looked = first.Ended.Add(-time.Microsecond)
	c := Move(t, b, Create(t, b, "Q-2"), p, yes())
	next, e := Next(t, c, approval.Claim{Owner: "R-2"})
	require.NoError(t, a.Tidy(t.Context(), first.Ended, start))
	_, changed := errors.AsType[*store.Changed](b.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}))
	require.True(t, changed, "before, not at")
	require.NoError(t, a.Tidy(t.Context(), first.Ended.Add(time.Microsecond), start))
	Move(t, b, c, approval.Claim{Owner: "R-2"})
}

func actedSince(t *testing.T, a, b *store.Store) {
	first := ran(t, a, Move(t, a, Create(t, a, "Q-1"), Planned("x", "y")))
	plan := func(looked time.Time, things ...string) approval.Planned {
		p := Planned(things...)
		p.Plan.Looked = looked
		return p
	}
	before := Move(t, b, Create(t, b, "Q-2"), plan(first.Ended.Add(-time.Microsecond), "w", "x"), yes())
	next, e := Next(t, before, approval.Claim{Owner: "R-2"})
	err := b.Advance(t.Context(), store.Move{From: before.Seq, To: next, Entry: e})
	changed, ok := errors.AsType[*store.Changed](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, "Q-1", changed.By)
	stored(t, a, before)
	Move(t, b, before, approval.EndedBeforeCall{State: approval.Done, Why: tired})

	ran(t, a, Move(t, a, Create(t, a, "Q-3"), plan(first.Ended, "x"))) // planned by a look after the first had ended
	Move(t, b, Create(t, b, "Q-4"), plan(start, "w"), yes(), approval.Claim{Owner: "R-1"})
	other := Ask("Q-5")
	other.Kind = "hulft"
	_, err = a.Create(t.Context(), other, "E-5", Entry(other, "ask"))
	require.NoError(t, err)
	Move(t, a, other, plan(start, "y"), yes(), approval.Claim{Owner: "R-1"})
}

// contend plans many cases at once for the same things, and returns the error of each.
func contend(t *testing.T, a, b *store.Store, things func(i int) []string) []error {
	t.Helper()
	cases, nexts := make([]approval.Case, many), make([]approval.Case, many)
	for i := range cases {
		cases[i] = Create(t, a, name(i))
		nexts[i], _ = Next(t, cases[i], Planned(things(i)...))
	}
	return race(a, b, func(i int, s *store.Store) error {
		return s.Advance(t.Context(), store.Move{From: cases[i].Seq, To: nexts[i], Entry: Entry(nexts[i], "plan")})
	})
}

// oneWon checks that one case got the things, and that all others were refused as held by it.
func oneWon(t *testing.T, s *store.Store, errs []error, thing string) {
	t.Helper()
	by, won := holder(t, s, thing), 0
	for i, err := range errs {
		if err == nil {
			won++
			require.Equal(t, name(i), by)
			continue
		}
		h, ok := errors.AsType[*store.Held](err)
		require.True(t, ok, "%v", err)
		require.Equal(t, by, h.By)
	}
	require.Equal(t, 1, won)
	require.Len(t, Chain(t, s), many+1)
}

func oneGetsIt(t *testing.T, a, b *store.Store) {
	oneWon(t, b, contend(t, a, b, func(int) []string { return []string{"x"} }), "dcs/x")
}

// Deadlock: taken in the order typed, two cases could wait for each other for ever.
func otherOrders(t *testing.T, a, b *store.Store) {
	oneWon(t, b, contend(t, a, b, func(i int) []string {
		if i%4 < 2 {
			return []string{"x", "y"}
		}
		return []string{"y", "x"}
	}), "dcs/y")
}
