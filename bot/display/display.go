package display

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"quell/bot/approval"
	"quell/bot/inflight"
	"quell/bot/keylock"
	"quell/bot/store"
	"quell/commands/words"
	"quell/policy"
)

// Store keeps cases, and how much of each people can see.
type Store interface {
	Load(ctx context.Context, id string) (store.CaseRow, error)
	Shown(ctx context.Context, id string, seq int64, at store.Card) error
	PostponeDraw(ctx context.Context, id string, seq int64, until time.Time) error
	Postings
}

// Screen is where people see a case.
type Screen interface {
	// Turn waits until a drawing of the case may be sent that is wanted since a time, where the
	// screen takes only so many, and returns the context to draw with: with it Show need not wait,
	// so that the case can be read in between. What people have to know goes first.
	Turn(ctx context.Context, c approval.Case, at store.Card, since time.Time) (context.Context, error)
	// Show draws a case as it is: a new card for the zero Card, else that one. It calls Posting
	// before it posts. A *Unshown means that people cannot be shown it, and that no later try
	// mends that by itself; the card that comes with it is to be kept. Of a case whose details are
	// private it is handed what a channel may see (approval.ForChannel).
	Show(ctx context.Context, c approval.Case, at store.Card) (store.Card, error)
	// Explain tells beside the card, once the case is over, which calls were planned and which
	// were made. It calls Posting before it posts. It returns the card with what was added.
	Explain(ctx context.Context, c approval.Case, made []approval.Exchange, at store.Card) (store.Card, error)
	// Retire takes the buttons from a stray card of a case, unless it is the case's own; "" for a
	// case that has none. It may come again.
	Retire(ctx context.Context, id string, own store.Card, s store.Stray) error
}

// Unshown is the error of a drawing that was refused for good, after every way that the screen
// knows.
type Unshown struct {
	Why words.Message
	Err error
}

func (e *Unshown) Error() string { return e.Err.Error() }
func (e *Unshown) Unwrap() error { return e.Err }

// Display draws stored cases. Make it with New.
type Display struct {
	// Unshown is told of a case that people cannot be shown as it is now, before the display
	// gives up on drawing that; shown says whether an earlier state of it was shown. After an
	// error it is told again later. It must be set before anything is painted.
	Unshown func(ctx context.Context, c approval.Case, shown bool, why words.Message) error

	store    Store
	screen   Screen
	now      func() time.Time
	log      *slog.Logger
	work     inflight.Group
	drawing  *keylock.Lock // cases whose card it is drawing
	retiring *keylock.Lock // strays that could not be retired: how often
	posted   posted        // cards that could not be stored yet
	moves    moves
}

// New makes a display on a screen.
func New(s Store, on Screen, now func() time.Time, log *slog.Logger) *Display {
	return &Display{
		store: s, screen: on, now: now, log: log, drawing: keylock.New(now), retiring: keylock.New(now),
		posted: posted{cards: map[string]store.Card{}}, moves: moves{of: map[string]chan struct{}{}},
	}
}

// Wait returns once nothing is drawn any more.
func (d *Display) Wait() { d.work.Wait() }

// redrawPause is the exponential backoff after a card could not be drawn, up to redrawMost, or
// to redrawEnded for a case that has ended: its channel may be gone for ever. A move of the
// case ends the pause.
const (
	redrawPause = 5 * time.Second
	redrawMost  = 30 * time.Second
	redrawEnded = 5 * time.Minute
)

// Paint draws a case in the background until people see what is stored, and retires its strays.
// There is one drawer of a case at a time, and it always draws the newest state: a burst of moves
// costs few edits (debounce), and no call to a vendor ever waits for a screen.
func (d *Display) Paint(ctx context.Context, id string) {
	if !d.drawing.Take(id) {
		d.moves.tell(id)
		return
	}
	ctx = context.WithoutCancel(ctx)
	moved := d.moves.listen(id)
	d.work.Go(func() {
		for d.draw(ctx, id, moved) {
		}
		d.retire(ctx, id, moved)
		d.drawing.Give(id)
		if d.moves.end(id, moved) {
			d.Paint(ctx, id) // the last draw may not have seen this move
		}
	})
}

// draw shows the case as it is stored once it is its turn. It reports whether to load the case
// once more: it may have moved meanwhile.
func (d *Display) draw(ctx context.Context, id string, moved <-chan struct{}) bool {
	rec, ctx, err := d.await(ctx, id, moved)
	if err != nil {
		d.postpone(ctx, rec, err)
		return false
	}
	if !unseen(rec) {
		return false
	}
	if d.elsewhere(rec) { // since the drawing began to wait for its turn
		d.postpone(ctx, rec, errElsewhere)
		return false
	}
	card, err := d.card(ctx, rec)
	if no, refused := errors.AsType[*Unshown](err); refused {
		d.log.Warn("a case cannot be shown", "case", id, "state", rec.Case.State, "err", err)
		err = d.Unshown(ctx, rec.Case, rec.Card != "", no.Why)
	}
	if err != nil {
		d.postpone(ctx, rec, err)
		return false
	}
	if err := d.store.Shown(ctx, id, rec.Case.Seq, card); err != nil {
		d.log.Error("what is shown could not be stored", "case", id, "err", err)
		d.posted.keep(id, card) // or the next drawing would post a second card
		d.drawing.Rest(id, d.now().Add(redrawPause))
		return false
	}
	d.posted.drop(id)
	d.drawing.Succeed(id)
	return true
}

// postpone puts off the next drawing of a case (backoff).
func (d *Display) postpone(ctx context.Context, rec store.CaseRow, err error) {
	c := rec.Case
	if errors.Is(err, errElsewhere) {
		d.drawing.Rest(c.ID, d.now().Add(postAgain))
		return
	}
	d.log.Warn("a card could not be drawn", "case", c.ID, "err", err)
	until := d.now().Add(d.pause(rec))
	if err := d.store.PostponeDraw(ctx, c.ID, c.Seq, until); err != nil {
		d.log.Error("a drawing could not be put off", "case", c.ID, "err", err)
		d.drawing.Rest(c.ID, until)
	}
}

// onCard says that a case has a card. One that policy refused has none, and neither has one that
// ended because nobody could be shown it: its asker was told.
func onCard(rec store.CaseRow, at store.Card) bool {
	return rec.Case.Decision.Verdict != policy.Refuse && (!rec.Case.Unshown || at != "")
}

// at is the card of a case, also one that could not be stored yet.
func (d *Display) at(rec store.CaseRow) store.Card {
	return cmp.Or(rec.Card, d.posted.card(rec.Case.ID))
}

// card draws the card of a case and what its thread tells.
func (d *Display) card(ctx context.Context, rec store.CaseRow) (store.Card, error) {
	at := d.at(rec)
	if !onCard(rec, at) {
		return at, nil
	}
	card, err := d.keep(ctx, rec.Case.ID, rec.Card, func(ctx context.Context) (store.Card, error) {
		return d.screen.Show(ctx, approval.ForChannel(rec.Case), at)
	})
	if err != nil {
		return card, err
	}
	return d.keep(ctx, rec.Case.ID, card, func(ctx context.Context) (store.Card, error) {
		return d.screen.Explain(ctx, approval.ForChannel(rec.Case), rec.Exchanges, card)
	})
}
