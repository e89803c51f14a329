package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"quell/bot/approval"
	"quell/commands/words"
)

// Saying is a row of the outbox: something that people must be told. It is stored in the
// transaction of its cause and kept until it is said or given up.
type Saying struct {
	Key       string // idempotency key: a second saying with the same key is not stored
	Place     string // a channel, opaque here
	Message   words.Message
	Push      words.Message // the line that a phone shows of it; zero where that is the Message itself
	NotBefore time.Time
	Until     time.Time // given up after this; each kind has a rule of its own
	// Topic is set for news of which only the newest is worth saying: a saying replaces the
	// unsaid ones of its topic and place. "" for news that must be said whatever comes after.
	Topic string
	// Case is the case that waits for this saying: it is made due once the saying is said or
	// dropped, and once the case has ended the saying is given up. "" for none.
	Case string
	// Repeat has the saying said again after a lost answer (at least once), because its case
	// may not go on before people know. All others are said at most once.
	Repeat bool
	// Thread is the case in the thread of whose card the saying is said, once that is posted; "" for
	// the place itself.
	Thread string
	// Asks says that the saying asks people to decide the case of Thread, or to stop who acts alone on it:
	// it is given up as soon as the case does not wait for them any more.
	Asks bool
	// Replaces is the key of an earlier saying that is edited into this one, once that was said; where
	// it never was, this one is given up. Editing twice is the same as once, so Repeat may be set.
	Replaces string
	// Stops is the fingerprint of the plan of Case, where whoever reads the saying is offered to stop
	// that case; "" for no such offer.
	Stops    string
	At       Card   // of Replaces, or the card of Thread: where that is; kept by the store
	Attempts int    // how often it was claimed; kept by the store
	Why      string // the last refusal, or why it was dropped; kept by the store
}

// Lost says that a saying is to replace one that was never said, as far as is known.
func (s Saying) Lost() bool { return s.Replaces != "" && s.At == "" }

// Result is what became of a saying. While both times are zero the saying is still to be said,
// and Why is the last refusal.
type Result struct {
	Said    time.Time // when it was known to have been said
	Dropped time.Time // when it was given up, or lost: then nobody knows whether it was said
	Why     string
}

// outbox is the part of a Store that keeps sayings.
type outbox struct{ *db }

// Say stores sayings that have no other cause to be stored with.
func (o outbox) Say(ctx context.Context, all ...Saying) error {
	return o.change(ctx, func(tx *sql.Tx) error { return say(ctx, tx, all) })
}

// saidBefore reports whether one of these sayings is stored already: then so is its cause.
func saidBefore(ctx context.Context, tx *sql.Tx, all []Saying) (bool, error) {
	for _, one := range all {
		var n int
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sayings WHERE id = $1`, one.Key).Scan(&n)
		if err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}

// cancelSayings gives up the unsaid sayings of a case that has ended.
func cancelSayings(ctx context.Context, tx *sql.Tx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx,
		`UPDATE sayings SET ended_us = $1, why = 'the case was over first' WHERE case_id = $2 AND ended_us IS NULL AND claimed = 0`, now.UnixMicro(), id)
	return err
}

// cancelAsking gives up the unsaid sayings from before a time that ask people to decide a case, which is
// decided.
func cancelAsking(ctx context.Context, tx *sql.Tx, id string, before int64, now time.Time) error {
	_, err := tx.ExecContext(ctx,
		`UPDATE sayings SET ended_us = $1, why = 'it was decided first'
		 WHERE thread_of = $2 AND asks = 1 AND not_before_us < $3 AND ended_us IS NULL AND claimed = 0`, now.UnixMicro(), id, before)
	return err
}

func say(ctx context.Context, tx *sql.Tx, all []Saying) error {
	for _, one := range all {
		if err := sayOne(ctx, tx, one); err != nil {
			return fmt.Errorf("outbox: %q: %w", one.Key, err)
		}
	}
	return nil
}

// sayOne stores one saying. News for a place ends the pause of what waits there, which
// goes first.
func sayOne(ctx context.Context, tx *sql.Tx, one Saying) error {
	if one.Key == "" || one.Place == "" || one.Message.IsZero() || one.Until.IsZero() {
		return errors.New("a saying needs a key, a place, a message and an end")
	}
	body, err := json.Marshal(one.Message)
	if err != nil {
		return err
	}
	push, err := json.Marshal(one.Push)
	if err != nil {
		return err
	}
	res, err := insertSaying(ctx, tx, one, string(body), string(push))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx,
		`UPDATE sayings SET ended_us = $1, why = 'something newer took its place'
		 WHERE place = $2 AND topic = $3 AND topic <> '' AND id <> $4 AND ended_us IS NULL AND claimed = 0`,
		one.NotBefore.UnixMicro(), one.Place, one.Topic, one.Key); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE sayings SET free_us = not_before_us WHERE place = $1 AND ended_us IS NULL AND claimed = 0`, one.Place)
	return err
}

