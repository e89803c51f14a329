package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/storetest"
	"quell/commands/words"
	"quell/integrations"
)

// BenchmarkAdvance is one move with its entry, synced to disk.
func BenchmarkAdvance(b *testing.B) {
	s := open(b, b.TempDir())
	c := storetest.Move(b, s, pending(b, s, "Q-1"), approval.Voted{
		Vote: approval.Vote{By: voter, Choice: approval.Yes, At: start}, Fingerprint: "abcdefghij",
	})
	for b.Loop() {
		c = storetest.Move(b, s, c, approval.Postponed{Until: start})
	}
}

// BenchmarkDue is one sweep of a store that has seen ten thousand cases, ten of
// which are due.
func BenchmarkDue(b *testing.B) {
	s := open(b, b.TempDir())
	alter(b, s.Writer(), `PRAGMA synchronous = OFF`) // to fill it in seconds
	for i := range 10_000 {
		c := storetest.Move(b, s, storetest.Create(b, s, fmt.Sprint("Q-", i)), approval.PlanFailed{Why: words.New("case.already-gone")})
		require.NoError(b, s.Shown(b.Context(), c.ID, c.Seq, "1.1"))
	}
	for i := range 10 {
		storetest.Create(b, s, fmt.Sprint("Q-due-", i))
	}
	for b.Loop() {
		ids, err := s.Due(b.Context(), start.Add(time.Hour), 100)
		require.NoError(b, err)
		require.Len(b, ids, 10)
	}
}

// BenchmarkTake is one request under a limit that is nearly used up, synced to disk.
func BenchmarkTake(b *testing.B) {
	s := open(b, b.TempDir())
	l := integrations.Limit{Name: "hulft/acme", Most: 100, Within: 99 * time.Second}
	at := start
	for b.Loop() {
		at = at.Add(time.Second)
		wait, err := s.Take(b.Context(), at, l, integrations.Act)
		require.NoError(b, err)
		require.Zero(b, wait)
	}
}
