package bot

import (
	"context"
	"encoding/json"
	"time"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
	"quell/integrations"
)

// Heard is one thing that a person said or pressed, in a form that can be kept.
type Heard struct {
	ID      string   `json:"id"` // Slack's envelope id
	From    Listener `json:"from"`
	Typed   *Typed   `json:"typed,omitempty"`
	Pressed *Pressed `json:"pressed,omitempty"`
	Because *Because `json:"because,omitempty"`
	Alone   *Alone   `json:"alone,omitempty"`
	Chosen  *Chosen  `json:"chosen,omitempty"`
	Filled  *Filled  `json:"filled,omitempty"`
}

// Listener is a person at a place: who spoke, and where an answer reaches them
// alone.
type Listener struct {
	Person  commands.Person `json:"person"`
	Channel string          `json:"channel"`
	// Reply is Slack's response_url; "" if there was none. It works for 30
	// minutes and five answers.
	Reply string `json:"reply,omitempty"`
}

// Typed is a slash command.
type Typed struct {
	Command string `json:"command"` // without the slash
	Text    string `json:"text"`
	// Trigger opens a form, within three seconds; it is not kept.
	Trigger string `json:"-"`
}

// Pressed is a click on a card's button.
type Pressed struct {
	Case        string `json:"case"`
	Fingerprint string `json:"fingerprint"`
	Choice      Choice `json:"choice"`
	// Card is the message that was clicked.
	Card store.Card `json:"card,omitzero"`
	// Trigger opens a form, within three seconds; it is not kept.
	Trigger string `json:"-"`
}

// Because is the filled-in form of somebody who said no.
type Because struct {
	Case string `json:"case"`
	Why  string `json:"why"`
}

// Alone is the filled-in form of somebody who acts alone.
type Alone struct {
	Case        string `json:"case"`
	Fingerprint string `json:"fingerprint"`
	Why         string `json:"why"`
}

// Chosen is a system that was chosen in a form, or chosen anew so that its list is
// read again.
type Chosen struct {
	Form    string `json:"form"`
	Command string `json:"command"`
	Target  string `json:"target"`
	// What is in the form by now: vendor ids, and the reason.
	Things []string `json:"things,omitempty"`
	Reason string   `json:"reason,omitempty"`
}

// Filled is a form that was sent.
type Filled struct {
	Form    string   `json:"form"`
	Command string   `json:"command"`
	Target  string   `json:"target"`
	Things  []string `json:"things"` // vendor ids
	Reason  string   `json:"reason"`
}

// Choice is what a button says.
type Choice string

const (
	Approve  Choice = "approve"
	Deny     Choice = "deny"
	Withdraw Choice = "withdraw"
	Look     Choice = "look"  // look again, after the end
	Again    Choice = "again" // ask again, in a form that is filled in
	Glass    Choice = "glass" // act alone
	Sign     Choice = "sign"  // sign what somebody did alone
)

// Field is a part of a form, where what is wrong with it can be said.
type Field string

const (
	TheTarget Field = "target"
	TheThings Field = "things"
	TheReason Field = "reason"
)

// Answer is what there is to say to whoever spoke.
type Answer struct {
	Say   words.Message // zero if there is nothing
	Field Field         // of the form that was sent, if it is about one
}

// Slack gives three seconds for an acknowledgement (docs.slack.dev,
// "Acknowledging requests"): the store has half of that, and what is known one
// second later goes along.
const (
	storeWithin = 1500 * time.Millisecond
	ackWithin   = time.Second
)

// Handle takes one delivery through its three steps: it is stored, then
// acknowledged, then judged. ack is called exactly once, with what there is to
// say by then; what comes later is told.
func (b *Bot) Handle(ctx context.Context, h Heard, ack func(Answer)) {
	received := b.Now()
	fresh, err := b.receive(ctx, h, received)
	if err != nil {
		b.Log.Error("a delivery could not be stored", "id", h.ID, "err", err)
		ack(Answer{Say: words.New("heard.not-stored")})
		return
	}
	if !fresh {
		ack(Answer{Say: words.New("heard.twice")})
		return
	}
	ctx = context.WithoutCancel(ctx) // what was accepted is finished, also while stopping
	b.busy.take(h.ID)                // so that no sweep judges it beside us
	verdict := make(chan verdict, 1)
	b.work.Go(func() { verdict <- b.judge(ctx, h) })
	b.work.Go(func() {
		defer b.busy.give(h.ID)
		b.answer(ctx, h, verdict, ack)
	})
}

