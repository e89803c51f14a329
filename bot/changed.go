package bot

import (
	"context"

	"quell/bot/approval"
	"quell/bot/engine"
	"quell/commands/words"
	"quell/policy"
)

// changed tells whoever agrees to a case, by e, what is known to be otherwise than when it was put to
// people: who agreed since, and who does not count any more, that another policy allows the request and
// asks for more, and what keeps it from its call; zero if nothing is. Nobody is asked to approve what
// cannot be done (Engine.MayGo), so what keeps it came since. It is said and judges nothing: what
// cannot be read is left out, and the claim meets it.
func (b *Bot) changed(ctx context.Context, inForce *policy.Policy, ask policy.Ask, c approval.Case, e approval.Voted) words.Message {
	agreed, lost := b.agreedSince(ctx, inForce, ask, c, e)
	var lines []words.Message
	if len(agreed) > 0 {
		lines = append(lines, words.New("changed.agreed", words.V{"people": words.All(agreed...)}))
	}
	if len(lost) > 0 {
		lines = append(lines, words.New("changed.lost", words.V{"people": words.All(lost...), "count": words.Count(len(lost))}))
	}
	if c.Decision.Policy != "" && c.Decision.Policy != inForce.Hash() {
		lines = append(lines, words.New("changed.policy"))
	}
	if e.Need > c.Decision.Need {
		lines = append(lines, words.New("changed.need", words.V{"count": words.Count(e.Need), "before": words.Count(c.Decision.Need)}))
	}
	if e.OtherTeam && !c.Decision.OtherTeam {
		lines = append(lines, words.New("changed.other-team"))
	}
	if why, _ := b.c.Engine.Hindered(ctx, c); !why.IsZero() {
		lines = append(lines, words.New("changed.waits", words.V{"why": words.Say(why)}))
	}
	if len(lines) == 0 {
		return words.Message{}
	}
	return words.New("changed", words.V{"case": words.Case(c.ID), "lines": words.Lines(lines)})
}

// agreedSince are those others who agreed since people were asked last, and those who agreed whenever
// and whose yes the policy in force does not count. Of whom nothing can be looked up, nothing is said.
func (b *Bot) agreedSince(ctx context.Context, inForce *policy.Policy, ask policy.Ask, c approval.Case, e approval.Voted) (agreed, lost []words.Value) {
	now := decided(inForce, ask, c.Plan)
	for _, v := range c.Votes {
		if v.Choice != approval.Yes || v.By == e.Vote.By {
			continue
		}
		voter, err := b.c.People.Subject(ctx, inForce, v.By)
		switch {
		case err != nil:
		case !engine.Objection(inForce, c, now, c.Ballot(ask, voter, v.At, b.c.Now())).IsZero():
			lost = append(lost, words.User(v.By.User))
		case !v.At.Before(c.PutToPeople()):
			agreed = append(agreed, words.User(v.By.User))
		}
	}
	return agreed, lost
}
