package display

import (
	"context"
	"errors"
	"sync"
	"time"

	"quell/bot/approval"
	"quell/bot/store"
)

// await waits until a case is to be drawn: until it does not rest, and it is its turn on the
// screen. Only then it reads the case, so that no picture is stale when it leaves. A move
// meanwhile ends the wait and begins it anew: what moved may be an outcome, which goes first. The
// row has no case after an error of the store, and is not unseen if nothing is to be drawn.
func (d *Display) await(ctx context.Context, id string, moved <-chan struct{}) (store.CaseRow, context.Context, error) {
	for since := d.now(); ; {
		rec := d.load(ctx, id)
		if !unseen(rec) {
			return rec, ctx, nil
		}
		if rec.DrawAt.After(d.now().Add(rec.Case.Rest())) {
			return store.CaseRow{}, ctx, nil // put off after a failure, whatever asks for it meanwhile
		}
		if d.elsewhere(rec) {
			return rec, ctx, errElsewhere // it needs no turn
		}
		if d.rest(ctx, rec, since, moved) {
			continue
		}
		turn, err := d.turn(ctx, rec, since, moved)
		switch {
		case errors.Is(err, errMoved):
			continue
		case err != nil:
			return rec, ctx, err
		}
		return d.load(ctx, id), turn, nil
	}
}

// load reads a case, and logs why it cannot.
func (d *Display) load(ctx context.Context, id string) store.CaseRow {
	rec, err := d.store.Load(ctx, id)
	if err != nil {
		d.log.Error("a case could not be read", "case", id, "err", err)
		return store.CaseRow{}
	}
	return rec
}

// unseen says that people have to see more of a case.
func unseen(rec store.CaseRow) bool {
	return rec.ShownSeq < rec.Case.Seq && rec.Case.State != approval.Planning
}

// rest lets a case rest that changes again within moments, counted from the first move that is not
// drawn yet. It reports whether the case moved meanwhile.
func (d *Display) rest(ctx context.Context, rec store.CaseRow, since time.Time, moved <-chan struct{}) bool {
	left := min(rec.DrawAt.Sub(d.now()), since.Add(rec.Case.Rest()).Sub(d.now()))
	if left <= 0 {
		return false
	}
	over := time.NewTimer(left)
	defer over.Stop()
	select {
	case <-moved:
		return true
	case <-over.C:
	case <-ctx.Done():
	}
	return false
}

// errMoved says that a case moved while its drawing waited.
var errMoved = errors.New("the case moved")

// turn waits for the turn of a drawing, and returns the context to draw with; errMoved if the case
// moves meanwhile.
func (d *Display) turn(ctx context.Context, rec store.CaseRow, since time.Time, moved <-chan struct{}) (context.Context, error) {
	at := d.at(rec)
	if !onCard(rec, at) {
		return ctx, nil
	}
	waiting, stop := context.WithCancelCause(ctx)
	var listening sync.WaitGroup
	defer listening.Wait() // it takes no later move
	defer stop(nil)
	listening.Go(func() {
		select {
		case <-moved:
			stop(errMoved)
		case <-waiting.Done():
		}
	})
	turn, err := d.screen.Turn(waiting, approval.ForChannel(rec.Case), at, since)
	if err != nil && errors.Is(context.Cause(waiting), errMoved) {
		return ctx, errMoved
	}
	if err != nil {
		return ctx, err
	}
	return context.WithoutCancel(turn), nil
}

// moves tells the drawer of a case that the case moved. A move that comes while the drawer is
// busy is kept.
type moves struct {
	mu sync.Mutex
	of map[string]chan struct{}
}

// listen begins to tell of the moves of a case.
func (m *moves) listen(id string) chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	moved := make(chan struct{}, 1)
	m.of[id] = moved
	return moved
}

func (m *moves) tell(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case m.of[id] <- struct{}{}:
	default: // nobody listens, or the last one is not taken yet
	}
}

// end ends what listen began, and reports whether a move was not taken any more.
func (m *moves) end(id string, moved chan struct{}) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of[id] == moved {
		delete(m.of, id)
	}
	return len(moved) > 0
}
