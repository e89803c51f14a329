package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"quell/bot/audit"
)

// Enforce stores a policy that is in force from now on, and returns the hash of the policy
// before: "" for none, the same hash for the same text. Texts are compared, not hashes: a
// policy with another text gets the audit entry, with the hash of the policy before as the
// detail "before". The same text may be stored under a shorter hash, by a version that cut its
// hashes to 48 bits; then it is stored under this hash as well, without an entry.
//
// tell returns the sayings about a policy that took the place of another. They are stored with
// it, and the policy counts as announced. It is called within the transaction and must not ask
// the store. With nil the policy is still to be announced (Unannounced).
func (s *Store) Enforce(ctx context.Context, hash, body string, e audit.Entry, tell func(before string) []Saying) (before string, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		var text string
		var loaded int64
		err := tx.QueryRowContext(ctx, newestPolicy).Scan(&before, &text, &loaded)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		same := err == nil && text == body
		if same && before == hash {
			return nil
		}
		told := 0
		if same || before == "" || tell != nil {
			told = 1
		}
		_, err = tx.ExecContext(ctx,
			`INSERT INTO policies (hash, body, loaded_us, before_hash, told) VALUES ($1, $2, $3, $4, $5)
			 ON CONFLICT (hash) DO UPDATE SET body = excluded.body, loaded_us = excluded.loaded_us, before_hash = excluded.before_hash, told = excluded.told`,
			hash, body, max(e.At.UnixMicro(), loaded+1), // also by a clock that was set back
			before, told)
		if err != nil {
			return err
		}
		if same {
			before = hash
			return nil
		}
		e.Detail = maps.Clone(e.Detail)
		e.Detail["before"] = before
		if err := appendEntry(ctx, tx, e); err != nil || before == "" || tell == nil {
			return err
		}
		return say(ctx, tx, tell(before))
	})
	return before, err
}

const newestPolicy = `SELECT hash, body, loaded_us FROM policies ORDER BY loaded_us DESC, hash LIMIT 1`

// Succession is that a policy took the place of another.
type Succession struct {
	Hash, Before string
	At           time.Time // when it came into force; no two are alike
}

// Unannounced are the policies that came into force and were not announced yet, in their
// order. A policy that came into force several times is listed at the last time.
func (s *Store) Unannounced(ctx context.Context) (all []Succession, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT hash, before_hash, loaded_us FROM policies WHERE told = 0 ORDER BY loaded_us`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one Succession
		var at int64
		if err := rows.Scan(&one.Hash, &one.Before, &at); err != nil {
			return nil, err
		}
		one.At = time.UnixMicro(at)
		all = append(all, one)
	}
	return all, rows.Err()
}

// Announced notes that a policy was announced. A policy that came into force again meanwhile
// is still to be announced.
func (s *Store) Announced(ctx context.Context, p Succession) error {
	_, err := s.write.ExecContext(ctx, `UPDATE policies SET told = 1 WHERE hash = $1 AND loaded_us = $2`, p.Hash, p.At.UnixMicro())
	return err
}

// Policy is the text of a policy that was in force, by its hash; ErrNotFound if none
// goes by it.
func (s *Store) Policy(ctx context.Context, hash string) (string, error) {
	var body string
	err := s.read.QueryRowContext(ctx, `SELECT body FROM policies WHERE hash = $1`, hash).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return body, err
}

// Roster is a snapshot of a user group: who is in it now.
type Roster struct {
	Group string
	Users []string
	// Changed is when the group was changed last; zero if unknown. The members in the first
	// snapshot count as members since then.
	Changed time.Time
	// Unlisted means that the members could not be listed: anybody may be one.
	Unlisted bool
}

// SnapshotGroup stores a snapshot of a user group, and since when each member was seen in it.
// The members who came or left since the last snapshot are named in an audit entry, which is e
// with the details group, came and left; the first snapshot of a group makes no entry.
func (s *Store) SnapshotGroup(ctx context.Context, r Roster, e audit.Entry) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		before, err := membersOf(ctx, tx, r.Group)
		if err != nil {
			return err
		}
		since, first := e.At, !slices.Contains(before, snapshotMark)
		if first && !r.Changed.IsZero() && r.Changed.Before(since) {
			since = r.Changed
		}
		now := append([]string{snapshotMark}, r.Users...)
		came, left := missing(now, before), missing(before, now)
		for _, u := range came {
			if _, err := tx.ExecContext(ctx, `INSERT INTO members (grp, person, since_us) VALUES ($1, $2, $3)`, r.Group, u, since.UnixMicro()); err != nil {
				return err
			}
		}
		for _, u := range left {
			if _, err := tx.ExecContext(ctx, `DELETE FROM members WHERE grp = $1 AND person = $2`, r.Group, u); err != nil {
				return err
			}
		}
		if first || len(came)+len(left) == 0 {
			return nil
		}
		e.Detail = map[string]string{"group": r.Group, "came": strings.Join(came, " "), "left": strings.Join(left, " ")}
		return appendEntry(ctx, tx, e)
	})
}

// snapshotMark is stored among the members of a group that has a snapshot, for the group may
// have no members.
const snapshotMark = ""

// missing are the members of all that are not in others, each once.
func missing(all, others []string) (out []string) {
	for _, one := range all {
		if !slices.Contains(others, one) && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

func membersOf(ctx context.Context, tx *sql.Tx, group string) (users []string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT person FROM members WHERE grp = $1 ORDER BY person`, group)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var u string
		if err := rows.Scan(&u); err != nil {
			return nil, err
		}
		users = append(users, u)
	}
	return users, rows.Err()
}

// Since says since when a person was seen in each of their groups.
func (s *Store) Since(ctx context.Context, user string) (map[string]time.Time, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT grp, since_us FROM members WHERE person = $1`, user)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	since := map[string]time.Time{}
	for rows.Next() {
		var group string
		var at int64
		if err := rows.Scan(&group, &at); err != nil {
			return nil, err
		}
		since[group] = time.UnixMicro(at)
	}
	return since, rows.Err()
}
