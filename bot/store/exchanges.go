package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"quell/bot/approval"
)

// exchangesMost is how many exchanges of looks are kept of a case before its first call. From
// then on there is room for as many more, so that the looks of a case that waited do not crowd
// out the looks of its verification. Exchanges of calls are always kept. The record has all
// exchanges.
const exchangesMost = 1000

// addExchanges appends the exchanges of a move. The table is append-only.
func addExchanges(ctx context.Context, tx *sql.Tx, m Move) error {
	if len(m.Exchanges) == 0 {
		return nil
	}
	var last int
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) FROM exchanges WHERE case_id = $1`, m.To.ID).Scan(&last); err != nil {
		return err
	}
	most := exchangesMost
	if m.To.Items.Acted() {
		most *= 2
	}
	for _, k := range m.Exchanges {
		if last >= most && !k.OfCall {
			continue
		}
		body, err := json.Marshal(k)
		if err != nil {
			return err
		}
		last++
		if _, err := tx.ExecContext(ctx, `INSERT INTO exchanges (case_id, number, body) VALUES ($1, $2, $3)`, m.To.ID, last, string(body)); err != nil {
			return err
		}
	}
	return nil
}

// Exchanges of a case, in the order in which they were stored: first those that a case of
// version 0 has in itself.
func (s *Store) Exchanges(ctx context.Context, id string) ([]approval.Exchange, error) {
	c, err := scanCase(s.read.QueryRowContext(ctx, `SELECT `+s.caseColumns(ctx)+` FROM cases WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err = errors.Join(err, refuseNewer(c)); err != nil {
		return nil, err
	}
	return s.exchanges(ctx, c)
}

func (s *Store) exchanges(ctx context.Context, c approval.Case) ([]approval.Exchange, error) {
	if !s.migrated(ctx) {
		return c.Exchanges, nil
	}
	rows, err := s.read.QueryContext(ctx, `SELECT body FROM exchanges WHERE case_id = $1 ORDER BY number`, c.ID)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := slices.Clone(c.Exchanges)
	for rows.Next() {
		var body string
		var k approval.Exchange
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(body), &k); err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, rows.Err()
}
