package slack

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	"quell/bot"
	"quell/bot/keylock"
	"quell/commands/words"
)

// A Home, and the list of what waits for somebody, is drawn when it is opened and after each click
// on it, at once; and while it may still be open, when a case has moved, at most once in homeEvery.
// Where nothing of it would change it is not drawn. One that could not be drawn, or lacks what could
// not be looked up, is tried again as if a case had moved: no other move may come. What is drawn for a
// move has patience: of views.publish and views.update (both Tier 4, 100 a minute) it takes what
// clicks leave over, so a storm of requests costs nobody the answer to their click.
const (
	homeEvery = 5 * time.Second
	homeFor   = 10 * time.Minute // how long after its last use one may be open; Slack does not tell of its end
	sayFor    = time.Minute      // how long it says what came of a click, which may be otherwise later
	homesMost = 50               // the last used; the others are drawn when they are opened again
)

// homes are the Homes and lists that may be open.
type homes struct {
	*desk

	mu    sync.Mutex
	open  map[string]*openHome
	moved time.Time // when a case moved last
	busy  *keylock.Lock
}

// openHome is a Home, or a list.
type openHome struct {
	at          ReplyTo
	used, drawn time.Time
	shown       [sha256.Size]byte // what it shows
	say         words.Message     // what came of the last click on it
	plain       bool              // and the cases show that as well
	clicked     bool              // and it is not drawn yet
	lacks       bool              // the last drawing failed, or lacks what could not be looked up
}

// inView reports whether somebody spoke in a view, and so in no channel.
func (to ReplyTo) inView() bool { return to.Home || to.View != "" }

// place is where a Home or a list is.
func (to ReplyTo) place() string { return cmp.Or(to.View, "home of "+to.Person.User) }

// caseMoved is that a case moved, or a freeze: it has the open Homes and lists drawn with the next sweep.
func (o *homes) caseMoved() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.moved = o.Now()
}

// show draws a Home or a list that was opened, or clicked, with what came of that. An answer of
// which there was no drawing yet is told, but for one that is plain: that the cases show as well.
func (o *homes) show(ctx context.Context, to ReplyTo, say words.Message, plain bool) {
	to.Person = o.Speakers.Named(to)
	if over := o.use(to, say, plain, o.Now()); !reflect.DeepEqual(over, say) {
		o.tell(ctx, ReplyTo{Person: to.Person, Enterprise: to.Enterprise}, over)
	}
	o.draw(ctx, to.place())
}

// use notes that a Home or a list is open, and returns what was to be drawn on it before and is not
// plain.
func (o *homes) use(to ReplyTo, say words.Message, plain bool, now time.Time) (over words.Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	h, ok := o.open[to.place()]
	if !ok {
		h = &openHome{}
		o.open[to.place()] = h
	}
	if h.clicked && !h.plain {
		over = h.say
	}
	h.at, h.used, h.say, h.plain, h.clicked = to, now, say, plain, true
	o.forgetOld(now)
	return over
}

// forgetOld forgets those that are open no more, and all but the last used. The caller holds mu.
func (o *homes) forgetOld(now time.Time) {
	maps.DeleteFunc(o.open, func(_ string, h *openHome) bool { return now.Sub(h.used) > homeFor })
	for len(o.open) > homesMost {
		oldest := slices.MinFunc(slices.Collect(maps.Keys(o.open)), func(a, b string) int { return o.open[a].used.Compare(o.open[b].used) })
		delete(o.open, oldest)
	}
}

// stale are the places of those that are to be drawn.
func (o *homes) stale(now time.Time) (places []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forgetOld(now)
	for place, h := range o.open {
		if h.clicked || (h.lacks || o.moved.After(h.drawn)) && now.Sub(h.drawn) >= homeEvery {
			places = append(places, place)
		}
	}
	return places
}