// insertSaying stores a saying unless one with its key is there. Only a saying that has one names the
// ways of a newer release: a tool writes into a database whose tables may be older than it.
func insertSaying(ctx context.Context, tx *sql.Tx, one Saying, body, push string) (sql.Result, error) {
	columns, values := "", ""
	args := []any{
		one.Key, one.Place, body, one.Topic, one.Case, flag(one.Repeat), one.NotBefore.UnixMicro(), one.Until.UnixMicro(),
	}
	if one.Thread != "" || one.Replaces != "" || one.Stops != "" || !one.Push.IsZero() {
		columns, values = ", thread_of, replaces, stops, asks, push", ", $9, $10, $11, $12, $13"
		args = append(args, one.Thread, one.Replaces, one.Stops, flag(one.Asks), push)
	}
	return tx.ExecContext(ctx,
		`INSERT INTO sayings (id, number, place, message, topic, case_id, repeats, not_before_us, until_us, free_us`+columns+`)
		 VALUES ($1, (SELECT COALESCE(MAX(number), 0) + 1 FROM sayings), $2, $3, $4, $5, $6, $7, $8, $7`+values+`) ON CONFLICT (id) DO NOTHING`, args...)
}

// flag is a bool for the database.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// sayingColumns are those of a Saying. Where it is to be said beside or in place of something, that
// is where that is by now.
const sayingColumns = ` id, place, message, topic, case_id, repeats, not_before_us, until_us, attempts, why, thread_of, replaces, stops, push,
	COALESCE((SELECT c.card FROM cases AS c WHERE c.id = sayings.thread_of), (SELECT r.said_at FROM sayings AS r WHERE r.id = sayings.replaces), '')`

