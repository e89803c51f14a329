package people

import (
	"context"
	"slices"

	"quell/bot/approval"
	"quell/commands"
	"quell/policy"
)

// directMost is how many members a group has at most whose members are told directly, each. Those of
// a larger one are rung by its mention.
const directMost = 5

// Bindings is the part of a policy that says who is bound to roles.
type Bindings interface {
	NamedGroups
	Bound(roles []string) (groups, users []string)
}

// surelyReads says that somebody can read the channel of a request: what is asked there is told to
// nobody else.
func (p *People) surelyReads(ctx context.Context, a policy.Ask, user string) bool {
	reads, err := p.Reads(ctx, commands.Person{Team: a.By.Person.Team, User: user}, a.Request.Channel)
	if err != nil {
		p.Log.Warn("whether somebody reads a channel could not be looked up", "user", user, "channel", a.Request.Channel, "err", err)
	}
	return err == nil && reads
}

// Rings are whom a request rings, a step of its escalation each: nobody twice, and never its asker.
// Where the members of the groups are not known, nobody is told directly but those bound by their id:
// the groups are mentioned all the same.
func (p *People) Rings(ctx context.Context, inForce Bindings, d policy.Decision, a policy.Ask) (all []approval.Ring) {
	if d.Verdict != policy.Consult {
		return nil
	}
	rosters, err := p.listed(ctx, inForce)
	if err != nil {
		p.Log.Warn("who is in the groups that are rung could not be looked up", "err", err)
	}
	asker := a.By.Person.User
	groups, users, direct := []string{}, []string{asker}, []string{asker}
	for _, roles := range append([][]string{d.From}, stepsOf(d)...) {
		var r approval.Ring
		r.Groups, r.Users = inForce.Bound(roles)
		r.Groups, r.Users = without(r.Groups, groups), without(r.Users, users)
		r.Direct = slices.Clone(r.Users)
		for _, of := range rosters {
			if slices.Contains(r.Groups, of.Group) && len(of.Users) <= directMost {
				r.Direct = append(r.Direct, of.Users...)
			}
		}
		slices.Sort(r.Direct)
		r.Direct = slices.DeleteFunc(without(slices.Compact(r.Direct), direct), func(u string) bool { return p.seen.gone(u) || !p.surelyReads(ctx, a, u) })
		groups, users, direct = append(groups, r.Groups...), append(users, r.Users...), append(direct, r.Direct...)
		all = append(all, r)
	}
	return all
}

func stepsOf(d policy.Decision) (roles [][]string) {
	for _, t := range d.Escalation {
		roles = append(roles, t.From)
	}
	return roles
}

func without(all, those []string) []string {
	return slices.DeleteFunc(all, func(one string) bool { return slices.Contains(those, one) })
}
