package wiring

import (
	"context"
	"errors"
	"fmt"

	"quell/bot"
	"quell/bot/display"
	"quell/bot/people"
	"quell/commands/words"
	"quell/policy"
)

// inside announces in channels of this workspace alone: one that is shared with another
// organisation since it was named must not hear what is done here.
type inside struct {
	chat   display.Announcer
	people *people.People
	audit  string // the channel that bot.AuditPlace means; "" for none
}

func (i inside) Announce(ctx context.Context, channel string, m words.Message) error {
	if channel == bot.AuditPlace {
		channel = i.audit
	}
	if channel == "" {
		return &display.NotSaid{Final: true, Err: errors.New("there is no audit channel (QUELL_AUDIT_CHANNEL)")}
	}
	place, err := i.people.Channel(ctx, channel)
	if err == nil && place.Place != policy.Workspace {
		err = fmt.Errorf("%s is no channel of this workspace alone that the bot is in", channel)
	}
	if err != nil {
		return &display.NotSaid{Err: err}
	}
	return i.chat.Announce(ctx, channel, m)
}
