package slack

import (
	"context"
	"slices"
	"sync"
	"time"

	"quell/commands"
	"quell/commands/words"
)

// learnWithin is how long an answer waits for the names of the people in it; whoever has none by then
// is told by their id.
const learnWithin = 600 * time.Millisecond

// namesFor tells somebody what a person or a channel is called, as Slack told it last (docs.slack.dev,
// "User object", real_name; "Conversation object", name); "" where it is not known. A private channel has
// its name only for whoever was in it last.
func (d *directory) namesFor(reader commands.Person) func(id string) string {
	return func(id string) string {
		if u, known := d.users.last(id); known {
			return u.name
		}
		c, _ := d.channels.last(id)
		if c.IsPrivate != nil && !*c.IsPrivate {
			return c.Name
		}
		if in, _ := d.members.last(id); reader.Team == d.home.team && slices.Contains(in, reader.User) {
			return c.Name
		}
		return ""
	}
}

// learn looks up those who were not met yet, until ctx ends.
func (d *directory) learn(ctx context.Context, ids []string) {
	var all sync.WaitGroup
	for _, id := range ids {
		if slackID.MatchString(id) && ctx.Err() == nil {
			all.Go(func() { _, _ = d.users.get(ctx, id, time.Time{}) })
		}
	}
	all.Wait()
}

// Fits looks up the names that an answer needs, until ctx ends, and says whether it can be told in blocks.
func (s *Slack) Fits(ctx context.Context, to ReplyTo, m words.Message) bool {
	s.learn(ctx, m.Users())
	return fits(sections(s.toOne(to).say(m)))
}
