package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"math"
	"time"

	"quell/bot/approval"
	"quell/bot/audit"
)

// Card is where people see a case: opaque to all but the face that shows it; "" for a case
// that is not shown yet.
type Card string

// CaseRow is a case as stored, with its card and the seq that the card shows.
type CaseRow struct {
	Case     approval.Case
	Card     Card
	ShownSeq int64
	// DrawAt is when a drawing of the case is due; zero if none is.
	DrawAt time.Time
	// Posting is the end of the newest lease on posting a card of the case, or in its thread; zero
	// if none was taken since one was given back.
	Posting time.Time
	// Exchanges with the vendor; read only for a case that has ended.
	Exchanges []approval.Exchange
}

// Create stores a new case and its first audit entry. origin is an idempotency key: if it
// opened a case before, that case is returned and nothing is written. *TooManyOpen means that the
// asker has too many open cases.
func (s *Store) Create(ctx context.Context, c approval.Case, origin string, e audit.Entry) (approval.Case, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return c, err
	}
	err = s.change(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx,
			`INSERT INTO cases (id, version, seq, state, target, body, origin, opened_us, due_us, shown_seq, person, channel)
			 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $3, $10, $11) ON CONFLICT (origin) DO NOTHING`,
			c.ID, c.Version, c.Seq, c.State, c.Request.Target, string(body), origin, c.Opened.UnixMicro(), micro(c.Due), person(c), c.Request.Channel)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			there, errThere := scanCase(tx.QueryRowContext(ctx, `SELECT `+s.caseColumns(ctx)+` FROM cases WHERE origin = $1`, origin))
			c = there
			return errors.Join(err, errThere, refuseNewer(there))
		}
		if err := s.affordsOpen(ctx, tx, c); err != nil {
			return err
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

// Load reads a case. Of a case that a newer release stored it returns only what Case.Newer
// lists, and the card, with ErrNewer. If the case was made due since its last move (Said), its
// Due says so.
func (s *Store) Load(ctx context.Context, id string) (r CaseRow, err error) {
	var due, draw, posting sql.NullInt64
	var old oldCard
	row := s.read.QueryRowContext(ctx,
		`SELECT `+s.caseColumns(ctx)+`, due_us, `+s.cardColumn(ctx)+`, card_channel, card_ts, thread_ts, shown_seq, draw_us, `+s.postingColumn(ctx)+` FROM cases WHERE id = $1`, id)
	r.Case, err = scanCase(row, &due, &r.Card, &old.Channel, &old.TS, &old.Thread, &r.ShownSeq, &draw, &posting)
	r.Card = old.newest(r.Card)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err == nil {
		err = refuseNewer(r.Case)
	}
	if due.Valid && due.Int64 < r.Case.Due.UnixMicro() {
		r.Case.Due = time.UnixMicro(due.Int64)
	}
	if draw.Valid {
		r.DrawAt = time.UnixMicro(draw.Int64).UTC()
	}
	if posting.Valid {
		r.Posting = time.UnixMicro(posting.Int64).UTC()
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
	Exchanges []approval.Exchange // those since the move before
	Guards    Guards              // of a claim
	Say       []Saying            // what people must be told
}

// Advance makes a move in one transaction, or does nothing at all. The seq of a case is an
// optimistic lock: ErrMoved means that the case has moved since it was read, and *Newer that a
// newer release moved it. *Held means that another case has a hold on one of the things. A
// claim may also return *Changed, if another case acted on one of the things since they were
// looked at; ErrStopping, if a no is in the inbox that is not judged yet; and, by its guards,
// ErrSuperseded, *Frozen, *Lifted, *Spent or *Cooling. A break-glass may return *Unsigned.
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
		if err := cancelOld(ctx, tx, m); err != nil {
			return err
		}
		return say(ctx, tx, m.Say)
	})
}

// compareAndSet writes the case if it still has the seq that was read (optimistic lock).
func compareAndSet(ctx context.Context, tx *sql.Tx, m Move, body string) error {
	res, err := tx.ExecContext(ctx,
		`UPDATE cases SET version = $1, seq = $2, state = $3, body = $4, due_us = $5, draw_us = $6 WHERE id = $7 AND seq = $8 AND version <= $9`,
		m.To.Version, m.To.Seq, m.To.State, body, micro(m.To.Due), micro(m.Entry.At.Add(m.To.Rest())), m.To.ID, m.From, approval.Version)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = unmoved(ctx, tx, m.To.ID)
	}
	return err
}

// cancelOld gives up the unsaid sayings that a move makes old. While somebody acts alone these are what
// asked for a decision before: what asks to stop it came with that, or later.
func cancelOld(ctx context.Context, tx *sql.Tx, m Move) error {
	if m.To.State != approval.Pending {
		before := int64(math.MaxInt64)
		if m.To.Stoppable() {
			before = m.To.BreakGlass.At.UnixMicro()
		}
		if err := cancelAsking(ctx, tx, m.To.ID, before, m.Entry.At); err != nil {
			return err
		}
	}
	if !m.To.State.Terminal() {
		return nil
	}
	return cancelSayings(ctx, tx, m.To.ID, m.Entry.At)
}

// setHolds takes or frees the case's holds on its things, as its state demands.
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

// unchanged refuses a claim if another case acted on one of the things since the plan was
// looked up: people approved something that is no more.
func unchanged(ctx context.Context, tx *sql.Tx, c approval.Case) error {
	if !c.Items.CallInFlight() {
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

// unstopped refuses a claim while a no to the case waits in the inbox: a no that is stored
// before the claim is judged before it.
func unstopped(ctx context.Context, tx *sql.Tx, c approval.Case) error {
	if !c.Items.CallInFlight() {
		return nil
	}
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM deliveries WHERE stops = $1 AND stops <> '' AND judged_us IS NULL`, c.ID).Scan(&n)
	if err == nil && n > 0 {
		err = ErrStopping
	}
	return err
}

// noteActed notes, at the end of a case, on which things its calls acted or may have acted.
func noteActed(ctx context.Context, tx *sql.Tx, c approval.Case) error {
	if !c.State.Terminal() || !c.Items.Acted() {
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

// Due lists the cases that a sweep must look after now: first those whose deadline or next
// step has come, then those whose card is behind or that have a stray card, the longest due
// ahead in each half. So cards that cannot be drawn never crowd out a deadline. Each part has
// an index of its own; one query with OR would read every case that there ever was.
func (s *Store) Due(ctx context.Context, now time.Time, most int) ([]string, error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT id FROM (
			SELECT id, 0 AS rank, due_us AS at FROM cases WHERE due_us <= $1 AND version <= $2 UNION ALL
			SELECT id, 1, draw_us FROM cases WHERE draw_us <= $1 AND (due_us IS NULL OR due_us > $1) AND version <= $2 UNION ALL
			SELECT s.case_id, 1, s.due_us`+strayRows+` AND (c.due_us IS NULL OR c.due_us > $1)
		 ) AS due GROUP BY id ORDER BY min(rank), min(at) LIMIT CAST($3 AS BIGINT)`, now.UnixMicro(), approval.Version, most)
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

// Holder returns the id of the live case that has the hold on a thing, or "".
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
