package display_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/display"
	"quell/bot/store"
	"quell/bot/storetest"
)

// board is a screen whose posts wait, or fail, as the test says.
type board struct {
	mu      sync.Mutex
	posts   int
	edits   int
	retired []store.Stray
	fail    error      // of posts, and of retiring
	stuck   store.Card // cannot be retired
	tries   int        // to retire it
	posting chan struct{}
	telling chan struct{}
	threads int
	turns   int
	goOn    chan struct{}
}

func (b *board) Show(ctx context.Context, _ approval.Case, at store.Card) (store.Card, error) {
	if at != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.edits++
		return at, nil
	}
	if err := display.Posting(ctx); err != nil {
		return at, err
	}
	if b.posting != nil {
		b.posting <- struct{}{}
		<-b.goOn
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.posts++
	if b.fail != nil {
		return at, b.fail
	}
	return "the card", nil
}

func (b *board) Explain(ctx context.Context, c approval.Case, _ []approval.Exchange, at store.Card) (store.Card, error) {
	if !c.State.Terminal() || strings.HasSuffix(string(at), told) {
		return at, nil
	}
	if err := display.Posting(ctx); err != nil {
		return at, err
	}
	if b.telling != nil {
		b.telling <- struct{}{}
		<-b.goOn
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.threads++
	if b.fail != nil {
		return at, b.fail
	}
	return at + told, nil
}

// told is what a card has once its thread is told.
const told = ", told"

func (b *board) Retire(_ context.Context, _ string, own store.Card, s store.Stray) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return b.fail
	}
	if s.Card == b.stuck {
		b.tries++
		return errors.New("a code that nobody knows")
	}
	if s.Card != own {
		b.retired = append(b.retired, s)
	}
	return nil
}

func (b *board) Turn(ctx context.Context, _ approval.Case, _ store.Card, _ time.Time) (context.Context, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turns++
	return ctx, nil
}

// gallery is one database with a case, and a clock.
type gallery struct {
	*testing.T
	db  *store.Store
	now time.Time
	c   approval.Case
}

func newGallery(t *testing.T) *gallery {
	t.Helper()
	db, err := store.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	c := storetest.Move(t, db, storetest.Create(t, db, "Q-1"), storetest.Planned("x"))
	return &gallery{t, db, c.Opened, c}
}

// hung is a display of one process.
func (g *gallery) hung(on *board) *display.Display {
	return display.New(g.db, on, func() time.Time { return g.now }, slog.New(slog.DiscardHandler))
}

// paints draws the case if it is due, as a sweep does, to the end.
func (g *gallery) paints(d *display.Display) {
	g.Helper()
	ids, err := g.db.Due(g.Context(), g.now, 9)
	require.NoError(g.T, err)
	for _, id := range ids {
		d.Paint(g.Context(), id)
	}
	d.Wait()
}

func (g *gallery) card() store.Card {
	g.Helper()
	r, err := g.db.Load(g.Context(), "Q-1")
	require.NoError(g.T, err)
	return r.Card
}

// A first card that could not be posted is tried again after a second, and then less and less
// often; a card that is there as before.
func TestAFirstPostIsTriedAgainSoon(t *testing.T) {
	g, b := newGallery(t), &board{fail: errors.New("status 500")}
	d := g.hung(b)
	for n, pause := range []time.Duration{0, time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second, 30 * time.Second} {
		g.now = g.now.Add(pause - time.Microsecond)
		g.paints(d)
		require.Equal(t, n, b.posts, "not before %s", pause)
		g.now = g.now.Add(time.Microsecond)
		g.paints(d)
		require.Equal(t, n+1, b.posts, "after %s", pause)
	}
	adopted, err := g.db.Adopt(t.Context(), "Q-1", "a stray", g.now)
	require.NoError(t, err)
	require.True(t, adopted, "a post that failed is in flight no more")
	g.paints(d)
	require.Equal(t, 1, b.edits)
	require.Equal(t, store.Card("a stray"), g.card())
}

// Of two processes on one store one posts; the other waits.
func TestOneProcessAtATimePostsACard(t *testing.T) {
	g := newGallery(t)
	first, second := &board{posting: make(chan struct{}), goOn: make(chan struct{})}, &board{}
	d, e := g.hung(first), g.hung(second)
	d.Paint(t.Context(), "Q-1")
	<-first.posting
	for range 3 {
		g.paints(e)
		g.now = g.now.Add(time.Second)
	}
	require.Zero(t, second.posts)
	close(first.goOn)
	d.Wait()
	require.Equal(t, store.Card("the card"), g.card())
	g.paints(e)
	require.Zero(t, second.posts)
}

// A process that died while it posted leaves a lease, which runs out.
func TestALeaseOfADeadProcessRunsOut(t *testing.T) {
	g, b := newGallery(t), &board{}
	d := g.hung(b)
	taken, err := g.db.StartPosting(t.Context(), "Q-1", "", g.now, g.now.Add(25*time.Second))
	require.NoError(t, err)
	require.True(t, taken)
	g.paints(d)
	g.now = g.now.Add(24 * time.Second)
	g.paints(d)
	require.Zero(t, b.posts)
	g.now = g.now.Add(time.Second)
	g.paints(d)
	require.Equal(t, 1, b.posts)
}

