package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Delivery is a row of the inbox: what a face was handed, stored before it is acknowledged, so
// that no crash can lose it.
type Delivery struct {
	ID string // an idempotency key
	// Twin is equal for two deliveries that mean the same, such as two clicks of one person
	// on one button (debounce); "" if no other can mean the same.
	Twin string
	// Stops is the case that the delivery would stop, such as with a no: until the delivery
	// is judged, no call of that case is claimed. "" for all other deliveries.
	Stops    string
	Kind     string
	Body     string // JSON
	Received time.Time
}

// inbox is the part of a Store that keeps deliveries.
type inbox struct{ *db }

// Receive stores a delivery. fresh is false if the delivery, or a twin, is stored already.
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

// Judged notes that a delivery is judged and answered. A twin counts from now on: what was
// refused before may be allowed by now.
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

// Delivery is a stored delivery, judged or not; ErrNotFound once it is forgotten.
func (i inbox) Delivery(ctx context.Context, id string) (d Delivery, err error) {
	var us int64
	err = i.read.QueryRowContext(ctx, `SELECT id, kind, body, received_us FROM deliveries WHERE id = $1`, id).Scan(&d.ID, &d.Kind, &d.Body, &us)
	if errors.Is(err, sql.ErrNoRows) {
		return d, ErrNotFound
	}
	d.Received = time.UnixMicro(us)
	return d, err
}

// Forget drops deliveries that were judged before a time: until then their ids keep a late
// copy from counting twice.
func (i inbox) Forget(ctx context.Context, before time.Time) error {
	_, err := i.write.ExecContext(ctx, `DELETE FROM deliveries WHERE judged_us < $1`, before.UnixMicro())
	return err
}

// Unjudged lists the deliveries that were received before a time and are not judged: the
// process that received them died, or could not judge them. For deliveries that stop a case
// that time is another one (stopping).
func (i inbox) Unjudged(ctx context.Context, before, stopping time.Time, most int) ([]Delivery, error) {
	rows, err := i.read.QueryContext(ctx,
		`SELECT id, kind, body, received_us FROM deliveries
		 WHERE judged_us IS NULL AND (received_us < $1 OR stops <> '' AND received_us < $2) ORDER BY received_us LIMIT CAST($3 AS BIGINT)`,
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
