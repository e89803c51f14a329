package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// SaveForm keeps what an open form needs, until a time. What was kept under the
// same id before is replaced.
func (s *Store) SaveForm(ctx context.Context, id, body string, until time.Time) error {
	_, err := s.write.ExecContext(ctx,
		`INSERT INTO forms (id, body, until_us) VALUES ($1, $2, $3)
		 ON CONFLICT (id) DO UPDATE SET body = excluded.body, until_us = excluded.until_us`, id, body, until.UnixMicro())
	return err
}

// Form returns what was kept, or ErrNotFound once its time is over.
func (s *Store) Form(ctx context.Context, id string, now time.Time) (body string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT body FROM forms WHERE id = $1 AND until_us > $2`, id, now.UnixMicro()).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNotFound
	}
	return body, err
}