// verdict is what came of a delivery.
type verdict struct {
	// say is for the person who spoke, alone; zero if the card says it all.
	say words.Message
	// at is the field of a form that say is about.
	at Field
	// open says that it could not be judged for the moment: a sweep tries again.
	open bool
}

// kept is the verdict on a delivery that is stored and that the database keeps
// from being judged: a sweep will judge it, so nobody may be told that nothing
// was done.
func kept() verdict { return verdict{say: words.New("heard.kept"), open: true} }

func (b *Bot) receive(ctx context.Context, h Heard, at time.Time) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	body, err := json.Marshal(h)
	if err != nil {
		return false, err
	}
	return b.Inbox.Receive(ctx, store.Delivery{ID: h.ID, Twin: h.twin(), Stops: h.stops(), Kind: h.kind(), Body: string(body), Received: at})
}

// answer puts the verdict into the acknowledgement if it comes in time.
func (b *Bot) answer(ctx context.Context, h Heard, verdict <-chan verdict, ack func(Answer)) {
	wait := time.NewTimer(ackWithin)
	defer wait.Stop()
	select {
	case v := <-verdict:
		ack(Answer{v.say, v.at})
		b.judged(ctx, h, v)
	case <-wait.C:
		ack(Answer{Say: h.meanwhile()})
		v := <-verdict
		b.tell(ctx, h.From, v.say)
		b.judged(ctx, h, v)
	}
}

func (b *Bot) judged(ctx context.Context, h Heard, v verdict) {
	switch {
	case v.open && h.stops() != "":
		b.busy.rest(h.ID, b.Now().Add(hurried))
	case v.open:
		b.busy.rest(h.ID, b.Now().Add(again))
	default:
		if err := b.Inbox.Judged(ctx, h.ID, b.Now()); err != nil {
			b.Log.Error("a delivery could not be marked as judged", "id", h.ID, "err", err)
		}
	}
}

// judge decides what a delivery means and does it. Doing it twice does it once.
func (b *Bot) judge(ctx context.Context, h Heard) verdict {
	ctx, _ = integrations.Record(ctx)
	switch {
	case h.Typed != nil && h.Typed.Command == "quell":
		return b.quell(ctx, h)
	case h.Typed != nil:
		return b.submit(ctx, h)
	case h.Pressed != nil:
		return b.press(ctx, h)
	case h.Because != nil:
		return b.explain(ctx, h)
	case h.Alone != nil:
		return b.breakGlass(ctx, h)
	case h.Chosen != nil:
		return b.choose(ctx, h)
	case h.Filled != nil:
		return b.filled(ctx, h)
	}
	return b.attempt(ctx, h, words.New("heard.unknown"))
}

func (b *Bot) tell(ctx context.Context, to Listener, m words.Message) {
	if m.IsZero() {
		return
	}
	if err := b.Screen.Tell(ctx, to, m); err != nil {
		b.Log.Error("an answer could not be told", "to", to.Person.User, "message", m.ID, "err", err)
	}
}

func (h Heard) kind() string {
	switch {
	case h.Pressed != nil:
		return "pressed"
	case h.Because != nil:
		return "because"
	case h.Alone != nil:
		return "alone"
	case h.Chosen != nil:
		return "chosen"
	case h.Filled != nil:
		return "filled"
	}
	return "typed"
}

// twin is the same for clicks that mean the same, and for one form sent twice.
func (h Heard) twin() string {
	who := h.From.Person.Team + "/" + h.From.Person.User
	switch {
	case h.Filled != nil:
		return "form " + h.Filled.Form + " " + who
	case h.Pressed != nil:
		return h.Pressed.Case + " " + who + " " + string(h.Pressed.Choice) + " " + h.Pressed.Fingerprint
	}
	return ""
}

// stops is the case that the delivery would stop if it counts.
func (h Heard) stops() string {
	if p := h.Pressed; p != nil && (p.Choice == Deny || p.Choice == Withdraw) {
		return p.Case
	}
	return ""
}

// meanwhile is what a person reads while their command is still being judged.
func (h Heard) meanwhile() words.Message {
	if h.Typed != nil || h.Filled != nil {
		return words.New("heard.looking")
	}
	return words.Message{}
}

// choice is the vote that a button stands for.
func (c Choice) choice() approval.Choice {
	if c == Approve {
		return approval.Yes
	}
	return approval.No
}
