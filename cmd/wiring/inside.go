package wiring

import (
	"context"
	"fmt"

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
}

func (i inside) Announce(ctx context.Context, channel string, m words.Message) error {
	place, err := i.people.Channel(ctx, channel)
	if err == nil && place.Place != policy.Workspace {
		err = fmt.Errorf("%s is no channel of this workspace alone that the bot is in", channel)
	}
	if err != nil {
		return &display.NotSaid{Err: err}
	}
	return i.chat.Announce(ctx, channel, m)
}
