package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// pending is a case that waits for need people.
func pending(t *testing.T, need int) approval.Case {
	t.Helper()
	return step(t, open(), approval.Planned{Plan: plan(1), Decision: consult(need)}, start)
}

func TestVotesThatDoNotCount(t *testing.T) {
	stale, staleNo := yes(bob), no(bob)
	stale.Fingerprint, staleNo.Fingerprint = "zzzzzzzzzz", ""
	once := step(t, pending(t, 2), yes(bob), start)
	for _, c := range []struct {
		name string
		in   approval.Case
		e    approval.Event
		at   time.Duration
		want string
	}{
		{"the asker's own yes", pending(t, 1), yes(alice), 0, "vote.own"},
		{"the asker's own no, which is to withdraw", pending(t, 1), no(alice), 0, "vote.own"},
		{"a second yes", once, yes(bob), 0, "vote.twice"},
		{"at the deadline", pending(t, 1), yes(bob), within, "vote.late"},
		{"a no past the deadline", pending(t, 1), no(bob), within + time.Hour, "vote.late"},
		{"on another plan's card", pending(t, 1), stale, 0, "vote.stale"},
		{"a no on another plan's card", pending(t, 1), staleNo, 0, "vote.stale"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, refuse(t, c.in, c.e, start.Add(c.at)))
		})
	}
}

// Whoever agreed and then sees the mistake can still stop it.
func TestANoMayFollowAYes(t *testing.T) {
	c := step(t, step(t, pending(t, 2), yes(bob), start), no(bob), start)
	require.Equal(t, approval.Denied, c.State)
	require.Len(t, c.Votes, 2)
}

// What is approved and has not begun can be stopped by a no, in time.
func TestANoStopsWhatIsApproved(t *testing.T) {
	c := step(t, pending(t, 1), yes(bob), start)
	require.Equal(t, approval.Denied, step(t, c, no(carol), start).State)
	require.Equal(t, "vote.own", refuse(t, c, no(alice), start), "the asker withdraws")
	require.Equal(t, "vote.over", refuse(t, c, yes(carol), start))
	require.Equal(t, "vote.over", refuse(t, step(t, c, claim(), start), no(carol), start), "a call may be on its way")
}

// The no counts at once; what its voter says of it later changes nothing else.
func TestWhyANoWasSaid(t *testing.T) {
	denied := step(t, pending(t, 1), no(bob), start)
	later := start.Add(time.Hour)
	said := step(t, denied, approval.Explained{By: bob, Why: "not during the sale"}, later)
	require.Equal(t, "not during the sale", said.Votes[0].Why)
	require.Empty(t, denied.Votes[0].Why, "the case before is as it was")
	require.Equal(t, start, said.Ended)
	require.Equal(t, "vote.explain-twice", refuse(t, said, approval.Explained{By: bob, Why: "or later"}, later))
	require.Equal(t, "vote.explain-other", refuse(t, denied, approval.Explained{By: alice, Why: "it was mine"}, later))
}

func TestAVoteInTheLastMomentCounts(t *testing.T) {
	last := start.Add(within - time.Microsecond)
	c := step(t, pending(t, 1), yes(bob), last)
	require.Equal(t, approval.Approved, c.State)
	require.Equal(t, last, c.Agreed)
	require.Equal(t, last, c.Due, "an approved case runs at once")
	require.Equal(t, last.Add(c.Limits.Run), c.Deadline)
}

// What policy asked for when the plan was made, and what it asks for now: both
// must be satisfied, and nobody's absence is ever enough.
func TestHowManyMustAgree(t *testing.T) {
	for _, c := range []struct{ decided, now, want int }{
		{1, 1, 1}, {2, 1, 2}, {1, 2, 2}, {2, 3, 3}, {0, 0, 1}, {-1, -1, 1},
	} {
		k := pending(t, c.decided)
		for n := 1; k.State == approval.Pending; n++ {
			require.Less(t, k.Votes.Yeses(), c.want)
			e := yes(commands.Person{Team: "T1", User: string(rune('A' + n))})
			e.Need = c.now
			k = step(t, k, e, start)
		}
		require.Equal(t, c.want, k.Votes.Yeses(), "%+v", c)
		require.Equal(t, approval.Approved, k.State)
	}
}

