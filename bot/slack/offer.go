package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"github.com/slack-go/slack"

	"quell/bot"
	"quell/bot/store"
	"quell/commands/words"
)

// A trigger_id opens a form for three seconds. Where a look-up took longer, a crash came between,
// or Slack takes no more forms for a while, whoever acted is offered a button: its click brings
// another trigger_id, and opens the form of what they said before. The button carries the id of
// that delivery and nothing else; all is judged anew, for the same person alone, and nothing is
// asked for by it.

// errNoTrigger says that a delivery has no trigger_id any more.
var errNoTrigger = errors.New("the trigger_id was not kept")

// tooLate reports a trigger_id that is over.
func tooLate(err error) bool {
	r, _ := refusalOf(err)
	return r.why == becauseTooLate || errors.Is(err, errNoTrigger)
}

// offerOf is what is said above the button for a form that surely was not opened, and can be later:
// of one that was too late, or of one that Slack does not take for now. It is zero where a button
// would open none.
func offerOf(err error, late, busy words.Message) words.Message {
	switch {
	case tooLate(err):
		return late
	case starved(err):
		return busy
	}
	return words.Message{}
}

// offers reports whether somebody was offered a button for a form that could not be opened in time.
func (d *dispatcher) offers(ctx context.Context, h Delivery, late, busy words.Message, err error) bool {
	m := offerOf(err, late, busy)
	if m.IsZero() {
		return false
	}
	if err := d.Face.OfferForm(ctx, h.From, m, cmp.Or(h.origin, h.ID)); err != nil {
		d.Log.Warn("a form could not be offered", "user", h.From.Person.User, "err", err)
		return false
	}
	return true
}

// reopen opens the form of an earlier delivery of the same person.
func (d *dispatcher) reopen(ctx context.Context, h Delivery) bot.Verdict {
	earlier, err := d.Deliveries.Delivery(ctx, h.Click.Form)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && d.Now().Sub(earlier.Received) > keepJudgedFor:
		return bot.Verdict{Say: words.New("form.forgotten")}
	case err != nil:
		d.Log.Error("a delivery could not be read", "id", h.Click.Form, "err", err)
		return bot.Verdict{Say: words.New("heard.kept"), Open: true}
	}
	var of Delivery
	if json.Unmarshal([]byte(earlier.Body), &of) != nil || d.Speakers.Named(of.From) != h.named {
		return d.Front.Unknown(ctx, h.speaker())
	}
	trigger := h.Click.Trigger
	h.origin, h.From.Channel, h.SlashCommand, h.Click = of.ID, of.From.Channel, of.SlashCommand, of.Click
	h.Shortcut = of.Shortcut
	switch {
	case h.SlashCommand != nil && h.SlashCommand.Command == quellCommand:
		h.SlashCommand.Trigger = trigger
		return d.quell(ctx, h)
	case h.SlashCommand != nil:
		h.SlashCommand.Trigger = trigger
		return d.commandForm(ctx, h)
	case h.Shortcut != nil:
		h.Shortcut.Trigger = trigger
		return d.shortcut(ctx, h)
	case h.Click != nil && (h.Click.Button == AskAgain || h.Click.Button == ActAlone):
		h.Click.Trigger = trigger
		return d.click(ctx, h)
	}
	return d.Front.Unknown(ctx, h.speaker())
}

// commandForm opens the form of a slash command, filled in with what was understood.
func (d *dispatcher) commandForm(ctx context.Context, h Delivery) bot.Verdict {
	r, v := d.understood(ctx, h)
	if v.Open || r.Command == "" || !v.Say.IsZero() && !v.Mendable {
		return v
	}
	return d.mend(ctx, h, r, v)
}

// OfferForm tells one person something, alone, with a button below it.
func (s *Slack) OfferForm(ctx context.Context, to ReplyTo, m words.Message, of string) error {
	value, _ := json.Marshal(buttonValue{Form: of}) // a string alone
	in := s.toOne(to)
	label := slack.NewTextBlockObject(slack.PlainTextType, in.speaker(words.Plain{}).Say(words.New("button.form")), false, false)
	return s.tell(ctx, to, in.say(m), slack.NewActionBlock("offer", slack.NewButtonBlockElement(string(OpenForm), string(value), label)))
}
