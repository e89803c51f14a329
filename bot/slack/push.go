package slack

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands/words"
)

// maxPush is the most that a card says in one line. A phone shows less, and what it shows is the
// beginning.
const maxPush = 500

// push draws values for a message's text: what a push on a phone shows, and nothing else of the
// message (docs.slack.dev, changelog of 2026-07-13, "Notification changes"). No document says how a
// push draws markup, so nothing is styled and times are in UTC. A person and a channel have no other
// name here than their mention.
type push struct {
	known time.Time // the moment beside which times are read
}

func (push) Text(s string) string      { return escape(plain{}.Text(s)) }
func (push) Code(s string) string      { return escape(exact(s)) }
func (push) Strong(said string) string { return said }
func (p push) Time(t time.Time) string { return inUTC(p.known, t) }

// Refer mentions people and channels, which have no other name here.
func (p push) Refer(to words.Referent, id string) string {
	if to == words.ToCase {
		return p.Code(id)
	}
	return mrkdwn{}.Refer(to, id)
}

func (push) Document(say func(words.Drawer) []string) string {
	return escape(words.Plain{}.Document(say))
}

// oneLine says a message as a push shows it.
func (c Config) oneLine(known time.Time, m words.Message) string {
	said := c.speaker(push{known: known}).Say(m)
	return cut(strings.Join(strings.Fields(said), " "), maxPush)
}

// pushText is a card in one line.
func (s *Slack) pushText(c approval.Case) string {
	return s.inChannel(c.Request.Channel).oneLine(c.Request.At, approval.Push(c))
}

// announcement is a saying with its line for a push. One of a newer release, which this one cannot
// say, is left for the saying itself.
func (c Config) announcement(say store.Saying, more ...slack.Block) []slack.MsgOption {
	line := say.Push
	if line.IsZero() || !c.speaker(push{}).Knows(line) {
		line = say.Message
	}
	return pushed(c.say(say.Message), c.oneLine(c.Now(), line), more...)
}
