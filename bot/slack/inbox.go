package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"time"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/inflight"
	"quell/bot/keylock"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
)

// Deliveries stores what Slack delivered until it is judged.
type Deliveries interface {
	Receive(ctx context.Context, d store.Delivery) (fresh bool, err error)
	Judged(ctx context.Context, id string, now time.Time) error
	IsUnjudged(ctx context.Context, id string) (bool, error)
	Delivery(ctx context.Context, id string) (store.Delivery, error) // store.ErrNotFound once it is forgotten
	Unjudged(ctx context.Context, before, stopping time.Time, most int) ([]store.Delivery, error)
	Forget(ctx context.Context, before time.Time) error
}

// Face is what people see in Slack beside the cards: answers and forms. It is a seam for
// tests of the inbox; another chat is another package, over the verbs of package bot.
type Face interface {
	// Tell says something to one person alone, where they spoke.
	Tell(ctx context.Context, to ReplyTo, m words.Message) error
	// Fits says whether an answer with a document in it fits into what Tell sends. Until ctx ends it
	// looks up the names of those whom the answer names.
	Fits(ctx context.Context, to ReplyTo, m words.Message) bool
	// OfferForm tells one person something, alone, with a button that opens the form of a
	// delivery of theirs: by a click of its own, for a form that could not be opened in time.
	OfferForm(ctx context.Context, to ReplyTo, m words.Message, of string) error
	// ShowHome draws somebody's Home, or the list of what waits for them where that is open, with what
	// is to be said above it; ErrFormClosed for a list that is not open any more.
	ShowHome(ctx context.Context, to ReplyTo, h bot.Home, say words.Message) error
	Modals
}

// Modals are what opens over the channel for one person. A trigger_id works for three seconds
// after the click or the command that it came with.
type Modals interface {
	// AskDenyReason opens the form in which whoever said no may say why.
	AskDenyReason(ctx context.Context, trigger, channel, id string) error
	// AskBreakGlassReason opens the form in which the asker says why they act alone.
	AskBreakGlassReason(ctx context.Context, trigger string, c approval.Case) error
	// ShowCalls shows to whoever clicked which calls a case would make.
	ShowCalls(ctx context.Context, trigger string, c approval.Case) error
	// OpenWaiting opens the list of what waits for somebody, and returns which view it is.
	OpenWaiting(ctx context.Context, trigger string, to ReplyTo, h bot.Home) (view string, err error)
	// OpenForm opens a form to pick things from.
	OpenForm(ctx context.Context, trigger string, f bot.Form) error
	// RedrawForm shows an open form as it is now; ErrFormClosed if it is not open any more.
	RedrawForm(ctx context.Context, f bot.Form) error
}

// Speakers says who sent a delivery, whichever workspace the interaction named; see
// directory.Person. Person fails only for somebody whom Named takes for one of this workspace.
type Speakers interface {
	Named(from ReplyTo) commands.Person
	Person(ctx context.Context, from ReplyTo) (commands.Person, error)
}

// Inbox takes each delivery through three steps: it is stored, then acknowledged, then
// judged (an inbox table). So no crash loses what somebody said: a delivery that is stored
// and not judged is judged by a later sweep, of this process or of another.
//
// A delivery whose verdict needs a look-up that fails, or gets no turn, stays open, and the sweep
// judges it again. What waited longer than a plan may take is answered and not acted on, but for what
// lasts: a stop, a yes, a signature.
type Inbox struct {
	*desk
	// Slack gives three seconds for an acknowledgement (docs.slack.dev, "Acknowledging
	// requests"): the store has half of that, and a verdict that comes within one second
	// more goes along.
	StoreWithin, AckWithin time.Duration

	dispatcher dispatcher
	homes      *homes        // those that may be open
	busy       *keylock.Lock // deliveries that this process is judging
	fair       fairness      // set by Limit
}

// NewInbox makes an inbox. It does nothing until Handle or Sweep is called.
func NewInbox(d Deliveries, front *bot.Bot, face Face, who Speakers, now func() time.Time, log *slog.Logger) *Inbox {
	shared := &desk{Deliveries: d, Front: front, Face: face, Speakers: who, Now: now, Log: log}
	open := &homes{desk: shared, open: map[string]*openHome{}, busy: keylock.New(now)}
	i := &Inbox{
		desk: shared, StoreWithin: 1500 * time.Millisecond, AckWithin: time.Second,
		dispatcher: dispatcher{desk: shared, homes: open, strays: keylock.New(now)}, homes: open, busy: keylock.New(now),
	}
	i.Limit(personBurst, personRate)
	return i
}

// desk is what the rooms behind the inbox share.
type desk struct {
	Deliveries Deliveries
	Front      *bot.Bot
	Face       Face
	Speakers   Speakers
	Now        func() time.Time
	Log        *slog.Logger
	// Prefix is that of the app's slash commands: "stg-" in /stg-kill-session.
	Prefix string

	work inflight.Group // goroutines that must end before the process may
}

// unprefixed is the name of a command without the app's prefix.
func (d *desk) unprefixed(name string) string {
	if slices.Contains(commandNames(), name) {
		return name
	}
	return strings.TrimPrefix(name, d.Prefix)
}

func (d *desk) tell(ctx context.Context, to ReplyTo, m words.Message) {
	if m.IsZero() {
		return
	}
	if err := d.Face.Tell(ctx, to, m); err != nil {
		d.Log.Error("an answer could not be told", "to", to.Person.User, "message", m.ID, "err", err)
	}
}

// Answer is what an acknowledgement tells the sender of a delivery.
type Answer struct {
	Say   words.Message // zero if there is nothing
	Field bot.Field     // of the form that was sent, if it is about one
}

