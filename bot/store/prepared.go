package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
)

// preparedMost bounds the statements that one connection keeps prepared: far more than this package has.
const preparedMost = 256

// connector opens connections that keep their statements prepared. SQLite's parser took a third of all
// the time of a case before: database/sql prepares each statement anew, and a statement that it is given
// prepared cannot be used in a transaction of the only connection before that began.
//
// SQLite's planner looks at a bound LIMIT, and so prepares such a statement anew whenever it is bound.
// Where that is often, it is written LIMIT CAST($1 AS BIGINT).
type connector struct{ driver.Connector }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	raw, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	link, isLink := raw.(link)
	runner, isRunner := raw.(runner)
	if !isLink || !isRunner {
		return nil, errors.Join(fmt.Errorf("the driver's connection (%T) lacks methods that the store needs", raw), raw.Close())
	}
	return &conn{link, runner, map[string]*prepared{}}, nil
}

// link is what keeps a connection in its pool.
type link interface {
	driver.Conn
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// runner is what runs on a connection, until its context ends.
type runner interface {
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
}

// conn is a connection with its prepared statements, by their text. database/sql uses a connection, and
// the rows that it gave out, under one lock.
type conn struct {
	link
	runner
	prepared map[string]*prepared
}

// prepared is a statement, and whether rows of it are still being read: then it cannot run again.
type prepared struct {
	fullStmt
	inUse bool
}

type fullStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

func (c *conn) Close() error {
	for _, p := range c.prepared {
		_ = p.Close()
	}
	return c.link.Close()
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	p, err := c.prepare(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case p == nil:
		return c.runner.ExecContext(ctx, query, args)
	}
	return p.ExecContext(ctx, args)
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	p, err := c.prepare(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case p == nil:
		return c.runner.QueryContext(ctx, query, args)
	}
	r, err := p.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	p.inUse = true
	return &rows{r, p}, nil
}

// prepare is the statement of a text; nil where that is to run unprepared.
func (c *conn) prepare(ctx context.Context, query string) (*prepared, error) {
	if p := c.prepared[query]; p != nil {
		if p.inUse {
			return nil, nil
		}
		return p, nil
	}
	if len(c.prepared) == preparedMost {
		return nil, nil
	}
	raw, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	full, ok := raw.(fullStmt)
	if !ok {
		return nil, raw.Close()
	}
	p := &prepared{fullStmt: full}
	c.prepared[query] = p
	return p, nil
}

// rows give their statement free at their end.
type rows struct {
	driver.Rows
	of *prepared
}

func (r *rows) Close() error {
	r.of.inUse = false
	return r.Rows.Close()
}
