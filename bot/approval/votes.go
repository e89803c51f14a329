package approval

import (
	"slices"

	"quell/commands"
)

// Votes are the voices of people, in their order.
type Votes []Vote

// Yeses counts the people who agreed.
func (all Votes) Yeses() int {
	return count(all, func(v Vote) bool { return v.Choice == Yes })
}

// OtherTeamAgreed says that one of the approvers was of another team than the asker.
func (all Votes) OtherTeamAgreed() bool {
	return slices.ContainsFunc(all, func(v Vote) bool { return v.Choice == Yes && v.OtherTeam })
}

// Of says that somebody voted.
func (all Votes) Of(by commands.Person) bool {
	return slices.ContainsFunc(all, func(v Vote) bool { return v.By == by })
}

// hold says that somebody's vote for the same is there.
func (all Votes) hold(v Vote) bool {
	return slices.ContainsFunc(all, func(w Vote) bool { return w.By == v.By && w.Choice == v.Choice })
}
