package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// forms is the part of a Store that keeps what open forms need.
type forms struct{ *db }

// SaveForm keeps what an open form needs, until a time. What was kept under the
// same id before is replaced.
func (s forms) SaveForm(ctx context.Context, id, body string, until time.Time) error {
	_, err := s.write.ExecContext(ctx,
		`INSERT INTO forms (id, body, until_us) VALUES ($1, $2, $3)
		 ON CONFLICT (id) DO UPDATE SET body = excluded.body, until_us = excluded.until_us`, id, body, until.UnixMicro())
	return err
}

// SaveNewer is SaveForm, unless what is kept under the id is for a later time: of two that are
// written side by side, the later one stays.
func (s forms) SaveNewer(ctx context.Context, id, body string, until time.Time) error {
	_, err := s.write.ExecContext(ctx,
		`INSERT INTO forms (id, body, until_us) VALUES ($1, $2, $3)
		 ON CONFLICT (id) DO UPDATE SET body = excluded.body, until_us = excluded.until_us
		 WHERE forms.until_us <= excluded.until_us`, id, body, until.UnixMicro())
	return err
}

// Form returns what was kept, or ErrNotFound once its time is over.
func (s forms) Form(ctx context.Context, id string, now time.Time) (body string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT body FROM forms WHERE id = $1 AND until_us > $2`, id, now.UnixMicro()).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNotFound
	}
	return body, err
}

// FormHead is the id of a form that is kept, and the beginning of its body: a list may follow it
// that is thousands of times as long.
type FormHead struct{ ID, Head string }

// FormHeadMost is the length of a head, in characters. What is kept is JSON, which has no NUL in
// it: SQLite's substr would end there.
const FormHeadMost = 1024

// FormsUntil returns the heads of what was kept and has a time that is not over yet and ends by
// until: what ends last first, and at most so many.
func (s forms) FormsUntil(ctx context.Context, now, until time.Time, most int) (heads []FormHead, err error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT id, substr(body, 1, $4) FROM forms WHERE until_us > $1 AND until_us <= $2 ORDER BY until_us DESC, id LIMIT CAST($3 AS BIGINT)`,
		now.UnixMicro(), until.UnixMicro(), most, FormHeadMost)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var h FormHead
		if err := rows.Scan(&h.ID, &h.Head); err != nil {
			return nil, err
		}
		heads = append(heads, h)
	}
	return heads, rows.Err()
}
