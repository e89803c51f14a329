package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/bot/storetest"
	"quell/commands/words"
)

// What people must be told is stored with its cause or not at all: the outbox's table is
// taken away, and nothing happens that people would have to be told.
func TestNothingHappensThatCannotBeTold(t *testing.T) {
	s := open(t, t.TempDir())
	c := pending(t, s, "Q-1")
	record := storetest.Chain(t, s)
	alter(t, s.Writer(), `ALTER TABLE sayings RENAME TO mislaid`)

	tell := []store.Saying{{Key: "k", Place: "C1", Message: words.New("why.lookup"), Until: start}}
	e := audit.Entry{At: start, Actor: "T1/U1", Event: "freeze"}
	require.ErrorContains(t, s.Freeze(t.Context(), "", store.Freeze{At: start}, e, func(store.Freeze, []approval.Case) []store.Saying { return tell }), "sayings")
	next, e := storetest.Next(t, c, approval.Timeout{})
	require.ErrorContains(t, s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e, Say: tell}), "sayings")

	same(t, s, c)
	require.Equal(t, record, storetest.Chain(t, s))
	frozen, err := s.Freezes(t.Context())
	require.NoError(t, err)
	require.Empty(t, frozen)
	alter(t, s.Writer(), `ALTER TABLE mislaid RENAME TO sayings`)
	storetest.Move(t, s, c, approval.Timeout{})
}

// A sweep that finds nothing to say leaves the write lock alone.
func TestAnIdleOutboxWaitsForNoWriter(t *testing.T) {
	s := open(t, t.TempDir())
	tx, err := s.Writer().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	all, err := s.Claim(t.Context(), start, start, 9)
	require.NoError(t, err)
	require.Empty(t, all)
	all, err = s.GiveUp(t.Context(), start)
	require.NoError(t, err)
	require.Empty(t, all)
	require.NoError(t, tx.Rollback())
}
