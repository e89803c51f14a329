package slack

import (
	"encoding/json"

	"quell/bot/store"
)

// Message is where a card is: the message itself, and the one in its thread that tells of
// the calls. Slack orders messages of a channel by their ts.
type Message struct{ Channel, TS, Thread string }

// MessageOf reads what a card was kept as; the zero Message is no card yet.
func MessageOf(c store.Card) (m Message) {
	_ = json.Unmarshal([]byte(c), &m) // of nothing, or of our own making
	return m
}

// Card is how a message is kept.
func (m Message) Card() store.Card {
	body, _ := json.Marshal(m) // strings alone
	return store.Card(body)
}

// alone is a message without its thread.
func (m Message) alone() Message { return Message{Channel: m.Channel, TS: m.TS} }
