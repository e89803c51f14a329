package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
)

// Freeze is that nothing may be done on a target.
type Freeze struct {
	Target     string // "" for everything
	By         string // the actor of its entry
	Reason     string
	At         time.Time // of the newest reason
	Since      time.Time // when it began
	UnfreezeBy string    // the first of the two who lift the freeze; "" for nobody
	UnfreezeAt time.Time
}

const freezeColumns = `SELECT target, by_whom, reason, at_us, since_us, thaw_by, thaw_us FROM freezes`

func scanFreeze(row interface{ Scan(...any) error }) (f Freeze, err error) {
	var at, since, asked int64
	err = row.Scan(&f.Target, &f.By, &f.Reason, &at, &since, &f.UnfreezeBy, &asked)
	f.At, f.Since = time.UnixMicro(at), time.UnixMicro(cmp.Or(since, at))
	if f.UnfreezeBy != "" {
		f.UnfreezeAt = time.UnixMicro(asked)
	}
	return f, err
}

// Freeze stops all claims on a target, from this moment on. A target that is frozen already
// stays frozen, with the newer reason, and the first of two who lift it has to ask again.
// tell returns the sayings about the freeze, which are stored with it, by the freeze that was in force
// before (whose By is "" if there was none) and the cases that it holds; nil for none. It must not ask
// the store. Their keys, and the delivery that brought the
// freeze, are idempotency keys of it: the same freeze is not made twice, not even after it was
// lifted.
func (s *Store) Freeze(ctx context.Context, delivery string, f Freeze, e audit.Entry, tell func(before Freeze, holds []approval.Case) []Saying) error {
	if !s.migrated(ctx) {
		return s.freezeOld(ctx, f, e) // an older release has no outbox, and its freeze must not wait for a newer one
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		holds, err := s.heldBy(ctx, tx, f.Target)
		if err != nil {
			return err
		}
		before, err := s.freezeBefore(ctx, tx, f.Target)
		if err != nil {
			return err
		}
		var told []Saying
		if tell != nil {
			told = tell(before, holds)
		}
		if again, err := saidBefore(ctx, tx, told); err != nil || again {
			return err
		}
		if again, err := noteDelivery(ctx, tx, delivery, e.At); err != nil || again {
			return err
		}
		noted := s.noteSince(ctx, tx, f.Target)
		if err := freezeNow(ctx, tx, f, e); err != nil {
			return err
		}
		return errors.Join(noted, s.noteSince(ctx, tx, f.Target), say(ctx, tx, told))
	})
}

// freezeOf is what is in force on a target itself, or on everything for ""; ErrNotFound if nothing is.
func freezeOf(ctx context.Context, tx *sql.Tx, target string) (Freeze, error) {
	f, err := scanFreeze(tx.QueryRowContext(ctx, freezeColumns+` WHERE target = $1`, target))
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return f, err
}

// freezeBefore is freezeOf, or none; so it is for a tool where no program of this release has served yet.
func (s *Store) freezeBefore(ctx context.Context, tx *sql.Tx, target string) (Freeze, error) {
	if !s.has(ctx, `since_us FROM freezes`) {
		return Freeze{}, nil
	}
	f, err := freezeOf(ctx, tx, target)
	if errors.Is(err, ErrNotFound) {
		return Freeze{}, nil
	}
	return f, err
}