// begin notes that a Home or a list is drawn from what is so now.
func (o *homes) begin(place string, now time.Time) (h openHome, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	there, ok := o.open[place]
	if !ok {
		return openHome{}, false
	}
	h = *there
	there.drawn, there.clicked = now, false
	return h, true
}

// end notes what came of a drawing: what is shown now, and whether that lacks something. A list that
// is closed is drawn no more.
func (o *homes) end(place string, shown [sha256.Size]byte, lacks bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	h, ok := o.open[place]
	switch {
	case !ok:
	case errors.Is(err, ErrFormClosed):
		delete(o.open, place)
	case err != nil:
		h.shown, h.lacks = [sha256.Size]byte{}, true
	default:
		h.shown, h.lacks = shown, lacks
	}
}

// drawStale draws the Homes and lists that are stale.
func (o *homes) drawStale(ctx context.Context) {
	for _, place := range o.stale(o.Now()) {
		o.work.Go(func() { o.draw(context.WithoutCancel(ctx), place) })
	}
}

// draw draws a Home or a list, unless it is being drawn: then that, or the next sweep, sees what
// is new.
func (o *homes) draw(ctx context.Context, place string) {
	if !o.busy.Take(place) {
		return
	}
	defer o.busy.Give(place)
	h, ok := o.begin(place, o.Now())
	if !ok {
		return
	}
	list, say := o.read(ctx, h)
	if !h.clicked {
		ctx = withPatience(ctx, mostPatience)
	}
	shown, err := sumOf(list, say), error(nil)
	if shown != h.shown {
		err = o.Face.ShowHome(ctx, h.at, list, say)
	}
	o.end(place, shown, list.Unread || list.Hidden > 0, err)
	if err != nil {
		o.Log.Warn("what waits for somebody could not be shown", "user", h.at.Person.User, "err", err)
	}
	if h.clicked && (err != nil || !reflect.DeepEqual(say, h.say)) {
		o.tell(ctx, ReplyTo{Person: h.at.Person, Enterprise: h.at.Enterprise}, h.say)
	}
}

// read is what a Home or a list shows now, and what is said above it.
func (o *homes) read(ctx context.Context, h openHome) (bot.Home, words.Message) {
	s := bot.Speaker{Person: h.at.Person}
	list, v := o.Front.Home(ctx, s)
	if h.at.View != "" {
		list = bot.Home{Waits: list.Waits, Hidden: list.Hidden, Unread: list.Unread}
	}
	if v.Say.IsZero() && (h.clicked || o.Now().Sub(h.used) < sayFor) {
		v.Say = h.say
	}
	return list, v.Say
}

func sumOf(list bot.Home, say words.Message) [sha256.Size]byte {
	body, _ := json.Marshal([]any{list, say}) // both are stored as JSON elsewhere
	return sha256.Sum256(body)
}

// answer answers a click on a Home or a list where it was made.
func (o *homes) answer(ctx context.Context, h Delivery, v bot.Verdict) {
	if v.Counts && v.Say.IsZero() {
		o.show(ctx, h.From, counted(h.Click.Button, v.Case), true)
		return
	}
	o.show(ctx, h.From, v.Say, false)
}

// counted says what a click that counts did, so that one beside the button that was meant is seen.
func counted(b Button, id string) words.Message {
	v := words.V{"case": words.Case(id)}
	switch b {
	case Deny:
		return words.New("pending.denied", v)
	case Withdraw:
		return words.New("pending.withdrawn", v)
	case Sign:
		return words.New("pending.signed", v)
	}
	return words.New("pending.approved", v)
}

// opened notes a list that shows what is so now.
func (o *homes) opened(to ReplyTo, shown [sha256.Size]byte, lacks bool, now time.Time) {
	_ = o.use(to, words.Message{}, true, now)
	_, _ = o.begin(to.place(), now)
	o.end(to.place(), shown, lacks, nil)
}

// count is how many Homes and lists are followed.
func (o *homes) count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.open)
}
