package store_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"
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

func numbers(t *testing.T, tx *sql.Tx) *sql.Rows {
	t.Helper()
	rows, err := tx.QueryContext(t.Context(), `VALUES (1), (2), (3)`)
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
