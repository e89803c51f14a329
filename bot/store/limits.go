package store

import (
	"context"
	"database/sql"
	"time"

	"quell/integrations"
)

// Take implements integrations.Limiter. It locks the limit's row until the use is counted, so
// that two replicas never both take the last use. A use from a clock that is ahead of ours
// counts too.
func (s *Store) Take(ctx context.Context, at time.Time, l integrations.Limit, u integrations.Use) (wait integrations.NoRoom, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		banned, err := lockLimit(ctx, tx, l.Name)
		if err != nil {
			return err
		}
		if banned > at.UnixMicro() {
			wait = integrations.NoRoom{For: time.Duration(banned-at.UnixMicro()) * time.Microsecond, Banned: true}
			return nil
		}
		if wait.For, err = waitForRoom(ctx, tx, at, l, u); err != nil || wait.For > 0 {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO uses (name, at_us) VALUES ($1, $2)`, l.Name, at.UnixMicro())
		return err
	})
	return wait, err
}

// Ban implements integrations.Limiter.
func (s *Store) Ban(ctx context.Context, name string, until time.Time) error {
	_, err := s.write.ExecContext(ctx,
		`INSERT INTO limits (name, banned_us) VALUES ($1, $2)
		 ON CONFLICT (name) DO UPDATE SET banned_us = excluded.banned_us WHERE limits.banned_us < excluded.banned_us`, name, until.UnixMicro())
	return err
}

// lockLimit makes the limit's row, or locks the one that is there, and says until
// when everything is refused.
func lockLimit(ctx context.Context, tx *sql.Tx, name string) (banned int64, err error) {
	err = tx.QueryRowContext(ctx,
		`INSERT INTO limits (name, banned_us) VALUES ($1, 0)
		 ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING banned_us`, name).Scan(&banned)
	return banned, err
}

// waitForRoom says how long it takes until there is room for one more; zero if there is now.
func waitForRoom(ctx context.Context, tx *sql.Tx, at time.Time, l integrations.Limit, u integrations.Use) (time.Duration, error) {
	old := at.Add(-l.Within).UnixMicro()
	if _, err := tx.ExecContext(ctx, `DELETE FROM uses WHERE name = $1 AND at_us <= $2`, l.Name, old); err != nil {
		return 0, err
	}
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM uses WHERE name = $1`, l.Name).Scan(&n); err != nil {
		return 0, err
	}
	over := n - l.For(u)
	if over < 0 {
		return 0, nil
	}
	var leaves int64 // the use that has to leave before there is room
	err := tx.QueryRowContext(ctx, `SELECT at_us FROM uses WHERE name = $1 ORDER BY at_us LIMIT 1 OFFSET $2`, l.Name, over).Scan(&leaves)
	return time.Duration(leaves-old) * time.Microsecond, err
}
