package store

import "database/sql"

// Writer is the one connection that writes, for tests that make it fail.
func (s *Store) Writer() *sql.DB { return s.write }

// Ready says whether a connection keeps the statement of a text prepared, and can run it now.
func Ready(raw any, query string) bool {
	p := raw.(*conn).prepared[query]
	return p != nil && !p.inUse
}
