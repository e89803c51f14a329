package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/cmd/wiring"
	"quell/commands/words"
	"quell/policy"
)

// What earlier versions left behind. For each there is a folder with its database, which
// that version wrote itself (testdata/old/make.sh), and a story of how it goes on.

// TestOldData goes on from an earlier version's database with the whole program: what is
// live comes to its end, and every card is drawn.
func TestOldData(t *testing.T) { play(t, "testdata/old", setupOld) }

// setupOld is the world of all five systems, with what a version left behind and at the
// time when it ended.
func setupOld(env *testscript.Env) error {
	from := filepath.Join("testdata", "old", strings.TrimPrefix(filepath.Base(env.WorkDir), "script-"))
	for _, name := range []string{"quell.yaml", "policy.yaml", store.File} {
		if err := copyFile(filepath.Join(env.WorkDir, name), filepath.Join(from, name)); err != nil {
			return err
		}
	}
	data := filepath.Join(env.WorkDir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(env.WorkDir, store.File), filepath.Join(data, store.File)); err != nil {
		return err
	}
	ended, err := lastEntry(data)
	if err != nil {
		return err
	}
	ahead := time.Until(ended) + time.Second
	if err := os.WriteFile(filepath.Join(env.WorkDir, ".clock"), []byte(strconv.FormatInt(int64(ahead), 10)), 0o600); err != nil {
		return err
	}
	return setupWith(env)
}

// lastEntry is when the newest entry of a record was written.
func lastEntry(dir string) (at time.Time, err error) {
	db, err := store.OpenReader(dir)
	if err != nil {
		return at, err
	}
	err = db.Links(context.Background(), "", func(l audit.Link) error {
		e, err := audit.Parse(l.Body)
		at = e.At
		return err
	})
	return at, errors.Join(err, db.Close())
}

// TestOldWords finds a sentence for every message that an earlier version stored: an id
// that was given up would stand bare on a card.
func TestOldWords(t *testing.T) {
	files, err := filepath.Glob("testdata/old/*/" + store.File)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	catalogue, err := words.Load()
	require.NoError(t, err)
	speaker := catalogue.In("en", words.Plain{})
	for _, file := range files {
		dir := t.TempDir()
		require.NoError(t, copyFile(filepath.Join(dir, store.File), file))
		said := 0
		for _, m := range stored(t, dir) {
			assert.NotRegexp(t, bareID(), speaker.Say(m), file)
			said++
		}
		require.Greater(t, said, 100, "messages in %s", file)
	}
}

// TestOldCases reads every case that an earlier version stored as one of today, and changes
// none of them by that: first from a database as that version left it, then from one that
// this version has opened.
func TestOldCases(t *testing.T) {
	files, err := filepath.Glob("testdata/old/*/" + store.File)
	require.NoError(t, err)
	for _, file := range files {
		dir := t.TempDir()
		require.NoError(t, copyFile(filepath.Join(dir, store.File), file))
		before, heard := bodies(t, dir), exchanges(t, dir)
		require.NotEmpty(t, before)
		db, err := store.OpenReader(dir)
		require.NoError(t, err)
		asOfToday(t, db, before, heard)
		require.NoError(t, db.Close())
		db, err = store.Open(t.Context(), dir)
		require.NoError(t, err)
		asOfToday(t, db, before, heard)
		_, err = db.Due(t.Context(), time.Now(), 100)
		require.NoError(t, err)
		require.NoError(t, db.Close())
		require.Equal(t, before, bodies(t, dir))
	}
}

// asOfToday checks the flags that stand for the sentences of a case, and what went over the
// wire for it.
func asOfToday(t *testing.T, db *store.Store, bodies map[string]string, heard map[string][]oldExchange) {
	t.Helper()
	inFlight, gone, refused, wired := 0, 0, 0, 0
	for id, body := range bodies {
		var raw approval.Case
		require.NoError(t, json.Unmarshal([]byte(body), &raw))
		rec, err := db.Load(t.Context(), id)
		require.NoError(t, err)
		c := rec.Case
		assert.Equal(t, 1, c.Version)
		for i, it := range c.Items {
			assert.Equal(t, raw.Items[i].Claimed && raw.Items[i].Why.ID == "why.no-answer-yet", it.InFlight, id)
			inFlight += b2i(it.InFlight)
		}
		assert.Equal(t, raw.Why.ID == "case.already-gone", c.AlreadyGone, id)
		gone += b2i(c.AlreadyGone)
		assert.Equal(t, c.State == approval.Refused && c.Decision.Verdict == policy.Refuse, c.Decision.Cause != "", "%s: %s", id, c.Decision.Why)
		refused += b2i(c.Decision.Cause != "")
		calls, err := db.Exchanges(t.Context(), id)
		require.NoError(t, err)
		if assert.Len(t, calls, len(heard[id]), id) {
			for i, old := range heard[id] {
				old.asOfToday(t, calls[i])
			}
		}
		wired += len(calls)
	}
	for what, n := range map[string]int{"a call under way": inFlight, "what was gone already": gone, "a refusal": refused, "exchanges": wired} {
		assert.NotZero(t, n, what)
	}
}

// bodies are the cases of a database as they are stored, by their ids.
func bodies(t *testing.T, dir string) map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, store.File)+"?mode=ro")
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	rows, err := db.Query(`SELECT id, body FROM cases`)
	require.NoError(t, err)
	all := map[string]string{}
	for rows.Next() {
		var id, body string
		require.NoError(t, rows.Scan(&id, &body))
		all[id] = body
	}
	require.NoError(t, errors.Join(rows.Err(), rows.Close()))
	return all
}

// oldExchange is an exchange as a release stored it that knew HTTP alone.
type oldExchange struct {
	At                              time.Time
	Method, Host, Path, Query, Body string
	Status                          int
	Fail                            string
	Deed                            bool
}

