package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/bot/store"
	"quell/integrations/sim"
)

// story is what people and the vendor do, and how it ends if nothing crashes.
type story struct {
	end   end
	steps steps
}

type (
	steps []step
	step  func(*life)
)

// life is a story that is interrupted: one database, one workspace and one
// vendor that outlive the program.
type life struct {
	t         *testing.T
	row       row
	workspace *slacksim.Workspace
	vendor    *sim.DCS
	env       []string
	dir       string // the database's folder
	offset    atomic.Int64
	log       record
	reader    *store.Store
	rows      *sql.DB // the same, for what the store does not count

	child   *exec.Cmd
	ended   chan struct{}
	points  []string // crashes that are still to come
	crashes int
	acts    int       // what people said and pressed
	redo    func()    // does the last of it again
	moved   int64     // the seq at which the clock was last put ahead
	nudged  time.Time // when it was
	seq     int64     // of the case, as seen last
	came    time.Time // when that was seen first
}

func begin(t *testing.T, r row) *life {
	l := &life{t: t, row: r, points: slices.Clone(r.points), dir: filepath.Join(t.TempDir(), "data")}
	var err error
	l.rows, err = sql.Open("sqlite", "file:"+filepath.Join(l.dir, store.File)+"?mode=ro&_pragma=busy_timeout(5000)")
	require.NoError(t, err)
	now := func() time.Time { return time.Now().Add(time.Duration(l.offset.Load())) }
	acme, cache := slacksim.Acme(), sim.CacheProd()
	acme.RateFactor = rateFactor
	acme.Now, cache.Now, cache.ScanTime, cache.SlowBy = now, now, 10*time.Millisecond, 1500*time.Millisecond
	l.workspace, l.vendor = slacksim.New(acme), sim.NewDCS(cache)
	slack, vendor := httptest.NewServer(l.workspace.Handler()), httptest.NewServer(l.vendor)
	t.Cleanup(func() {
		l.kill()
		_ = l.rows.Close()
		l.workspace.Close()
		l.vendor.Close()
		slack.Close()
		vendor.Close()
	})
	home := filepath.Dir(l.dir)
	l.env = []string{
		"SLACK_APP_TOKEN=" + acme.AppToken, "SLACK_BOT_TOKEN=" + acme.BotToken, "SLACK_API_URL=" + slack.URL + "/api/",
		"CACHE_ACCESS_KEY=" + cache.AccessKey, "CACHE_SECRET_KEY=" + cache.SecretKey,
		"QUELL_CONFIG=" + filepath.Join(home, "quell.yaml"), "QUELL_POLICY=" + filepath.Join(home, "policy.yaml"),
		"QUELL_DATABASE_URL=sqlite:" + l.dir, seamClock + "=" + filepath.Join(home, "clock"),
	}
	for _, name := range []string{"quell.yaml", "policy.yaml"} {
		data, err := os.ReadFile(filepath.Join("testdata", "crash", name))
		require.NoError(t, err)
		data = bytes.ReplaceAll(data, []byte("$VENDOR"), []byte(vendor.URL))
		require.NoError(t, os.WriteFile(filepath.Join(home, name), data, 0o600))
	}
	return l
}

// story plays it, with its crashes, until nothing is left to do.
func (l *life) story() {
	l.serve()
	for _, do := range stories()[l.row.story].steps {
		do(l)
	}
	l.redo = nil
	l.until("the crash", func() bool { return len(l.points) == 0 })
	l.until("the end", l.settled)
}

// serve starts the program, to die at the next moment.
func (l *life) serve() {
	l.child = exec.Command(quell(l.t), "serve")
	l.child.Env, l.child.Stderr = l.env, &l.log
	if len(l.points) > 0 && l.points[0] != while {
		l.child.Env = append(slices.Clip(l.env), seamCrash+"="+l.points[0])
	}
	require.NoError(l.t, l.child.Start())
	l.ended = make(chan struct{})
	go func(c *exec.Cmd, ended chan struct{}) { _ = c.Wait(); close(ended) }(l.child, l.ended)
	l.await("the socket", func() bool { return l.dead() || l.workspace.As("U0ANNA").State().App.Connected })
}

