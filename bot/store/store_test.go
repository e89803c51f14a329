package store_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/bot/storetest"
	"quell/commands"
)

var (
	start = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	voter = commands.Person{Team: "T1", User: "U2"}
)

// SQLite serves one program: both handles are the same one.
func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) (a, b *store.Store) {
		s := open(t, t.TempDir())
		return s, s
	})
}

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() }) // a test may have closed it
	return s
}

func reader(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.OpenReader(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// pending is a stored case that waits for a vote.
func pending(t testing.TB, s *store.Store, id string) approval.Case {
	t.Helper()
	return storetest.Move(t, s, storetest.Create(t, s, id), storetest.Planned(id))
}

// same checks that a case is in the store as it is here.
func same(t *testing.T, s *store.Store, c approval.Case) {
	t.Helper()
	r, err := s.Load(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, c, r.Case)
}

func TestEverythingIsThereAfterReopening(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "when needed")
	s := open(t, dir)
	c := pending(t, s, "Q-1")
	card := store.Card("1.1")
	require.NoError(t, s.Shown(t.Context(), "Q-1", 2, card))
	d := store.Delivery{ID: "E-1", Twin: "click", Kind: "pressed", Body: "{}", Received: start}
	_, err := s.Receive(t.Context(), d)
	require.NoError(t, err)
	record := storetest.Chain(t, s)
	require.NoError(t, s.Close())

	s = open(t, dir)
	r, err := s.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, store.CaseRow{Case: c, Card: card, ShownSeq: 2}, r)
	require.Equal(t, record, storetest.Chain(t, s))
	by, err := s.Holder(t.Context(), "dcs/Q-1")
	require.NoError(t, err)
	require.Equal(t, "Q-1", by)
	d.ID = "E-2"
	fresh, err := s.Receive(t.Context(), d)
	require.NoError(t, err)
	require.False(t, fresh, "its twin still waits")
	storetest.Move(t, s, c, approval.Timeout{})
	require.Len(t, storetest.Chain(t, s), len(record)+1, "the chain goes on where it was")
}

func TestOneProgramServesFromAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := open(t, dir)
	_, err := store.Open(t.Context(), dir)
	require.EqualError(t, err, "another quell serves from "+dir)
	c := pending(t, first, "Q-1") // the refused one has disturbed nothing
	require.NoError(t, first.Close())
	same(t, open(t, dir), c)
}

// A child process has all files of its parent until it executes.
func TestAClosedStoreFreesItsFolderAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := open(t, dir)
	files, err := filepath.Glob("/proc/self/fd/*")
	require.NoError(t, err)
	child := -1
	for _, f := range files {
		if to, _ := os.Readlink(f); to == filepath.Join(dir, "quell.lock") {
			fd, err := strconv.Atoi(filepath.Base(f))
			require.NoError(t, err)
			child, err = syscall.Dup(fd)
			require.NoError(t, err)
		}
	}
	require.NotEqual(t, -1, child)
	defer func() { _ = syscall.Close(child) }()
	require.NoError(t, first.Close())
	open(t, dir)
}

func TestAReaderSeesWhatIsNew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	r := reader(t, dir)
	require.Empty(t, storetest.Chain(t, r))
	c := pending(t, s, "Q-1")
	same(t, r, c)
	c = storetest.Move(t, s, c, approval.Timeout{})
	same(t, r, c)
	require.Len(t, storetest.Chain(t, r), 3)

	require.NoError(t, s.Close())
	same(t, r, c)
	same(t, reader(t, dir), c) // also while nobody serves
	open(t, dir)               // and a reader keeps nobody from serving
}

func TestAReaderWritesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := pending(t, open(t, dir), "Q-1")
	r := reader(t, dir)
	next, e := storetest.Next(t, c, approval.Timeout{})
	require.ErrorContains(t, r.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}), "readonly")
	require.ErrorContains(t, r.Note(t.Context(), "", e), "readonly")
	require.ErrorContains(t, r.Shown(t.Context(), "Q-1", 2, ""), "readonly")
	require.ErrorContains(t, r.Judged(t.Context(), "E-1", start), "readonly")
	_, err := r.Create(t.Context(), storetest.Ask("Q-2"), "E-2", e)
	require.ErrorContains(t, err, "readonly")
	_, err = r.Receive(t.Context(), store.Delivery{ID: "E-1"})
	require.ErrorContains(t, err, "readonly")
	same(t, r, c)
}

func TestAReaderOfAnEmptyFolderSaysSo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := store.OpenReader(dir)
	require.ErrorContains(t, err, "there is no database in "+dir)
	require.ErrorIs(t, err, fs.ErrNotExist)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left, "looking makes nothing")
}

func TestFoldersOfAnyName(t *testing.T) {
	for _, name := range []string{"a b", "100%", "50%41", "what?mode=ro", "a#b", "データ", "c&d=e;f", "x:y"} {
		dir := filepath.Join(t.TempDir(), name)
		c := pending(t, open(t, dir), "Q-1")
		same(t, reader(t, dir), c)
		_, err := os.Stat(filepath.Join(dir, store.File))
		require.NoError(t, err, "the database is where it was asked for")
	}
	t.Chdir(t.TempDir())
	c := pending(t, open(t, "x:y"), "Q-1")
	same(t, reader(t, "x:y"), c)
}

func TestOnlyItsOwnerReadsTheFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	open(t, dir)
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o700), info.Mode().Perm())
}

// A crash test cannot cut the power: what SQLite promises then rests on these.
func TestWhatIsCommittedOutlivesAPowerCut(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000"} {
		var got string
		require.NoError(t, s.Writer().QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		require.Equal(t, want, got, pragma)
	}
}

func TestAFolderThatCannotBe(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := store.Open(t.Context(), file)
	require.ErrorContains(t, err, "database folder")

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, store.File), []byte("this is no database, and it is long enough to tell"), 0o600))
	for range 2 { // the first try has given the folder free again
		_, err = store.Open(t.Context(), dir)
		require.ErrorContains(t, err, "not a database")
	}
}

// What is damaged is said, and what is erased is not damaged.
func TestADamagedRecord(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	c := pending(t, s, "Q-1")
	alter(t, s.Writer(), `UPDATE audit SET body = NULL WHERE number = 1`)
	var v audit.Verifier
	require.NoError(t, s.Links(t.Context(), "", v.Check))
	require.EqualValues(t, 1, v.Erased)

	alter(t, s.Writer(), `UPDATE audit SET body = replace(body, '"plan"', '"deny"') WHERE number = 2`)
	v = audit.Verifier{}
	require.EqualError(t, s.Links(t.Context(), "", v.Check), "audit entry 2: its words were changed")

	alter(t, s.Writer(), `UPDATE audit SET hash = 'abcd' WHERE number = 2`)
	require.ErrorContains(t, s.Links(t.Context(), "", func(audit.Link) error { return nil }), `audit hash "abcd" is damaged`)
	next, e := storetest.Next(t, c, approval.Timeout{})
	require.ErrorContains(t, s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}), "damaged", "on a broken chain nothing is built")
	same(t, s, c)
}

// The database holds names and reasons: it is for its own user alone, also in a
// folder that others may enter.
func TestNobodyElseReadsTheDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o755))
	s := open(t, dir)
	storetest.Create(t, s, "Q-1")
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 3, "the database, its log, the lock")
	for _, f := range files {
		info, err := f.Info()
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, f.Name())
	}
}

// The chain covers the words of an entry; where it is filed has to agree.
func TestAnEntryThatIsFiledElsewhereIsFound(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	storetest.Move(t, s, storetest.Create(t, s, "Q-1"), storetest.Planned("x"))
	alter(t, s.Writer(), `UPDATE audit SET case_id = 'Q-2' WHERE number = 2`)
	err := s.Links(t.Context(), "", func(audit.Link) error { return nil })
	require.ErrorContains(t, err, "filed under a case that is not its own")
}
