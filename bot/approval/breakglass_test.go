package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/policy"
)

// alone is a case whose asker acts alone since start, and whose channel was told.
func alone(t *testing.T) approval.Case {
	t.Helper()
	c := step(t, in(t, approval.Pending, 1), breakGlass(alice), start)
	return step(t, c, approval.Notified{}, start)
}

func TestBreakGlass(t *testing.T) {
	c := step(t, in(t, approval.Pending, 1), breakGlass(alice), start)
	require.Equal(t, approval.Approved, c.State)
	require.Equal(t, start.Add(time.Minute), c.BreakGlass.Until)
	require.Equal(t, start, c.Due, "the channel is told at once")
	require.Equal(t, "glass.waits", refuse(t, c, claim(), start.Add(time.Minute)), "before that nothing is done, however late it is")

	c = step(t, c, approval.Notified{}, start.Add(time.Second))
	require.Equal(t, start.Add(time.Minute), c.Due)
	require.Equal(t, start.Add(time.Minute+c.Limits.Run), c.Deadline, "the time to stop it is none of the time to run it")
	require.Equal(t, "glass.not-allowed", refuse(t, c, approval.Notified{}, start), "once")
	require.Equal(t, "glass.waits", refuse(t, c, claim(), start.Add(time.Minute-time.Microsecond)))
	require.Equal(t, approval.Running, step(t, c, claim(), start.Add(time.Minute)).State)
}

// The time to stop it is none while nobody knows of it: told late, it begins anew.
func TestBreakGlassThatIsToldLate(t *testing.T) {
	c := step(t, in(t, approval.Pending, 1), breakGlass(alice), start)
	for late, until := range map[time.Duration]time.Duration{
		0: time.Minute, 30 * time.Second: time.Minute, 31 * time.Second: 91 * time.Second, 5 * time.Minute: 6 * time.Minute,
	} {
		told := step(t, c, approval.Notified{}, start.Add(late))
		require.Equal(t, start.Add(until), told.BreakGlass.Until, "told after %s", late)
		require.Equal(t, told.BreakGlass.Until, told.Due)
		require.Equal(t, told.BreakGlass.Until.Add(c.Limits.Run), told.Deadline)
		require.Equal(t, "glass.waits", refuse(t, told, claim(), told.BreakGlass.Until.Add(-time.Microsecond)))
		require.Equal(t, approval.Running, step(t, told, claim(), told.BreakGlass.Until).State)
	}
}

func TestWhoMayBreakGlassAndWhen(t *testing.T) {
	strict := in(t, approval.Pending, 1)
	strict.Decision.BreakGlass = &policy.BreakGlass{NotBefore: 5 * time.Minute, Cancel: time.Minute, Review: policy.Review{Need: 1}}
	other, bare, stale, stricter, longer := breakGlass(bob), breakGlass(alice), breakGlass(alice), breakGlass(alice), breakGlass(alice)
	bare.Why, stale.Fingerprint = "", "another"
	stricter.Now.NotBefore, longer.Now.Cancel = 7*time.Minute, 3*time.Minute
	at := start.Add(5 * time.Minute)
	require.Equal(t, "glass.other", refuse(t, strict, other, at))
	require.Equal(t, "glass.why", refuse(t, strict, bare, at))
	require.Equal(t, "vote.stale", refuse(t, strict, stale, at))
	require.Equal(t, "glass.too-early", refuse(t, strict, breakGlass(alice), at.Add(-time.Microsecond)))
	require.Equal(t, "glass.too-early", refuse(t, strict, stricter, at), "the policy of now may want more")
	require.Equal(t, "vote.late", refuse(t, strict, breakGlass(alice), strict.Deadline))
	require.Equal(t, at.Add(3*time.Minute), step(t, strict, longer, at).BreakGlass.Until)
	require.Equal(t, at.Add(time.Minute), step(t, strict, breakGlass(alice), at).BreakGlass.Until)

	strict.Decision.BreakGlass = nil
	require.Equal(t, "glass.not-allowed", refuse(t, strict, breakGlass(alice), at))
}

