package people

import (
	"context"
	"maps"
	"slices"
	"time"

	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// Voters is the part of a policy that says whose yes may count.
type Voters interface {
	NamedGroups
	// Users are the people whom the policy binds by their own id.
	Users() []string
	MayApprove(d policy.Decision, b policy.Ballot) words.Message
	OtherTeam(asker, voter policy.Subject) bool
}

// Reach is how many people can agree to a request within its time, as things stand.
type Reach struct {
	Can       int  // how many, never more than have to
	OtherTeam bool // whether one of them is of another team than the asker
}

// lookUpMost is how many people one request has looked up to find out who can agree to it.
const lookUpMost = 5

// TooFew says how many can agree to a request, if those are definitely too few; definite is false
// if they are enough, and also if that could not be found out. Whoever is in a user group of the
// policy counts as there, unless they were gone on the last look at them: Slack lists deactivated
// members too. Whoever is bound by their own id counts if they were there on the last look. The
// others are looked up. A membership counts however short it is: it may be long enough in the end.
func (p *People) TooFew(ctx context.Context, inForce Voters, d policy.Decision, a policy.Ask) (r Reach, definite bool) {
	rosters, err := p.rosters(ctx, inForce)
	if err != nil {
		p.Log.Warn("whether anybody can agree could not be looked up", "err", err)
		return r, false
	}
	var unsure []policy.Subject
	enough := func(voter policy.Subject) bool {
		r.Can = min(r.Can+1, d.Need)
		r.OtherTeam = r.OtherTeam || inForce.OtherTeam(a.By, voter)
		return r.Can == d.Need && (r.OtherTeam || !d.OtherTeam)
	}
	for _, voter := range voters(inForce.Users(), rosters, a.By.Person.Team) {
		b := policy.Ballot{Asker: a.By, Voter: voter, Where: a.Where, Waited: d.Within, At: a.At.Add(d.Within)}
		switch {
		case !inForce.MayApprove(d, b).IsZero():
		case p.seen.gone(voter.Person.User), len(voter.Groups) == 0 && !p.seen.member(voter.Person.User):
			unsure = append(unsure, voter)
		case enough(voter):
			return r, false
		}
	}
	for i, voter := range unsure {
		s, err := policy.Standing(""), error(nil)
		if i < lookUpMost {
			s, err = p.look(ctx, voter.Person)
		}
		if i == lookUpMost || err != nil || s == policy.Member && enough(voter) {
			return r, false
		}
	}
	return r, true
}

// rosters are those of the groups that the policy names. A group whose members were not said is
// an error.
func (p *People) rosters(ctx context.Context, inForce NamedGroups) ([]store.Roster, error) {
	named, err := p.listed(ctx, inForce)
	if i := slices.IndexFunc(named, func(r store.Roster) bool { return r.Unlisted }); err == nil && i >= 0 {
		return nil, unsaid(named[i].Group)
	}
	return named, err
}

// voters are the people with these ids and those in these groups, each once, as members of the
// workspace who are in their groups since long ago.
func voters(users []string, rosters []store.Roster, team string) (all []policy.Subject) {
	in := map[string][]policy.Membership{}
	for _, u := range users {
		in[u] = nil
	}
	for _, r := range rosters {
		for _, u := range r.Users {
			in[u] = append(in[u], policy.Membership{Group: r.Group, Since: time.Unix(0, 0)})
		}
	}
	for _, u := range slices.Sorted(maps.Keys(in)) {
		all = append(all, policy.Subject{Person: commands.Person{Team: team, User: u}, Standing: policy.Member, Groups: in[u]})
	}
	return all
}
