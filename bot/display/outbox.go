package display

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"quell/bot/inflight"
	"quell/bot/store"
	"quell/commands/words"
)

// Sayings is the stored side of the outbox.
type Sayings interface {
	Claim(ctx context.Context, now, until time.Time, most int) ([]store.Saying, error)
	GiveUp(ctx context.Context, now time.Time) ([]store.Saying, error)
	Said(ctx context.Context, key string, at store.Card, now time.Time) error
	Retry(ctx context.Context, key, why string, until time.Time) error
	Dropped(ctx context.Context, key, why string, now time.Time) error
}

// Announcer says something to everybody in a place, in the thread of a card, or in place of
// what was said before, and returns where it is. nil means that it was said. A
// *NotSaid means that it is known not to have been said; after any other error nobody
// knows.
type Announcer interface {
	Announce(ctx context.Context, s store.Saying) (at store.Card, err error)
}

// NotSaid is the error of an announcement that is known not to have been made.
type NotSaid struct {
	// Final says that trying again is no use before people mend something: the place is gone,
	// or takes no such message.
	Final bool
	Why   words.Message // for people; zero where there is no more to say
	Err   error
}

func (e *NotSaid) Error() string { return e.Err.Error() }
func (e *NotSaid) Unwrap() error { return e.Err }

// Outbox says what is stored to be said, each saying at most once unless it may be
// repeated, and of one place one at a time in the order of writing. Several may send from
// one store.
type Outbox struct {
	Store Sayings
	Chat  Announcer
	Now   func() time.Time
	Log   *slog.Logger
	// Said is told of each saying once it is stored as said; nil for nobody. It must
	// return at once, and may not call Send.
	Said func(ctx context.Context, s store.Saying)
	// Refused is asked of each saying that is refused for good and that no case waits for. yes
	// says that somebody is told in its place, so that it is given up. nil is no. It may not call
	// Send.
	Refused func(ctx context.Context, s store.Saying, why words.Message) (yes bool, err error)

	work     inflight.Group
	waking   atomic.Bool // somebody who was woken has not begun to claim
	ending   atomic.Bool // nothing more is claimed, but by Last
	mu       sync.Mutex
	inFlight int      // sayings that are being said
	unstored []result // words that could not be stored yet
}

const (
	// sendsAtOnce bounds the sayings that this process says at a time. Each is of
	// another place.
	sendsAtOnce = 8
	// sendWithin bounds one call of Announce. The lease outlasts it, so that nobody
	// else takes a saying that is still being said; and what may be repeated comes
	// again soon after its sender died.
	sendWithin = 20 * time.Second
	sendLease  = 30 * time.Second
	// Exponential backoff after a refusal that may pass.
	firstPause = 5 * time.Second
	mostPause  = 5 * time.Minute
	// The longest backoff of a saying that may be repeated: a case waits for it.
	repeatPause = 15 * time.Second
)

// Wake sends in the background: after a saying was stored, so that it is said at once, and
// from every sweep. Wakes that come before the claim begins are one (debounce). It is cheap
// where nothing is due.
func (o *Outbox) Wake(ctx context.Context) {
	if o.ending.Load() || o.waking.Swap(true) {
		return // the goroutine that is about to claim finds what was just stored as well
	}
	o.work.Go(func() { o.Send(ctx) })
}

// Wait returns once what was woken has ended.
func (o *Outbox) Wait() { o.work.Wait() }

// Stop ends the sending: it waits for the sayings that are being said, and from now on Wake
// does nothing.
func (o *Outbox) Stop() {
	o.ending.Store(true)
	o.Wait()
}

// Last says, after Stop, what is due until ctx ends, also what is written meanwhile. The rest is
// stored, and the next process says it.
func (o *Outbox) Last(ctx context.Context) {
	o.ending.Store(false)
	defer o.Stop()
	o.Send(ctx)
}

// Send says what is due, and what falls due meanwhile, and returns when nothing is left
// for it to claim. Once ctx has ended it claims nothing more; what is being said then is
// said, and the answer stored.
func (o *Outbox) Send(ctx context.Context) {
	var all sync.WaitGroup
	o.pump(ctx, &all)
	all.Wait()
}

func (o *Outbox) pump(ctx context.Context, all *sync.WaitGroup) {
	for _, s := range o.claim(ctx) {
		all.Go(func() {
			o.say(context.WithoutCancel(ctx), s)
			o.pump(ctx, all) // the next saying of the place, or one that found no room before
		})
	}
}

