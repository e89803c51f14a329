package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"quell/bot/audit"
)

// Freeze is that nothing may be done on a target.
type Freeze struct {
	Target     string // "" for everything
	By         string // the actor of its entry
	Reason     string
	At         time.Time
	UnfreezeBy string // the first of the two who lift the freeze; "" for nobody
	UnfreezeAt time.Time
}

const freezeColumns = `SELECT target, by_whom, reason, at_us, thaw_by, thaw_us FROM freezes`

func scanFreeze(row interface{ Scan(...any) error }) (f Freeze, err error) {
	var at, asked int64
	err = row.Scan(&f.Target, &f.By, &f.Reason, &at, &f.UnfreezeBy, &asked)
	f.At = time.UnixMicro(at)
	if f.UnfreezeBy != "" {
		f.UnfreezeAt = time.UnixMicro(asked)
	}
	return f, err
}

// Freeze stops all claims on a target, from this moment on. A target that is frozen already
// stays frozen, with the newer reason, and the first of two who lift it has to ask again. The
// sayings about the freeze are stored with it. Their keys are idempotency keys of the freeze
// as well: the same freeze is not made twice, not even after it was lifted.
func (s *Store) Freeze(ctx context.Context, f Freeze, e audit.Entry, tell ...Saying) error {
	if !s.migrated(ctx) {
		tell = nil // an older release has no outbox, and its freeze must not wait for a newer one
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		if again, err := saidBefore(ctx, tx, tell); err != nil || again {
			return err
		}
		_, err := tx.ExecContext(ctx,
			`INSERT INTO freezes (target, by_whom, reason, at_us) VALUES ($1, $2, $3, $4)
			 ON CONFLICT (target) DO UPDATE SET by_whom = excluded.by_whom, reason = excluded.reason, at_us = excluded.at_us, thaw_by = '', thaw_us = 0`,
			f.Target, f.By, f.Reason, f.At.UnixMicro())
		if err != nil {
			return err
		}
		if err := appendEntry(ctx, tx, e); err != nil {
			return err
		}
		return say(ctx, tx, tell)
	})
}

// UnfreezeWithin is how long the first of two who lift a freeze may wait for the second.
const UnfreezeWithin = 15 * time.Minute

// Unfreeze is one person's request to lift a freeze. The request of a second person within
// UnfreezeWithin lifts the freeze, and done says so. ErrNotFound means that the target is not
// frozen. tell returns the sayings about either, which are stored with it; nil for none. It is
// called within the transaction and must not ask the store. The keys of the sayings are
// idempotency keys of the request as well: if they are stored, done is what it was then.
func (s *Store) Unfreeze(ctx context.Context, target string, e audit.Entry, tell func(done bool) []Saying) (done bool, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		again, was, err := unfreezeTold(ctx, tx, tell)
		if err != nil || again {
			done = was
			return err
		}
		f, err := scanFreeze(tx.QueryRowContext(ctx, freezeColumns+` WHERE target = $1`, target))
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		done = f.UnfreezeBy != "" && f.UnfreezeBy != e.Actor && e.At.Sub(f.UnfreezeAt) < UnfreezeWithin
		if done {
			e.Event = "unfreeze"
			_, err = tx.ExecContext(ctx, `DELETE FROM freezes WHERE target = $1`, target)
		} else {
			_, err = tx.ExecContext(ctx, `UPDATE freezes SET thaw_by = $1, thaw_us = $2 WHERE target = $3`, e.Actor, e.At.UnixMicro(), target)
		}
		if err != nil {
			return err
		}
		if err := appendEntry(ctx, tx, e); err != nil || tell == nil {
			return err
		}
		return say(ctx, tx, tell(done))
	})
	return done, err
}

// unfreezeTold reports whether the same request counted before, and whether it lifted the
// freeze then.
func unfreezeTold(ctx context.Context, tx *sql.Tx, tell func(done bool) []Saying) (again, done bool, err error) {
	if tell == nil {
		return false, false, nil
	}
	if again, err = saidBefore(ctx, tx, tell(true)); err != nil || again {
		return again, true, err
	}
	again, err = saidBefore(ctx, tx, tell(false))
	return again, false, err
}

// Freezes lists what is frozen.
func (s *Store) Freezes(ctx context.Context) ([]Freeze, error) {
	rows, err := s.read.QueryContext(ctx, freezeColumns+` ORDER BY target`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []Freeze
	for rows.Next() {
		f, err := scanFreeze(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, rows.Err()
}
