package wiring

import (
	"context"
	"errors"

	"quell/bot"
	"quell/bot/display"
	"quell/bot/store"
)

// inside announces, and knows which channel is the audit channel. That nobody outside hears
// what is done here is seen to by the chat.
type inside struct {
	chat  display.Announcer
	audit string // the channel that bot.AuditPlace means; "" for none
}

func (i inside) Announce(ctx context.Context, s store.Saying) (store.Card, error) {
	if s.Place == bot.AuditPlace {
		s.Place = i.audit
	}
	if s.Place == "" {
		return "", &display.NotSaid{Final: true, Err: errors.New("there is no audit channel (QUELL_AUDIT_CHANNEL)")}
	}
	return i.chat.Announce(ctx, s)
}