// claim takes as many sayings as there is room for. It takes none while results wait to be
// stored: their sayings might be claimed again.
func (o *Outbox) claim(ctx context.Context) []store.Saying {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waking.Store(false)
	if ctx.Err() != nil || o.ending.Load() || !o.storeResults(ctx) || o.inFlight == sendsAtOnce {
		return nil
	}
	now := o.Now()
	over, err := o.Store.GiveUp(ctx, now)
	for _, s := range over {
		o.Log.Error("given up: people were not told, or it is not known", "key", s.Key, "place", s.Place, "message", s.Message.ID, "why", s.Why)
	}
	var all []store.Saying
	if err == nil {
		all, err = o.Store.Claim(ctx, now, now.Add(sendLease), sendsAtOnce-o.inFlight)
	}
	if err != nil && ctx.Err() == nil {
		o.Log.Error("outbox: what is to be said could not be read", "err", err)
	}
	if err != nil {
		return nil // nothing is claimed
	}
	o.inFlight += len(all)
	return all
}

// say announces one saying and stores the result.
func (o *Outbox) say(ctx context.Context, s store.Saying) {
	var at store.Card
	var err error
	if !s.Message.IsZero() && !s.Lost() {
		sending, cancel := context.WithTimeout(ctx, sendWithin)
		at, err = o.Chat.Announce(sending, s)
		cancel()
	}
	w := o.judge(s, at, err)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.inFlight--
	o.unstored = append(o.unstored, w)
	o.storeResults(ctx)
}

// result is what became of a saying, still to be stored.
type result struct {
	about store.Saying
	said  bool
	store func(ctx context.Context) error
}

// judge reads the answer to a saying. After any error but a NotSaid the saying may have been
// said: then only a saying that may be repeated is tried again. For such a saying a final
// refusal is the end: its case need not wait for what never comes.
func (o *Outbox) judge(s store.Saying, at store.Card, err error) result {
	now, log := o.Now(), o.Log.With("key", s.Key, "place", s.Place, "message", s.Message.ID, "err", err)
	refused, no := errors.AsType[*NotSaid](err)
	switch {
	case s.Lost():
		return result{about: s, store: func(ctx context.Context) error {
			return o.Store.Dropped(ctx, s.Key, "what it was to replace was never said", now)
		}}
	case err == nil && !s.Message.IsZero():
		return result{about: s, said: true, store: func(ctx context.Context) error { return o.Store.Said(ctx, s.Key, at, now) }}
	case s.Message.IsZero():
		log.Error("a stored saying is damaged")
		err = errors.New("it is damaged")
	case no && refused.Final && s.Repeat:
		log.Error("people cannot be told: it is refused for good, and somebody waits")
	case no && refused.Final:
		return result{about: s, store: func(ctx context.Context) error { return o.refusedForGood(ctx, s, refused, now, log) }}
	case no, s.Repeat:
		pause := backoff(s)
		log.Warn("people could not be told yet", "pause", pause)
		return result{about: s, store: func(ctx context.Context) error { return o.Store.Retry(ctx, s.Key, err.Error(), now.Add(pause)) }}
	default:
		log.Error("nobody knows whether people were told: the answer was lost, and it is said at most once")
	}
	return result{about: s, store: func(ctx context.Context) error { return o.Store.Dropped(ctx, s.Key, err.Error(), now) }}
}

// refusedForGood gives up a saying where somebody is told in its place. Else only people can mend
// that it is refused, so it is tried seldom.
func (o *Outbox) refusedForGood(ctx context.Context, s store.Saying, refused *NotSaid, now time.Time, log *slog.Logger) error {
	if o.Refused != nil {
		instead, err := o.Refused(ctx, s, refused.Why)
		if err != nil {
			return err
		}
		if instead {
			log.Warn("given up: people cannot be told, and whoever it is of knows")
			return o.Store.Dropped(ctx, s.Key, refused.Error(), now)
		}
	}
	log.Warn("people could not be told yet", "pause", mostPause)
	return o.Store.Retry(ctx, s.Key, refused.Error(), now.Add(mostPause))
}

// backoff is the pause before the next attempt: exponential, and never long for a saying that a
// case waits for.
func backoff(s store.Saying) time.Duration {
	pause := min(firstPause<<min(max(s.Attempts-1, 0), 10), mostPause)
	if s.Repeat {
		return min(pause, repeatPause)
	}
	return pause
}

// storeResults stores the results that are not stored yet, and reports whether none is left. A
// result that the store does not take is kept: this process alone knows that the saying was
// said. mu is held.
func (o *Outbox) storeResults(ctx context.Context) bool {
	o.unstored = slices.DeleteFunc(o.unstored, func(w result) bool {
		if err := w.store(ctx); err != nil {
			o.Log.Error("outbox: what became of a saying could not be stored", "key", w.about.Key, "err", err)
			return false
		}
		if w.said && o.Said != nil {
			o.Said(ctx, w.about)
		}
		return true
	})
	return len(o.unstored) == 0
}
