package main

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"modernc.org/sqlite"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/display"
	"quell/bot/engine"
	"quell/bot/store"
	"quell/cmd/wiring"
)

// The seams are read by this test binary alone; the shipped program has none.
const (
	seamClock = "QUELL_TEST_CLOCK" // a file with the nanoseconds that the clock is ahead
	seamCrash = "QUELL_TEST_CRASH" // a moment
	seamLooks = "QUELL_TEST_LOOKS" // after how long the systems are tried; "" for never
)

// rateFactor is how much faster than the real one the played Slack may be called.
const rateFactor = 10

// testSeams are production's, with a clock that can be put ahead, short pauses
// and a place to die at.
func testSeams() wiring.Seams {
	limits := approval.DefaultLimits()
	limits.Watch = 3 * time.Second
	at := readMoment(os.Getenv(seamCrash))
	now := clockFrom(os.Getenv(seamClock))
	if at.ofDelivery() {
		now = at.watchDeliveries(now)
	}
	return wiring.Seams{
		Now: now, Limits: limits,
		PollEvery: 200 * time.Millisecond, SweepEvery: 100 * time.Millisecond, ReachEvery: 200 * time.Millisecond,
		LooksAfter: looksAfter(os.Getenv(seamLooks)), RateFactor: rateFactor, StoreWithin: 10 * time.Second, // on a busy machine, too
		Words:  listenForTour(os.Getenv(seamTour)),
		Cases:  func(s bot.Cases) bot.Cases { return crashingCases{s, at} },
		Moves:  func(s engine.Store) engine.Store { return crashingMoves{s, at} },
		Screen: func(s display.Store) display.Store { return crashingScreen{s, at} },
	}
}

// looksAfter keeps the systems from being read at the start, unless a script wants it: what a
// script makes them answer is for what it does.
func looksAfter(said string) time.Duration {
	if d, err := time.ParseDuration(said); err == nil {
		return d
	}
	return 24 * time.Hour
}

func clockFrom(file string) func() time.Time {
	return func() time.Time {
		data, _ := os.ReadFile(file)
		ahead, _ := strconv.ParseInt(string(data), 10, 64)
		return time.Now().Add(time.Duration(ahead))
	}
}

// moment is one at which the process dies, as kill -9 ends it: before or after
// something is stored. "after claim", "before look: verifying → done",
// "before shown: pending", "after judged: pressed". Without a move, any will do.
type moment struct{ when, event, move string }

func readMoment(s string) moment {
	head, move, _ := strings.Cut(s, ": ")
	when, event, _ := strings.Cut(head, " ")
	return moment{when, event, move}
}

func (m moment) die(when, event, move string) {
	if m.when == when && m.event == event && (m.move == "" || m.move == move) {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

// The crashing ones die around the store's transactions.
type (
	crashingCases struct {
		bot.Cases
		at moment
	}
	crashingMoves struct {
		engine.Store
		at moment
	}
	crashingScreen struct {
		display.Store
		at moment
	}
)

func (c crashingMoves) Advance(ctx context.Context, m store.Move) error {
	e := m.Entry
	c.at.die("before", e.Event, e.From+" → "+e.To)
	err := c.Store.Advance(ctx, m)
	if err == nil {
		c.at.die("after", e.Event, e.From+" → "+e.To)
	}
	return err
}

func (c crashingCases) Create(ctx context.Context, k approval.Case, origin string, e audit.Entry) (approval.Case, error) {
	c.at.die("before", e.Event, e.To)
	k, err := c.Cases.Create(ctx, k, origin, e)
	c.at.die("after", e.Event, e.To)
	return k, err
}

func (c crashingScreen) Shown(ctx context.Context, id string, seq int64, at store.Card) error {
	state := ""
	if rec, err := c.Load(ctx, id); err == nil && rec.Case.Seq == seq {
		state = string(rec.Case.State)
	}
	c.at.die("before", "shown", state)
	err := c.Store.Shown(ctx, id, seq, at)
	c.at.die("after", "shown", state)
	return err
}

// Posted stores where a new card is, before its thread is told, and then where its thread is.
func (c crashingScreen) Posted(ctx context.Context, id string, from, to store.Card, until, now time.Time) (store.Card, error) {
	state := ""
	if rec, err := c.Load(ctx, id); err == nil {
		state = string(rec.Case.State)
	}
	c.at.die("before", "posted", state)
	own, err := c.Store.Posted(ctx, id, from, to, until, now)
	c.at.die("after", "posted", state)
	return own, err
}

func (c crashingCases) Note(ctx context.Context, delivery string, e audit.Entry) error {
	c.at.die("before", e.Event, "")
	err := c.Cases.Note(ctx, delivery, e)
	c.at.die("after", e.Event, "")
	return err
}

func (m moment) ofDelivery() bool { return m.event == "receive" || m.event == "judged" }

// watchDeliveries dies around the writes of deliveries, which the seam of the
// store does not see: before one from within SQLite, and after one at the first
// reading of the clock that finds it committed.
func (m moment) watchDeliveries(now func() time.Time) func() time.Time {
	var written atomic.Bool
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, _ string) error {
		conn.(sqlite.HookRegisterer).RegisterPreUpdateHook(func(d sqlite.SQLitePreUpdateData) {
			if event, kind := delivery(d); event == m.event && kind == m.move {
				m.die("before", event, kind)
				written.Store(true)
			}
		})
		return nil
	})
	return func() time.Time {
		if written.Load() && m.committed() {
			m.die("after", m.event, m.move)
		}
		return now()
	}
}

// delivery says what a write does to a delivery: (id, twin, kind, body,
// received_us, judged_us).
func delivery(d sqlite.SQLitePreUpdateData) (event, kind string) {
	row := make([]any, d.Count()) // New fills the slice itself, not what it points at
	if d.TableName != "deliveries" || d.New(row...) != nil {
		return "", ""
	}
	kind, _ = row[2].(string)
	if row[5] == nil {
		return "receive", kind
	}
	return "judged", kind
}

func (m moment) committed() bool {
	dir := strings.TrimPrefix(os.Getenv("QUELL_DATABASE_URL"), "sqlite:")
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, store.File)+"?mode=ro")
	if err != nil {
		return false
	}
	defer func() { _ = db.Close() }()
	var n int
	query := `SELECT count(*) FROM deliveries WHERE kind = $1 AND (judged_us IS NOT NULL) = $2`
	return db.QueryRow(query, m.move, m.event == "judged").Scan(&n) == nil && n > 0
}
