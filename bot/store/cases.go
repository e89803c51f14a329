package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
)

// Card is where people see a case, in words of the face that shows it; "" where it is not
// shown yet. Nobody else reads them.
type Card string

// CaseRow is a case with where, and how far, it is shown.
type CaseRow struct {
	Case     approval.Case
	Card     Card
	ShownSeq int64
	// Exchanges are what went over the wire, once the case is over: nobody asks before.
	Exchanges []approval.Exchange
}

// Create keeps a new case and its first entry. If the same origin already came
// to a case, that one is returned and nothing is written.
func (s *Store) Create(ctx context.Context, c approval.Case, origin string, e audit.Entry) (approval.Case, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return c, err
	}
	err = s.change(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx,
			`INSERT INTO cases (id, version, seq, state, target, body, origin, opened_us, due_us, shown_seq)
			 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $3) ON CONFLICT (origin) DO NOTHING`,
			c.ID, c.Version, c.Seq, c.State, c.Request.Target, string(body), origin, c.Opened.UnixMicro(), micro(c.Due))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			there, errThere := scanCase(tx.QueryRowContext(ctx, `SELECT `+s.caseColumns(ctx)+` FROM cases WHERE origin = $1`, origin))
			c = there
			return errors.Join(err, errThere, known(there))
		}
		return appendEntry(ctx, tx, e)
	})
	return c, err
}

// Opened returns the id of the case that a delivery opened, or ErrNotFound.
func (s *Store) Opened(ctx context.Context, origin string) (string, error) {
	var id string
	err := s.read.QueryRowContext(ctx, `SELECT id FROM cases WHERE origin = $1`, origin).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNotFound
	}
	return id, err
}

// Load reads a case. Of one of a newer release there is only what Case.Newer says, and where
// it is shown: ErrNewer. Where a case was made due since it moved last (Said), its Due says
// so.
func (s *Store) Load(ctx context.Context, id string) (r CaseRow, err error) {
	var due sql.NullInt64
	var old oldCard
	row := s.read.QueryRowContext(ctx,
		`SELECT `+s.caseColumns(ctx)+`, due_us, `+s.cardColumn(ctx)+`, card_channel, card_ts, thread_ts, shown_seq FROM cases WHERE id = $1`, id)
	r.Case, err = scanCase(row, &due, &r.Card, &old.Channel, &old.TS, &old.Thread, &r.ShownSeq)
	r.Card = old.newest(r.Card)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err == nil {
		err = known(r.Case)
	}
	if due.Valid && due.Int64 < r.Case.Due.UnixMicro() {
		r.Case.Due = time.UnixMicro(due.Int64)
	}
	if err == nil && r.Case.State.Terminal() {
		r.Exchanges, err = s.exchanges(ctx, r.Case)
	}
	return r, err
}

// Move is one step of a case, and all that is stored with it or not at all.
type Move struct {
	From      int64 // the seq that was read
	To        approval.Case
	Entry     audit.Entry
	Exchanges []approval.Exchange // what went over the wire since the move before
	Guards    Guards              // of a claim
	Say       []Saying            // what people must be told
}

// Advance makes a move, or does nothing at all. ErrMoved means that somebody else was
// first, and *Newer that it was a newer release; *Held that another case holds one of the things. A claim may meet *Changed, if
// another case acted on one of the things after they were looked at, and ErrStopping,
// if a no came in that nobody has judged yet. By its guards it may also meet
// ErrSuperseded, *Frozen, *Spent or *Cooling. Whoever acts alone may meet *Unsigned.
func (s *Store) Advance(ctx context.Context, m Move) error {
	body, err := json.Marshal(m.To)
	if err != nil {
		return err
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		if err := compareAndSet(ctx, tx, m, string(body)); err != nil {
			return err
		}
		for _, step := range []func(context.Context, *sql.Tx, approval.Case) error{setHolds, unchanged, unstopped, noteActed, noteCameBack, noteReview} {
			if err := step(ctx, tx, m.To); err != nil {
				return err
			}
		}
		if err := guarded(ctx, tx, m.To, m.Guards); err != nil {
			return err
		}
		if err := addExchanges(ctx, tx, m); err != nil {
			return err
		}
		if err := appendEntry(ctx, tx, m.Entry); err != nil {
			return err
		}
		if m.To.State.Terminal() {
			if err := cancelSayings(ctx, tx, m.To.ID, m.Entry.At); err != nil {
				return err
			}
		}
		return say(ctx, tx, m.Say)
	})
}

// compareAndSet is the compare-and-set on a case's seq.
func compareAndSet(ctx context.Context, tx *sql.Tx, m Move, body string) error {
	res, err := tx.ExecContext(ctx,
		`UPDATE cases SET version = $1, seq = $2, state = $3, body = $4, due_us = $5, draw_us = $6 WHERE id = $7 AND seq = $8 AND version <= $9`,
		m.To.Version, m.To.Seq, m.To.State, body, micro(m.To.Due), micro(m.Entry.At), m.To.ID, m.From, approval.Version)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = unmoved(ctx, tx, m.To.ID)
	}
	return err
}

