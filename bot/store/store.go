// Package store keeps cases, deliveries (an inbox), the record (an audit trail), sayings (an
// outbox), freezes, policies, forms and limits in a database.
//
// One SQL text serves SQLite and PostgreSQL: $1 binds, BIGINT microseconds,
// JSON and hashes as text. On SQLite all writing goes through one connection
// whose transactions take the write lock at their start; readers have a pool
// of their own and never wait for it.
//
// Advance is the heart: the compare-and-set on (id, seq), which is an optimistic lock, the
// holds on the case's things, and the entry of the record are one transaction. If the entry
// cannot be written the case has not moved, and a case that has not moved does not act.
//
// A case is stored whole with every move, in a form that has a version (package approval).
// Its exchanges with the vendor are rows beside it, appended with the move that brought them.
// A case of a newer release is left alone: see ErrNewer.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"syscall"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite" // without cgo
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrMoved says that the case has moved since it was read: read it again.
var ErrMoved = errors.New("store: the case has moved since it was read")

// ErrNotFound says that there is no such case.
var ErrNotFound = errors.New("store: no such case")

// Held says that another live case has the hold on one of the things.
type Held struct{ By string }

func (h *Held) Error() string { return "store: held by case " + h.By }

// Changed says that another case acted on one of the things after the plan was
// looked up.
type Changed struct{ By string }

func (c *Changed) Error() string { return "store: changed by case " + c.By }

// ErrStopping says that a no or a withdrawal of the case is in the inbox, not judged yet.
var ErrStopping = errors.New("store: a no is still to be judged")

// Store is an open database.
type Store struct {
	*db
	inbox
	outbox
	cards
	forms
}

// db is what all parts of a Store share.
type db struct {
	write *sql.DB // one connection
	read  *sql.DB
	lock  *os.File // nil for a reader
	tool  bool     // opened without migrations: the tables may be those of an older release
	// mostOpen is how many open cases one person may have; 0 for any number.
	mostOpen int
}

func newStore(d db) *Store { return &Store{&d, inbox{&d}, outbox{&d}, cards{&d}, forms{&d}} }

// File is the database's name within its folder.
const File = "quell.db"

// Open opens, and if need be makes, the SQLite database in a folder, for a
// program that serves. Only one may: a second one is refused.
func Open(ctx context.Context, dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("database folder: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	s := newStore(db{lock: lock})
	path := filepath.Join(dir, File)
	err = private(path)
	if err == nil {
		err = s.connect(ctx, path)
	}
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// private makes the database's file before SQLite does, which would let
// everybody read it. What SQLite puts beside it follows suit.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	return f.Close()
}

// OpenReader opens the database in a folder for reading, while another program
// serves from it or not.
func OpenReader(dir string) (*Store, error) {
	path := filepath.Join(dir, File)
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("there is no database in %s (QUELL_DATABASE_URL says where it is): %w", dir, err)
	}
	read, err := sqliteDB(path, "mode=ro")
	if err != nil {
		return nil, err
	}
	return newStore(db{read: read, write: read, tool: true}), nil // what would write is an error, not a panic
}

// OpenBeside opens the database in a folder for a tool that writes one thing, while
// another program serves from it or not. It makes nothing and changes no table.
func OpenBeside(dir string) (*Store, error) {
	s, err := OpenReader(dir)
	if err != nil {
		return nil, err
	}
	if s.write, err = sqliteDB(filepath.Join(dir, File), "mode=rw&_txlock=immediate"); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.write.SetMaxOpenConns(1)
	return s, nil
}

func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "quell.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("database folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("another quell serves from %s", dir)
	}
	return f, nil
}

// readers is how many connections that read are kept: each has parsed the tables once, and its statements.
const readers = 8

func sqliteDB(path, more string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn(path, more))
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector{c})
	db.SetMaxIdleConns(readers)
	return db, nil
}

// dsn asks for FULL synchronisation: "running" must outlive a power cut.
func dsn(path, more string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	return u.String() + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&" + more
}

func (s *db) connect(ctx context.Context, path string) error {
	var err error
	if s.write, err = sqliteDB(path, "_txlock=immediate"); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if err := migrate(ctx, path); err != nil {
		return fmt.Errorf("database %s: %w", path, err)
	}
	s.read, err = sqliteDB(path, "mode=ro")
	return err
}

// migrate uses a connection of its own: it runs each statement once, and none is to stay prepared.
func migrate(ctx context.Context, path string) (err error) {
	db, err := sql.Open("sqlite", dsn(path, "_txlock=immediate"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// Close ends the store and gives its folder free.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.lock != nil {
		errs = append(errs, unlock(s.lock))
	}
	return errors.Join(errs...)
}

// unlock frees the folder at once. Closing the file alone would leave the lock with a child
// process that is just being started: it has the file too, until it executes.
func unlock(f *os.File) error {
	return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
}

// change runs f in one write transaction. f must use tx alone: the only
// connection is its own.
func (s *db) change(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // a no-op after Commit
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}
