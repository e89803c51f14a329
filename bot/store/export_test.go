package store

import "database/sql"

// Writer is the one connection that writes, for tests that make it fail.
func (s *Store) Writer() *sql.DB { return s.write }
