package slack

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"quell/bot/approval"
	"quell/bot/display"
	"quell/bot/store"
	"quell/commands/words"
)

// Show draws the card of a case: it updates the card, or posts a new one if there is none
// yet. Where the card shows the same already, no call is made. Where it can be changed no more,
// what people have to see is posted anew, once, and progress is not drawn.
func (s *Slack) Show(ctx context.Context, c approval.Case, card store.Card) (store.Card, error) {
	defer unspent(ctx)
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	shared, err := s.isShared(ctx, c.Request.Channel)
	switch {
	case err != nil:
		return card, err // it passes; what is not known to be ours alone gets no card
	case shared:
		return s.hide(ctx, c, card)
	}
	ctx = withPatience(ctx, urgency(c))
	at := MessageOf(card)
	blocks, hash := s.drawCard(c)
	if s.shown.upToDate(at, hash) {
		return card, nil
	}
	if at.TS != "" {
		err := s.sendCard(c, blocks, s.editing(ctx, at))
		if !unpostable(err) {
			s.shown.remember(at, c, hash, err)
			return card, s.wrap("chat.update", err)
		}
		if code(err) != "message_not_found" && (phase(c) == "" || phase(c) == at.Phase) {
			s.Log.Warn("a card cannot be changed any more", "case", c.ID, "err", s.wrap("chat.update", err))
			return card, nil
		}
	}
	at, err = s.postCard(ctx, c, card, blocks)
	if err != nil {
		return card, err
	}
	s.shown.remember(at, c, hash, nil)
	return at.Card(), nil // its thread begins anew, too
}

// Turn waits until the drawing of a case may be sent, as one that is wanted since a time, and
// returns the context to draw with. Where the card shows the same already it does not wait.
func (s *Slack) Turn(ctx context.Context, c approval.Case, card store.Card, since time.Time) (context.Context, error) {
	waiting, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	at, method, channel := MessageOf(card), editMethod, ""
	if at.TS == "" {
		method, channel = postMethod, c.Request.Channel
	} else if _, hash := s.drawCard(c); s.shown.upToDate(at, hash) {
		return ctx, nil
	}
	t, err := s.paced.queueOf(method, channel).take(waiting, since.Add(urgency(c)))
	if err != nil {
		return ctx, fmt.Errorf("%s: %w: %w", method, errNoTurn, err)
	}
	return withTurn(ctx, t), nil
}

// urgency is the patience of a drawing in the rate queue, while there are more drawings than
// Slack's limit allows: outcomes and stops go first, then cards that people are to vote on, then
// progress. It is short beside the time limit of Turn, for while one drawing of a case waits,
// the next of that case cannot begin.
func urgency(c approval.Case) time.Duration {
	switch {
	case c.Passing():
		return mostPatience
	case c.State == approval.Pending:
		return mostPatience / 2
	}
	return 0
}

// Explain tells in the thread of the card, once the case is over, which calls were planned and
// which exchanges there were: in one post, or where something is told there already, in an edit
// of it. Its call has a low priority: cards go first.
func (s *Slack) Explain(ctx context.Context, c approval.Case, made []approval.Exchange, card store.Card) (store.Card, error) {
	if !c.State.Terminal() {
		return card, nil
	}
	ctx, cancel := context.WithTimeout(withPatience(ctx, mostPatience), 2*apiTimeout)
	defer cancel()
	at, text := MessageOf(card), s.inChannel(c.Request.Channel).threadText(c, made)
	if err := s.giveUp(c, s.tellThread(ctx, &at, text)); err != nil {
		return card, err
	}
	s.shown.forget(at) // all of the case is shown
	return at.Card(), nil
}

// tellThread has the thread of a card tell a text, and notes in at what it tells now. It posts at
// most once: a post whose answer is lost may be there, and counts as told (Told without a Thread).
func (s *Slack) tellThread(ctx context.Context, at *Message, text string) error {
	told := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:16]
	if at.Told == told || at.Told != "" && at.Thread == "" {
		return nil
	}
	if at.Thread != "" {
		err := s.editing(ctx, Message{Channel: at.Channel, TS: at.Thread})(content(text)...)
		if err == nil {
			at.Told = told
			return nil
		}
		if r, _ := refusalOf(err); r.next != anew { // deleted, or past being edited: post it anew
			return s.wrap("chat.update", err)
		}
	}
	if err := display.Posting(ctx); err != nil {
		return err
	}
	reply := Message{Channel: at.Channel, Parent: at.parent()}
	err := s.posting(ctx, &reply)(content(text)...)
	if err != nil && notPosted(err) {
		return s.wrap("chat.postMessage", err)
	}
	if err != nil {
		s.Log.Warn("whether a thread was told is not known; it is told no more", "channel", at.Channel, "card", at.TS, "err", s.wrap("chat.postMessage", err))
	}
	at.Thread, at.Told = reply.TS, told
	return nil
}

// giveUp is nil for an error that is final for a thread: the card says what matters, and what
// the thread tells is in the record.
func (s *Slack) giveUp(c approval.Case, err error) error {
	if !unpostable(err) {
		return err
	}
	s.Log.Warn("a thread cannot be told anything", "case", c.ID, "err", err)
	return nil
}

// Retire takes the buttons from a card that was clicked, unless it turned out to be the case's
// own: its answer may have come after the click. Its call has a low priority: cards go first.
func (s *Slack) Retire(ctx context.Context, id string, own store.Card, stray store.Stray) error {
	if MessageOf(own).alone() == MessageOf(stray.Card).alone() {
		return nil
	}
	return s.RetireCard(withPatience(ctx, mostPatience), id, stray.Card, own, clicker(stray))
}

// RetireCard replaces a duplicate of a case's card by a line that says so, without buttons; own is
// "" where the case has no card. In a channel that is shared by now it is taken out of sight. Where
// the duplicate can be changed no more, whoever clicked it is told where the own card of the case is.
func (s *Slack) RetireCard(ctx context.Context, id string, duplicate, own store.Card, by ReplyTo) error {
	ctx, cancel := context.WithTimeout(ctx, 2*apiTimeout)
	defer cancel()
	old := MessageOf(duplicate)
	s.shown.forget(old)
	shared, err := s.isShared(ctx, old.Channel)
	if err != nil {
		return err // it passes
	}
	v := words.V{"case": words.Case(id)}
	err = s.editing(ctx, old)(content(s.inChannel(old.Channel).say(strayLine(own, shared, v)))...)
	if !unpostable(err) {
		return s.wrap("chat.update", err)
	}
	s.Log.Warn("a second card cannot be changed any more", "case", id, "err", s.wrap("chat.update", err))
	at := MessageOf(own)
	if at.TS == "" || by.Person.User == "" {
		return nil
	}
	link, err := s.api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: at.Channel, Ts: at.TS})
	if err != nil {
		return s.wrap("chat.getPermalink", err)
	}
	v["card"] = words.Link(link)
	return s.Tell(ctx, by, words.New("card.moved", v))
}

// strayLine is what stands in place of a duplicate.
func strayLine(own store.Card, shared bool, v words.V) words.Message {
	switch {
	case shared:
		return words.New("card.out-of-sight", v)
	case own == "":
		return words.New("card.stray-alone", v)
	}
	return words.New("card.stray", v)
}
