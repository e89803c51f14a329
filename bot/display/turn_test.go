package display_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/display"
	"quell/bot/store"
	"quell/commands"
	"quell/policy"
)

// easel is a stored case and the screen that shows it: it notes which states were drawn, and when.
type easel struct {
	*display.Display
	began time.Time
	busy  chan struct{} // until it is closed no drawing has its turn

	mu    sync.Mutex
	row   store.CaseRow
	drawn []drawing
}

type drawing struct {
	state approval.State
	after time.Duration
}

func newEasel() *easel {
	b := &easel{began: time.Now(), busy: make(chan struct{})}
	close(b.busy)
	b.Display = display.New(b, b, time.Now, slog.New(slog.DiscardHandler))
	return b
}

// move moves the case, as the store does.
func (b *easel) move(s approval.State, items ...approval.Item) {
	b.mu.Lock()
	b.row.Case.ID, b.row.Case.State, b.row.Case.Items, b.row.Case.Decision.Verdict = "Q-1", s, items, policy.Consult
	b.row.Case.Seq++
	b.row.DrawAt = time.Now().Add(b.row.Case.Rest())
	b.mu.Unlock()
	b.Paint(context.Background(), "Q-1")
	synctest.Wait()
}

func (b *easel) Load(context.Context, string) (store.CaseRow, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.row, nil
}

func (b *easel) Shown(_ context.Context, _ string, seq int64, at store.Card) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.row.ShownSeq, b.row.Card = seq, at
	return nil
}

func (b *easel) PostponeDraw(context.Context, string, int64, time.Time) error { return nil }

func (b *easel) StartPosting(context.Context, string, store.Card, time.Time, time.Time) (bool, error) {
	return true, nil
}

func (b *easel) EndPosting(context.Context, string, time.Time) error { return nil }

func (b *easel) Posted(_ context.Context, _ string, _, to store.Card, _, _ time.Time) (store.Card, error) {
	return to, nil
}

func (b *easel) Strays(context.Context, string, time.Time) ([]store.Stray, error) { return nil, nil }

func (b *easel) DropStray(context.Context, string, store.Stray) error { return nil }

func (b *easel) PostponeStray(context.Context, string, store.Stray, time.Time) error { return nil }

func (b *easel) Retire(context.Context, string, store.Card, store.Stray) error { return nil }

func (b *easel) Turn(ctx context.Context, _ approval.Case, _ store.Card, _ time.Time) (context.Context, error) {
	b.mu.Lock()
	busy := b.busy
	b.mu.Unlock()
	select {
	case <-busy:
		return ctx, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (b *easel) Show(_ context.Context, c approval.Case, _ store.Card) (store.Card, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drawn = append(b.drawn, drawing{c.State, time.Since(b.began)})
	return "1", nil
}

func (b *easel) Explain(_ context.Context, _ approval.Case, _ []approval.Exchange, at store.Card) (store.Card, error) {
	return at, nil
}

func item(s commands.Seen) approval.Item {
	return approval.Item{Claimed: true, Outcome: commands.Outcome{Done: commands.Answered, Seen: s}}
}

// Between a yes and the outcome nothing is drawn where that takes a moment, and the outcome at once.
func TestWhatPassesInAMomentIsNotDrawn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newEasel()
		b.move(approval.Pending)
		for _, s := range []approval.State{approval.Approved, approval.Running, approval.Verifying} {
			b.move(s, item(commands.NotLooked))
			time.Sleep(10 * time.Millisecond)
		}
		b.move(approval.Verifying, item(commands.Gone))
		b.Wait()
		require.Equal(t, []drawing{{approval.Pending, 0}, {approval.Verifying, 30 * time.Millisecond}}, b.drawn)
	})
}

// A case that goes on moving is drawn once its first move has rested.
func TestARestIsNotBegunAnewByEachMove(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newEasel()
		for range 10 {
			b.move(approval.Running, item(commands.NotLooked))
			time.Sleep(100 * time.Millisecond)
		}
		b.Wait()
		require.Len(t, b.drawn, 4)
		require.Equal(t, 250*time.Millisecond, b.drawn[0].after)
	})
}

// What stops a case, or went wrong, is drawn at once.
func TestAStopNeverRests(t *testing.T) {
	t.Parallel()
	for name, move := range map[string]func(*easel){
		"denied":      func(b *easel) { b.move(approval.Denied) },
		"still there": func(b *easel) { b.move(approval.Verifying, item(commands.StillThere)) },
		"came back":   func(b *easel) { b.move(approval.Verifying, item(commands.CameBack)) },
		"unknown": func(b *easel) {
			b.move(approval.Verifying, approval.Item{Claimed: true, Outcome: commands.Outcome{Done: commands.Unknown, Seen: commands.NotLooked}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newEasel()
				move(b)
				b.Wait()
				require.Len(t, b.drawn, 1)
				require.Zero(t, b.drawn[0].after)
			})
		})
	}
}

// A drawing that waits for its turn draws the case as it is then, and an outcome meanwhile takes a
// turn of its own.
func TestTheCaseIsReadWhenItIsItsTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newEasel()
		b.busy = make(chan struct{})
		b.move(approval.Pending)
		b.move(approval.Denied)
		time.Sleep(time.Second)
		require.Empty(t, b.drawn)
		close(b.busy)
		b.Wait()
		require.Equal(t, []drawing{{approval.Denied, time.Second}}, b.drawn)
	})
}
