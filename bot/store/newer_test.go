package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/storetest"
)

// A newer release may store a case in a form that has nothing in common with today's: the
// version beside it is enough.
func TestACaseInAFormThatNobodyKnows(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	pending(t, s, "Q-1")
	c := pending(t, s, "Q-2")
	alter(t, s.Writer(), `UPDATE cases SET version = 7, body = 'no JSON' WHERE id = 'Q-1'`)
	for _, db := range []*store.Store{s, reader(t, dir)} {
		_, err := db.Load(t.Context(), "Q-1")
		require.ErrorIs(t, err, store.ErrNewer)
		require.EqualError(t, err, "store: a newer release stored case Q-1: it is of version 7, and this one knows none above 3")
		all, err := db.Recent(t.Context(), 9)
		require.NoError(t, err)
		require.Equal(t, []string{"Q-1", "Q-2"}, []string{all[0].ID, all[1].ID})
		require.True(t, all[0].Newer())
		same(t, db, c)
	}
	ids, err := s.Due(t.Context(), start.Add(time.Hour), 9)
	require.NoError(t, err)
	require.Equal(t, []string{"Q-2"}, ids)
}

// The version stands twice. Where an older release went on with a case it left none in its
// body, and where only the body has a newer one that counts.
func TestTheVersionWithinAndBeside(t *testing.T) {
	s := open(t, t.TempDir())
	c := pending(t, s, "Q-1")
	alter(t, s.Writer(), `UPDATE cases SET body = replace(body, '"version":1,', '')`)
	same(t, s, c)
	c = storetest.Move(t, s, c, approval.Timeout{})
	same(t, s, c)
	alter(t, s.Writer(), `UPDATE cases SET body = replace(body, '"version":1,', '"version":4,')`)
	_, err := s.Load(t.Context(), "Q-1")
	require.ErrorIs(t, err, store.ErrNewer)
}
