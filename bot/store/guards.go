package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"quell/bot/approval"
	"quell/policy"
)

// Guards are the limits of the policy that a claim must keep. They are checked in the claim's
// own transaction, so that of two claims for the last call of a budget only one is stored.
type Guards struct {
	Budgets  []policy.Budget // those that bind this call
	Cooldown time.Duration
	Policy   string // the hash of the policy that the claim was judged by; "" for none
}

// ErrSuperseded says that the policy that judged a claim is not in force any more.
var ErrSuperseded = errors.New("store: another policy is in force by now")

// Frozen says that nothing may be done on a target, or at all.
type Frozen struct{ Freeze Freeze }

func (f *Frozen) Error() string { return "store: frozen by " + f.Freeze.By }

// Lifted says that a long freeze was lifted after people had agreed to a call: they are asked
// once more.
type Lifted struct {
	Freeze Freeze
	At     time.Time // when it was lifted
}

func (l *Lifted) Error() string { return "store: a freeze by " + l.Freeze.By + " was lifted since" }

// Spent says that a budget has no call left.
type Spent struct {
	Budget policy.Budget
	Until  time.Time // when it has one again
}

func (s *Spent) Error() string { return fmt.Sprintf("store: the budget %q is spent", s.Budget.Name) }

// Cooling says that a target is in its cooldown: something came back on it.
type Cooling struct {
	By    string // the case after which it came back
	Until time.Time
}

func (c *Cooling) Error() string { return "store: something came back after case " + c.By }

// Unsigned says that a person acted alone before, and nobody has signed it.
type Unsigned struct{ By string }

func (u *Unsigned) Error() string { return "store: case " + u.By + " is not signed" }

// Allowed says what would keep a call from being claimed now: ErrSuperseded, *Frozen, *Lifted,
// *OtherSockets, *Spent or *Cooling; nil if nothing would. The claim itself asks again.
func (s *Store) Allowed(ctx context.Context, c approval.Case, now time.Time, g Guards) error {
	return allowed(ctx, s.read, c, now, g)
}

// guarded checks a claim by its guards, and counts its call for the budgets.
func guarded(ctx context.Context, tx *sql.Tx, c approval.Case, g Guards) error {
	if !c.Items.CallInFlight() {
		return nil
	}
	i := c.Items.InFlight()
	now := c.Items[i].Sent
	if err := allowed(ctx, tx, c, now, g); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx,
		`INSERT INTO calls (case_id, item, target, person, at_us) VALUES ($1, $2, $3, $4, $5)
		 ON CONFLICT (case_id, item) DO UPDATE SET at_us = excluded.at_us`,
		c.ID, i, c.Request.Target, person(c), now.UnixMicro())
	return err
}

func person(c approval.Case) string { return c.Request.By.Team + "/" + c.Request.By.User }

func allowed(ctx context.Context, q queries, c approval.Case, now time.Time, g Guards) error {
	if err := inForce(ctx, q, g.Policy); err != nil {
		return err
	}
	if err := unfrozen(ctx, q, c.Request.Target); err != nil {
		return err
	}
	if err := agreedSince(ctx, q, c); err != nil {
		return err
	}
	if err := unshared(ctx, q, now); err != nil {
		return err
	}
	if err := cooledDown(ctx, q, c.Request.Target, now, g.Cooldown); err != nil {
		return err
	}
	for _, b := range g.Budgets {
		if err := affordable(ctx, q, c, now, b); err != nil {
			return err
		}
	}
	return nil
}

// queries is a connection or a transaction.
type queries interface {
	querier
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// inForce refuses a claim that was judged by a policy other than the newest in the record.
func inForce(ctx context.Context, q queries, hash string) error {
	if hash == "" {
		return nil
	}
	var newest string
	err := q.QueryRowContext(ctx, newestPolicy).Scan(&newest, new(string), new(int64))
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && newest == hash:
		return nil
	case err != nil:
		return err
	}
	return ErrSuperseded
}

