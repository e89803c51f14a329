package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"quell/bot/approval"
)

// A card is posted under a lease in the row of its case: while one is live, a message of the
// case that is not its card may be the one that is being posted. So is a post in the thread of a
// card, which stands for the same card with its thread. A post whose answer was lost
// leaves a card that nobody knows of until it is clicked: then it becomes the case's own, if
// there is none and nobody is posting one, and else it is a stray.

// Stray is a card that is not the case's own: its buttons are to be taken away.
type Stray struct {
	Card Card
	By   string // who clicked it: opaque to all but the face; "" for nobody
}

// cards is the part of a Store that keeps where cards are.
type cards struct{ *db }

// Shown notes the card of a case and the seq that it shows. The seq never goes back, and "" takes
// no card away that the case has got meanwhile.
func (p cards) Shown(ctx context.Context, id string, seq int64, at Card) error {
	old := oldCardOf(at)
	_, err := p.write.ExecContext(ctx,
		`UPDATE cases SET shown_seq = $1, card = $2, card_channel = $3, card_ts = $4, thread_ts = $5, draw_us = CASE WHEN seq = $1 THEN NULL ELSE draw_us END
		 WHERE id = $6 AND shown_seq <= $1 AND ($2 <> '' OR card = '')`,
		seq, at, old.Channel, old.TS, old.Thread, id)
	return err
}

// CardOf is the card of a case, of whatever release; "" while it has none.
func (p cards) CardOf(ctx context.Context, id string) (c Card, err error) {
	var old oldCard
	err = p.read.QueryRowContext(ctx, `SELECT card, card_channel, card_ts, thread_ts FROM cases WHERE id = $1`, id).Scan(&c, &old.Channel, &old.TS, &old.Thread)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return old.newest(c), err
}

// PostponeDraw puts off the drawing of a case, unless the case has moved since seq or its card
// was drawn meanwhile.
func (p cards) PostponeDraw(ctx context.Context, id string, seq int64, until time.Time) error {
	_, err := p.write.ExecContext(ctx, `UPDATE cases SET draw_us = $1 WHERE id = $2 AND seq = $3 AND shown_seq < $3`, until.UnixMicro(), id, seq)
	return err
}

// mostStrays bounds the strays that are kept of one case.
const mostStrays = 20

// StartPosting takes the lease on posting a card of a case until a time, in place of the card
// from ("" for none). It reports false, and takes nothing, while another lease is live or if
// the case has another card than from by now.
func (p cards) StartPosting(ctx context.Context, id string, from Card, now, until time.Time) (taken bool, err error) {
	err = p.withCard(ctx, id, func(tx *sql.Tx, own Card, leased time.Time) error {
		if own != from || leased.After(now) {
			return nil
		}
		taken = true
		_, err := tx.ExecContext(ctx, `UPDATE cases SET posting_us = $1 WHERE id = $2`, until.UnixMicro(), id)
		return err
	})
	return taken && err == nil, err
}

const endPosting = `UPDATE cases SET posting_us = 0 WHERE id = $1 AND posting_us = $2`

// EndPosting gives back the lease that was taken until a time: its post failed.
func (p cards) EndPosting(ctx context.Context, id string, until time.Time) error {
	_, err := p.write.ExecContext(ctx, endPosting, id, until.UnixMicro())
	return err
}

// Posted stores that a card was posted in place of the card from, and ends the lease that was
// taken until a time; the zero time stands for none. If the case has another card by now, that
// stays its own, and what was posted is a stray. It returns the case's own card.
func (p cards) Posted(ctx context.Context, id string, from, to Card, until, now time.Time) (Card, error) {
	err := p.withCard(ctx, id, func(tx *sql.Tx, own Card, _ time.Time) error {
		if own != from {
			from, to = to, own
			if _, err := tx.ExecContext(ctx, endPosting, id, until.UnixMicro()); err != nil {
				return err
			}
			return addStray(ctx, tx, id, Stray{Card: from}, now)
		}
		return setCard(ctx, tx, id, to)
	})
	return to, err
}