func quell(t *testing.T) string {
	exe, err := exec.LookPath("quell")
	require.NoError(t, err)
	return exe
}

func (l *life) dead() bool {
	select {
	case <-l.ended:
		return true
	default:
		return false
	}
}

func (l *life) kill() {
	if l.child != nil {
		_ = l.child.Process.Kill()
		<-l.ended
	}
}

// strike kills the program from outside.
func (l *life) strike() {
	l.kill()
	l.revive()
}

// revive starts the program again after a crash, when it has been away. What
// Slack could not deliver is said again.
func (l *life) revive() {
	status, _ := l.child.ProcessState.Sys().(syscall.WaitStatus)
	require.Equal(l.t, syscall.SIGKILL, status.Signal(), "it ended by itself:\n%s", &l.log)
	require.NotEmpty(l.t, l.points)
	l.points, l.crashes = l.points[1:], l.crashes+1
	l.await("the socket to close", func() bool { return !l.workspace.As("U0ANNA").State().App.Connected })
	l.later(l.row.away)
	l.serve()
	if l.redo != nil && !l.dead() && l.count("deliveries", "TRUE") < l.acts {
		l.redo()
	}
}

// act lets somebody say or press something, and waits until it is dealt with.
func (l *life) act(do func() error) {
	l.redo = nil
	l.until("somebody to talk to", func() bool { return l.workspace.As("U0ANNA").State().App.Connected })
	l.acts++
	l.redo = func() { require.NoError(l.t, do()) }
	l.redo()
	l.until("an answer", l.answered)
}

// answered says that everything that was said and pressed is dealt with.
func (l *life) answered() bool {
	return l.count("deliveries", "judged_us IS NOT NULL") >= l.acts
}

// settled says that the case is over, that people see it, and that everybody
// has their answer.
func (l *life) settled() bool {
	return l.answered() && l.count("cases", "due_us IS NOT NULL OR shown_seq < seq") == 0 && l.count("strays", "TRUE") == 0
}

// until waits for something, through any crash on the way to it.
func (l *life) until(what string, ok func() bool) {
	l.t.Helper()
	l.await(what, func() bool {
		if l.dead() {
			l.revive()
		}
		l.nudge()
		return ok()
	})
}

func (l *life) await(what string, ok func() bool) {
	l.t.Helper()
	end := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(end) {
			require.Fail(l.t, "waited in vain for "+what, "%s, to come: %v\n%s\n%s", l.stands(), l.points, l.workspace.As("U0BEN").State(), &l.log)
		}
		time.Sleep(25 * time.Millisecond)
	}
}

// nudge puts the clock ahead where the program only waits for it: once after each look,
// and now and then. Never while a call may be on its way, nor before the first look
// afterwards: it would be made at the end of the watch, and be the last one.
func (l *life) nudge() {
	c := l.record().Case
	if c.Seq != l.seq {
		l.seq, l.came = c.Seq, time.Now()
	}
	verifying := c.State == approval.Verifying
	looked := slices.ContainsFunc(c.Items, func(it approval.Item) bool { return !it.LookedAt.IsZero() })
	switch {
	case c.State == approval.Running, c.State == approval.Planning, stands(c) == "approved":
		return
	case verifying && looked && c.Seq != l.moved:
	case verifying && !looked && time.Since(l.came) < firstLook:
		return
	case time.Since(l.nudged) <= 1200*time.Millisecond:
		return
	}
	l.moved, l.nudged = c.Seq, time.Now()
	l.later(5 * time.Second)
}

// firstLook is how long the first look after a call may take, on a busy machine.
const firstLook = 10 * time.Second

// later puts everybody's clock ahead.
func (l *life) later(d time.Duration) {
	require.NoError(l.t, putAhead(filepath.Join(filepath.Dir(l.dir), "clock"), l.offset.Add(int64(d))))
}

// db reads the program's database, while it runs and when it does not.
func (l *life) db() *store.Store {
	if l.reader == nil {
		r, err := store.OpenReader(l.dir)
		if err != nil {
			return nil
		}
		l.reader = r
		l.t.Cleanup(func() { _ = r.Close() })
	}
	return l.reader
}

