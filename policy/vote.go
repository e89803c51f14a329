package policy

import (
	"slices"
	"time"

	"quell/commands/words"
)

// Ballot is a vote with what policy judges it by: whose it is, where, and how long after
// people were asked it was cast.
type Ballot struct {
	Asker  Subject
	Voter  Subject
	Where  Channel
	Waited time.Duration // between asking people and the vote
	At     time.Time     // now
}

// MayApprove says whether a person's vote counts for a decision, as things
// stand now. Zero means that it does.
func (p *Policy) MayApprove(d Decision, b Ballot) words.Message {
	if why := Unfit(b.Voter, b.Where); !why.IsZero() {
		return why
	}
	if b.Voter.Person == b.Asker.Person {
		return words.New("vote.own")
	}
	return p.mustHoldOneOf(d.Approvers(b.Waited), b.Voter, b.At)
}

// MaySign says whether a person may sign that somebody acted alone.
func (p *Policy) MaySign(g BreakGlass, b Ballot) words.Message {
	if why := Unfit(b.Voter, b.Where); !why.IsZero() {
		return why
	}
	if b.Voter.Person == b.Asker.Person {
		return words.New("review.own")
	}
	return p.mustHoldOneOf(g.Review.From, b.Voter, b.At)
}

func (p *Policy) mustHoldOneOf(roles []string, s Subject, now time.Time) words.Message {
	if !p.hasAny(roles, s, now) {
		return words.New("vote.role", words.V{"roles": Roles(roles)})
	}
	return words.Message{}
}

// Approvers are the roles that may agree once a request has waited for a time (escalation).
func (d Decision) Approvers(waited time.Duration) []string {
	roles := d.From
	for _, t := range d.Escalation {
		if waited >= t.After {
			roles = slices.Concat(roles, t.From)
		}
	}
	return roles
}

// OtherTeam reports whether the voter is of another team than the asker: the voter is in a
// team, and in none that the asker is in.
func (p *Policy) OtherTeam(asker, voter Subject) bool {
	other := false
	for _, t := range p.teams {
		if !t.has(voter) {
			continue
		}
		if t.has(asker) {
			return false
		}
		other = true
	}
	return other
}

// team is who belongs together.
type team struct {
	name   string
	users  []string
	groups []string
}

func (t team) has(s Subject) bool {
	return slices.Contains(t.users, s.Person.User) ||
		slices.ContainsFunc(s.Groups, func(m Membership) bool { return slices.Contains(t.groups, m.Group) })
}

// Responder reports whether a person may ask for anything at all on a target, or on any
// target for "". A responder may also freeze.
func (p *Policy) Responder(s Subject, target Target, now time.Time) bool {
	return p.concerned(s, target, now, func(r *rule, held *roleSet) bool { return r.roles.intersects(held) })
}

// Responders are the roles of those who may ask for anything at all on a target, or on any target
// for "".
func (p *Policy) Responders(target Target) []string {
	var rules []*rule
	for i := range p.rules {
		r := &p.rules[i]
		if target.Name == "" || slices.ContainsFunc(r.commands, func(c string) bool { return r.covers(c, target) }) {
			rules = append(rules, r)
		}
	}
	return rolesOf(rules)
}
