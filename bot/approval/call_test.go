package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// The record says "unknown" before anything can leave, so that a crash at any
// point leaves the truth behind.
func TestAClaimSaysUnknownFirst(t *testing.T) {
	now := start.Add(time.Second)
	c := step(t, in(t, approval.Approved, 2), claim(), now)
	require.Equal(t, approval.Running, c.State)
	require.Equal(t, replica, c.Owner)
	require.Equal(t, now, c.Ran)
	require.Equal(t, now.Add(c.Limits.Call), c.Deadline)
	require.Equal(t, c.Deadline, c.Due)
	require.Equal(t, approval.Item{
		Claimed: true, InFlight: true, LineageBefore: []string{"node/0"},
		Outcome: commands.Outcome{Done: commands.Unknown, Seen: commands.NotLooked, Sent: now, Why: words.New("why.no-answer-yet")},
	}, c.Items[0])
	require.False(t, c.Items[1].Claimed)
	require.Equal(t, commands.NotSent, c.Items[1].Done)
	require.Equal(t, 1, c.Items.Next())
}

func TestAnAnswerImprovesOnUnknown(t *testing.T) {
	running := in(t, approval.Running, 1)
	for _, c := range []struct {
		done commands.Done
		want approval.State
	}{
		{commands.Answered, approval.Verifying},
		{commands.Unknown, approval.Verifying},
		{commands.Declined, approval.Done},
		{commands.NotSent, approval.Done},
		{"", approval.Verifying}, // what is not known to be undone may be done
	} {
		t.Run(string(c.done), func(t *testing.T) {
			e, now := called(0, c.done), start.Add(3*time.Second)
			got := step(t, running, e, now)
			require.Equal(t, c.want, got.State)
			require.Equal(t, now, got.CallsEnded)
			require.Empty(t, got.Owner)
			require.Equal(t, c.done, got.Items[0].Done)
			require.Equal(t, e.Outcome.Why, got.Items[0].Why)
			require.Equal(t, e.Outcome.Receipt, got.Items[0].Receipt)
			if c.want == approval.Done {
				require.Equal(t, e.Outcome.Why, got.Why)
				return
			}
			require.Equal(t, start, got.Items[0].Sent)
			require.Equal(t, now, got.Due, "the first look is at once")
			require.Equal(t, now.Add(got.Limits.Patience), got.Deadline)
		})
	}
}

func TestACallThatWasNotSentHasNoTimeOfSending(t *testing.T) {
	c := step(t, in(t, approval.Running, 1), called(0, commands.NotSent), start)
	require.True(t, c.Items[0].Sent.IsZero())
	c = step(t, in(t, approval.Running, 1), called(0, commands.Declined), start)
	require.Equal(t, start, c.Items[0].Sent)
}

// An answer is better than none, also when it comes after the lease and before
// anybody noticed.
func TestAnAnswerAfterTheLeaseStillCounts(t *testing.T) {
	c := in(t, approval.Running, 1)
	c = step(t, c, called(0, commands.Answered), c.Deadline.Add(time.Second))
	require.Equal(t, commands.Answered, c.Items[0].Done)
}

func TestOnlyTheOwnerGoesOn(t *testing.T) {
	c := step(t, in(t, approval.Approved, 2), claim(), start)
	other := called(0, commands.Answered)
	other.Owner = "R-2"
	require.Equal(t, "case.owned", refuse(t, c, other, start))
	c = step(t, c, called(0, commands.Answered), start)
	require.Equal(t, "case.owned", refuse(t, c, approval.Claim{Owner: "R-2"}, start))
	require.Equal(t, "case.lapsed", refuse(t, c, claim(), c.Deadline), "a lost lease is not taken up again")
}

func TestItemsAreCalledOneAfterTheOther(t *testing.T) {
	c, now := in(t, approval.Approved, 3), start
	for i, done := range []commands.Done{commands.Declined, commands.Answered, commands.Unknown} {
		require.Equal(t, i, c.Items.Next())
		now = now.Add(5 * time.Second)
		c = step(t, c, claim(), now)
		require.Equal(t, approval.Running, c.State)
		require.Equal(t, now.Add(c.Limits.Call), c.Deadline, "each call has a lease of its own")
		c = step(t, c, called(i, done), now)
	}
	require.Equal(t, -1, c.Items.Next())
	require.Equal(t, approval.Verifying, c.State)
	require.Equal(t, start.Add(5*time.Second), c.Ran, "the first call's")
	require.Equal(t, now, c.CallsEnded, "the last call's")
	require.Equal(t, commands.Declined, c.Items[0].Done)
	require.Equal(t, commands.Answered, c.Items[1].Done)
	require.Equal(t, commands.Unknown, c.Items[2].Done)
}

