package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"quell/bot/approval"
	"quell/bot/display"
	"quell/bot/people"
	"quell/bot/store"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// Ways down for a card that Slack refuses: the same card shorter, text with its buttons, and
// another message in place of an edit, in the channel or in the thread of the old one. What
// is left below them, one person alone, is for whoever reads the *display.Unshown.

// sendCard sends a card. Where Slack does not take the message as it is, the same card goes
// shorter, and in the end as text with its buttons.
func (s *Slack) sendCard(c approval.Case, blocks []slack.Block, send func(...slack.MsgOption) error) error {
	d := s.inChannel(c.Request.Channel).drawing(c.Request.At)
	push := slack.MsgOptionText(s.pushText(c), false)
	err := send(slack.MsgOptionBlocks(blocks...), push)
	for tried := later; ; {
		r, _ := refusalOf(err)
		switch {
		case r.next == shorter && tried < shorter:
			tried, d.brief = shorter, briefest
			blocks = d.card(c)
		case (r.next == shorter || r.next == plainer) && tried < plainer:
			tried = plainer
			blocks = d.textCard(c)
		default:
			return err
		}
		s.Log.Warn("Slack does not take a card as it is; it goes with less", "case", c.ID, "err", err)
		err = send(slack.MsgOptionBlocks(blocks...), push)
	}
}

// textCard is a card with nothing on it but text in which Slack reads no markup, and the
// buttons: what people need in order to decide.
func (d drawing) textCard(c approval.Case) (blocks []slack.Block) {
	all := []words.Message{approval.Title(c), approval.Status(c)}
	for i := range c.Plan.Items {
		all = append(all, approval.Thing(c, i), approval.FoundBy(c, i, integrations.Shown), approval.Became(c, i), approval.Stirred(c, i))
	}
	all = slices.Concat(all, approval.Reasons(c), approval.Warnings(c))
	var lines []string
	for _, m := range all {
		if !m.IsZero() {
			lines = append(lines, d.plain.Say(m))
		}
	}
	for _, part := range parts(strings.Join(lines, "\n"), maxSection) {
		blocks = append(blocks, section(plainText(part, maxSection)))
	}
	return append(blocks, d.buttons(c)...)
}

// phase is what people have to see of a case, and once it is posted not a second time: each
// time that they are asked, the end, and what becomes known after it. Between those there is
// only progress: "".
func phase(c approval.Case) string {
	switch {
	case c.State == approval.Pending:
		return "asked " + c.PutToPeople().UTC().Format(time.RFC3339)
	case c.State.Terminal():
		return strings.Join(append([]string{"over"}, known(c)...), ", ")
	}
	return ""
}

// known is what can become known of a case after its end: why somebody said no, who signed that
// somebody acted alone, and what the newest look saw. A case keeps only the newest looks, so
// that their number does not tell them apart.
func known(c approval.Case) (all []string) {
	why := slices.DeleteFunc(slices.Clone(c.Votes), func(v approval.Vote) bool { return v.Choice != approval.No || v.Why == "" })
	if len(why) > 0 {
		all = append(all, fmt.Sprintf("explained %d", len(why)))
	}
	if g := c.BreakGlass; g != nil && len(g.Signed) > 0 {
		all = append(all, fmt.Sprintf("signed %d", len(g.Signed)))
	}
	if n := len(c.Evidence); n > 0 {
		all = append(all, "looked "+c.Evidence[n-1].At.UTC().Format(time.RFC3339Nano))
	}
	return all
}

// postCard posts a card anew: in the channel, or where Slack takes no message there, in the
// thread of the old card.
func (s *Slack) postCard(ctx context.Context, c approval.Case, card store.Card, blocks []slack.Block) (Message, error) {
	old, at := MessageOf(card), Message{Channel: c.Request.Channel, Phase: phase(c)}
	if err := display.Posting(ctx); err != nil {
		return at, err
	}
	err := s.sendCard(c, blocks, s.posting(ctx, &at))
	r, ok := refusalOf(err)
	if ok && old.TS != "" && (r.next == inThread || r.next == alone) {
		at.Parent = old.parent()
		err = s.sendCard(c, blocks, s.posting(ctx, &at))
	}
	if unpostable(err) {
		r, _ := refusalOf(err)
		return at, &display.Unshown{Why: r.say(), Err: s.wrap("chat.postMessage", err)}
	}
	return at, s.wrap("chat.postMessage", err)
}

// posting posts a message to the channel of m, or into the thread under its Parent, and notes
// where it is.
func (s *Slack) posting(ctx context.Context, m *Message) func(...slack.MsgOption) error {
	return func(content ...slack.MsgOption) error {
		content = append(content, unfurlNothing())
		if m.Parent != "" {
			content = append(content, slack.MsgOptionTS(m.Parent))
		}
		channel, ts, err := s.api.PostMessageContext(ctx, m.Channel, content...)
		if err == nil {
			m.Channel, m.TS = channel, ts
		}
		return err
	}
}

// editing edits a message.
func (s *Slack) editing(ctx context.Context, at Message) func(...slack.MsgOption) error {
	return func(content ...slack.MsgOption) error {
		_, _, _, err := s.api.UpdateMessageContext(ctx, at.Channel, at.TS, content...)
		return err
	}
}

// seenWithin is how old the knowledge of a channel may be in which a card is drawn.
const seenWithin = people.FreshPlace

// isShared reports whether a channel is shared with another organization. While that cannot be
// looked up, what was known last decides; it is an error if nothing is known.
func (s *Slack) isShared(ctx context.Context, channel string) (bool, error) {
	where, err := s.Channel(ctx, channel, s.Now().Add(-seenWithin))
	if err != nil {
		last, known := s.lastChannel(channel)
		if !known {
			return false, fmt.Errorf("whether %s is shared with another organization is not known: %w", channel, err)
		}
		s.Log.Warn("whether the channel of a card is shared could not be looked up", "channel", channel, "was", last.Place, "err", err)
		where = last
	}
	return where.Place == policy.Shared, nil
}

// outOfSight is the phase of a card that was taken out of a channel's sight.
const outOfSight = "out of sight"

// hide takes the card of a case, and what its thread tells, out of the sight of a channel that
// was shared with another organization meanwhile. Nothing more is posted there.
func (s *Slack) hide(ctx context.Context, c approval.Case, card store.Card) (store.Card, error) {
	gone := &display.Unshown{Why: refusal{why: becauseShared}.say(), Err: errors.New("the channel is shared with another organization by now")}
	at := MessageOf(card)
	if at.TS == "" || at.Phase == outOfSight {
		return card, gone
	}
	text := content(s.inChannel(at.Channel).say(words.New("card.out-of-sight", words.V{"case": words.Code(c.ID)})))
	for _, ts := range []string{at.TS, at.Thread} {
		if ts == "" {
			continue
		}
		err := s.editing(ctx, Message{Channel: at.Channel, TS: ts})(text...)
		if err != nil && !unpostable(err) {
			return card, s.wrap("chat.update", err)
		}
	}
	s.shown.forget(at)
	at.Phase = outOfSight
	return at.Card(), gone
}
