package slack

import (
	"quell/commands"
	"quell/commands/words"
)

// Delivery is one thing that a person said or pressed, in a form that can be kept.
type Delivery struct {
	ID               string            `json:"id"` // Slack's envelope id
	From             ReplyTo           `json:"from"`
	SlashCommand     *SlashCommand     `json:"typed,omitempty"`
	Click            *Click            `json:"pressed,omitempty"`
	DenyReason       *DenyReason       `json:"because,omitempty"`
	BreakGlassReason *BreakGlassReason `json:"alone,omitempty"`
	FormAction       *FormAction       `json:"chosen,omitempty"`
	FormSubmission   *FormSubmission   `json:"filled,omitempty"`
}

// ReplyTo is a person at a place: who spoke, and where an answer reaches them
// alone.
type ReplyTo struct {
	Person  commands.Person `json:"person"`
	Channel string          `json:"channel"`
	// Reply is Slack's response_url; "" if there was none. It works for 30
	// minutes and five answers.
	Reply string `json:"reply,omitempty"`
}

// SlashCommand is a slash command.
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
	// Card is the message that was clicked.
	Card Message `json:"card,omitzero"`
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

// FormAction is a system that was chosen in a form, or chosen anew so that its list is
// read again.
type FormAction struct {
	Form    string `json:"form"`
	Command string `json:"command"`
	Target  string `json:"target"`
	// What is in the form by now: vendor ids, and the reason.
	Things []string `json:"things,omitempty"`
	Reason string   `json:"reason,omitempty"`
}

// FormSubmission is a form that was sent.
type FormSubmission struct {
	Form    string   `json:"form"`
	Command string   `json:"command"`
	Target  string   `json:"target"`
	Things  []string `json:"things"` // vendor ids
	Reason  string   `json:"reason"`
}

// Button is what a button says.
type Button string

const (
	Approve   Button = "approve"
	Deny      Button = "deny"
	Withdraw  Button = "withdraw"
	LookAgain Button = "look"  // look again, after the end
	AskAgain  Button = "again" // ask again, in a form that is filled in
	ActAlone  Button = "glass" // act alone
	Sign      Button = "sign"  // sign what somebody did alone
)

// buttons are all that a card can have.
func buttons() []Button {
	return []Button{Approve, Deny, Withdraw, LookAgain, AskAgain, ActAlone, Sign}
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
	}
	return "typed"
}

// idempotencyKey is the same for clicks that mean the same, and for one form sent twice.
func (h Delivery) idempotencyKey() string {
	who := h.From.Person.Team + "/" + h.From.Person.User
	switch {
	case h.FormSubmission != nil:
		return "form " + h.FormSubmission.Form + " " + who
	case h.Click != nil:
		return h.Click.Case + " " + who + " " + string(h.Click.Button) + " " + h.Click.Fingerprint
	}
	return ""
}

// stoppedCase is the case that the delivery would stop if it counts.
func (h Delivery) stoppedCase() string {
	if p := h.Click; p != nil && (p.Button == Deny || p.Button == Withdraw) {
		return p.Case
	}
	return ""
}

// interimAnswer is what a person reads while their command is still being judged.
func (h Delivery) interimAnswer() words.Message {
	if h.SlashCommand != nil || h.FormSubmission != nil {
		return words.New("heard.looking")
	}
	return words.Message{}
}

// precedence puts what stops a case before what starts it.
func (c Button) precedence() int {
	if c == Approve {
		return 1
	}
	return 0
}
