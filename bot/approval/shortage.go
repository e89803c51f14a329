package approval

import (
	"time"

	"quell/commands/words"
	"quell/policy"
)

// Shortage is that too few people could agree to a case, as far as was known at a time. The case
// stays open all the same: somebody may be given the right within its time.
type Shortage struct {
	Can int `json:"can"` // how many could
	// NoOtherTeam says that enough could, and none of them was of another team than the asker,
	// which the policy asks for.
	NoOtherTeam bool      `json:"no_other_team,omitempty"`
	At          time.Time `json:"at"`
}

// Short reports whether a case still waits for more people than could agree when it was put to
// them: the votes since then do not show that there are others.
func (c Case) Short() bool {
	s := c.Shortage
	return s != nil && c.State == Pending && !c.Unconfirmed() && (s.NoOtherTeam && !c.Votes.OtherTeamAgreed() || !s.NoOtherTeam && c.Votes.Yeses() <= s.Can)
}

// kind is the end of the ids of the sentences about a shortage.
func (s Shortage) kind() string {
	switch {
	case s.NoOtherTeam:
		return "no-other-team"
	case s.Can == 0:
		return "nobody"
	}
	return "few"
}

// shortStatus is the status of a case that too few people can agree to.
func shortStatus(c Case, v words.V) words.Message {
	v["can"], v["at"] = words.Count(c.Shortage.Can), words.At(c.Shortage.At)
	return words.New("card.status.short-"+c.Shortage.kind(), v)
}

// ShortNow tells the asker that too few people can agree to their case, how long it stays open,
// and that they can act alone where they can.
func ShortNow(c Case) words.Message {
	v := words.V{
		"count": words.Count(c.Shortage.Can), "need": words.Count(c.Decision.Need), "roles": policy.Roles(c.Decision.Approvers(c.Decision.Within)),
	}
	all := words.V{"what": words.Say(words.New("short."+c.Shortage.kind(), v)), "until": words.At(c.Deadline)}
	if g := c.Decision.BreakGlass; g != nil {
		all["from"] = words.At(c.Consulted.Add(g.NotBefore))
		return words.New("short.or-alone", all)
	}
	return words.New("short.stays-open", all)
}
