package approval

import (
	"slices"
	"time"

	"quell/commands"
	"quell/commands/words"
)

// WaitingVote is a vote that was taken in and does not count yet, because its voter cannot be
// looked up.
type WaitingVote struct {
	By     commands.Person `json:"by"`
	Choice Choice          `json:"choice"`
}

// WaitingVotes are the votes that wait, in their order.
type WaitingVotes []WaitingVote

// Of says that a vote of somebody waits for a look-up.
func (all WaitingVotes) Of(by commands.Person) bool {
	return slices.ContainsFunc(all, func(w WaitingVote) bool { return w.By == by })
}

// without are the votes of all others.
func (all WaitingVotes) without(by commands.Person) WaitingVotes {
	return slices.DeleteFunc(slices.Clone(all), func(w WaitingVote) bool { return w.By == by })
}

// VoteWaits is that a vote was taken in and waits for a look-up. It decides nothing: it has
// people see that the vote is not lost.
type VoteWaits struct{ Vote WaitingVote }

func (VoteWaits) Name() string { return "vote waits" }
func (VoteWaits) at() []State  { return []State{Pending} }

func (e VoteWaits) apply(c *Case, _ time.Time) error {
	if slices.Contains(c.Waiting, e.Vote) {
		return refusal("vote.twice")
	}
	c.Waiting = append(c.Waiting, e.Vote)
	return nil
}

// VoteSettled is that a vote that waited is judged: it does not count.
type VoteSettled struct{ By commands.Person }

func (VoteSettled) Name() string { return "vote settled" }
func (VoteSettled) at() []State  { return []State{Pending} }

func (e VoteSettled) apply(c *Case, _ time.Time) error {
	if !c.Waiting.Of(e.By) {
		return refusal("vote.twice")
	}
	c.Waiting = c.Waiting.without(e.By)
	return nil
}

// waitingVotes says which votes wait.
func waitingVotes(c Case) (all []words.Message) {
	for _, w := range c.Waiting {
		all = append(all, words.New("card.vote-waits", words.V{"by": words.User(w.By.User)}))
	}
	return all
}
