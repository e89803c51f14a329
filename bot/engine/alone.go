package engine

import (
	"context"
	"errors"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/words"
	"quell/policy"
)

// tellAlone tells the channel of the rule that somebody breaks glass: before it knows,
// nothing is done. Then there is nothing to do until the time to stop it is over.
func (eng *Engine) tellAlone(ctx context.Context, c approval.Case) bool {
	if !c.Glass.Told.IsZero() {
		return eng.moved(eng.Move(ctx, c, approval.Postponed{Until: c.Glass.Until}, audit.Program))
	}
	channel := c.Decision.Glass.Notice
	place, err := eng.People.Channel(ctx, channel)
	if err == nil && place.Place != policy.Workspace {
		err = errors.New("it is no channel of this workspace alone that the bot is in")
	}
	if err == nil {
		err = eng.Announcer.Announce(ctx, channel, words.New("glass.notice", words.V{
			"by": words.User(c.Glass.By.User), "case": words.Code(c.ID), "command": words.Code("/" + c.Request.Command), "target": words.Code(c.Request.Target),
			"reason": words.Text(c.Glass.Why), "until": words.At(c.Glass.Until), "channel": words.Channel(c.Request.Channel),
			"roles": policy.Roles(c.Decision.Glass.Review.From),
		}))
	}
	if err != nil {
		eng.Log.Error("the channel that must know of break-glass could not be told", "case", c.ID, "channel", channel, "err", err)
		return eng.moved(eng.Move(ctx, c, approval.Postponed{Why: words.New("why.not-told", words.V{"channel": words.Channel(channel)}), Until: eng.Now().Add(again)}, audit.Program))
	}
	return eng.moved(eng.Move(ctx, c, approval.Told{}, audit.Program))
}
