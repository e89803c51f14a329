package store_test

import (
	"database/sql"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/bot/storetest"
)

func alter(t testing.TB, db *sql.DB, statement string) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), statement)
	require.NoError(t, err)
}

// No entry, no move: the record's table is taken away by somebody else, and
// nothing can happen until it is back.
func TestNothingMovesWithoutItsEntry(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	c := pending(t, s, "Q-1")
	planning := storetest.Create(t, s, "Q-2")
	record := storetest.Chain(t, s)

	other, err := sql.Open("sqlite", filepath.Join(dir, store.File))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, other.Close()) })
	alter(t, other, `ALTER TABLE audit RENAME TO mislaid`)

	for _, to := range []approval.Event{approval.Timeout{}, approval.Withdrawal{By: c.Request.By}} {
		next, e := storetest.Next(t, c, to)
		require.ErrorContains(t, s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}), "audit")
	}
	next, e := storetest.Next(t, planning, storetest.Planned("y"))
	require.ErrorContains(t, s.Advance(t.Context(), store.Move{From: planning.Seq, To: next, Entry: e}), "audit")
	_, err = s.Create(t.Context(), storetest.Ask("Q-3"), "E-3", e)
	require.ErrorContains(t, err, "audit")
	require.ErrorContains(t, s.Note(t.Context(), "", e), "audit")

	alter(t, other, `ALTER TABLE mislaid RENAME TO audit`)
	same(t, s, c)
	same(t, s, planning)
	_, err = s.Load(t.Context(), "Q-3")
	require.ErrorIs(t, err, store.ErrNotFound)
	for thing, by := range map[string]string{"dcs/Q-1": "Q-1", "dcs/y": ""} {
		got, err := s.Holder(t.Context(), thing)
		require.NoError(t, err)
		require.Equal(t, by, got)
	}
	require.Equal(t, record, storetest.Chain(t, s))
	storetest.Move(t, s, c, approval.Timeout{})
}

// A commit that fails is a move that was not made. Here the last check of the
// commit fails, a reference to a case that there is not.
func TestACommitThatFails(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	c := pending(t, s, "Q-1")
	record := storetest.Chain(t, s)
	alter(t, s.Writer(), `CREATE TABLE spoiler (id TEXT REFERENCES cases (id) DEFERRABLE INITIALLY DEFERRED)`)
	alter(t, s.Writer(), `CREATE TRIGGER spoil AFTER INSERT ON audit BEGIN INSERT INTO spoiler VALUES ('nobody'); END`)
	next, e := storetest.Next(t, c, approval.Timeout{})
	for range 3 {
		require.ErrorContains(t, s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}), "FOREIGN KEY")
	}
	same(t, s, c)
	require.Equal(t, record, storetest.Chain(t, s))
	alter(t, s.Writer(), `DROP TRIGGER spoil`)
	require.NoError(t, s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}))
}

// A full disk in two ways: SQLite's own limit on the pages of its file, and the
// kernel's on the size of any file, which fails the write itself.
func TestAFullDisk(t *testing.T) {
	t.Run("no page is left", func(t *testing.T) {
		s := open(t, t.TempDir())
		c := pending(t, s, "Q-1")
		alter(t, s.Writer(), `PRAGMA max_page_count = 1`) // no less than it has: it cannot grow
		nothingFits(t, s, c, "full")
		alter(t, s.Writer(), `PRAGMA max_page_count = 1000000`)
		fitsAgain(t, s, c)
	})
	t.Run("no byte can be written", func(t *testing.T) {
		dir := t.TempDir()
		s := open(t, dir)
		c := pending(t, s, "Q-1")
		log, err := os.Stat(filepath.Join(dir, store.File+"-wal"))
		require.NoError(t, err)
		enlarge := limitFiles(t, uint64(log.Size()))
		nothingFits(t, s, c, "disk I/O error")
		enlarge()
		fitsAgain(t, s, c)
	})
}

// limitFiles keeps this process from making any file larger than that, until
// the function it returns is called.
func limitFiles(t *testing.T, bytes uint64) (enlarge func()) {
	t.Helper()
	var was syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was))
	signal.Ignore(syscall.SIGXFSZ) // so that the write fails, and not the process
	enlarge = func() {
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was))
		signal.Reset(syscall.SIGXFSZ)
	}
	t.Cleanup(enlarge)
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: was.Max}))
	return enlarge
}

// nothingFits fills what room there is, and then tries to do things.
func nothingFits(t *testing.T, s *store.Store, c approval.Case, why string) {
	t.Helper()
	fill(t, s, why)
	record := storetest.Chain(t, s)
	next, e := large(t, c)
	for range 3 {
		require.ErrorContains(t, s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}), why)
		_, err := s.Receive(t.Context(), store.Delivery{ID: "E-1", Body: strings.Repeat("x", 1<<16), Received: start})
		require.ErrorContains(t, err, why)
	}
	same(t, s, c)
	require.Equal(t, record, storetest.Chain(t, s))
	by, err := s.Holder(t.Context(), "dcs/Q-1")
	require.NoError(t, err)
	require.Equal(t, "Q-1", by)
}

func fitsAgain(t *testing.T, s *store.Store, c approval.Case) {
	t.Helper()
	record := storetest.Chain(t, s)
	next, e := large(t, c)
	require.NoError(t, s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}))
	same(t, s, next)
	require.Len(t, storetest.Chain(t, s), len(record)+1)
}

// large is a move whose entry needs new pages.
func large(t *testing.T, c approval.Case) (approval.Case, audit.Entry) {
	t.Helper()
	next, e := storetest.Next(t, c, approval.Timeout{})
	e.Detail = map[string]string{"much": strings.Repeat("x", 1<<16)}
	return next, e
}

// fill writes notes until the store takes no more.
func fill(t *testing.T, s *store.Store, why string) {
	t.Helper()
	for n := range 10_000 {
		e := audit.Entry{At: start, Actor: "quell", Event: fmt.Sprint("fill ", n), Detail: map[string]string{"x": strings.Repeat("x", 500)}}
		if err := s.Note(t.Context(), "", e); err != nil {
			require.ErrorContains(t, err, why)
			return
		}
	}
	t.Fatal("it is never full")
}
