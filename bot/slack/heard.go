package slack

import (
	"quell/commands"
	"quell/commands/words"
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
	Card Message `json:"card,omitzero"`
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

// buttons are all that a card can have.
func buttons() []Choice { return []Choice{Approve, Deny, Withdraw, Look, Again, Glass, Sign} }

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

// order puts what stops a case before what starts it.
func (c Choice) order() int {
	if c == Approve {
		return 1
	}
	return 0
}
