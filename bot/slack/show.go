package slack

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands/words"
)

// Show draws the card of a case: it updates the card, or posts a new one if there is none
// yet. Where the card shows the same already, no call is made.
func (s *Slack) Show(ctx context.Context, c approval.Case, card store.Card) (store.Card, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	ctx = withPatience(ctx, urgency(c))
	at := MessageOf(card)
	blocks, hash := s.drawCard(c)
	if s.shown.upToDate(at, hash) {
		return card, nil
	}
	drawn := []slack.MsgOption{slack.MsgOptionBlocks(blocks...), slack.MsgOptionText(s.drawing(c.Request.At).rich.Say(approval.Title(c)), false)}
	if at.TS != "" {
		_, _, _, err := s.api.UpdateMessageContext(ctx, at.Channel, at.TS, drawn...)
		if code(err) != "message_not_found" { // somebody deleted the card: post it anew
			s.shown.remember(at, c, hash, err)
			return card, s.wrap("chat.update", err)
		}
	}
	channel, ts, err := s.api.PostMessageContext(ctx, c.Request.Channel, append(drawn, unfurlNothing())...)
	if err != nil {
		return card, s.wrap("chat.postMessage", err)
	}
	at = Message{Channel: channel, TS: ts} // its thread begins anew, too
	s.shown.remember(at, c, hash, nil)
	return at.Card(), nil
}

// urgency is the patience of a drawing in the rate queue, while there are more drawings than
// Slack's limit allows: outcomes go first, then cards that people are to vote on, then
// progress. It is short beside Show's own time limit, for while one drawing of a case waits,
// the next of that case cannot begin.
func urgency(c approval.Case) time.Duration {
	switch {
	case c.State.Terminal():
		return 0
	case c.State == approval.Pending, c.State == approval.Approved:
		return 5 * time.Second
	}
	return 10 * time.Second
}

// Explain tells in the thread of the card which calls would be sent after a yes, and once
// the case is over which exchanges there were. Its calls have a low priority: cards go
// first.
func (s *Slack) Explain(ctx context.Context, c approval.Case, made []approval.Exchange, card store.Card) (store.Card, error) {
	at := MessageOf(card)
	if at.Thread != "" && !c.State.Terminal() {
		return card, nil // told already; the exchanges follow at the end
	}
	ctx, cancel := context.WithTimeout(withPatience(ctx, 10*time.Second), 2*apiTimeout)
	defer cancel()
	told := content(s.threadText(c, made))
	if at.Thread != "" {
		_, _, _, err := s.api.UpdateMessageContext(ctx, at.Channel, at.Thread, told...)
		if code(err) != "message_not_found" { // somebody deleted the message: post it anew
			return card, s.wrap("chat.update", err)
		}
	}
	_, ts, err := s.api.PostMessageContext(ctx, at.Channel, append(told, unfurlNothing(), slack.MsgOptionTS(at.TS))...)
	if err != nil {
		return card, s.wrap("chat.postMessage", err)
	}
	at.Thread = ts
	return at.Card(), nil
}

// RetireCard replaces a duplicate of a case's card by a line that says so, without buttons.
func (s *Slack) RetireCard(ctx context.Context, id string, card store.Card) error {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	duplicate := MessageOf(card)
	text := s.say(words.New("card.stray", words.V{"case": words.Code(id)}))
	s.shown.forget(duplicate)
	_, _, _, err := s.api.UpdateMessageContext(ctx, duplicate.Channel, duplicate.TS, content(text)...)
	return s.wrap("chat.update", err)
}
