package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Process is a process that serves from this database, as it said of itself last (its
// heartbeat).
type Process struct {
	ID      string
	Started time.Time
	Seen    time.Time // when it said this
	// Sockets are those that it holds to its face, with those being opened and those that just
	// ended. Unsure are those of them that its face may count or not: all where the process
	// ended.
	Sockets, Unsure int
	// Others are sockets that none of the processes here explains: another program has the
	// same app. Zero times where there are none.
	Others      int
	OthersSince time.Time
	OthersSeen  time.Time // when that was seen last
}

const (
	// ProcessAlive is how old the last heartbeat of a process may be that still runs.
	ProcessAlive = 30 * time.Second
	// ProcessCounts is how much longer the sockets of a process count: whoever holds the
	// other end may take its time to see that it died.
	ProcessCounts = 2 * time.Minute
	// OthersBear is how long other sockets have to have been seen before no claim is let
	// through: a restart is over by then.
	OthersBear = 5 * time.Minute
)

// OtherSockets says that somebody else gets a part of what people say to the bot.
type OtherSockets struct {
	Count int
	Since time.Time
}

func (o *OtherSockets) Error() string {
	return fmt.Sprintf("store: %d sockets of the app are somebody else's", o.Count)
}

// Beat stores what a process says of itself.
func (s *Store) Beat(ctx context.Context, p Process) error {
	_, err := s.write.ExecContext(ctx,
		`INSERT INTO processes (id, started_us, seen_us, sockets, unsure, others, others_us, others_seen_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		 ON CONFLICT (id) DO UPDATE SET seen_us = excluded.seen_us, sockets = excluded.sockets, unsure = excluded.unsure,
			others = excluded.others, others_us = excluded.others_us, others_seen_us = excluded.others_seen_us`,
		p.ID, p.Started.UnixMicro(), p.Seen.UnixMicro(), p.Sockets, p.Unsure, p.Others, orZero(p.OthersSince), orZero(p.OthersSeen))
	return err
}

// Processes lists the processes that were seen since a time, the oldest first.
func (s *Store) Processes(ctx context.Context, since time.Time) ([]Process, error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT id, started_us, seen_us, sockets, unsure, others, others_us, others_seen_us FROM processes
		 WHERE seen_us >= $1 ORDER BY started_us, id`, since.UnixMicro())
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []Process
	for rows.Next() {
		var p Process
		var started, seen, since, last int64
		if err := rows.Scan(&p.ID, &started, &seen, &p.Sockets, &p.Unsure, &p.Others, &since, &last); err != nil {
			return nil, err
		}
		p.Started, p.Seen, p.OthersSince, p.OthersSeen = time.UnixMicro(started), time.UnixMicro(seen), unlessZero(since), unlessZero(last)
		all = append(all, p)
	}
	return all, rows.Err()
}

// unshared refuses while a live process sees other sockets, and has seen them for long.
func unshared(ctx context.Context, q queries, now time.Time) error {
	var o OtherSockets
	var since int64
	err := q.QueryRowContext(ctx,
		`SELECT others, others_us FROM processes
		 WHERE others > 0 AND seen_us >= $1 AND others_seen_us - others_us >= $2 ORDER BY others_us LIMIT 1`,
		now.Add(-ProcessAlive).UnixMicro(), OthersBear.Microseconds()).Scan(&o.Count, &since)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	o.Since = time.UnixMicro(since)
	return &o
}

// orZero is a time for the database; 0 for the zero time.
func orZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func unlessZero(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us)
}