// Of two processes on one store one tells the thread, and draws the end; the other waits, and
// needs no turn for that.
func TestOneProcessAtATimeTellsTheThread(t *testing.T) {
	g := newGallery(t)
	first, second := &board{telling: make(chan struct{}), goOn: make(chan struct{})}, &board{}
	d, e := g.hung(first), g.hung(second)
	g.paints(d)
	g.c = storetest.Move(t, g.db, g.c, approval.Withdrawal{By: g.c.Request.By, From: "w"})
	g.now = g.now.Add(time.Hour)
	d.Paint(t.Context(), "Q-1")
	<-first.telling
	for range 3 {
		g.paints(e)
		g.now = g.now.Add(time.Second)
	}
	close(first.goOn)
	d.Wait()
	require.Equal(t, "the card"+store.Card(told), g.card())
	g.paints(e)
	require.Equal(t, []int{1, 0}, []int{first.threads, second.threads})
	require.Equal(t, []int{1, 0}, []int{first.edits, second.edits})
	require.Zero(t, second.turns)
}

// A thread that could not be told is told by whichever process comes next; one that is told for a
// process that died is told once its lease is over.
func TestALeaseOnAThreadEnds(t *testing.T) {
	g, b := newGallery(t), &board{}
	d := g.hung(b)
	g.paints(d)
	g.c = storetest.Move(t, g.db, g.c, approval.Withdrawal{By: g.c.Request.By, From: "w"})
	g.now = g.now.Add(time.Hour)
	b.fail = errors.New("status 500")
	g.paints(d)
	require.Equal(t, 1, b.threads)
	b.fail = nil
	g.now = g.now.Add(5 * time.Second)
	taken, err := g.db.StartPosting(t.Context(), "Q-1", g.card(), g.now, g.now.Add(25*time.Second))
	require.NoError(t, err)
	require.True(t, taken, "nobody tells it")
	g.now = g.now.Add(24 * time.Second)
	g.paints(g.hung(b))
	require.Equal(t, 1, b.threads)
	g.now = g.now.Add(time.Second)
	g.paints(g.hung(b))
	require.Equal(t, 2, b.threads)
	require.Equal(t, "the card"+store.Card(told), g.card())
}

// A stray that was clicked before the case had a card is retired once it has one, by whichever
// process comes to it; what cannot be retired now is tried again.
func TestAStrayIsRetiredOnceThereIsACard(t *testing.T) {
	g, b := newGallery(t), &board{}
	d := g.hung(b)
	stray := store.Stray{Card: "lost", By: "ben"}
	require.NoError(t, g.db.AddStray(t.Context(), "Q-1", stray, g.now))
	require.NoError(t, g.db.AddStray(t.Context(), "Q-1", store.Stray{Card: "the card"}, g.now)) // clicked while it was posted
	g.paints(d)
	require.Equal(t, []store.Stray{stray}, b.retired, "and not its own")
	g.paints(d)
	require.Len(t, b.retired, 1)

	late := store.Stray{Card: "late"}
	require.NoError(t, g.db.AddStray(t.Context(), "Q-1", late, g.now))
	b.fail = errors.New("status 500")
	g.paints(d)
	b.fail = nil
	g.now = g.now.Add(5*time.Second - time.Microsecond)
	g.paints(d)
	require.Len(t, b.retired, 1)
	g.now = g.now.Add(time.Microsecond)
	g.paints(g.hung(b))
	require.Equal(t, []store.Stray{stray, late}, b.retired)
}

// A stray that cannot be retired keeps no other, and is tried less and less often until it is
// forgotten.
func TestAStrayThatIsStuckKeepsNoOther(t *testing.T) {
	g, b := newGallery(t), &board{stuck: "a"}
	d := g.hung(b)
	g.paints(d)
	a, other := store.Stray{Card: "a"}, store.Stray{Card: "b"}
	for _, s := range []store.Stray{a, other} {
		require.NoError(t, g.db.AddStray(t.Context(), "Q-1", s, g.now))
	}
	g.paints(d)
	require.Equal(t, []store.Stray{other}, b.retired)
	for n, pause := range []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second} {
		g.now = g.now.Add(pause - time.Microsecond)
		g.paints(d)
		require.Equal(t, n+1, b.tries)
		g.now = g.now.Add(time.Microsecond)
		late := store.Stray{Card: "late", By: pause.String()}
		require.NoError(t, g.db.AddStray(t.Context(), "Q-1", late, g.now))
		g.paints(d)
		require.Equal(t, n+2, b.tries)
		require.Equal(t, late, b.retired[len(b.retired)-1])
	}
	require.NoError(t, g.db.Tidy(t.Context(), g.c.Opened.Add(time.Microsecond), g.now))
	g.now = g.now.Add(time.Hour)
	g.paints(d)
	require.Equal(t, 4, b.tries)
}
