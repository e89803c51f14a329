package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/storetest"
)

// A release before this one finds where a card is, and what it writes counts when this one
// comes back.
func TestACardOutlivesAnOlderRelease(t *testing.T) {
	s := open(t, t.TempDir())
	c := storetest.Create(t, s, "Q-1")
	at := store.Card(`{"Channel":"C1","TS":"1.1","Thread":"1.2"}`)
	require.NoError(t, s.Shown(t.Context(), c.ID, c.Seq, at))
	read := func() (channel, ts, thread string) {
		row := s.Writer().QueryRowContext(t.Context(), `SELECT card_channel, card_ts, thread_ts FROM cases`)
		require.NoError(t, row.Scan(&channel, &ts, &thread))
		return channel, ts, thread
	}
	channel, ts, thread := read()
	require.Equal(t, []string{"C1", "1.1", "1.2"}, []string{channel, ts, thread})
	alter(t, s.Writer(), `UPDATE cases SET card_ts = '2.1', thread_ts = ''`)
	rec, err := s.Load(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, store.Card(`{"Channel":"C1","TS":"2.1","Thread":""}`), rec.Card)

	require.NoError(t, s.Shown(t.Context(), c.ID, c.Seq, "the wall, line 7"))
	rec, err = s.Load(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, store.Card("the wall, line 7"), rec.Card, "another face's card is its own matter")
	require.Equal(t, approval.Planning, rec.Case.State)
}
