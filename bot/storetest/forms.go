package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/store"
)

var formChecks = []check{
	{"a form is kept for its time", formKept},
	{"forms whose time is over are forgotten", formsForgotten},
}

func formKept(t *testing.T, a, b *store.Store) {
	until := start.Add(time.Minute)
	_, err := a.Form(t.Context(), "F-1", start)
	require.ErrorIs(t, err, store.ErrNotFound)
	require.NoError(t, a.SaveForm(t.Context(), "F-1", "old", until))
	require.NoError(t, a.SaveForm(t.Context(), "F-1", nasty, until.Add(time.Minute)))
	require.NoError(t, a.SaveForm(t.Context(), "F-2", "another", until))
	body, err := b.Form(t.Context(), "F-1", until)
	require.NoError(t, err)
	require.Equal(t, nasty, body)
	_, err = b.Form(t.Context(), "F-2", until)
	require.ErrorIs(t, err, store.ErrNotFound, "until, not at")
}

func formsForgotten(t *testing.T, a, b *store.Store) {
	require.NoError(t, a.SaveForm(t.Context(), "F-1", "x", start))
	require.NoError(t, a.SaveForm(t.Context(), "F-2", "y", start.Add(time.Microsecond)))
	require.NoError(t, b.Tidy(t.Context(), start, start))
	_, err := a.Form(t.Context(), "F-1", start.Add(-time.Hour))
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = a.Form(t.Context(), "F-2", start)
	require.NoError(t, err)
}