// noteSince notes when a freeze began. A release that knew no such time may have stored it.
func (s *Store) noteSince(ctx context.Context, tx *sql.Tx, target string) error {
	if !s.has(ctx, `since_us FROM freezes`) {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE freezes SET since_us = at_us WHERE target = $1 AND since_us = 0`, target)
	return err
}

func (s *Store) freezeOld(ctx context.Context, f Freeze, e audit.Entry) error {
	return s.change(ctx, func(tx *sql.Tx) error { return freezeNow(ctx, tx, f, e) })
}

func freezeNow(ctx context.Context, tx *sql.Tx, f Freeze, e audit.Entry) error {
	_, err := tx.ExecContext(ctx,
		`INSERT INTO freezes (target, by_whom, reason, at_us) VALUES ($1, $2, $3, $4)
		 ON CONFLICT (target) DO UPDATE SET by_whom = excluded.by_whom, reason = excluded.reason, at_us = excluded.at_us, thaw_by = '', thaw_us = 0`,
		f.Target, f.By, f.Reason, f.At.UnixMicro())
	if err != nil {
		return err
	}
	return appendEntry(ctx, tx, e)
}

// heldBy are the live cases that a freeze of a target, or of everything for "", keeps from a
// call, in the order in which they were asked. It only serves what is said of them: one that
// cannot be read is left out, for it must keep nobody from freezing.
func (s *Store) heldBy(ctx context.Context, q queries, target string) (held []approval.Case, err error) {
	rows, err := q.QueryContext(ctx,
		`SELECT `+s.caseColumns(ctx)+` FROM cases WHERE due_us IS NOT NULL AND state <> 'verifying' AND ($1 = '' OR target = $1) ORDER BY opened_us, id`, target)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if c, err := scanCase(rows); err == nil {
			held = append(held, c)
		}
	}
	return held, rows.Err()
}

// longFreeze is how long a freeze may take without anybody being asked once more.
const longFreeze = time.Minute

// tookLong says that a freeze took so long that what it held asks once more before it goes on:
// people agreed to something on a system that may be another one by now.
func tookLong(since, lifted time.Time) bool { return lifted.Sub(since) > longFreeze }

// UnfreezeWithin is how long the first of two who lift a freeze may wait for the second.
const UnfreezeWithin = 15 * time.Minute

// Unfreezing is one person's request to lift a freeze, with what it came to.
type Unfreezing struct {
	Of    Freeze    // what is to be lifted
	Done  bool      // the freeze is lifted: two people have asked for it
	Asked time.Time // when the same person asked before, if that still counts; zero if it is their first request
	Holds []FrozenCase
}

// FrozenCase is a live case that a freeze holds, as it goes on once that freeze is lifted.
type FrozenCase struct {
	approval.Case
	Asks *Lifted // the long freeze because of which its claim is refused then; nil for none
}

// EndsOnLifting says that a case does not go on: it would ask once more, and has done so before.
func (c FrozenCase) EndsOnLifting() bool { return c.Asks != nil && c.AskedOnceMore() }

// Unfreeze is one person's request to lift a freeze. The request of a second person within
// UnfreezeWithin lifts the freeze, and done says so; what it held is due then. Whoever asks
// again within that time changes nothing: the time runs from their first request. ErrNotFound
// means that the target is not frozen. tell returns the sayings about the request, which are
// stored with it; nil for none. It is called within the transaction and must not ask the store.
// The keys of the sayings are idempotency keys of the request as well: if they are stored, done
// is what it was then.
func (s *Store) Unfreeze(ctx context.Context, target string, e audit.Entry, tell func(Unfreezing) []Saying) (done bool, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		again, was, err := unfreezeTold(ctx, tx, tell)
		if err != nil || again {
			done = was
			return err
		}
		f, err := freezeOf(ctx, tx, target)
		if err != nil {
			return err
		}
		u, err := s.unfreezing(ctx, tx, f, e)
		if err != nil {
			return err
		}
		if done = u.Done; done {
			e.Event = "unfreeze"
		}
		if err := errors.Join(u.note(ctx, tx, target, e), appendEntry(ctx, tx, e)); err != nil || tell == nil {
			return err
		}
		return say(ctx, tx, tell(u))
	})
	return done, err
}

// unfreezing is what a request to lift a freeze comes to.
func (s *Store) unfreezing(ctx context.Context, tx *sql.Tx, f Freeze, e audit.Entry) (Unfreezing, error) {
	u, counts := Unfreezing{Of: f}, e.At.Sub(f.UnfreezeAt) < UnfreezeWithin
	switch {
	case f.UnfreezeBy == "" || !counts:
	case f.UnfreezeBy == e.Actor:
		u.Asked = f.UnfreezeAt
	default:
		u.Done = true
	}
	cases, err := s.heldBy(ctx, tx, f.Target)
	if err != nil {
		return u, err
	}
	for _, c := range cases {
		asks, err := asksAfter(ctx, tx, c, f, e.At)
		if err != nil {
			return u, err
		}
		u.Holds = append(u.Holds, FrozenCase{c, asks})
	}
	return u, nil
}

// asksAfter is the long freeze because of which a case's claim is refused once f is lifted: f
// itself, or one that was lifted before. Nil for none.
func asksAfter(ctx context.Context, tx *sql.Tx, c approval.Case, f Freeze, at time.Time) (*Lifted, error) {
	if !c.Agreed.IsZero() && tookLong(f.Since, at) {
		return &Lifted{f, at}, nil
	}
	err := agreedSince(ctx, tx, c)
	if l, ok := errors.AsType[*Lifted](err); ok {
		return l, nil
	}
	return nil, err
}

// note stores a request to lift a freeze, or lifts it.
func (u Unfreezing) note(ctx context.Context, tx *sql.Tx, target string, e audit.Entry) error {
	switch {
	case u.Done:
		return lift(ctx, tx, target, e.At)
	case !u.Asked.IsZero():
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE freezes SET thaw_by = $1, thaw_us = $2 WHERE target = $3`, e.Actor, e.At.UnixMicro(), target)
	return err
}

// lift ends a freeze, and makes what it held due.
func lift(ctx context.Context, tx *sql.Tx, target string, at time.Time) error {
	_, err := tx.ExecContext(ctx,
		`INSERT INTO lifted (target, by_whom, reason, since_us, lifted_us)
		 SELECT target, by_whom, reason, CASE WHEN since_us = 0 THEN at_us ELSE since_us END, $2 FROM freezes WHERE target = $1`, target, at.UnixMicro())
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM freezes WHERE target = $1`, target); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx,
		`UPDATE cases SET due_us = $2 WHERE state = 'approved' AND due_us > $2 AND ($1 = '' OR target = $1) AND version <= $3`,
		target, at.UnixMicro(), approval.Version)
	return err
}

// unfreezeTold reports whether the same request counted before, and whether it lifted the
// freeze then.
func unfreezeTold(ctx context.Context, tx *sql.Tx, tell func(Unfreezing) []Saying) (again, done bool, err error) {
	if tell == nil {
		return false, false, nil
	}
	if again, err = saidBefore(ctx, tx, tell(Unfreezing{Done: true})); err != nil || again {
		return again, true, err
	}
	again, err = saidBefore(ctx, tx, tell(Unfreezing{}))
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
