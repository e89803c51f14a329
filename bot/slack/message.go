package slack

import (
	"cmp"
	"encoding/json"

	"quell/bot/store"
)

// Message is where a card is: the ts of its message, and of the message in its thread that tells
// the calls and what went over the wire. Slack orders the messages of a channel by their ts. A
// Message is stored as JSON under the names of its fields, so those stay.
type Message struct {
	Channel, TS, Thread string
	// Parent is the ts of the message in whose thread the card is; "" for a card of its own.
	Parent string `json:",omitempty"`
	// Phase is the phase of the case for which the card was posted (see phase).
	Phase string `json:",omitempty"`
	// Told is a digest of what the Thread tells; "" if an older release told it. Where there is
	// one and no Thread, nobody knows whether it was posted, and nothing is posted again.
	Told string `json:",omitempty"`
}

// MessageOf reads a stored card; the zero Message stands for no card yet.
func MessageOf(c store.Card) (m Message) {
	_ = json.Unmarshal([]byte(c), &m) // stored by Card, or empty
	return m
}

// Card is a message as it is stored.
func (m Message) Card() store.Card {
	body, _ := json.Marshal(m) // strings alone
	return store.Card(body)
}

// parent is the message whose thread a reply to the card goes to.
func (m Message) parent() string { return cmp.Or(m.Parent, m.TS) }

// alone is the message of the card, without its thread.
func (m Message) alone() Message { return Message{Channel: m.Channel, TS: m.TS} }
