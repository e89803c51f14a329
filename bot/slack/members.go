package slack

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"time"

	"quell/commands"
)

// Reads says whether a member of the workspace may read a channel: a public one everybody, a private
// one whoever is in it. Where Slack shows the bot no such channel nobody counts as one who may, nor
// where it is nobody's channel but a direct message.
func (d *directory) Reads(ctx context.Context, p commands.Person, channel string, notBefore time.Time) (bool, error) {
	c, err := d.channels.get(ctx, channel, notBefore)
	switch {
	case err != nil, c.Hidden, c.IsIM, c.IsMpIM, p.Team != d.home.team:
		return false, err
	case c.IsPrivate != nil && !*c.IsPrivate:
		return true, nil
	}
	in, err := d.members.get(ctx, channel, notBefore)
	return slices.Contains(in, p.User), err
}

// A page of conversations.members has at most 999 people (@slack/web-api,
// ConversationsMembersArguments). Who is in a larger channel than mostPages hold is not known.
const (
	membersPage = 999
	mostPages   = 10
)

// membersOf reads who is in a channel, page by page.
func membersOf(l lookUp) fetch[[]string] {
	return func(ctx context.Context, id string) (all []string, err error) {
		for cursor, page := "", 0; page < mostPages; page++ {
			var answer struct {
				Members  *[]string `json:"members"`
				Metadata struct {
					Next string `json:"next_cursor"`
				} `json:"response_metadata"`
			}
			err := l.get(ctx, "conversations.members", url.Values{"channel": {id}, "limit": {strconv.Itoa(membersPage)}, "cursor": {cursor}}, &answer)
			switch {
			case err != nil:
				return nil, err
			case answer.Members == nil:
				return nil, errors.New("conversations.members: the answer has no list")
			}
			all = append(all, *answer.Members...)
			if cursor = answer.Metadata.Next; cursor == "" {
				return all, nil
			}
		}
		return nil, errors.New("conversations.members: more people are in the channel than are read")
	}
}
