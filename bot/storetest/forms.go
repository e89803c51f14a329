package storetest

import (
	"strings"
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
	require.NoError(t, a.SaveNewer(t.Context(), "F-9", "first", until))
	require.NoError(t, a.SaveNewer(t.Context(), "F-9", "newer", until.Add(time.Second)))
	require.NoError(t, a.SaveNewer(t.Context(), "F-9", "late", until))
	newest, err := a.Form(t.Context(), "F-9", start)
	require.NoError(t, err)
	require.Equal(t, "newer", newest)
	body, err := b.Form(t.Context(), "F-1", until)
	require.NoError(t, err)
	require.Equal(t, nasty, body)
	_, err = b.Form(t.Context(), "F-2", until)
	require.ErrorIs(t, err, store.ErrNotFound, "until, not at")
}

func formsFound(t *testing.T, a, b *store.Store) {
	text := strings.ReplaceAll(nasty, "\x00", "") // a head ends at a NUL, which JSON has not
	for i, id := range []string{"F-1", "F-2", "F-3", "F-4"} {
		require.NoError(t, a.SaveForm(t.Context(), id, id+text, start.Add(time.Duration(i)*time.Minute)))
	}
	found, err := b.FormsUntil(t.Context(), start, start.Add(2*time.Minute), 9)
	require.NoError(t, err)
	require.Equal(t, []store.FormHead{{ID: "F-3", Head: "F-3" + text}, {ID: "F-2", Head: "F-2" + text}}, found, "neither what is over nor what is kept for longer")
	found, err = b.FormsUntil(t.Context(), start, start.Add(time.Hour), 1)
	require.NoError(t, err)
	require.Equal(t, []store.FormHead{{ID: "F-4", Head: "F-4" + text}}, found)
	found, err = b.FormsUntil(t.Context(), start.Add(time.Hour), start.Add(2*time.Hour), 9)
	require.NoError(t, err)
	require.Empty(t, found)
	require.NoError(t, a.SaveForm(t.Context(), "F-5", strings.Repeat("ü", 1<<20), start.Add(2*time.Hour)))
	found, err = b.FormsUntil(t.Context(), start.Add(time.Hour), start.Add(2*time.Hour), 9)
	require.NoError(t, err)
	require.Equal(t, []store.FormHead{{ID: "F-5", Head: strings.Repeat("ü", store.FormHeadMost)}}, found, "a list is long")
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
