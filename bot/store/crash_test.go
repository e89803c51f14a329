package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/bot/storetest"
)

// folderOf tells a copy of this program to be the one that is killed.
const folderOf = "QUELL_TEST_CRASH_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(folderOf); dir != "" {
		fmt.Fprintln(os.Stderr, moveForEver(context.Background(), dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// moveForEver moves the case Q-1 again and again, and prints each seq once it
// is committed.
func moveForEver(ctx context.Context, dir string) error {
	s, err := store.Open(ctx, dir)
	if err != nil {
		return err
	}
	for {
		r, err := s.Load(ctx, "Q-1")
		if err != nil {
			return err
		}
		next, err := approval.Step(r.Case, approval.Postponed{Until: start}, start)
		if err != nil {
			return err
		}
		if err := s.Advance(ctx, store.Move{From: r.Case.Seq, To: next, Entry: storetest.Entry(next, "postpone")}); err != nil {
			return err
		}
		fmt.Println(next.Seq)
	}
}

// Whatever was committed outlives a program that is killed in the middle of its
// work: several times over on one folder, which nobody has to repair.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	c := storetest.Create(t, s, "Q-1")
	plan := storetest.Planned("x")
	plan.Decision.Verdict = "run"
	c = storetest.Move(t, s, c, plan)
	require.NoError(t, s.Close())

	seq := c.Seq
	for round := range 5 {
		printed := kill(t, dir, 20+7*round)
		require.Greater(t, printed, seq)

		s := open(t, dir) // its lock died with it
		r, err := s.Load(t.Context(), "Q-1")
		require.NoError(t, err)
		seq = r.Case.Seq
		require.GreaterOrEqual(t, seq, printed, "what was said to be stored is stored")
		require.LessOrEqual(t, seq, printed+1, "and at most the move that was under way")
		record := storetest.Chain(t, s)
		require.Len(t, record, int(seq), "with one entry to each move")
		require.Equal(t, storetest.Entry(r.Case, "postpone"), record[seq-1])
		by, err := s.Holder(t.Context(), "dcs/x")
		require.NoError(t, err)
		require.Equal(t, "Q-1", by)
		require.NoError(t, s.Close())
	}
}

// kill starts the copy, kills it once it has printed so many lines, and returns
// the last seq that it printed.
func kill(t *testing.T, dir string, lines int) int64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), folderOf+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var last int64
	in := bufio.NewScanner(out)
	for n := 1; in.Scan(); n++ {
		last, err = strconv.ParseInt(in.Text(), 10, 64)
		require.NoError(t, err, "a torn line: %q", in.Text())
		if n == lines {
			require.NoError(t, cmd.Process.Kill()) // SIGKILL; what it wrote before is still read
		}
	}
	require.NoError(t, in.Err())
	require.ErrorContains(t, cmd.Wait(), "signal: killed")
	return last
}

// A reader may come while the last words of a killed program are still in the
// write-ahead log alone.
func TestAReaderAfterAKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	plan := storetest.Planned("x")
	plan.Decision.Verdict = "run"
	storetest.Move(t, s, storetest.Create(t, s, "Q-1"), plan)
	require.NoError(t, s.Close())
	printed := kill(t, dir, 10)
	r := reader(t, dir)
	var v audit.Verifier
	require.NoError(t, r.Links(t.Context(), "Q-1", v.Check))
	require.GreaterOrEqual(t, v.Number, printed)
}
