package store

import "encoding/json"

// oldCard is a card in the form of the release before: three columns, of a message in Slack.
// They are written for one more release, so that an installation can go back to the release
// before, and read in case it did.
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