// record is the story's one case; zero if there is none yet.
func (l *life) record() store.CaseRow {
	db := l.db()
	if db == nil {
		return store.CaseRow{}
	}
	cases, err := db.Recent(context.Background(), 1)
	if err != nil || len(cases) == 0 {
		return store.CaseRow{}
	}
	rec, err := db.Load(context.Background(), cases[0].ID)
	if err != nil {
		return store.CaseRow{}
	}
	return rec
}

func (l *life) count(table, where string) int {
	var n int
	require.NoError(l.t, l.rows.QueryRow("SELECT count(*) FROM "+table+" WHERE "+where).Scan(&n))
	return n
}

// stands is a case in a few words: its state, and what is known of its items or
// why it is so.
func (l *life) stands() string { return stands(l.record().Case) }

func stands(c approval.Case) string {
	says := string(c.State)
	if c.State == approval.Approved && !c.Why.IsZero() {
		return says + ", waiting"
	}
	if !slices.ContainsFunc(c.Items, func(it approval.Item) bool { return it.Claimed }) {
		return strings.TrimSpace(says + " " + c.Why.ID)
	}
	for _, it := range c.Items {
		says += " " + string(it.Done) + "/" + string(it.Seen)
	}
	return says
}

// cards are the messages about the case that are no part of a thread.
func (l *life) cards() []slacksim.Message {
	var cards []slacksim.Message
	id := l.record().Case.ID
	for _, m := range l.workspace.As("U0BEN").State().In(channel) {
		if id != "" && !m.Ephemeral && (m.ThreadTS == "" || m.ThreadTS == m.TS) && strings.Contains(m.Words(), id) {
			cards = append(cards, m)
		}
	}
	return cards
}

// shown is where the program keeps that the card is.
func (l *life) shown() slack.Message { return slack.MessageOf(l.record().Card) }

// card is the one that the program draws.
func (l *life) card() (card slacksim.Message, stray []slacksim.Message) {
	ts := l.shown().TS
	for _, m := range l.cards() {
		if m.TS == ts {
			card = m
			continue
		}
		stray = append(stray, m)
	}
	return card, stray
}

func (l *life) stray() slacksim.Message {
	_, stray := l.card()
	require.NotEmpty(l.t, stray)
	return stray[0]
}

func (l *life) offers(button string) bool {
	card, _ := l.card()
	return slices.ContainsFunc(card.Buttons(), func(b slacksim.Button) bool { return b.ActionID == button })
}

// told are the words that the app said to one person alone.
func (l *life) told(who string) []string {
	var told []string
	for _, m := range l.workspace.As(who).State().In(channel) {
		if m.Ephemeral {
			told = append(told, m.Words())
		}
	}
	return told
}

// judge holds the life to what must be true of every one.
func (l *life) judge() {
	t, rec := l.t, l.record()
	assert.Equal(t, len(l.row.points), l.crashes, "crashes")
	if l.row.story == "slow call" && l.vendor.Kills() == 0 {
		l.row.end = unsent // the card is drawn beside the call, which may not have left yet
	}
	assert.Equal(t, l.row.end, end{stands(rec.Case), l.vendor.Kills()}, "the end")
	assert.Equal(t, b2i(rec.Case.ID != ""), l.count("cases", "TRUE"), "cases")
	l.judgeCalls()
	l.judgeCards(rec)
	l.judgeAnswers(rec)
	l.judgeRecord()
}

// judgeCalls: an approved thing is called about once at most, and no other ever.
func (l *life) judgeCalls() {
	approved := slices.ContainsFunc(l.entries(), func(e audit.Entry) bool { return e.To == string(approval.Approved) })
	made := map[string]int{}
	for _, c := range l.vendor.Calls() {
		if c.Op != sim.HangUpClients || c.Status == 429 { // declined before the deed
			continue
		}
		var body struct {
			Peers []string `json:"client_addrs"`
		}
		require.NoError(l.t, json.Unmarshal([]byte(c.Body), &body))
		for _, p := range body.Peers {
			made[p]++
		}
	}
	for peer, n := range made {
		assert.True(l.t, approved, "a call without approval")
		assert.Equal(l.t, 1, n, "calls about %s", peer)
	}
}