// asOfToday checks what is read of it now.
func (o oldExchange) asOfToday(t *testing.T, e approval.Exchange) {
	t.Helper()
	operation, answer := o.Method+" "+o.Path, ""
	if o.Query != "" {
		operation += "?" + o.Query
	}
	if o.Status != 0 {
		answer = strconv.Itoa(o.Status)
	}
	assert.NotEmpty(t, o.Method)
	assert.Equal(t, []any{o.At, o.Host, operation, o.Body, answer, o.Fail, o.Method != "GET", o.Deed},
		[]any{e.At, e.Host, e.Operation, e.Sent, e.Answer, string(e.Fail), e.Change, e.OfCall})
}

// exchanges are those of a database as they are stored, by their cases: within the case as
// in version 0, or in a table of their own.
func exchanges(t *testing.T, dir string) map[string][]oldExchange {
	t.Helper()
	all := map[string][]oldExchange{}
	for id, body := range bodies(t, dir) {
		var c struct{ Calls []oldExchange }
		require.NoError(t, json.Unmarshal([]byte(body), &c))
		all[id] = c.Calls
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, store.File)+"?mode=ro")
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	rows, err := db.Query(`SELECT case_id, body FROM exchanges ORDER BY case_id, number`)
	if err != nil {
		require.ErrorContains(t, err, "no such table")
		return all
	}
	for rows.Next() {
		var id, body string
		var o oldExchange
		require.NoError(t, rows.Scan(&id, &body))
		require.NoError(t, json.Unmarshal([]byte(body), &o))
		all[id] = append(all[id], o)
	}
	require.NoError(t, errors.Join(rows.Err(), rows.Close()))
	return all
}

// bareID is how a message looks that has no sentence.
func bareID() *regexp.Regexp { return regexp.MustCompile(`\[[a-z][a-z0-9-]*(\.[a-z0-9-]+)+\]`) }

// stored are all messages in the cases of a database, and those whose ids its entries
// name.
func stored(t *testing.T, dir string) (all []words.Message) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, store.File)+"?mode=ro")
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	rows, err := db.Query(`SELECT body FROM cases`)
	require.NoError(t, err)
	for rows.Next() {
		var body string
		require.NoError(t, rows.Scan(&body))
		all = append(all, messages(t, json.RawMessage(body))...)
	}
	require.NoError(t, errors.Join(rows.Err(), rows.Close()))
	reader, err := store.OpenReader(dir)
	require.NoError(t, err)
	defer func() { require.NoError(t, reader.Close()) }()
	require.NoError(t, reader.Links(t.Context(), "", func(l audit.Link) error {
		e, err := audit.Parse(l.Body)
		for key, v := range e.Detail {
			if id, _, _ := strings.Cut(v, " "); id != "" && (key == "why" || key == "cause" || strings.HasPrefix(key, "note ")) {
				all = append(all, words.New(id))
			}
		}
		return err
	}))
	return all
}

// messages finds every message in a JSON value: an object with an id that its other
// members are the values of.
func messages(t *testing.T, body json.RawMessage) (all []words.Message) {
	t.Helper()
	var object map[string]json.RawMessage
	var list []json.RawMessage
	switch {
	case json.Unmarshal(body, &object) == nil:
		var m words.Message
		if object["id"] != nil && json.Unmarshal(body, &m) == nil && strings.Contains(m.ID, ".") && !strings.ContainsAny(m.ID, "/: ") {
			all = append(all, m)
		}
		for _, inner := range object {
			all = append(all, messages(t, inner)...)
		}
	case json.Unmarshal(body, &list) == nil:
		for _, inner := range list {
			all = append(all, messages(t, inner)...)
		}
	}
	return all
}

// drawn waits until every card shows what there is. The clock goes faster meanwhile: a
// channel bears one post a second, and there are two for each case.
func (w *world) drawn([]string) (err error) {
	for range 3 * patience / time.Second { // many cards at once wait for their turns
		if err = w.clock([]string{"+3s"}); err != nil {
			return err
		}
		if err = w.countsWithin("SELECT count(*) FROM cases WHERE draw_us IS NOT NULL", 0, time.Second); err == nil {
			return nil
		}
	}
	return err
}

// over waits until no case is live.
func (w *world) over([]string) error {
	return w.counts("SELECT count(*) FROM cases WHERE due_us IS NOT NULL", 0)
}

// untouched asserts that the cases which a script has copied into the table "kept" are as
// they were then, to the letter.
func (w *world) untouched([]string) error {
	return w.counts("SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM cases)", 0)
}

// waiting asserts how many deliveries are still to be judged.
func (w *world) waiting(args []string) error {
	want, err := strconv.Atoi(args[0])
	return errors.Join(err, w.counts("SELECT count(*) FROM deliveries WHERE judged_us IS NULL", want))
}

// spoken asserts that nobody sees a message without its sentence, in any channel or on
// the standard output of the command before.
func (w *world) spoken([]string) error {
	seen := w.workspace.As("U0ANNA").State().String() + w.ts.ReadFile("stdout")
	if bare := bareID().FindString(seen); bare != "" {
		return fmt.Errorf("%s stands bare", bare)
	}
	return nil
}

// shows prints every case as "quell show" does.
func (w *world) shows([]string) error {
	db, err := store.OpenReader(filepath.Join(w.ts.Getenv("WORK"), "data"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	all, err := db.Recent(context.Background(), 1000)
	for _, c := range all {
		rec, errLoad := db.Load(context.Background(), c.ID)
		err = errors.Join(err, errLoad, tell(context.Background(), w.ts.Stdout(), db, rec, wiring.Seams{Words: listenForTour(os.Getenv(seamTour))}))
	}
	return err
}