// The vendor says: nothing was done, try later. Three times at most.
func TestADeclinedCallStepsBack(t *testing.T) {
	c, now := in(t, approval.Approved, 1), start
	agreed := c.Agreed
	for try := 1; try < c.Limits.Tries; try++ {
		c = step(t, c, claim(), now)
		until := now.Add(5 * time.Second)
		c = step(t, c, again(until), now.Add(time.Second))
		require.Equal(t, approval.Approved, c.State)
		require.Equal(t, try, c.Tries)
		require.Equal(t, until, c.Due)
		require.Equal(t, agreed.Add(c.Limits.Run), c.Deadline, "waiting buys no time")
		require.Equal(t, agreed, c.Agreed)
		require.Equal(t, "vendor.busy", c.Why.ID)
		require.Equal(t, commands.Declined, c.Items[0].Done)
		require.Empty(t, c.Owner)
		require.Equal(t, 0, c.Items.Next())
		now = until
	}
	c = step(t, c, claim(), now)
	require.True(t, c.Why.IsZero())
	require.Equal(t, start, c.Ran, "the first of the calls")
	c = step(t, c, again(now.Add(time.Second)), now)
	require.Equal(t, approval.Done, c.State)
	require.Equal(t, 3, c.Tries)
	require.Equal(t, "vendor.busy", c.Why.ID)
}

// What our own look was in the way of is tried until the approval's time is up, and
// counts as no try.
func TestACallThatOurOwnLookWasInTheWayOf(t *testing.T) {
	c, now := in(t, approval.Approved, 1), start
	end, claims := c.Agreed.Add(c.Limits.Run), 0
	for c.State == approval.Approved {
		c = step(t, c, claim(), now)
		e := again(now.Add(5 * time.Second))
		e.Ours = true
		c = step(t, c, e, now)
		require.Zero(t, c.Tries)
		now, claims = e.Until, claims+1
	}
	require.Equal(t, approval.Done, c.State)
	require.Equal(t, commands.Declined, c.Items[0].Done, "the vendor's word is kept")
	require.Equal(t, "vendor.busy", c.Why.ID)
	require.Greater(t, claims, c.Limits.Tries)
	require.False(t, now.Before(end), "no try begins after the approval's time")

	c = in(t, approval.Running, 1)
	e := again(c.Agreed.Add(c.Limits.Run))
	e.Ours = true
	require.Equal(t, approval.Done, step(t, c, e, start).State)
}

func TestWhatDoesNotStepBack(t *testing.T) {
	running := in(t, approval.Running, 1)
	for _, c := range []struct {
		name  string
		e     approval.CallEnded
		until time.Duration
		done  commands.Done
		want  approval.State
	}{
		{"later than it may run", again(start), running.Limits.Run, commands.Declined, approval.Done},
		{"a call of which nobody knows", again(start), time.Second, commands.Unknown, approval.Verifying},
		{"a call that was answered", again(start), time.Second, commands.Answered, approval.Verifying},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.e.Until, c.e.Outcome.Done = start.Add(c.until), c.done
			got := step(t, running, c.e, start)
			require.Equal(t, c.want, got.State)
			require.Equal(t, -1, got.Items.Next(), "it is never claimed again")
		})
	}
}

