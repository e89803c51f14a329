package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// What was found by what somebody typed, and asks nobody else, waits for their word.
func TestTheAskerSaysWhatWasMeant(t *testing.T) {
	c := step(t, open(), approval.Planned{Plan: guessed(2), Decision: run()}, start)
	now := start.Add(time.Minute)
	require.Equal(t, approval.Pending, c.State)
	require.Equal(t, start.Add(c.Limits.Run), c.Deadline)
	require.True(t, c.Unconfirmed())
	require.Equal(t, "card.status.confirming", approval.Status(c).ID)
	require.Empty(t, approval.Terms(c))
	require.Equal(t, []approval.Action{approval.ToApprove, approval.ToWithdraw, approval.ToSeeCalls}, actionsOf(c))
	require.Equal(t, "button.confirm", approval.Offers(c)[0].Label.ID)

	require.Equal(t, "vote.confirm-other", refuse(t, c, confirmed(bob), now))
	require.Equal(t, "vote.confirm-other", refuse(t, c, confirmed(otherTeamsAlice), now))
	require.Equal(t, "vote.confirm-other", refuse(t, c, yes(bob), now))
	require.Equal(t, "vote.not-asked", refuse(t, c, no(bob), now))
	require.Equal(t, "vote.own", refuse(t, c, renewed(alice), now))
	require.Equal(t, "vote.stale", refuse(t, c, approval.Confirmed{By: alice}, now))
	require.Equal(t, "vote.late", refuse(t, c, confirmed(alice), c.Deadline))
	require.Equal(t, approval.Withdrawn, step(t, c, approval.Withdrawal{By: alice}, now).State)
	expired := step(t, c, approval.Timeout{}, c.Deadline)
	require.Equal(t, approval.Expired, expired.State)
	require.Equal(t, "case.not-confirmed", expired.Why.ID)

	c = step(t, c, confirmed(alice), now)
	require.Equal(t, approval.Approved, c.State)
	require.Equal(t, now, c.Agreed)
	require.Empty(t, c.Votes, "it is no vote")
	require.Contains(t, approval.History(c), words.New("history.confirmed", words.V{"by": words.User(alice.User), "at": words.At(now)}))
	require.Equal(t, "card.status.approved-unasked", approval.Status(c).ID)
	require.Equal(t, approval.Running, step(t, c, claim(), now).State)

	again := step(t, c, renewal(), now)
	require.False(t, again.Unconfirmed())
	require.Equal(t, "button.renew", approval.Offers(again)[0].Label.ID)
}

// Where others have to agree, they are asked once the asker said that it is what they meant: their
// time begins then, and nobody decides or acts alone before.
func TestOthersAreAskedAboutWhatWasMeant(t *testing.T) {
	d := consult(1)
	d.BreakGlass.NotBefore = 5 * time.Minute
	short := &approval.Shortage{At: start}
	c := step(t, open(), approval.Planned{Plan: guessed(2), Decision: d, Shortage: short}, start)
	require.True(t, c.Unconfirmed())
	require.Equal(t, start.Add(c.Limits.Run), c.Deadline)
	require.Equal(t, "card.status.confirming-first", approval.Status(c).ID)
	require.False(t, c.Short(), "nobody is asked yet")
	require.Contains(t, approval.Confirmation(c, 1, 1), words.New("confirm.others"))
	require.Empty(t, approval.Terms(c))
	require.Equal(t, []approval.Action{approval.ToApprove, approval.ToWithdraw, approval.ToSeeCalls}, actionsOf(c))

	now := start.Add(6 * time.Minute)
	require.Equal(t, "vote.confirm-first", refuse(t, c, yes(bob), now))
	require.Equal(t, "vote.confirm-first", refuse(t, c, no(bob), now))
	require.Equal(t, "vote.confirm-first", refuse(t, c, confirmed(bob), now))
	require.Equal(t, "vote.confirm-first", refuse(t, c, breakGlass(alice), now))
	require.Equal(t, approval.Withdrawn, step(t, c, approval.Withdrawal{By: alice}, now).State)
	require.Equal(t, "case.not-confirmed", step(t, c, approval.Timeout{}, c.Deadline).Why.ID)

	c = step(t, c, confirmed(alice), now)
	require.Equal(t, approval.Pending, c.State)
	require.False(t, c.Unconfirmed())
	require.Empty(t, c.Votes, "it is no vote")
	require.Equal(t, now, c.Consulted)
	require.Equal(t, now.Add(within), c.Deadline)
	require.True(t, c.Short())
	require.Contains(t, approval.Confirmation(c, 1, 1), words.New("confirm.final"))
	require.Contains(t, approval.History(c), words.New("history.confirmed", words.V{"by": words.User(alice.User), "at": words.At(now)}))
	require.Equal(t, "vote.own", refuse(t, c, confirmed(alice), now), "it was said")
	require.Equal(t, "vote.own", refuse(t, c, yes(alice), now))
	require.Equal(t, "glass.too-early", refuse(t, c, breakGlass(alice), now.Add(4*time.Minute)))
	require.Equal(t, approval.Approved, step(t, c, breakGlass(alice), now.Add(5*time.Minute)).State)
	require.Equal(t, approval.Denied, step(t, c, no(bob), now).State)
	require.Equal(t, approval.Approved, step(t, c, yes(bob), now).State)
}

// Whoever decides sees what was typed.
func TestOthersSeeHowAThingWasFound(t *testing.T) {
	c := step(t, open(), approval.Planned{Plan: guessed(2), Decision: consult(1)}, start)
	c = step(t, c, confirmed(alice), start)
	require.Zero(t, approval.FoundBy(c, 0, 100))
	require.Equal(t, words.New("card.found.name", words.V{"typed": words.Code("checkout-worker")}), approval.FoundBy(c, 1, 100))
	c.Plan.Items[1].Found.Typed = c.Plan.Items[1].Thing.Name
	require.Equal(t, words.New("card.found.name", words.V{"typed": words.Code(c.Plan.Items[1].Thing.Name)}), approval.FoundBy(c, 1, 100), "what stands beside it may be its name")
	require.Equal(t, approval.Approved, step(t, c, yes(bob), start).State)
}

// What is named by its id waits for nobody.
func TestAnIDIsNoQuestion(t *testing.T) {
	p := plan(2)
	p.Items[0].Found = commands.Finding{Typed: "session 0", By: commands.ByID}
	require.Equal(t, approval.Approved, step(t, open(), approval.Planned{Plan: p, Decision: run()}, start).State)
}

func actionsOf(c approval.Case) (all []approval.Action) {
	for _, o := range approval.Offers(c) {
		all = append(all, o.Action)
	}
	return all
}

// The push of what its asker has to confirm says why, where and until when, as any other.
func TestThePushOfWhatWasMeant(t *testing.T) {
	c := step(t, open(), approval.Planned{Plan: guessed(1), Decision: consult(1)}, start)
	require.Equal(t, "@U1, is this what you meant? End 1 session on cache-prod: session 0. Why: “leaks”. Please say so in #C1 by 2026-03-01 09:40:00 UTC.", speaker(t).Say(approval.Push(c)))
	c.Request.Reason = ""
	require.Equal(t, "@U1, is this what you meant? End 1 session on cache-prod: session 0. Please say so in #C1 by 2026-03-01 09:40:00 UTC.", speaker(t).Say(approval.Push(c)))
}
