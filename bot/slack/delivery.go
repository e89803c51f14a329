package slack

import (
	"time"

	"quell/commands"
	"quell/commands/words"
)

// Delivery is what one envelope of Slack brought: a slash command, a click, a form, a mention. It
// is stored as JSON until it is judged, so its tags stay.
type Delivery struct {
	ID               string            `json:"id"` // Slack's envelope id; of an event its own id
	From             ReplyTo           `json:"from"`
	SlashCommand     *SlashCommand     `json:"typed,omitempty"`
	Click            *Click            `json:"pressed,omitempty"`
	DenyReason       *DenyReason       `json:"because,omitempty"`
	BreakGlassReason *BreakGlassReason `json:"alone,omitempty"`
	FormAction       *FormAction       `json:"chosen,omitempty"`
	FormSubmission   *FormSubmission   `json:"filled,omitempty"`
	Mention          *Mention          `json:"mentioned,omitempty"`
	Shortcut         *Shortcut         `json:"shortcut,omitempty"`

	// HomeOpened says that somebody opened their Home. It is never stored.
	HomeOpened bool `json:"-"`

	named    commands.Person // whom From names, by Speakers.Named, once it is judged
	origin   string          // the delivery whose form this one opens; "" for its own
	received time.Time       // of one that is judged again
}

// ReplyTo is who spoke and where: what is needed to answer that person alone.
type ReplyTo struct {
	// Person is as the interaction names them, and Enterprise the organization that it
	// names; see directory.Person.
	Person     commands.Person `json:"person"`
	Enterprise string          `json:"enterprise,omitempty"`
	Channel    string          `json:"channel"`
	// Thread is the ts of the message in whose thread they spoke; "" for none.
	Thread string `json:"thread,omitempty"`
	// Home says that they spoke on their Home, and View names the modal on which they did: in
	// either they are in no channel.
	Home bool   `json:"in_home,omitempty"`
	View string `json:"in_view,omitempty"`
	// Reply is Slack's response_url; "" if there was none. It works for 30
	// minutes and five answers.
	Reply string `json:"reply,omitempty"`
}

// SlashCommand is a slash command as it was typed.
type SlashCommand struct {
	Command string `json:"command"` // without the slash
	Text    string `json:"text"`
	// Trigger opens a form, within three seconds; it is not kept.
	Trigger string `json:"-"`
}

// Click is a click on a card's button.
type Click struct {
	Case        string `json:"case"`
	Fingerprint string `json:"fingerprint"`
	Button      Button `json:"choice"`
	// Form is the delivery whose form is to be opened; "" for all other buttons.
	Form string `json:"form,omitempty"`
	// Card is the message that was clicked, zero for one that a person alone sees, and Ours says
	// that the bot posted it.
	Card Message `json:"card,omitzero"`
	Ours bool    `json:"ours,omitempty"`
	// Trigger opens a form, within three seconds; it is not kept.
	Trigger string `json:"-"`
}

// DenyReason is the filled-in form of somebody who said no.
type DenyReason struct {
	Case string `json:"case"`
	Why  string `json:"why"`
}

// BreakGlassReason is the filled-in form of somebody who acts alone.
type BreakGlassReason struct {
	Case        string `json:"case"`
	Fingerprint string `json:"fingerprint"`
	Why         string `json:"why"`
}

// FormAction is an act in an open form: another system was chosen, or its list is to be
// read again.
type FormAction struct {
	Form    string `json:"form"`
	Any     bool   `json:"any,omitempty"` // bot.Form has it, and the next one
	Ask     bool   `json:"ask,omitempty"`
	Command string `json:"command"`
	Target  string `json:"target"`
	Place   string `json:"place,omitempty"` // bot.Form has it, and the next one
	PlaceOf string `json:"place_of,omitempty"`
	// Picked is when things were picked, where that is the act: by Slack's clock (action_ts).
	Picked time.Time `json:"picked,omitzero"`
	// Things (vendor ids) and Reason are what is entered by now, so that a redrawn form
	// keeps it.
	Things []string `json:"things,omitempty"`
	Reason string   `json:"reason,omitempty"`
}

