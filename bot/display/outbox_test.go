package display_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/display"
	"quell/bot/store"
	"quell/commands/words"
)

var (
	start     = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	errLost   = errors.New("the connection broke")
	errBusy   = &display.NotSaid{Err: errors.New("ratelimited")}
	errGone   = &display.NotSaid{Final: true, Err: errors.New("is_archived")}
	errFolder = errors.New("the disk is full")
)

// chat says what it is told to, and answers as it is told to.
type chat struct {
	answer func(place, id string) error // nil for yes

	mu   sync.Mutex
	said []string // place and text, in order
	now  map[string]int
	most int
}

func (c *chat) Announce(_ context.Context, s store.Saying) (store.Card, error) {
	place, m := s.Place, s.Message
	c.mu.Lock()
	c.said = append(c.said, place+" "+m.ID)
	c.now[place]++
	c.most = max(c.most, len(c.now))
	alone := c.now[place] == 1
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.now, place)
	}()
	if !alone {
		panic("two at a time in " + place)
	}
	at := store.Card("where " + s.Key + " is")
	if c.answer == nil {
		return at, nil
	}
	return at, c.answer(place, m.ID)
}

func (c *chat) heard() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.said)
}

// scene is an outbox on a real store.
type scene struct {
	*testing.T
	*display.Outbox
	db   *store.Store
	dir  string
	chat *chat
	log  *strings.Builder
	now  time.Time
	told []string // keys that Said named
}

func set(t *testing.T) *scene {
	t.Helper()
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	f := setOn(t, db)
	f.dir = dir
	return f
}

// damage makes a stored message unreadable.
func (f *scene) damage(key string) {
	f.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(f.dir, store.File)+"?_pragma=busy_timeout(5000)")
	require.NoError(f.T, err)
	_, err = db.ExecContext(f.Context(), `UPDATE sayings SET message = '{' WHERE id = $1`, key)
	require.NoError(f.T, err)
	require.NoError(f.T, db.Close())
}

func setOn(t *testing.T, db *store.Store) *scene {
	f := &scene{T: t, db: db, chat: &chat{now: map[string]int{}}, log: &strings.Builder{}, now: start}
	f.Outbox = &display.Outbox{
		Store: db, Chat: f.chat, Now: func() time.Time { return f.now },
		Log:  slog.New(slog.NewTextHandler(f.log, nil)),
		Said: func(_ context.Context, s store.Saying) { f.told = append(f.told, s.Key) },
	}
	return f
}

func (f *scene) write(place string, ids ...string) {
	f.Helper()
	for _, id := range ids {
		f.store(store.Saying{Key: id, Place: place, Message: words.New(id), Until: start.Add(time.Hour)})
	}
}

func (f *scene) store(s store.Saying) {
	f.Helper()
	require.NoError(f.T, f.db.Say(f.Context(), s))
}

// sends sends at a time after the start, and checks what was said since.
func (f *scene) sends(after time.Duration, want ...string) {
	f.Helper()
	f.now = start.Add(after)
	before := len(f.chat.heard())
	f.Send(f.Context())
	require.ElementsMatch(f.T, want, f.chat.heard()[before:], "after %s", after)
}

func (f *scene) fate(key string) store.Result {
	f.Helper()
	fate, err := f.db.ResultOf(f.Context(), key)
	require.NoError(f.T, err)
	return fate
}

func TestWhatIsStoredIsSaidOnceAndInOrder(t *testing.T) {
	f := set(t)
	f.sends(0)
	f.write("C1", "freeze", "lifted", "again")
	f.write("C2", "policy")
	f.Send(t.Context())
	f.sends(time.Hour)
	all := f.chat.heard()
	require.Len(t, all, 4)
	require.Equal(t, []string{"C1 freeze", "C1 lifted", "C1 again"}, slices.DeleteFunc(all, func(s string) bool { return s == "C2 policy" }))
	require.ElementsMatch(t, []string{"freeze", "lifted", "again", "policy"}, f.told)
	require.True(t, start.Equal(f.fate("policy").Said))
}

func TestARefusalThatMayPassIsTriedAgainLaterAndLater(t *testing.T) {
	f := set(t)
	f.chat.answer = func(string, string) error { return errBusy }
	f.write("C1", "head", "next")
	at := time.Duration(0)
	for _, pause := range []time.Duration{5, 10, 20, 40, 80, 160, 300, 300} {
		f.sends(at, "C1 head")
		require.Equal(t, store.Result{Why: "ratelimited"}, f.fate("head"))
		at += pause * time.Second
		f.sends(at - time.Microsecond)
	}
	f.chat.answer = nil
	f.sends(at, "C1 head", "C1 next")
	require.Equal(t, []string{"head", "next"}, f.told)
}