func TestALostLease(t *testing.T) {
	lost := words.New("why.lost")
	t.Run("with the call under way", func(t *testing.T) {
		c := step(t, in(t, approval.Approved, 2), claim(), start)
		require.Equal(t, "case.not-yet", refuse(t, c, approval.Timeout{}, c.Deadline.Add(-time.Microsecond)))
		c = step(t, c, approval.Timeout{}, c.Deadline)
		require.Equal(t, approval.Verifying, c.State)
		require.Equal(t, commands.Unknown, c.Items[0].Done)
		require.Equal(t, lost, c.Items[0].Why)
		require.Equal(t, start, c.Items[0].Sent)
		require.Equal(t, commands.NotSent, c.Items[1].Done, "the second was never claimed")
		require.Equal(t, "why.not-begun", c.Items[1].Why.ID)
		require.Empty(t, c.Owner)
		require.Equal(t, "vote.over", refuse(t, c, called(0, commands.Answered), c.Deadline))
	})
	t.Run("between two calls", func(t *testing.T) {
		c := step(t, in(t, approval.Approved, 2), claim(), start)
		c = step(t, c, called(0, commands.Answered), start)
		c = step(t, c, approval.Timeout{}, c.Deadline)
		require.Equal(t, approval.Verifying, c.State)
		require.Equal(t, called(0, commands.Answered).Outcome.Receipt, c.Items[0].Receipt)
		require.True(t, c.Items[0].Why.IsZero())
		require.Equal(t, commands.NotSent, c.Items[1].Done)
	})
	t.Run("after a call that ended unknown for a reason of its own", func(t *testing.T) {
		c := step(t, in(t, approval.Approved, 2), claim(), start)
		c = step(t, c, called(0, commands.Unknown), start)
		c = step(t, c, claim(), start)
		c = step(t, c, approval.Timeout{}, c.Deadline)
		require.Equal(t, "vendor.busy", c.Items[0].Why.ID, "what the vendor said is not forgotten")
		require.Equal(t, lost, c.Items[1].Why)
	})
	t.Run("when nothing can have been done", func(t *testing.T) {
		c := step(t, in(t, approval.Approved, 2), claim(), start)
		c = step(t, c, called(0, commands.NotSent), start)
		c = step(t, c, approval.Timeout{}, c.Deadline)
		require.Equal(t, approval.Done, c.State)
		require.Equal(t, "vendor.busy", c.Why.ID)
	})
}

func TestPostponing(t *testing.T) {
	c, why := in(t, approval.Approved, 1), words.New("why.list-short")
	later := step(t, c, approval.Postponed{Why: why, Until: start.Add(5 * time.Second)}, start)
	require.Equal(t, start.Add(5*time.Second), later.Due)
	require.Equal(t, c.Deadline, later.Deadline)
	require.Equal(t, why, later.Why)

	far := step(t, c, approval.Postponed{Why: why, Until: c.Deadline.Add(time.Hour)}, start)
	require.Equal(t, c.Deadline, far.Due, "it is looked after at its deadline at the latest")
	never := step(t, c, approval.Postponed{Why: why}, start)
	require.Equal(t, c.Deadline, never.Due)

	require.Equal(t, why, step(t, later, approval.Timeout{}, later.Deadline).Why, "what it waited for is why it lapsed")
	require.Equal(t, "case.lapsed", step(t, c, approval.Timeout{}, c.Deadline).Why.ID)
}

// Keys are what one live case keeps to itself.
func TestKeys(t *testing.T) {
	for _, s := range []approval.State{approval.Pending, approval.Approved, approval.Running, approval.Verifying} {
		require.True(t, s.Holds(), s)
		require.Equal(t, []string{"dcs/node/0", "dcs/node/1"}, in(t, s, 2).Keys(), s)
	}
	for _, s := range []approval.State{
		approval.Planning, approval.Done, approval.Refused, approval.Denied, approval.Expired, approval.Withdrawn, approval.Lapsed,
	} {
		require.False(t, s.Holds(), s)
	}
	p := plan(3)
	p.Items[0], p.Items[1], p.Items[2] = p.Items[2], p.Items[0], p.Items[0]
	c := step(t, open(), approval.Planned{Plan: p, Decision: consult(1)}, start)
	require.Equal(t, []string{"dcs/node/0", "dcs/node/2"}, c.Keys(), "sorted, and each once")
	c.Plan.Items[0].Thing.With = []integrations.Companion{{ID: "node/1"}, {ID: "node/0"}}
	require.Equal(t, []string{"dcs/node/0", "dcs/node/1", "dcs/node/2"}, c.Keys(), "also what its calls end along")
	require.Equal(t, []string{"node/2", "node/0", "node/0"}, c.Plan.IDs())
}