func TestTwoDistinctPeople(t *testing.T) {
	c := step(t, pending(t, 2), yes(bob), start)
	require.Equal(t, approval.Pending, c.State)
	require.Equal(t, start.Add(within), c.Deadline, "a vote buys no time")
	require.Equal(t, "vote.twice", refuse(t, c, yes(bob), start))
	c = step(t, c, yes(carol), start)
	require.Equal(t, approval.Approved, c.State)
	require.Equal(t, approval.Votes{yes(bob).Vote, yes(carol).Vote}, c.Votes)
}

func TestTheSameUserIDInAnotherTeamIsAnotherPerson(t *testing.T) {
	c := step(t, pending(t, 3), yes(bob), start)
	c = step(t, c, yes(otherTeamsBob), start)
	c = step(t, c, yes(otherTeamsAlice), start)
	require.Equal(t, approval.Approved, c.State)
	require.Equal(t, "vote.withdraw-other", refuse(t, c, approval.Withdrawal{By: otherTeamsAlice}, start))
}

func TestOneNoEnds(t *testing.T) {
	c := step(t, pending(t, 3), yes(bob), start)
	c = step(t, c, no(carol), start.Add(time.Minute))
	require.Equal(t, approval.Denied, c.State)
	require.Equal(t, words.New("case.denied", words.V{"by": words.User("U3")}), c.Why)
	require.Equal(t, start.Add(time.Minute), c.Ended)
	require.Len(t, c.Votes, 2)
	require.Equal(t, "vote.over", refuse(t, c, yes(otherTeamsBob), start))
}

// A choice that this program does not know is never a yes.
func TestAnUnknownChoiceIsNoYes(t *testing.T) {
	c := pending(t, 1)
	for _, by := range []commands.Person{bob, carol, otherTeamsBob} {
		next, err := approval.Step(c, vote(by, "perhaps"), start)
		require.NotEqual(t, approval.Approved, next.State)
		if err == nil {
			c = next
		}
	}
	require.Zero(t, c.Votes.Yeses())
}

func TestWithdrawal(t *testing.T) {
	for _, s := range []approval.State{approval.Pending, approval.Approved} {
		c := in(t, s, 1)
		require.Equal(t, "vote.withdraw-other", refuse(t, c, approval.Withdrawal{By: bob}, start))
		require.Equal(t, "vote.withdraw-other", refuse(t, c, approval.Withdrawal{By: otherTeamsAlice}, start))
		c = step(t, c, approval.Withdrawal{By: alice}, start)
		require.Equal(t, approval.Withdrawn, c.State)
		require.Equal(t, "case.withdrawn", c.Why.ID)
	}
}

func TestWhatPolicySaysOfThePlan(t *testing.T) {
	why := words.New("refused.no-rule")
	c := step(t, open(), approval.Planned{Plan: plan(1), Decision: policy.Decision{Why: why}}, start)
	require.Equal(t, approval.Refused, c.State, "the zero verdict refuses")
	require.Equal(t, why, c.Why)

	c = step(t, open(), approval.Planned{Plan: plan(1), Decision: policy.Decision{Verdict: "of course"}}, start)
	require.Equal(t, approval.Refused, c.State, "so does one that nobody knows")

	c = step(t, open(), approval.Planned{Plan: plan(2), Decision: run()}, start.Add(time.Second))
	require.Equal(t, approval.Approved, c.State)
	require.Empty(t, c.Votes)
	require.Equal(t, start.Add(time.Second), c.Agreed)
	require.Len(t, c.Items, 2)
	for _, it := range c.Items {
		require.Equal(t, approval.Item{Outcome: commands.Outcome{Done: commands.NotSent, Seen: commands.NotLooked}}, it)
	}

	c = step(t, open(), approval.Planned{Plan: plan(1), Decision: consult(1)}, start)
	require.Equal(t, start.Add(within), c.Deadline)
	require.Equal(t, c.Deadline, c.Due)

	at := open().Deadline
	require.Equal(t, "case.lapsed", refuse(t, open(), approval.Planned{Plan: plan(1), Decision: run()}, at))
}
