package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/store"
)

// A statement whose rows are still being read is run beside itself, and again after both.
func TestAStatementWithinItself(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	tx, err := s.Writer().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()

	outer := numbers(t, tx)
	require.Equal(t, 1, next(t, outer))
	inner := numbers(t, tx)
	require.Equal(t, 1, next(t, inner))
	require.Equal(t, 2, next(t, outer))
	require.Equal(t, 2, next(t, inner))
	require.NoError(t, outer.Close())
	again := numbers(t, tx)
	require.Equal(t, 1, next(t, again))
	require.Equal(t, 3, next(t, inner))
}

// A statement stays prepared, and is free once its rows are read.
func TestAStatementStaysPrepared(t *testing.T) {
	t.Parallel()
	c, err := open(t, t.TempDir()).Writer().Conn(t.Context())
	require.NoError(t, err)
	defer func() { _ = c.Close() }()
	ready := func() (is bool) {
		require.NoError(t, c.Raw(func(raw any) error { is = store.Ready(raw, three); return nil }))
		return is
	}
	rows := numbers(t, c)
	require.Equal(t, 1, next(t, rows))
	require.False(t, ready(), "it is being read")
	require.NoError(t, rows.Close())
	require.True(t, ready())
}

// A connection that is closed with statements still prepared would keep its file open.
func TestAClosedStoreHasNoFileOpen(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	pending(t, s, "Q-1")
	_, err := s.Recent(t.Context(), 1)
	require.NoError(t, err)
	require.NotEmpty(t, openFiles(t, dir))
	require.NoError(t, s.Close())
	require.Empty(t, openFiles(t, dir))
}

// openFiles are those of a folder that this process has open.
func openFiles(t *testing.T, dir string) (all []string) {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	require.NoError(t, err)
	for _, l := range links {
		if to, _ := os.Readlink(l); strings.HasPrefix(to, dir+"/") {
			all = append(all, to)
		}
	}
	return all
}

const three = `VALUES (1), (2), (3)`

func numbers(t *testing.T, of interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}) *sql.Rows {
	t.Helper()
	rows, err := of.QueryContext(t.Context(), three)
	require.NoError(t, err)
	t.Cleanup(func() { _ = rows.Close() })
	return rows
}

func next(t *testing.T, rows *sql.Rows) (n int) {
	t.Helper()
	require.True(t, rows.Next())
	require.NoError(t, rows.Scan(&n))
	return n
}