// The time to stop it is for that: whoever may say no ends it, and so does the asker.
func TestBreakGlassCanBeStopped(t *testing.T) {
	c := alone(t)
	require.Equal(t, approval.Denied, step(t, c, no(bob), start).State)
	require.Equal(t, approval.Withdrawn, step(t, c, approval.Withdrawal{By: alice}, start).State)
	for _, e := range []approval.Event{no(bob), approval.Withdrawal{By: alice}} {
		require.False(t, step(t, c, e, start).OwesReview(), "nothing was done, so nothing is owed")
	}
}

func TestAReview(t *testing.T) {
	c := alone(t)
	require.True(t, c.OwesReview())
	c = step(t, c, claim(), c.Due)
	c = step(t, c, called(0, commands.Answered), c.Ran)
	require.Equal(t, "vote.over", refuse(t, c, signature(bob), c.Ran), "it is signed when it is over")
	c = step(t, c, looked(c.CallsEnded, commands.CameBack), c.CallsEnded)
	require.Equal(t, approval.Done, c.State)
	require.True(t, c.Unsigned())
	require.Equal(t, "review.own", refuse(t, c, signature(alice), c.Ended))

	c.Decision.BreakGlass.Review.Need = 2
	c = step(t, c, signature(bob), c.Ended)
	require.True(t, c.Unsigned())
	require.Equal(t, "review.twice", refuse(t, c, signature(bob), c.Ended))
	c = step(t, c, signature(carol), c.Ended)
	require.False(t, c.OwesReview())
	require.Equal(t, "review.none", refuse(t, c, signature(carol), c.Ended))
	require.Equal(t, []approval.Vote{signature(bob).Vote, signature(carol).Vote}, c.BreakGlass.Signed)
}

// Nobody agreed, and nothing was done alone: there is nothing to sign.
func TestWhatNeedsNoReview(t *testing.T) {
	c := in(t, approval.Done, 1)
	require.False(t, c.OwesReview())
	require.Equal(t, "review.none", refuse(t, c, signature(bob), start))
	c = step(t, alone(t), approval.EndedBeforeCall{State: approval.Done}, start)
	require.False(t, c.Unsigned())
}

// A notice says in the end what came of it: of a call that was declined nobody has to sign anything.
func TestWhatANoticeSaysInTheEnd(t *testing.T) {
	c := alone(t)
	require.Equal(t, "glass.stopped", approval.NoticeOver(step(t, c, no(bob), start)).ID)
	c = step(t, c, claim(), c.Due)
	declined := step(t, c, called(0, commands.Declined), c.Ran)
	require.True(t, declined.State.Terminal())
	require.False(t, declined.Unsigned())
	require.Equal(t, "glass.declined", approval.NoticeOver(declined).ID)
	require.Equal(t, "glass.acted", approval.NoticeOver(step(t, c, called(0, commands.Answered), c.Ran)).ID)
}

// One of those who agree has to be of another team, where policy wants that.
func TestSomebodyOfAnotherTeam(t *testing.T) {
	c := in(t, approval.Pending, 1)
	c.Decision.OtherTeam = true
	near, far := yes(bob), yes(carol)
	far.Vote.OtherTeam = true
	c = step(t, c, near, start)
	require.Equal(t, approval.Pending, c.State)
	require.Equal(t, approval.Approved, step(t, c, far, start).State)

	c = in(t, approval.Pending, 1)
	near.OtherTeam = true
	require.Equal(t, approval.Pending, step(t, c, near, start).State, "the policy of now wants it")
	c = in(t, approval.Pending, 1)
	c.Decision.OtherTeam, c.Decision.Need = true, 2
	require.Equal(t, approval.Pending, step(t, c, far, start).State, "that one is not enough of them")
}
