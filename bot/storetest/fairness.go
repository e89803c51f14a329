package storetest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
)

var fairnessChecks = []check{
	{"one person has so many open cases", openBounded},
	{"one person's last open case, many at once", openRaced},
}

func openBounded(t *testing.T, a, b *store.Store) {
	for _, s := range []*store.Store{a, b} {
		s.LimitOpen(2)
	}
	first := Create(t, a, "Q-1")
	Create(t, b, "Q-2")
	third := Ask("Q-3")
	_, err := a.Create(t.Context(), third, "E-3", Entry(third, "ask"))
	full, ok := errors.AsType[*store.TooManyOpen](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, 2, full.Most)
	require.Len(t, Chain(t, b), 2, "nothing is written")
	_, err = b.Load(t.Context(), "Q-3")
	require.ErrorIs(t, err, store.ErrNotFound)
	again, err := b.Create(t.Context(), Ask("Q-4"), "E-Q-1", Entry(first, "ask"))
	require.NoError(t, err, "what opened a case before opens no other")
	require.Equal(t, first, again)

	other := Ask("Q-5")
	other.Request.By = voter
	_, err = b.Create(t.Context(), other, "E-5", Entry(other, "ask"))
	require.NoError(t, err, "another person has cases of their own")

	Move(t, a, first, Planned("x"), no())
	_, err = a.Create(t.Context(), third, "E-3", Entry(third, "ask"))
	require.NoError(t, err, "what has ended is not open")
}

func openRaced(t *testing.T, a, b *store.Store) {
	for _, s := range []*store.Store{a, b} {
		s.LimitOpen(3)
	}
	opened := 0
	for _, err := range race(a, b, func(i int, s *store.Store) error {
		c := Ask(name(i))
		_, err := s.Create(t.Context(), c, "E-"+c.ID, Entry(c, "ask"))
		return err
	}) {
		if err == nil {
			opened++
		}
	}
	require.Equal(t, 3, opened)
	open, err := b.Open(t.Context(), many)
	require.NoError(t, err)
	require.Len(t, open, 3)
	require.Equal(t, approval.Planning, open[0].State)
}
