package approval_test

import (
	"testing"
	"time"

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

// Once enough have agreed, no vote waits any more: a renewal begins without those of before, also
// in a case that an older release stored with them.
func TestAVoteThatWaitsIsForgottenOnceItIsOver(t *testing.T) {
	c := step(t, in(t, approval.Pending, 1), approval.VoteWaits{Vote: approval.WaitingVote{By: carol, Choice: approval.Yes}}, start)
	waiting := c.Waiting
	c = step(t, c, yes(bob), start)
	require.Equal(t, approval.Approved, c.State)
	require.Empty(t, c.Waiting)
	c.Waiting = waiting
	c = step(t, c, renewal(), start.Add(time.Minute))
	require.Equal(t, approval.Pending, c.State)
	require.Empty(t, c.Waiting)
}
