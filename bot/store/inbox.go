package store

import (
	"context"
	"database/sql"
	"time"
)

// Delivery is something that a face was handed, kept before it is acknowledged
// so that no crash can lose it.
type Delivery struct {
	ID string // an idempotency key
	// Twin is equal for two deliveries that mean the same, such as two clicks of
	// one person on one button; "" if nothing can mean the same.
	Twin string
	// Stops is the case that it would stop if it counts, such as a no: while it is
	// not judged, no call of the case is claimed. "" for all others.
	Stops    string
	Kind     string
	Body     string // JSON
	Received time.Time
}

// inbox is the part of a Store that keeps deliveries.
type inbox struct{ *db }

// Receive keeps a delivery. fresh is false if it, or its twin, is already here.
func (i inbox) Receive(ctx context.Context, d Delivery) (fresh bool, err error) {
	twin := sql.NullString{String: d.Twin, Valid: d.Twin != ""}
	res, err := i.write.ExecContext(ctx,
		`INSERT INTO deliveries (id, twin, stops, kind, body, received_us) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		d.ID, twin, d.Stops, d.Kind, d.Body, d.Received.UnixMicro())
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// Judged notes that a delivery has been dealt with and answered. Its twin may
// come again from now on: what was refused then may be right now.
func (i inbox) Judged(ctx context.Context, id string, now time.Time) error {
	_, err := i.write.ExecContext(ctx,
		`UPDATE deliveries SET judged_us = $1, twin = NULL WHERE id = $2`, now.UnixMicro(), id)
	return err
}

// IsUnjudged reports whether a delivery is still to be judged.
func (i inbox) IsUnjudged(ctx context.Context, id string) (bool, error) {
	var n int
	err := i.read.QueryRowContext(ctx, `SELECT count(*) FROM deliveries WHERE id = $1 AND judged_us IS NULL`, id).Scan(&n)
	return n == 1, err
}

// Forget drops deliveries that were dealt with before a time: until then they
// keep a late copy of themselves from counting twice.
func (i inbox) Forget(ctx context.Context, before time.Time) error {
	_, err := i.write.ExecContext(ctx, `DELETE FROM deliveries WHERE judged_us < $1`, before.UnixMicro())
	return err
}

// Unjudged lists deliveries received before a time and not dealt with since:
// whoever received them died, or could not judge them. Those that stop a case are
// listed if they came before a time of their own.
func (i inbox) Unjudged(ctx context.Context, before, stopping time.Time, most int) ([]Delivery, error) {
	rows, err := i.read.QueryContext(ctx,
		`SELECT id, kind, body, received_us FROM deliveries
		 WHERE judged_us IS NULL AND (received_us < $1 OR stops <> '' AND received_us < $2) ORDER BY received_us LIMIT $3`,
		before.UnixMicro(), stopping.UnixMicro(), most)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Delivery
	for rows.Next() {
		var d Delivery
		var us int64
		if err := rows.Scan(&d.ID, &d.Kind, &d.Body, &us); err != nil {
			return nil, err
		}
		d.Received = time.UnixMicro(us)
		out = append(out, d)
	}
	return out, rows.Err()
}
