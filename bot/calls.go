package bot

import (
	"context"
	"slices"

	"quell/bot/approval"
	"quell/commands/words"
	"quell/policy"
)

// Calls returns a case, for the face to show to the speaker which calls it would make; else the
// zero case, and the verdict says why. Any member may see them, unless the details are private. It
// is no vote, and no entry of the record.
func (b *Bot) Calls(ctx context.Context, s Speaker, on On) (approval.Case, Verdict) {
	t := pressed(on, "calls")
	c, v := b.load(ctx, s, t)
	if c.ID == "" {
		return c, v
	}
	if v, ok := b.notOutside(ctx, s, t, c); !ok {
		return approval.Case{}, v
	}
	why, err := b.details(ctx, s, c)
	switch {
	case err != nil:
		return approval.Case{}, b.unknown(ctx, s, t, err)
	case !why.IsZero():
		return approval.Case{}, b.attempt(ctx, s, t, why)
	}
	return c, Verdict{}
}

// details says why the speaker may not see the details of a case; zero if they may. Where those are
// private, they are for whoever asked or voted, and for whoever may decide on it or sign it, by the
// policy in force and as the case waits now.
func (b *Bot) details(ctx context.Context, s Speaker, c approval.Case) (words.Message, error) {
	voted := slices.ContainsFunc(c.Votes, func(v approval.Vote) bool { return v.By == s.Person })
	if !c.Decision.Private || voted || s.Person == c.Request.By {
		return words.Message{}, nil
	}
	inForce := b.c.Policy()
	by, err := b.c.People.Subject(ctx, inForce, s.Person)
	if err != nil {
		return words.Message{}, err
	}
	now := b.c.Now()
	ballot := c.Ballot(policy.Ask{By: policy.Subject{Person: c.Request.By}, Where: policy.Channel{Place: policy.Workspace}}, by, now, now)
	if inForce.MayApprove(c.Decision, ballot).IsZero() {
		return words.Message{}, nil
	}
	if g := c.BreakGlass; g != nil && c.Decision.BreakGlass != nil && inForce.MaySign(*c.Decision.BreakGlass, ballot).IsZero() {
		return words.Message{}, nil
	}
	v := words.V{"asker": words.User(c.Request.By.User), "roles": policy.Roles(c.Decision.Approvers(approval.Waited(c, now)))}
	if len(c.Decision.From) == 0 {
		return words.New("details.asker", v), nil
	}
	return words.New("details.roles", v), nil
}