// FormSubmission is a form that was sent.
type FormSubmission struct {
	Form    string   `json:"form"`
	Any     bool     `json:"any,omitempty"` // bot.Form has it, and the next one
	Ask     bool     `json:"ask,omitempty"`
	Command string   `json:"command"`
	Target  string   `json:"target"`
	Place   string   `json:"place,omitempty"` // bot.Form has it, and the next one
	PlaceOf string   `json:"place_of,omitempty"`
	Things  []string `json:"things"` // vendor ids
	Reason  string   `json:"reason"`
}

// Button is the action_id of a card's button. Cards that people still see have these ids.
type Button string

const (
	Approve   Button = "approve"
	Deny      Button = "deny"
	Withdraw  Button = "withdraw"
	LookAgain Button = "look"  // a follow-up look, after the end
	AskAgain  Button = "again" // a new case, from a form that is filled in
	ActAlone  Button = "glass" // break-glass
	Sign      Button = "sign"  // the review of a break-glass
	ShowCalls Button = "calls" // the exact calls, in a modal
	Stop      Button = "stop"  // not on a card: on the notice that somebody acts alone
	OpenForm  Button = "form"  // not on a card: see offer.go
)

// buttons are all that a card can have.
func buttons() []Button {
	return []Button{Approve, Deny, Withdraw, LookAgain, AskAgain, ActAlone, Sign, ShowCalls}
}

func (h Delivery) kind() string {
	switch {
	case h.Click != nil:
		return "pressed"
	case h.DenyReason != nil:
		return "because"
	case h.BreakGlassReason != nil:
		return "alone"
	case h.FormAction != nil:
		return "chosen"
	case h.FormSubmission != nil:
		return "filled"
	case h.Mention != nil:
		return "mentioned"
	case h.Shortcut != nil:
		return "shortcut"
	}
	return "typed"
}

// idempotencyKey is equal for two deliveries that mean the same: a button that was
// clicked twice, a form that was sent twice. "" if the delivery is like no other. by is who
// sent it, whichever workspace they came from.
func (h Delivery) idempotencyKey(by commands.Person) string {
	who := by.Actor()
	switch {
	case h.FormSubmission != nil:
		return "form " + h.FormSubmission.Form + " " + who
	case h.Click != nil && h.Click.Button == OpenForm:
		return "open " + h.Click.Form + " " + who
	case h.Click != nil && h.Click.Button != ShowCalls: // which may be opened again
		return h.Click.Case + " " + who + " " + string(h.Click.Button) + " " + h.Click.Fingerprint
	}
	return ""
}

// stoppedCase is the case that the delivery stops if it counts; "" if it stops none.
func (h Delivery) stoppedCase() string {
	if p := h.Click; p != nil && (p.Button == Deny || p.Button == Withdraw || p.Button == Stop) {
		return p.Case
	}
	return ""
}

// lasts reports whether a delivery is judged however late it is: what stops something, a yes and a
// signature, which count while they are waited for, and why somebody said a no that counts.
// Whoever sent anything else sees that nothing came of it, and may have done something else since.
func (h Delivery) lasts() bool {
	if p := h.Click; p != nil && (p.Button == Approve || p.Button == Sign) {
		return true
	}
	return h.DenyReason != nil || h.stops()
}

// about is the case that the delivery is about; "" for none.
func (h Delivery) about() string {
	switch {
	case h.Click != nil:
		return h.Click.Case
	case h.DenyReason != nil:
		return h.DenyReason.Case
	case h.BreakGlassReason != nil:
		return h.BreakGlassReason.Case
	}
	return ""
}

// interimAnswer is what a person reads while their command or form is still being judged.
func (h Delivery) interimAnswer() words.Message {
	if h.SlashCommand != nil || h.FormSubmission != nil {
		return words.New("heard.looking")
	}
	return words.Message{}
}

// precedence orders clicks on one case: those that stop it come before those that start it.
func (b Button) precedence() int {
	if b == Approve {
		return 1
	}
	return 0
}