// judgeCards: the card shows the stored end and offers nothing that decides. A second
// card is there only if the program died between posting one and storing that.
func (l *life) judgeCards(rec store.CaseRow) {
	card, stray := l.card()
	title := titleOf(l.row.end.says)
	if title == "" {
		assert.Empty(l.t, l.cards())
		return
	}
	assert.Contains(l.t, card.Words(), title)
	for _, b := range card.Buttons() {
		assert.Contains(l.t, []string{"look", "again", "calls"}, b.ActionID, "what an end still offers")
	}
	forgotten, perhaps := 0, b2i(rec.Case.Decision.Need == 0) // who runs at once does not wait for a card
	for _, p := range l.row.points {
		forgotten += b2i(strings.HasPrefix(p, "before posted: pending"))
		perhaps += b2i(strings.HasSuffix(p, "judged: typed") || strings.HasSuffix(p, "judged: filled")) // the card is drawn meanwhile
	}
	assert.GreaterOrEqual(l.t, len(stray), forgotten)
	assert.LessOrEqual(l.t, len(stray), forgotten+perhaps)
	for _, m := range stray {
		if l.row.story == "too late a vote" {
			assert.Empty(l.t, m.Buttons(), "a click on a stray card retires it")
		}
	}
}

// titleOf is how a card of such an end begins; "" if it has none.
func titleOf(says string) string {
	for _, tt := range []struct{ part, title string }{
		{"done mistake", ""}, {"refused refused.role", ""}, {"plan-lapsed", ""},
		{"denied", "Denied:"}, {"withdrawn", "Withdrawn:"}, {"expired", "Expired:"}, {"lapsed", "Lapsed:"}, {"refused", "Refused:"},
		{"done case", "Nothing done:"}, {"done declined", "Nothing done:"}, {"not sent", "of 2 done"},
		{"gone declined", "1 of 2 done"}, {"gone unknown/still", "1 of 2 done"},
		{"still there", "Still there:"}, {"came back", "Came back:"}, {"/not looked", "Unknown:"},
		{"unknown/gone", "Gone, cause unknown:"}, {"answered/gone", "Gone:"},
	} {
		if strings.Contains(says, tt.part) {
			return tt.title
		}
	}
	return ""
}

// judgeAnswers: whoever asked sees a card or was told why there is none, and
// nobody whose word counted is told that it did not.
func (l *life) judgeAnswers(rec store.CaseRow) {
	if rec.Card == "" {
		asker := "U0ANNA"
		if l.row.story == "may not ask" {
			asker = "U0CHO"
		}
		assert.NotEmpty(l.t, l.told(asker), "the asker has no answer")
		return
	}
	for _, who := range []string{"U0ANNA", "U0BEN"} {
		if l.refused() == 0 && l.row.story != "one stopped" { // who stops the rest is told to wait
			told := slices.DeleteFunc(l.told(who), func(s string) bool { return strings.HasPrefix(s, "I am looking it up.") })
			assert.Empty(l.t, told, who) // on a slow machine, that it takes a moment
		}
	}
	if l.row.story == "may not vote" {
		assert.NotEmpty(l.t, l.told("U0CHO"))
	}
}

// refused is how many attempts the story has that do not count.
func (l *life) refused() int {
	if l.row.story == "one stopped" && l.row.points[0] == "before postpone: running → approved" {
		return 1 // the lease is over before the no is judged
	}
	return b2i(slices.Contains([]string{"may not ask", "may not vote", "too late a vote"}, l.row.story))
}

// judgeRecord: the chain holds, and the record has each refusal once.
func (l *life) judgeRecord() {
	verify := exec.Command(quell(l.t), "audit", "verify")
	verify.Env = l.env
	out, err := verify.CombinedOutput()
	assert.NoError(l.t, err, "%s", out)
	refused := 0
	for _, e := range l.entries() {
		refused += b2i(e.Event == "refused")
	}
	assert.Equal(l.t, l.refused(), refused, "refusals in the record")
}

func (l *life) entries() []audit.Entry {
	var entries []audit.Entry
	require.NoError(l.t, l.db().Links(context.Background(), "", func(k audit.Link) error {
		e, err := audit.Parse(k.Body)
		entries = append(entries, e)
		return err
	}))
	return entries
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
