package approval_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
)

// A vote that waits for a look-up is said on the card until it is judged, and decides nothing.
func TestAVoteThatWaitsIsShownUntilItIsJudged(t *testing.T) {
	c := in(t, approval.Pending, 1)
	waits := func(c approval.Case) bool {
		return len(approval.Terms(c)) > len(approval.Terms(in(t, approval.Pending, 1)))
	}
	bobs := approval.VoteWaits{Vote: approval.WaitingVote{By: bob, Choice: approval.Yes}}
	c = step(t, c, bobs, start)
	require.True(t, waits(c))
	require.Equal(t, approval.Pending, c.State)
	require.Equal(t, "vote.twice", refuse(t, c, bobs, start))
	require.False(t, waits(step(t, c, approval.VoteSettled{By: bob}, start)))
	require.True(t, waits(c), "a step changes no other case")
	require.Equal(t, "vote.twice", refuse(t, c, approval.VoteSettled{By: carol}, start))
	require.Empty(t, step(t, c, yes(bob), start).Waiting)
	require.Empty(t, step(t, c, no(carol), start).Waiting, "an end forgets all")
}