func unfrozen(ctx context.Context, q queries, target string) error {
	f, err := scanFreeze(q.QueryRowContext(ctx, freezeColumns+` WHERE target = $1 OR target = '' ORDER BY target LIMIT 1`, target))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return &Frozen{f}
}

// agreedSince refuses a claim of what was agreed to before a long freeze was lifted.
func agreedSince(ctx context.Context, q queries, c approval.Case) error {
	if c.Agreed.IsZero() {
		return nil // nobody has agreed to anything yet
	}
	var l Lifted
	var since, at int64
	err := q.QueryRowContext(ctx,
		`SELECT target, by_whom, reason, since_us, lifted_us FROM lifted
		 WHERE lifted_us > $1 AND lifted_us - since_us > $2 AND (target = '' OR target = $3) ORDER BY lifted_us DESC LIMIT 1`,
		c.Agreed.UnixMicro(), longFreeze.Microseconds(), c.Request.Target).Scan(&l.Freeze.Target, &l.Freeze.By, &l.Freeze.Reason, &since, &at)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	l.Freeze.Since, l.At = time.UnixMicro(since), time.UnixMicro(at)
	return &l
}

func cooledDown(ctx context.Context, q queries, target string, now time.Time, rest time.Duration) error {
	if rest == 0 {
		return nil
	}
	var by string
	var at int64
	err := q.QueryRowContext(ctx, `SELECT case_id, at_us FROM returns WHERE target = $1 AND at_us > $2`, target, now.Add(-rest).UnixMicro()).Scan(&by, &at)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return &Cooling{by, time.UnixMicro(at).Add(rest)}
}

// affordable checks a budget, by the calls that still count, the newest first. A call from a
// clock that is ahead of ours counts too.
func affordable(ctx context.Context, q queries, c approval.Case, now time.Time, b policy.Budget) error {
	rows, err := q.QueryContext(ctx, `SELECT target, person, at_us FROM calls WHERE at_us > $1 ORDER BY at_us DESC`, now.Add(-b.Within).UnixMicro())
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	n := 0
	for rows.Next() {
		var target, who string
		var at int64
		if err := rows.Scan(&target, &who, &at); err != nil {
			return err
		}
		same := b.Per == policy.PerAll || b.Per == policy.PerTarget && target == c.Request.Target || b.Per == policy.PerPerson && who == person(c)
		if !same || !b.On(target) {
			continue
		}
		if n++; n == b.Most {
			return &Spent{b, time.UnixMicro(at).Add(b.Within)}
		}
	}
	return rows.Err()
}

// noteCameBack begins a target's cooldown: something came back on it.
func noteCameBack(ctx context.Context, tx *sql.Tx, c approval.Case) error {
	if !c.State.Terminal() || !c.Items.CameBack() {
		return nil
	}
	_, err := tx.ExecContext(ctx,
		`INSERT INTO returns (target, case_id, at_us) VALUES ($1, $2, $3)
		 ON CONFLICT (target) DO UPDATE SET case_id = excluded.case_id, at_us = excluded.at_us WHERE returns.at_us < excluded.at_us`,
		c.Request.Target, c.ID, c.Ended.UnixMicro())
	return err
}

// noteReview notes that the review of a break-glass is owed, or signed. It refuses a second
// break-glass of one person (*Unsigned) before the first is signed.
func noteReview(ctx context.Context, tx *sql.Tx, c approval.Case) error {
	if c.BreakGlass == nil {
		return nil
	}
	if !c.OwesReview() {
		_, err := tx.ExecContext(ctx, `DELETE FROM reviews WHERE case_id = $1`, c.ID)
		return err
	}
	var by string
	err := tx.QueryRowContext(ctx, `SELECT case_id FROM reviews WHERE person = $1 ORDER BY CASE WHEN case_id = $2 THEN 0 ELSE 1 END LIMIT 1`, person(c), c.ID).Scan(&by)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err = tx.ExecContext(ctx, `INSERT INTO reviews (case_id, person) VALUES ($1, $2)`, c.ID, person(c))
	case err == nil && by != c.ID:
		err = &Unsigned{by}
	}
	return err
}
