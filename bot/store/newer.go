package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"quell/bot/approval"
)

// ErrNewer says that a newer release stored the case, which is left alone: it is not due, not
// read, not moved and not drawn. Its other rows stay as they are: its holds on things, a no
// that waits for it in the inbox, and its calls, which count in budgets. The error is a
// *Newer.
var ErrNewer = errors.New("store: a newer release stored the case")

// Newer is ErrNewer, with the case.
type Newer struct {
	ID      string
	Version int
}

func (n *Newer) Error() string {
	return fmt.Sprintf("store: a newer release stored case %s: it is of version %d, and this one knows none above %d", n.ID, n.Version, approval.Version)
}

func (n *Newer) Is(err error) bool { return err == ErrNewer }

// refuseNewer refuses a case of a newer release.
func refuseNewer(c approval.Case) error {
	if c.Newer() {
		return &Newer{c.ID, c.Version}
	}
	return nil
}

// CountNewer counts the cases of a newer release that have not ended: somebody waits for them.
func (s *Store) CountNewer(ctx context.Context) (live int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT count(*) FROM cases WHERE due_us IS NOT NULL AND version > $1`, approval.Version).Scan(&live)
	return live, err
}

// caseColumns are what scanCase reads. A database that no program of this release has
// served from yet has no versions.
func (s *db) caseColumns(ctx context.Context) string {
	if s.migrated(ctx) {
		return `id, version, opened_us, body`
	}
	return `id, 0, opened_us, body`
}

// cardColumn is where a case is shown. Reading tools need none in a database that no
// program of this release has served from yet.
func (s *db) cardColumn(ctx context.Context) string {
	if s.migrated(ctx) {
		return `card`
	}
	return `''`
}

// postingColumn is the end of the lease on posting a card, NULL for none.
func (s *db) postingColumn(ctx context.Context) string {
	if s.has(ctx, `posting_us FROM cases`) {
		return `NULLIF(posting_us, 0)`
	}
	return `NULL`
}

// migrated reports whether the database has the tables of this release.
func (s *db) migrated(ctx context.Context) bool { return s.has(ctx, `version, card FROM cases`) }

// has reports whether the database has some columns of a table. One that no program of this
// release has served from yet may lack them, for a tool.
func (s *db) has(ctx context.Context, columns string) bool {
	if !s.tool {
		return true
	}
	rows, err := s.read.QueryContext(ctx, `SELECT `+columns+` LIMIT 0`)
	if err == nil {
		err = rows.Close()
	}
	return err == nil
}

// scanCase reads the columns of caseColumns and those that follow them. Of a newer case
// there is only what Case.Newer says.
func scanCase(row interface{ Scan(...any) error }, more ...any) (approval.Case, error) {
	var id, body string
	var version int
	var opened int64
	if err := row.Scan(append([]any{&id, &version, &opened, &body}, more...)...); err != nil {
		return approval.Case{}, err
	}
	if version <= approval.Version {
		c, err := approval.Read([]byte(body))
		if err != nil || !c.Newer() {
			return c, err
		}
		version = c.Version
	}
	return approval.Case{ID: id, Version: version, Opened: time.UnixMicro(opened)}, nil
}

// unmoved says why a compare-and-set met no row.
func unmoved(ctx context.Context, tx *sql.Tx, id string) error {
	n := Newer{ID: id}
	err := tx.QueryRowContext(ctx, `SELECT version FROM cases WHERE id = $1`, id).Scan(&n.Version)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return err
	case n.Version > approval.Version:
		return &n
	}
	return ErrMoved
}