// setHolds makes the holds of a case those of its state.
func setHolds(ctx context.Context, tx *sql.Tx, c approval.Case) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM holds WHERE case_id = $1`, c.ID); err != nil {
		return err
	}
	if !c.State.Holds() {
		return nil
	}
	for _, key := range c.Keys() {
		res, err := tx.ExecContext(ctx,
			`INSERT INTO holds (thing, case_id) VALUES ($1, $2) ON CONFLICT (thing) DO NOTHING`, key, c.ID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			if err != nil {
				return err
			}
			continue
		}
		var by string
		if err := tx.QueryRowContext(ctx, `SELECT case_id FROM holds WHERE thing = $1`, key).Scan(&by); err != nil {
			return err
		}
		return &Held{by}
	}
	return nil
}

// unchanged keeps a case from acting on what another case acted on since this
// one's plan was looked up: people agreed to something that is no more.
func unchanged(ctx context.Context, tx *sql.Tx, c approval.Case) error {
	if !c.CallInFlight() {
		return nil
	}
	for _, key := range c.Keys() {
		var by string
		err := tx.QueryRowContext(ctx, `SELECT case_id FROM acted WHERE thing = $1 AND case_id <> $2 AND ended_us > $3`,
			key, c.ID, c.Plan.Looked.UnixMicro()).Scan(&by)
		if err == nil {
			return &Changed{by}
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}

// unstopped keeps a case from a call while somebody's no waits to be judged: what
// is stored before the claim comes before it.
func unstopped(ctx context.Context, tx *sql.Tx, c approval.Case) error {
	if !c.CallInFlight() {
		return nil
	}
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM deliveries WHERE stops = $1 AND stops <> '' AND judged_us IS NULL`, c.ID).Scan(&n)
	if err == nil && n > 0 {
		err = ErrStopping
	}
	return err
}

// noteActed notes the end of a case whose calls may have done something.
func noteActed(ctx context.Context, tx *sql.Tx, c approval.Case) error {
	if !c.State.Terminal() || !c.Acted() {
		return nil
	}
	for _, key := range c.Keys() {
		_, err := tx.ExecContext(ctx,
			`INSERT INTO acted (thing, case_id, ended_us) VALUES ($1, $2, $3)
			 ON CONFLICT (thing) DO UPDATE SET case_id = excluded.case_id, ended_us = excluded.ended_us`,
			key, c.ID, c.Ended.UnixMicro())
		if err != nil {
			return err
		}
	}
	return nil
}

// Due lists cases that somebody must look after now: first those whose deadline
// or next step has come, then those whose card shows less than there is, each
// with the longest due ahead. So cards that nobody can draw never crowd out a
// deadline. Each half has an index of its own; joined with OR they would read
// every case there ever was.
func (s *Store) Due(ctx context.Context, now time.Time, most int) ([]string, error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT id FROM (
			SELECT id, 0 AS rank, due_us AS at FROM cases WHERE due_us <= $1 AND version <= $3 UNION ALL
			SELECT id, 1, draw_us FROM cases WHERE draw_us <= $1 AND (due_us IS NULL OR due_us > $1) AND version <= $3
		 ) AS due ORDER BY rank, at LIMIT $2`, now.UnixMicro(), most, approval.Version)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// Shown notes what people can see of a case. It never goes backwards.
func (s *Store) Shown(ctx context.Context, id string, seq int64, at Card) error {
	old := oldCardOf(at)
	_, err := s.write.ExecContext(ctx,
		`UPDATE cases SET shown_seq = $1, card = $2, card_channel = $3, card_ts = $4, thread_ts = $5, draw_us = CASE WHEN seq = $1 THEN NULL ELSE draw_us END
		 WHERE id = $6 AND shown_seq <= $1`,
		seq, at, old.Channel, old.TS, old.Thread, id)
	return err
}

// PostponeDraw puts off the drawing of a case, unless it has moved since seq or
// somebody else drew it.
func (s *Store) PostponeDraw(ctx context.Context, id string, seq int64, until time.Time) error {
	_, err := s.write.ExecContext(ctx, `UPDATE cases SET draw_us = $1 WHERE id = $2 AND seq = $3 AND shown_seq < $3`, until.UnixMicro(), id, seq)
	return err
}

// Holder returns the id of the live case that holds a thing, or "".
func (s *Store) Holder(ctx context.Context, thing string) (string, error) {
	var id string
	err := s.read.QueryRowContext(ctx, `SELECT case_id FROM holds WHERE thing = $1`, thing).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// micro is a time for the database; the zero time is NULL.
func micro(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: !t.IsZero()}
}
