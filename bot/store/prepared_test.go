package store_test

import (
	"context"
	"database/sql"
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
