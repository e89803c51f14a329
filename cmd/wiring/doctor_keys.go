package wiring

import (
	"context"

	"quell/bot/engine"
	"quell/bot/slack"
	"quell/commands"
	"quell/integrations"
)

// actingKey tries the key that no read of a form needs: a wrong one would show only once somebody
// approved a call.
func (c systemsCheckup) actingKey(ctx context.Context, t engine.Target) {
	if t.ActingKey == nil {
		return
	}
	reads, err := t.ActingKey(ctx)
	switch kind := integrations.KindOf(err); {
	case kind == integrations.Unauthenticated:
		c.say(slack.Wrong, "%s: the vendor does not accept the key that disconnects (api_key), so every approved call would fail. Is it mistyped, expired or deleted?", t.Name)
	case kind == integrations.NotSent: // it was not asked, and the read before was told why
	case err != nil:
		c.say(slack.Unknown, "%s: whether the key that disconnects (api_key) is accepted was asked and not told. %s", t.Name, c.said(commands.Trouble(err, t.Name)))
	case reads:
		c.say(slack.Odd, "%s: the key that disconnects (api_key) can also read, which read_key is for. It needs the scope to disconnect alone.", t.Name)
	default:
		c.say(slack.Well, "%s: the key that disconnects (api_key) is accepted, and cannot read.", t.Name)
	}
}
