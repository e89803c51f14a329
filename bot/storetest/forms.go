package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/store"
)

var formChecks = []check{
	{"a form is kept for its time", formKept},
	{"forms are found by their time", formsFound},
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

func formsFound(t *testing.T, a, b *store.Store) {
	for i, id := range []string{"F-1", "F-2", "F-3", "F-4"} {
		require.NoError(t, a.SaveForm(t.Context(), id, id+nasty, start.Add(time.Duration(i)*time.Minute)))
	}
	found, err := b.FormsUntil(t.Context(), start, start.Add(2*time.Minute), 9)
	require.NoError(t, err)
	require.Equal(t, []string{"F-3" + nasty, "F-2" + nasty}, found, "neither what is over nor what is kept for longer")
	found, err = b.FormsUntil(t.Context(), start, start.Add(time.Hour), 1)
	require.NoError(t, err)
	require.Equal(t, []string{"F-4" + nasty}, found)
	found, err = b.FormsUntil(t.Context(), start.Add(time.Hour), start.Add(2*time.Hour), 9)
	require.NoError(t, err)
	require.Empty(t, found)
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
