package bot

import (
	"context"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// changed tells whoever agrees to a case what is known to be otherwise than when it was put to people:
// who agreed since, that another policy allows the request, and what keeps it from its call; zero if
// nothing is. Nobody is asked to approve what cannot be done (Engine.MayGo), so what keeps it came
// since. It is said and judges nothing: what cannot be read is left out, and the claim meets it.
func (b *Bot) changed(ctx context.Context, inForce *policy.Policy, c approval.Case, by commands.Person) words.Message {
	var lines []words.Message
	if others := agreedSince(c, by); len(others) > 0 {
		lines = append(lines, words.New("changed.agreed", words.V{"people": words.All(others...)}))
	}
	if c.Decision.Policy != "" && c.Decision.Policy != inForce.Hash() {
		lines = append(lines, words.New("changed.policy"))
	}
	if why, _ := b.c.Engine.Hindered(ctx, c); !why.IsZero() {
		lines = append(lines, words.New("changed.waits", words.V{"why": words.Say(why)}))
	}
	if len(lines) == 0 {
		return words.Message{}
	}
	return words.New("changed", words.V{"case": words.Case(c.ID), "lines": words.Lines(lines)})
}

// agreedSince are those others who agreed since people were asked last.
func agreedSince(c approval.Case, but commands.Person) (who []words.Value) {
	for _, v := range c.Votes {
		if v.Choice == approval.Yes && v.By != but && !v.At.Before(c.PutToPeople()) {
			who = append(who, words.User(v.By.User))
		}
	}
	return who
}