// Handle takes one delivery through its three steps, or leaves it out if its sender sent too
// many. ack is called exactly once: with the verdict if it comes in time, else with an interim
// answer; a later verdict is told.
func (i *Inbox) Handle(ctx context.Context, h Delivery, ack func(Answer)) {
	if c := h.SlashCommand; c != nil {
		c.Command = i.unprefixed(c.Command)
	}
	if !i.fair.admits(h, i.sender(h)) {
		i.leaveOut(ctx, h, ack)
		return
	}
	if h.HomeOpened {
		ack(Answer{})
		i.work.Go(func() { i.homes.show(context.WithoutCancel(ctx), h.From, words.Message{}, true) })
		return
	}
	received := i.Now()
	fresh, err := i.receive(ctx, h, received)
	if err != nil {
		i.Log.Error("a delivery could not be stored", "id", h.ID, "err", err)
		i.turnAway(ctx, h, words.New("heard.not-stored"), ack)
		return
	}
	if !fresh { // an envelope that comes again, or a second click: what is said of the first is enough
		ack(Answer{})
		return
	}
	ctx = context.WithoutCancel(ctx) // a stored delivery is judged to its end, also while stopping
	i.busy.Take(h.ID)                // so that no sweep judges it at the same time
	judged := make(chan bot.Verdict, 1)
	i.work.Go(func() { judged <- i.dispatcher.judge(ctx, h) })
	i.work.Go(func() {
		defer i.busy.Give(h.ID)
		i.answer(ctx, h, judged, ack)
	})
}

// turnAway answers a delivery that is not judged: a click on a view there, where its sender looks.
func (i *Inbox) turnAway(ctx context.Context, h Delivery, say words.Message, ack func(Answer)) {
	if h.Click == nil || !h.From.inView() {
		ack(Answer{Say: say})
		return
	}
	ack(Answer{})
	i.work.Go(func() { i.homes.show(context.WithoutCancel(ctx), h.From, say, false) })
}

func (i *Inbox) receive(ctx context.Context, h Delivery, at time.Time) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, i.StoreWithin)
	defer cancel()
	body, err := json.Marshal(h)
	if err != nil {
		return false, err
	}
	key := h.idempotencyKey(i.Speakers.Named(h.From))
	return i.Deliveries.Receive(ctx, store.Delivery{ID: h.ID, Twin: key, Stops: h.stoppedCase(), Kind: h.kind(), Body: string(body), Received: at})
}

// answer acknowledges with the verdict if that comes in time, else tells it afterwards.
func (i *Inbox) answer(ctx context.Context, h Delivery, judged <-chan bot.Verdict, ack func(Answer)) {
	wait := time.NewTimer(i.AckWithin)
	defer wait.Stop()
	select {
	case v := <-judged:
		if h.FormSubmission != nil && !v.Say.IsZero() && !v.Open {
			i.judgedAtOnce(ctx, h)
		}
		i.acknowledge(ctx, h, v, ack)
		i.judged(ctx, h, v)
	case <-wait.C:
		ack(Answer{Say: h.interimAnswer()})
		v := <-judged
		i.reply(ctx, h, v)
		i.judged(ctx, h, v)
	}
}

// acknowledge answers with a verdict that came in time. A view that was clicked is drawn anew with it.
func (i *Inbox) acknowledge(ctx context.Context, h Delivery, v bot.Verdict, ack func(Answer)) {
	if h.Click == nil || !h.From.inView() {
		ack(Answer{v.Say, v.Field})
		return
	}
	ack(Answer{})
	i.homes.answer(ctx, h, v)
}

// reply tells a verdict that came late.
func (i *Inbox) reply(ctx context.Context, h Delivery, v bot.Verdict) {
	if h.From.inView() {
		i.homes.answer(ctx, h, v)
		return
	}
	i.tell(ctx, h.From, v.Say)
}

// noteWithin is how long a form that is to be corrected waits for its note. What Slack leaves after
// StoreWithin and AckWithin is half a second.
const noteWithin = 300 * time.Millisecond

// judgedAtOnce notes that a form is judged before its sender sees the mistake in it: corrected and sent
// again at once, it is no twin of this one. What that fails at is noted afterwards.
func (i *Inbox) judgedAtOnce(ctx context.Context, h Delivery) {
	ctx, cancel := context.WithTimeout(ctx, noteWithin)
	defer cancel()
	if err := i.Deliveries.Judged(ctx, h.ID, i.Now()); err != nil {
		i.Log.Debug("a form could not be marked as judged at once", "id", h.ID, "err", err)
	}
}

// judged notes that a delivery is judged, or when it is to be judged again.
func (i *Inbox) judged(ctx context.Context, h Delivery, v bot.Verdict) {
	switch {
	case v.Open && h.stops():
		i.busy.Rest(h.ID, i.Now().Add(retryStopAfter))
	case v.Open:
		i.busy.Rest(h.ID, i.Now().Add(retryJudgeAfter))
	default:
		if err := i.Deliveries.Judged(ctx, h.ID, i.Now()); err != nil {
			i.Log.Error("a delivery could not be marked as judged", "id", h.ID, "err", err)
		}
	}
}

// Search looks through the list of an open form for what somebody types into its menu.
func (i *Inbox) Search(ctx context.Context, q bot.Query) bot.Offer { return i.Front.Search(ctx, q) }

// CaseMoved is that a case moved, or a freeze: the open Homes and lists are drawn with the next sweep.
func (i *Inbox) CaseMoved() { i.homes.caseMoved() }

// OpenHomes is how many Homes and lists are followed.
func (i *Inbox) OpenHomes() int { return i.homes.count() }