func TestWhatIsPastItsEndIsGivenUp(t *testing.T) {
	f := set(t)
	f.chat.answer = func(string, string) error { return errBusy }
	f.store(store.Saying{Key: "short", Place: "C1", Message: words.New("short"), Until: start.Add(time.Second)})
	f.write("C1", "next")
	f.sends(0, "C1 short")
	f.chat.answer = nil
	f.sends(time.Second, "C1 next")
	require.Equal(t, "its time was over: ratelimited", f.fate("short").Why)
	require.Contains(t, f.log.String(), "level=ERROR msg=\"given up: people were not told, or it is not known\" key=short place=C1 message=short")
	require.Equal(t, []string{"next"}, f.told)
}

// Somebody waits for what may be repeated: what passes is tried every few seconds until its
// end, and what is refused for good is an answer, at once.
func TestWhereSomebodyWaitsAFinalRefusalIsAnAnswer(t *testing.T) {
	f := set(t)
	f.chat.answer = func(string, string) error { return errBusy }
	f.store(store.Saying{Key: "notice", Place: "C1", Message: words.New("notice"), Until: start.Add(time.Hour), Repeat: true})
	for _, at := range []time.Duration{0, 5, 15, 30, 45} {
		f.sends(at*time.Second, "C1 notice")
	}
	require.True(t, f.fate("notice").Dropped.IsZero())
	f.chat.answer = func(string, string) error { return errGone }
	f.sends(time.Minute, "C1 notice")
	require.Equal(t, "is_archived", f.fate("notice").Why)
	require.False(t, f.fate("notice").Dropped.IsZero())
	require.Contains(t, f.log.String(), "level=ERROR msg=\"people cannot be told: it is refused for good, and somebody waits\" key=notice")
	f.chat.answer = nil
	f.sends(time.Hour)
	require.Empty(t, f.told)
}

// What only people can mend is not asked for every few seconds, and not given up before its
// end.
func TestAFinalRefusalIsTriedSeldom(t *testing.T) {
	f := set(t)
	f.chat.answer = func(string, string) error { return fmt.Errorf("wrapped: %w", errGone) }
	f.write("C1", "head")
	f.sends(0, "C1 head")
	f.sends(5*time.Minute - time.Microsecond)
	f.sends(5*time.Minute, "C1 head")
	require.Contains(t, f.fate("head").Why, "is_archived")
	f.sends(time.Hour)
	require.Contains(t, f.fate("head").Why, "its time was over")
	require.Contains(t, f.log.String(), "given up")
}

// What cannot be read is said to nobody, and keeps no other back.
func TestADamagedSaying(t *testing.T) {
	f := set(t)
	f.write("C1", "torn", "next")
	f.damage("torn")
	f.sends(0, "C1 next")
	require.Equal(t, "it is damaged", f.fate("torn").Why)
	require.Contains(t, f.log.String(), "a stored saying is damaged")
}

// The end says what it can, within its time; then nothing is said any more.
func TestTheEnd(t *testing.T) {
	f := set(t)
	f.write("C1", "head", "next")
	f.Stop()
	f.Send(t.Context())
	require.Empty(t, f.chat.heard())
	f.Last(t.Context())
	require.Equal(t, []string{"C1 head", "C1 next"}, f.chat.heard())
	f.write("C1", "late")
	f.Wake(t.Context())
	f.Wait()
	f.Send(t.Context())
	require.Len(t, f.chat.heard(), 2)

	f = set(t)
	f.write("C1", "head", "next")
	over, cancel := context.WithCancel(t.Context())
	f.chat.answer = func(string, string) error { cancel(); return nil }
	f.Stop()
	f.Last(over)
	require.Equal(t, []string{"C1 head"}, f.chat.heard(), "what is being said is said, and nothing after it")
}

// What is said at the end may be the cause of more, which is being said when all else is over.
func TestTheEndWaitsForWhatIsSaidThen(t *testing.T) {
	f := set(t)
	f.write("C1", "notice")
	begun, goOn := make(chan struct{}), make(chan struct{})
	f.chat.answer = func(_, id string) error {
		switch id {
		case "notice":
			f.write("C2", "answer")
			f.Wake(t.Context())
			<-begun // by whoever was woken
		case "answer":
			close(begun)
			<-goOn
		}
		return nil
	}
	f.Stop()
	ended := make(chan struct{})
	go func() { defer close(ended); f.Last(t.Context()) }()
	<-begun
	select {
	case <-ended:
		require.Fail(t, "it ended while something was being said")
	case <-time.After(50 * time.Millisecond):
	}
	close(goOn)
	<-ended
	require.False(t, f.fate("answer").Said.IsZero())
}

// An answer that was lost: most is said at most once, and what may not go on before
// people know is said again.
func TestALostAnswer(t *testing.T) {
	f := set(t)
	f.chat.answer = func(string, string) error { return errLost }
	f.write("C1", "freeze", "next")
	f.store(store.Saying{Key: "alone", Place: "C2", Message: words.New("alone"), Until: start.Add(time.Hour), Repeat: true})
	f.sends(0, "C1 freeze", "C1 next", "C2 alone")
	require.Contains(t, f.log.String(), "level=ERROR msg=\"nobody knows whether people were told: the answer was lost, and it is said at most once\" key=freeze")
	require.Equal(t, store.Result{Why: errLost.Error()}, f.fate("alone"))
	require.False(t, f.fate("freeze").Dropped.IsZero())
	f.chat.answer = nil
	f.sends(4 * time.Second)
	f.sends(5*time.Second, "C2 alone")
	f.sends(time.Minute)
	require.Equal(t, []string{"alone"}, f.told)
}

