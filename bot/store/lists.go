package store

import (
	"context"
	"database/sql"
	"errors"

	"quell/bot/approval"
	"quell/commands"
)

// These lists are for people. They name the cases of a newer release as well (Case.Newer),
// so that nobody takes them for gone.

// Recent lists the newest cases first.
func (s *Store) Recent(ctx context.Context, most int) ([]approval.Case, error) {
	return s.cases(ctx, `SELECT `+s.caseColumns(ctx)+` FROM cases ORDER BY opened_us DESC, id LIMIT $1`, most)
}

// Open lists the cases that have not ended, the soonest due first.
func (s *Store) Open(ctx context.Context, most int) ([]approval.Case, error) {
	return s.cases(ctx, `SELECT `+s.caseColumns(ctx)+` FROM cases WHERE due_us IS NOT NULL ORDER BY due_us, id LIMIT $1`, most)
}

// Unsigned lists the cases in which somebody acted alone, and whose review is still to be signed,
// the oldest first.
func (s *Store) Unsigned(ctx context.Context, most int) ([]approval.Case, error) {
	return s.cases(ctx, `SELECT `+s.caseColumns(ctx)+` FROM cases WHERE id IN (SELECT case_id FROM reviews) AND due_us IS NULL ORDER BY opened_us, id LIMIT $1`, most)
}

// OwedBy is the case in which somebody acted alone, or does so now, whose review is still to be signed;
// "" if there is none.
func (s *Store) OwedBy(ctx context.Context, who commands.Person) (id string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT case_id FROM reviews WHERE person = $1 ORDER BY case_id LIMIT 1`, who.Actor()).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return id, err
}

// AskedBy lists the newest cases of somebody first.
func (s *Store) AskedBy(ctx context.Context, who commands.Person, most int) ([]approval.Case, error) {
	return s.cases(ctx, `SELECT `+s.caseColumns(ctx)+` FROM cases WHERE person = $1 ORDER BY opened_us DESC, id LIMIT $2`, who.Actor(), most)
}

// OnTarget lists the newest cases on a target first.
func (s *Store) OnTarget(ctx context.Context, target string, most int) ([]approval.Case, error) {
	return s.cases(ctx, `SELECT `+s.caseColumns(ctx)+` FROM cases WHERE target = $1 ORDER BY opened_us DESC, id LIMIT $2`, target, most)
}

func (s *Store) cases(ctx context.Context, query string, args ...any) ([]approval.Case, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var cases []approval.Case
	for rows.Next() {
		c, err := scanCase(rows)
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	return cases, rows.Err()
}
