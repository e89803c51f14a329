package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"quell/bot/audit"
)

// Note writes an audit entry that belongs to no move: of an attempt that was refused.
// Further attempts of the same person, for the same reason and within the same minute, are
// counted, and CountRepeats makes one entry of them: nobody can flood the record. One delivery
// is noted once, however often it is judged.
func (s *Store) Note(ctx context.Context, delivery string, e audit.Entry) error {
	body, err := e.Canonical()
	if err != nil {
		return err
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		if again, err := noteDelivery(ctx, tx, delivery, e.At); err != nil || again {
			return err
		}
		var times int64
		err := tx.QueryRowContext(ctx,
			`INSERT INTO attempts (actor, what, minute_us, times, body) VALUES ($1, $2, $3, 1, $4)
			 ON CONFLICT (minute_us, actor, what) DO UPDATE SET times = attempts.times + 1, body = excluded.body RETURNING times`,
			e.Actor, attemptKey(e), e.At.Truncate(time.Minute).UnixMicro(), string(body)).Scan(&times)
		if err != nil || times > 1 {
			return err
		}
		return appendEntry(ctx, tx, e)
	})
}

// noteDelivery marks a delivery as noted in the record, and reports whether it was marked before.
func noteDelivery(ctx context.Context, tx *sql.Tx, delivery string, at time.Time) (bool, error) {
	var was sql.NullInt64
	err := tx.QueryRowContext(ctx, `SELECT noted_us FROM deliveries WHERE id = $1`, delivery).Scan(&was)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil || was.Valid {
		return was.Valid, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE deliveries SET noted_us = $1 WHERE id = $2`, at.UnixMicro(), delivery)
	return false, err
}

// attemptKey is equal for two attempts that count as the same.
func attemptKey(e audit.Entry) string {
	return strings.Join([]string{e.Event, e.Case, e.Detail["why"], e.Detail["command"], e.Detail["target"], e.Detail["choice"]}, " ")
}

// CountRepeats ends the minutes before now: each kind of attempt that was repeated
// becomes one entry, that of its last, with how often it was repeated.
func (s *Store) CountRepeats(ctx context.Context, now time.Time) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		repeated, err := takeAttempts(ctx, tx, now.Truncate(time.Minute))
		for _, e := range repeated {
			if err == nil {
				err = appendEntry(ctx, tx, e)
			}
		}
		return err
	})
}

func takeAttempts(ctx context.Context, tx *sql.Tx, before time.Time) (repeated []audit.Entry, err error) {
	rows, err := tx.QueryContext(ctx, `DELETE FROM attempts WHERE minute_us < $1 RETURNING times, body`, before.UnixMicro())
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var times int64
		var body string
		if err := rows.Scan(&times, &body); err != nil {
			return nil, err
		}
		e, err := audit.Parse([]byte(body))
		if err != nil {
			return nil, err
		}
		if times > 1 {
			e.Detail = maps.Clone(e.Detail)
			if e.Detail == nil {
				e.Detail = map[string]string{}
			}
			e.Detail["repeated"] = strconv.FormatInt(times-1, 10)
			repeated = append(repeated, e)
		}
	}
	return repeated, rows.Err()
}

// Head is the end of the record: how many entries, and the last one's hash.
func (s *Store) Head(ctx context.Context) (int64, audit.Hash, error) { return head(ctx, s.read) }

// querier is a connection or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func head(ctx context.Context, q querier) (number int64, h audit.Hash, err error) {
	var hex string
	err = q.QueryRowContext(ctx, `SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1`).Scan(&number, &hex)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, h, nil
	}
	if err != nil {
		return 0, h, err
	}
	h, err = parseHash(hex)
	return number, h, err
}

// appendEntry adds the next link. The write lock makes it the only one.
func appendEntry(ctx context.Context, tx *sql.Tx, e audit.Entry) error {
	number, prev, err := head(ctx, tx)
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
// case if id is not empty. An entry that is filed under another case than its
// own words say is *audit.Broken: the chain covers the words alone.
func (s *Store) Links(ctx context.Context, id string, f func(audit.Link) error) error {
	rows, err := s.read.QueryContext(ctx,
		`SELECT number, case_id, body, digest, hash FROM audit WHERE $1 = '' OR case_id = $1 ORDER BY number`, id)
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
	var filed, digest, hash string
	err := rows.Scan(&l.Number, &filed, &body, &digest, &hash)
	if body.Valid {
		l.Body = []byte(body.String)
	}
	var errD, errH error
	l.Digest, errD = parseHash(digest)
	l.Hash, errH = parseHash(hash)
	if err := errors.Join(err, errD, errH); err != nil || !body.Valid {
		return l, err
	}
	if e, err := audit.Parse(l.Body); err == nil && e.Case != filed {
		return l, &audit.Broken{Number: l.Number, What: "it is filed under a case that is not its own"}
	}
	return l, nil
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
