package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"quell/bot/audit"
	"quell/bot/store"
	"quell/commands"
	"quell/policy"
)

// subject says who a person is, true at notBefore or later, as far as the policy that is to
// judge them needs to know. One judgement takes one policy from its first look-up to its
// verdict: of two that change places in between, each might be told too little.
func (b *Bot) subject(ctx context.Context, rules Judge, p commands.Person, notBefore time.Time) (policy.Subject, error) {
	s := policy.Subject{Person: p}
	var err error
	if s.Standing, err = b.Directory.Standing(ctx, p, notBefore); err != nil || s.Standing != policy.Member {
		return s, err
	}
	s.Groups, err = b.memberships(ctx, rules, p, notBefore)
	return s, err
}

// memberships are the groups that a person is in, and since when. What is not known of
// the latter counts as a moment ago. A policy that names no group asks for none: a
// workspace without user groups, or a Slack that cannot list them, is no matter then.
func (b *Bot) memberships(ctx context.Context, rules Judge, p commands.Person, notBefore time.Time) (in []policy.Membership, err error) {
	if len(rules.Groups()) == 0 {
		return nil, nil
	}
	groups, err := b.Directory.Rosters(ctx, notBefore)
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		if g.Unsaid && slices.Contains(rules.Groups(), g.Group) {
			return nil, fmt.Errorf("who is in the group %s was not said", g.Group)
		}
		if slices.Contains(g.Users, p.User) {
			in = append(in, policy.Membership{Group: g.Group})
		}
	}
	if len(in) == 0 {
		return nil, nil
	}
	since, err := b.Store.Since(ctx, p.User)
	for i, m := range in {
		in[i].Since = since[m.Group]
	}
	return in, err
}

// roster keeps who is in the groups that the policy names: a change is recorded, and
// whoever came in has been there since then.
func (b *Bot) roster(ctx context.Context) error {
	named := b.Policy().Groups()
	if len(named) == 0 {
		return nil
	}
	groups, err := b.Directory.Rosters(ctx, b.Now().Add(-fresh))
	if err != nil {
		return err
	}
	for _, group := range named {
		r := store.Roster{Group: group} // one that Slack does not list has nobody in it
		if i := slices.IndexFunc(groups, func(r store.Roster) bool { return r.Group == group }); i >= 0 {
			r = groups[i]
		}
		if r.Unsaid {
			continue
		}
		if err := b.Store.Gathered(ctx, r, audit.Entry{At: b.Now(), Actor: program, Event: "members"}); err != nil {
			return err
		}
	}
	return nil
}
