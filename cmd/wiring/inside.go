package wiring

import (
	"context"
	"errors"

	"quell/bot"
	"quell/bot/display"
	"quell/commands/words"
)

// inside announces, and knows which channel is the audit channel. That nobody outside hears
// what is done here is seen to by the chat.
type inside struct {
	chat  display.Announcer
	audit string // the channel that bot.AuditPlace means; "" for none
}

func (i inside) Announce(ctx context.Context, channel string, m words.Message) error {
	if channel == bot.AuditPlace {
		channel = i.audit
	}
	if channel == "" {
		return &display.NotSaid{Final: true, Err: errors.New("there is no audit channel (QUELL_AUDIT_CHANNEL)")}
	}
	return i.chat.Announce(ctx, channel, m)
}