// Adopt makes a card the own one of a case that has none, and has it drawn. It reports false,
// and changes nothing, if the case has a card or somebody may be posting one.
func (p cards) Adopt(ctx context.Context, id string, c Card, now time.Time) (adopted bool, err error) {
	err = p.withCard(ctx, id, func(tx *sql.Tx, own Card, leased time.Time) error {
		if own != "" || leased.After(now) {
			return nil
		}
		adopted = true
		if _, err := tx.ExecContext(ctx, `UPDATE cases SET shown_seq = 0, draw_us = $1 WHERE id = $2`, now.UnixMicro(), id); err != nil {
			return err
		}
		return setCard(ctx, tx, id, c)
	})
	return adopted && err == nil, err
}

// withCard runs f in one transaction that has locked the row of a case, with the case's own
// card and the end of the lease on posting one.
func (p cards) withCard(ctx context.Context, id string, f func(tx *sql.Tx, own Card, leased time.Time) error) error {
	return p.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE cases SET posting_us = posting_us WHERE id = $1`, id); err != nil { // the lock
			return err
		}
		var own Card
		var old oldCard
		var leased int64
		err := tx.QueryRowContext(ctx, `SELECT card, card_channel, card_ts, thread_ts, posting_us FROM cases WHERE id = $1`, id).
			Scan(&own, &old.Channel, &old.TS, &old.Thread, &leased)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return ErrNotFound
		case err != nil:
			return err
		}
		return f(tx, old.newest(own), time.UnixMicro(leased))
	})
}

// setCard makes a card the case's own, and ends the lease on posting one.
func setCard(ctx context.Context, tx *sql.Tx, id string, c Card) error {
	old := oldCardOf(c)
	_, err := tx.ExecContext(ctx, `UPDATE cases SET card = $1, card_channel = $2, card_ts = $3, thread_ts = $4, posting_us = 0 WHERE id = $5`,
		c, old.Channel, old.TS, old.Thread, id)
	return err
}

// AddStray keeps a card of a case that was clicked and is not its own, until that is known to
// have no buttons. Of one case only so many are kept; what is left out is kept by a later click.
func (p cards) AddStray(ctx context.Context, id string, c Stray, now time.Time) error {
	return p.change(ctx, func(tx *sql.Tx) error { return addStray(ctx, tx, id, c, now) })
}

func addStray(ctx context.Context, tx *sql.Tx, id string, c Stray, now time.Time) error {
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM strays WHERE case_id = $1`, id).Scan(&n); err != nil || n >= mostStrays {
		return err
	}
	_, err := tx.ExecContext(ctx,
		`INSERT INTO strays (case_id, card, by_whom, due_us, added_us) VALUES ($1, $2, $3, $4, $4) ON CONFLICT (case_id, card, by_whom) DO NOTHING`,
		id, c.Card, c.By, now.UnixMicro())
	return err
}

// strayRows are strays whose buttons can be taken away now ($1), for a program that knows cases
// up to a version ($2). While a card is being posted, what was clicked may be that card; and
// while a card is still to come, the clicked one is all that people have.
const strayRows = ` FROM strays s JOIN cases c ON c.id = s.case_id
	WHERE s.due_us <= $1 AND c.version <= $2 AND c.posting_us <= $1 AND (c.card <> '' OR c.shown_seq >= c.seq)`

// Strays lists the strays of a case whose buttons can be taken away now.
func (p cards) Strays(ctx context.Context, id string, now time.Time) (all []Stray, err error) {
	rows, err := p.read.QueryContext(ctx, `SELECT s.card, s.by_whom`+strayRows+` AND s.case_id = $3 ORDER BY s.card, s.by_whom`,
		now.UnixMicro(), approval.Version, id)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one Stray
		if err := rows.Scan(&one.Card, &one.By); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// DropStray forgets a stray: it has no buttons any more, or is the case's own card after all.
func (p cards) DropStray(ctx context.Context, id string, c Stray) error {
	_, err := p.write.ExecContext(ctx, `DELETE FROM strays WHERE case_id = $1 AND card = $2 AND by_whom = $3`, id, c.Card, c.By)
	return err
}

// PostponeStray puts off a stray of a case.
func (p cards) PostponeStray(ctx context.Context, id string, c Stray, until time.Time) error {
	_, err := p.write.ExecContext(ctx, `UPDATE strays SET due_us = $1 WHERE case_id = $2 AND card = $3 AND by_whom = $4`, until.UnixMicro(), id, c.Card, c.By)
	return err
}
