package store

import "encoding/json"

// oldCard is what a release before this one reads of a card: three columns, of a message in
// Slack. They are written for one release more, so that it can take its database back, and
// read where it did.
type oldCard struct{ Channel, TS, Thread string }

func oldCardOf(c Card) (old oldCard) {
	_ = json.Unmarshal([]byte(c), &old) // another face's card is none to an older release
	return old
}

// newest is the card that was written last: an older release writes its own columns alone.
func (old oldCard) newest(c Card) Card {
	if old == (oldCard{}) || old == oldCardOf(c) {
		return c
	}
	body, _ := json.Marshal(old) // strings alone
	return Card(body)
}