// Claim takes at most so many sayings that may be said now, for one sender, whose lease ends
// at until. Each place has two lanes, one for sayings that may be repeated (Saying.Repeat) and
// one for all others; so has each thread (Saying.Thread), and so have those that replace earlier ones
// (Saying.Replaces), for a new notice waits for no old one. One saying is taken of each lane. After
// an error none is taken. A saying waits for the card in whose thread it is said, and for the
// saying that it replaces.
//
// A lane keeps the order of writing: a later saying waits while an earlier one is open,
// however long the earlier one is in backoff. A place that takes no posts takes them from
// nobody, so overtaking would win nothing but the wrong order later: a freeze told after its
// lifting. The two lanes do not wait for each other, because a case waits for a saying that
// may be repeated. A saying in backoff is tried at once when another is written for its place,
// and is out of the way after its end (Until). A saying before its time (NotBefore) is in no
// other's way.
//
// When a lease runs out without a result, only a saying that may be repeated is claimed again,
// and only while its case has not ended.
func (o outbox) Claim(ctx context.Context, now, until time.Time, most int) ([]Saying, error) {
	if idle, err := o.idle(ctx, now); err != nil || idle {
		return nil, err
	}
	var all []Saying
	err := o.change(ctx, func(tx *sql.Tx) (err error) {
		// What may change between the inner query and the update is asked in both.
		all, err = sayings(tx.QueryContext(ctx,
			`UPDATE sayings SET claimed = 1, free_us = $2, attempts = attempts + 1
			 WHERE ended_us IS NULL AND free_us <= $1 AND (claimed = 0 OR repeats = 1) AND id IN (
				SELECT s.id FROM sayings AS s
				WHERE s.ended_us IS NULL AND s.free_us <= $1 AND (s.claimed = 0 OR s.repeats = 1) AND s.until_us > $1
				AND NOT EXISTS (SELECT 1 FROM cases AS c WHERE c.id = s.case_id AND c.due_us IS NULL)
				AND NOT EXISTS (SELECT 1 FROM cases AS c WHERE c.id = s.thread_of AND c.card = '')
				AND NOT EXISTS (SELECT 1 FROM sayings AS r WHERE r.id = s.replaces AND r.ended_us IS NULL)
				AND NOT EXISTS (
					SELECT 1 FROM sayings AS o WHERE o.place = s.place AND o.thread_of = s.thread_of AND o.repeats = s.repeats
					AND (o.replaces = '') = (s.replaces = '') AND o.ended_us IS NULL AND o.id <> s.id
					AND (o.number < s.number AND o.not_before_us <= $1 OR o.claimed = 1 AND o.free_us > $1))
				ORDER BY s.number LIMIT CAST($3 AS BIGINT))
			 RETURNING`+sayingColumns, now.UnixMicro(), until.UnixMicro(), most))
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// idle spares a sweep that finds nothing the write lock.
func (o outbox) idle(ctx context.Context, now time.Time) (bool, error) {
	var n int
	err := o.read.QueryRowContext(ctx,
		`SELECT count(*) FROM (SELECT 1 FROM sayings WHERE ended_us IS NULL AND (free_us <= $1 OR until_us <= $1) LIMIT 1) AS open`,
		now.UnixMicro()).Scan(&n)
	return n == 0, err
}

// GiveUp drops the sayings whose time is over, and those whose sender died after claiming
// them: nobody knows whether these were said, and they are said at most once, or their case has ended.
// It returns the sayings that it dropped.
func (o outbox) GiveUp(ctx context.Context, now time.Time) ([]Saying, error) {
	if idle, err := o.idle(ctx, now); err != nil || idle {
		return nil, err
	}
	var all []Saying
	err := o.change(ctx, func(tx *sql.Tx) (err error) {
		all, err = sayings(tx.QueryContext(ctx,
			`UPDATE sayings SET ended_us = $1, claimed = 0, why = CASE
				WHEN claimed = 1 AND repeats = 0 THEN 'nobody knows whether it was said: its sender died, or could not store the answer'
				WHEN why = '' THEN 'its time was over' ELSE 'its time was over: ' || why END
			 WHERE ended_us IS NULL AND (claimed = 0 AND until_us <= $1 OR claimed = 1 AND free_us <= $1 AND (
				repeats = 0 OR until_us <= $1 OR EXISTS (SELECT 1 FROM cases AS c WHERE c.id = sayings.case_id AND c.due_us IS NULL)))
			 RETURNING`+sayingColumns, now.UnixMicro()))
		for _, one := range all {
			err = errors.Join(err, makeDue(ctx, tx, one.Case, now))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func sayings(rows *sql.Rows, err error) (all []Saying, _ error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one Saying
		var message, push string
		var repeats, notBefore, until int64
		if err := rows.Scan(&one.Key, &one.Place, &message, &one.Topic, &one.Case, &repeats, &notBefore, &until, &one.Attempts, &one.Why,
			&one.Thread, &one.Replaces, &one.Stops, &push, &one.At); err != nil {
			return nil, err
		}
		if json.Unmarshal([]byte(message), &one.Message) != nil {
			one.Message = words.Message{} // a damaged row is given up by its sender, and keeps no other back
		}
		if push != "" && json.Unmarshal([]byte(push), &one.Push) != nil {
			one.Push = words.Message{} // its Message says it as well
		}
		one.Repeat, one.NotBefore, one.Until = repeats == 1, time.UnixMicro(notBefore), time.UnixMicro(until)
		all = append(all, one)
	}
	return all, rows.Err()
}

// Said notes that a saying is known to have been said, and where, also if it was given up
// meanwhile. The case that waits for the saying is due from now on.
func (o outbox) Said(ctx context.Context, key string, at Card, now time.Time) error {
	return o.end(ctx, now,
		`UPDATE sayings SET ended_us = $1, said = 1, claimed = 0, why = '', said_at = $2 WHERE id = $3 AND said = 0 RETURNING case_id`,
		now.UnixMicro(), at, key)
}

// Dropped gives up a saying that was refused for good, or whose answer was lost. The case that
// waits for the saying is due from now on.
func (o outbox) Dropped(ctx context.Context, key, why string, now time.Time) error {
	return o.end(ctx, now,
		`UPDATE sayings SET ended_us = $1, claimed = 0, why = $2 WHERE id = $3 AND ended_us IS NULL RETURNING case_id`,
		now.UnixMicro(), why, key)
}

func (o outbox) end(ctx context.Context, now time.Time, update string, args ...any) error {
	return o.change(ctx, func(tx *sql.Tx) error {
		var waits string
		err := tx.QueryRowContext(ctx, update, args...).Scan(&waits)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return errors.Join(err, makeDue(ctx, tx, waits, now))
	})
}

// makeDue sets due_us to now, unless the case has ended or is of a newer release. The body of
// the case keeps its own Due; Load takes the earlier one.
func makeDue(ctx context.Context, tx *sql.Tx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE cases SET due_us = $1 WHERE id = $2 AND due_us > $1 AND version <= $3`, now.UnixMicro(), id, approval.Version)
	return err
}

// Retry notes that a saying is known not to have been said, and why: it may be claimed again
// after the backoff, at until.
func (o outbox) Retry(ctx context.Context, key, why string, until time.Time) error {
	_, err := o.write.ExecContext(ctx,
		`UPDATE sayings SET claimed = 0, free_us = $1, why = $2 WHERE id = $3 AND ended_us IS NULL`, until.UnixMicro(), why, key)
	return err
}

// ResultOf says what became of a saying; ErrNotFound if none is stored under the key.
func (o outbox) ResultOf(ctx context.Context, key string) (Result, error) {
	var f Result
	var ended sql.NullInt64
	var said bool
	err := o.read.QueryRowContext(ctx, `SELECT ended_us, said = 1, why FROM sayings WHERE id = $1`, key).Scan(&ended, &said, &f.Why)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return f, ErrNotFound
	case err != nil || !ended.Valid:
	case said:
		f.Said = time.UnixMicro(ended.Int64)
	default:
		f.Dropped = time.UnixMicro(ended.Int64)
	}
	return f, err
}
