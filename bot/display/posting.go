package display

import (
	"context"
	"errors"
	"strings"
	"time"

	"quell/bot/store"
)

// Postings keeps whose post of a card is in flight, and the stray cards of a case.
type Postings interface {
	StartPosting(ctx context.Context, id string, from store.Card, now, until time.Time) (taken bool, err error)
	EndPosting(ctx context.Context, id string, until time.Time) error
	Posted(ctx context.Context, id string, from, to store.Card, until, now time.Time) (own store.Card, err error)
	Strays(ctx context.Context, id string, now time.Time) ([]store.Stray, error)
	DropStray(ctx context.Context, id string, s store.Stray) error
	PostponeStray(ctx context.Context, id string, s store.Stray, until time.Time) error
}

// A lease on posting outlasts the time limit of the post by leaseMargin, so that where the card
// is can be stored under it; a post without a limit has a lease of leaseDefault.
const (
	leaseMargin  = 5 * time.Second
	leaseDefault = time.Minute
)

// postAgain is the pause after a first posting that failed, and while somebody else posts.
const postAgain = time.Second

// errElsewhere is the error of a drawing that has to wait for another: somebody else posts a
// card of the case, or it has another card by now.
var errElsewhere = errors.New("another card of the case is being posted, or was")

// posting is one drawing of a case, in which a card may be posted in place of another.
type posting struct {
	*Display
	id    string
	from  store.Card
	until time.Time // the end of the lease; zero while there is none
}

type postingKey struct{}

// Posting is to be called by a Screen before it posts a card, within the context of Show, or in its
// thread, within that of Explain. After an error it must not post: another posting of the case's card is in flight.
func Posting(ctx context.Context) error {
	p, ok := ctx.Value(postingKey{}).(*posting)
	if !ok || !p.until.IsZero() {
		return nil
	}
	within := leaseDefault
	if end, limited := ctx.Deadline(); limited {
		within = time.Until(end) + leaseMargin
	}
	now := p.now()
	until := now.Add(within)
	taken, err := p.store.StartPosting(ctx, p.id, p.from, now, until)
	switch {
	case err != nil:
		return err
	case !taken:
		return errElsewhere
	}
	p.until = until
	return nil
}

// keep draws in place of the card from, under a lease if something is posted. Where that is then
// is stored at once, whatever else fails.
func (d *Display) keep(ctx context.Context, id string, from store.Card, draw func(context.Context) (store.Card, error)) (store.Card, error) {
	p := &posting{Display: d, id: id, from: from}
	card, err := draw(context.WithValue(ctx, postingKey{}, p))
	if err != nil || card == from {
		p.end(ctx)
		return card, err
	}
	own, err := d.store.Posted(ctx, id, from, card, p.until, d.now())
	if err != nil {
		d.posted.keep(id, card)
		return card, err
	}
	if own != card {
		d.posted.drop(id)
		return card, errElsewhere
	}
	return card, nil
}

// elsewhere says that a drawing has to wait for a lease: it would post a card, or the case is over,
// so that whoever has the lease tells its thread and has drawn its end.
func (d *Display) elsewhere(rec store.CaseRow) bool {
	at := d.at(rec)
	return rec.Posting.After(d.now()) && onCard(rec, at) && (at == "" || rec.Case.State.Terminal())
}

// end gives the lease back after a post that failed, or after none: where its card is, if it was
// done after all, will not be stored.
func (p *posting) end(ctx context.Context) {
	if p.until.IsZero() {
		return
	}
	if err := p.store.EndPosting(ctx, p.id, p.until); err != nil {
		p.log.Error("a lease on posting could not be given back; it runs out", "case", p.id, "err", err)
	}
}

// pause is how long a drawing rests after a failure, longer with each further one in a row. A
// first card is tried again soon: until it is there nobody sees anything.
func (d *Display) pause(rec store.CaseRow) time.Duration {
	most := redrawMost
	if rec.Case.State.Terminal() {
		most = redrawEnded
	}
	if rec.Card != "" {
		return d.drawing.Fail(rec.Case.ID, redrawPause, most)
	}
	if p := d.drawing.Fail(rec.Case.ID, redrawPause/2, most); p >= redrawPause {
		return p
	}
	return postAgain
}

// retire takes the buttons from the stray cards of a case, until the case moves: people see that
// first, and the rest is due still. One that fails is put off, and keeps no other.
func (d *Display) retire(ctx context.Context, id string, moved <-chan struct{}) {
	strays, err := d.store.Strays(ctx, id, d.now())
	if err != nil {
		d.log.Error("the second cards of a case could not be read", "case", id, "err", err)
		return
	}
	for _, s := range strays {
		if len(moved) > 0 {
			return
		}
		name := strings.Join([]string{id, string(s.Card), s.By}, " ")
		if err := d.retireOne(ctx, id, s); err != nil {
			d.log.Warn("a second card could not be retired", "case", id, "err", err)
			d.postponeStray(ctx, id, s, d.now().Add(d.retiring.Fail(name, redrawPause, redrawEnded)))
			continue
		}
		d.retiring.Succeed(name)
	}
}

func (d *Display) retireOne(ctx context.Context, id string, s store.Stray) error {
	rec, err := d.store.Load(ctx, id)
	if err != nil {
		return err
	}
	if err := d.screen.Retire(ctx, id, rec.Card, s); err != nil {
		return err
	}
	return d.store.DropStray(ctx, id, s)
}

func (d *Display) postponeStray(ctx context.Context, id string, s store.Stray, until time.Time) {
	if err := d.store.PostponeStray(ctx, id, s, until); err != nil {
		d.log.Error("the retiring of a second card could not be put off", "case", id, "err", err)
	}
}
