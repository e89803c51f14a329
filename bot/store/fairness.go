package store

import (
	"context"
	"database/sql"
	"fmt"

	"quell/bot/approval"
)

// TooManyOpen says that a person has as many open cases as one may have.
type TooManyOpen struct{ Most int }

func (t *TooManyOpen) Error() string {
	return fmt.Sprintf("store: a person may have %d open cases", t.Most)
}

// LimitOpen bounds the open cases of one person; 0 is no bound. It is set before the store is
// used.
func (s *Store) LimitOpen(most int) { s.mostOpen = most }

// affordsOpen refuses a case that was just written if its asker has too many open ones with it.
func (s *db) affordsOpen(ctx context.Context, tx *sql.Tx, c approval.Case) error {
	if s.mostOpen == 0 {
		return nil
	}
	var open int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM cases WHERE person = $1 AND due_us IS NOT NULL`, person(c)).Scan(&open)
	if err == nil && open > s.mostOpen {
		err = &TooManyOpen{s.mostOpen}
	}
	return err
}
