package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands/words"
	"quell/integrations"
)

var moveChecks = []check{
	{"a move and its entry are one", moveAndEntry},
	{"a whole life", wholeLife},
	{"a move from an old seq", staleMove},
	{"a move of a case that is not there", moveOfNothing},
	{"of many who move a case one does", oneMoves},
	{"a move that is called off", calledOff},
}

func moveAndEntry(t *testing.T, a, b *store.Store) {
	c := Create(t, a, "Q-1")
	next, e := Next(t, c, Planned("x"))
	e.Detail = map[string]string{"things": "x"}
	require.NoError(t, a.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}))
	stored(t, b, next)
	require.Equal(t, e, Chain(t, b)[1])
}

func wholeLife(t *testing.T, a, b *store.Store) {
	c := Create(t, a, "Q-1")
	for i, e := range []approval.Event{
		Planned("x"), yes(), approval.Claim{Owner: "R-1", Seen: integrations.Sighting{Things: []integrations.Thing{{ID: "x"}, {ID: "y"}}}}, answered(), approval.Timeout{},
	} {
		if i%2 == 1 {
			a, b = b, a // the other replica goes on with it
		}
		c = Move(t, a, c, e)
		stored(t, b, c)
	}
	require.Equal(t, approval.Done, c.State)
	events := Chain(t, b)
	require.Len(t, events, 6)
	for i, e := range events {
		require.EqualValues(t, i+1, e.Seq)
	}
}

func staleMove(t *testing.T, a, b *store.Store) {
	first := Create(t, a, "Q-1")
	second := Move(t, a, first, Planned("x"))
	third := Move(t, a, second, yes())
	late, e := Next(t, second, no())
	for _, prev := range []int64{first.Seq, second.Seq, third.Seq + 1, 0, -1} {
		require.ErrorIs(t, b.Advance(t.Context(), store.Move{From: prev, To: late, Entry: e}), store.ErrMoved, "from %d", prev)
	}
	stored(t, b, third)
	require.Len(t, Chain(t, b), 3)
	require.Equal(t, "Q-1", holder(t, b, "dcs/x"), "who comes too late releases nothing")
}

func moveOfNothing(t *testing.T, a, b *store.Store) {
	next, e := Next(t, Ask("Q-1"), Planned("x"))
	require.ErrorIs(t, a.Advance(t.Context(), store.Move{From: 1, To: next, Entry: e}), store.ErrMoved)
	require.Empty(t, Chain(t, b))
	require.Empty(t, holder(t, b, "dcs/x"))
}

func oneMoves(t *testing.T, a, b *store.Store) {
	c := Move(t, a, Create(t, a, "Q-1"), Planned("x"), yes())
	nexts := make([]approval.Case, many)
	for i := range nexts {
		why := words.New("vendor.busy", words.V{"target": words.Code(fmt.Sprint(i))})
		nexts[i], _ = Next(t, c, approval.Postponed{Why: why, Until: c.Deadline})
	}
	won := -1
	for i, err := range race(a, b, func(i int, s *store.Store) error {
		return s.Advance(t.Context(), store.Move{From: c.Seq, To: nexts[i], Entry: Entry(nexts[i], fmt.Sprint(i))})
	}) {
		if err == nil {
			require.Equal(t, -1, won, "a second one moved it")
			won = i
			continue
		}
		require.ErrorIs(t, err, store.ErrMoved)
	}
	require.NotEqual(t, -1, won, "nobody moved it")
	stored(t, a, nexts[won])
	stored(t, b, nexts[won])
	events := Chain(t, b)
	require.Len(t, events, 4, "one entry more")
	require.Equal(t, fmt.Sprint(won), events[3].Event, "the winner's")
}

func calledOff(t *testing.T, a, b *store.Store) {
	c := Create(t, a, "Q-1")
	next, e := Next(t, c, Planned("x"))
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("no more time"))
	require.Error(t, a.Advance(ctx, store.Move{From: c.Seq, To: next, Entry: e}))
	stored(t, b, c)
	require.Len(t, Chain(t, b), 1)
	require.NoError(t, a.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}), "it can still be done")
}
