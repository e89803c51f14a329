package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"quell/bot/audit"
)

// Note writes an entry that belongs to no move: a refused attempt.
func (s *Store) Note(ctx context.Context, e audit.Entry) error {
	return s.change(ctx, func(tx *sql.Tx) error { return appendEntry(ctx, tx, e) })
}

// appendEntry adds the next link. The write lock makes it the only one.
func appendEntry(ctx context.Context, tx *sql.Tx, e audit.Entry) error {
	var number int64
	var head string
	err := tx.QueryRowContext(ctx, `SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1`).Scan(&number, &head)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	prev, err := parseHash(head)
	if err != nil {
		return err
	}
	l, err := audit.Next(number+1, prev, e)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO audit (number, case_id, body, digest, hash) VALUES ($1, $2, $3, $4, $5)`,
		l.Number, e.Case, string(l.Body), l.Digest.String(), l.Hash.String())
	return err
}

// Links calls f with every link of the record, in order, or with those of one
// case if id is not empty.
func (s *Store) Links(ctx context.Context, id string, f func(audit.Link) error) error {
	rows, err := s.read.QueryContext(ctx,
		`SELECT number, body, digest, hash FROM audit WHERE $1 = '' OR case_id = $1 ORDER BY number`, id)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		l, err := scanLink(rows)
		if err != nil {
			return err
		}
		if err := f(l); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scanLink(rows *sql.Rows) (audit.Link, error) {
	var l audit.Link
	var body sql.NullString
	var digest, hash string
	err := rows.Scan(&l.Number, &body, &digest, &hash)
	if body.Valid {
		l.Body = []byte(body.String)
	}
	var errD, errH error
	l.Digest, errD = parseHash(digest)
	l.Hash, errH = parseHash(hash)
	return l, errors.Join(err, errD, errH)
}

// parseHash reads a hash in hex; "" is the hash before the first entry.
func parseHash(s string) (audit.Hash, error) {
	var h audit.Hash
	if s == "" {
		return h, nil
	}
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(h) {
		return h, fmt.Errorf("audit hash %q is damaged", s)
	}
	copy(h[:], b)
	return h, nil
}