// A place whose answers hang holds up no other.
func TestAPlaceThatHangsHoldsUpNoOther(t *testing.T) {
	f := set(t)
	hangs, goes := make(chan struct{}), make(chan struct{})
	f.chat.answer = func(place, _ string) error {
		if place == "C1" {
			close(hangs)
			<-goes
		}
		return nil
	}
	f.write("C1", "one")
	f.Wake(t.Context())
	<-hangs
	f.write("C1", "two")
	f.write("C2", "three")
	f.Send(t.Context())
	require.Equal(t, []string{"C1 one", "C2 three"}, f.chat.heard())
	f.chat.answer = nil
	close(goes)
	f.Wait()
	require.Equal(t, []string{"C1 one", "C2 three", "C1 two"}, f.chat.heard(), "and goes on by itself")
}

func TestSoManyAtOnce(t *testing.T) {
	f := set(t)
	begun, goes := make(chan struct{}, 20), make(chan struct{})
	f.chat.answer = func(string, string) error {
		begun <- struct{}{}
		<-goes
		return nil
	}
	for n := range 20 {
		f.write(fmt.Sprint("C", n), fmt.Sprint(n))
	}
	f.Wake(t.Context())
	for range 8 {
		<-begun
	}
	f.Send(t.Context())
	require.Len(t, f.chat.heard(), 8)
	goes <- struct{}{}
	<-begun
	f.Send(t.Context())
	require.Len(t, f.chat.heard(), 9, "one goes, one comes")
	close(goes)
	f.Wait()
	require.Len(t, f.chat.heard(), 20)
	require.Equal(t, 8, f.chat.most)
}

// Whoever stored something wakes the outbox, and needs no answer.
func TestWokenAgainAndAgain(t *testing.T) {
	f := set(t)
	for n := range 3 {
		f.write("C1", fmt.Sprint(n))
		f.Wake(t.Context())
		f.Wake(t.Context())
		f.Wait()
		require.Len(t, f.chat.heard(), n+1)
	}
}

// Once the process is to end nothing more is claimed, and what is being said is said.
func TestAProcessThatEnds(t *testing.T) {
	f := set(t)
	ctx, cancel := context.WithCancel(t.Context())
	f.chat.answer = func(string, string) error { cancel(); return nil }
	f.write("C1", "one", "two")
	f.Wake(ctx)
	f.Wait()
	require.Equal(t, []string{"C1 one"}, f.chat.heard())
	require.False(t, f.fate("one").Said.IsZero())
	require.Equal(t, store.Result{}, f.fate("two"))
	f.sends(0, "C1 two")
}

// Two processes that share a store say everything once.
func TestTwoSenders(t *testing.T) {
	f := set(t)
	other := setOn(t, f.db)
	other.Chat = f.chat
	for n := range 40 {
		f.write(fmt.Sprint("C", n%5), fmt.Sprintf("%02d", n))
	}
	var both sync.WaitGroup
	both.Go(func() { f.Send(t.Context()) })
	both.Go(func() { other.Send(t.Context()) })
	both.Wait()
	f.sends(0)
	last := map[string]string{}
	for _, one := range f.chat.heard() {
		place, id, _ := strings.Cut(one, " ")
		require.Greater(t, id, last[place])
		last[place] = id
	}
	require.Len(t, f.chat.heard(), 40)
	require.Len(t, append(f.told, other.told...), 40)
}

// full is a store whose disk is full for a while after something was claimed.
type full struct {
	display.Sayings
	times int
}

func (s *full) Said(ctx context.Context, key string, at store.Card, now time.Time) error {
	if s.times--; s.times >= 0 {
		return errFolder
	}
	return s.Sayings.Said(ctx, key, at, now)
}

// What this process knows is not forgotten because it could not be stored: not even what
// may be repeated is said twice.
func TestAWordThatTheStoreDoesNotTake(t *testing.T) {
	f := set(t)
	f.Store = &full{f.db, 3}
	f.store(store.Saying{Key: "alone", Place: "C1", Message: words.New("alone"), Until: start.Add(time.Hour), Repeat: true})
	f.store(store.Saying{Key: "next", Place: "C1", Message: words.New("next"), Until: start.Add(time.Hour), Repeat: true})
	f.sends(0, "C1 alone")
	f.sends(time.Minute)
	require.Empty(t, f.told)
	f.sends(2*time.Minute, "C1 next")
	require.Equal(t, []string{"alone", "next"}, f.told)
	require.True(t, start.Equal(f.fate("alone").Said), "when it was said, not when that could be stored")
}
