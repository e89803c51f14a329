package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// kept is a case that was approved, kept by a long freeze, and put to people once more.
func kept(t *testing.T, need int) approval.Case {
	t.Helper()
	c := pending(t, need)
	for _, by := range []commands.Person{bob, carol}[:need] {
		c = step(t, c, yes(by), start)
	}
	return step(t, c, renewal(), start.Add(5*time.Minute))
}

// After a long freeze one yes more is needed, of anybody who may approve: of somebody who
// agreed before as well as of another, and of one, however many had to agree.
func TestOneYesMoreAfterALongFreeze(t *testing.T) {
	for _, need := range []int{1, 2} {
		for _, by := range []commands.Person{bob, carol, otherTeamsBob} {
			c := kept(t, need)
			require.Equal(t, start.Add(5*time.Minute+within), c.Deadline)
			c = step(t, c, yes(by), start.Add(6*time.Minute))
			require.Equal(t, approval.Approved, c.State)
			require.Equal(t, by, c.Renewal.By)
			require.Equal(t, start.Add(6*time.Minute), c.Agreed)
			require.Equal(t, c.Agreed.Add(c.Limits.Run), c.Deadline, "it has its time anew")
			require.Equal(t, "case.frozen-again", refuse(t, c, renewal(), start.Add(7*time.Minute)), "once")
		}
	}
}

func TestWhoCannotRenew(t *testing.T) {
	c, now := kept(t, 1), start.Add(6*time.Minute)
	require.Equal(t, "vote.own", refuse(t, c, yes(alice), now))
	require.Equal(t, "vote.own", refuse(t, c, renewed(alice), now), "others agreed, so others renew")
	require.Equal(t, "vote.late", refuse(t, c, yes(bob), c.Deadline))
	stale := yes(bob)
	stale.Fingerprint = "other"
	require.Equal(t, "vote.stale", refuse(t, c, stale, now))
	require.Equal(t, approval.Denied, step(t, c, no(bob), now).State, "whoever agreed may think otherwise by now")
	require.Equal(t, approval.Withdrawn, step(t, c, approval.Withdrawal{By: alice}, now).State)
	require.Equal(t, approval.Expired, step(t, c, approval.Timeout{}, c.Deadline).State)
}

// A policy that asks for more people by now asks for them too.
func TestARenewalIsNoLighterThanThePolicyOfNow(t *testing.T) {
	demanding := func(by commands.Person) approval.Voted {
		e := yes(by)
		e.Need = 2
		return e
	}
	c := step(t, kept(t, 1), demanding(bob), start.Add(6*time.Minute))
	require.Equal(t, approval.Pending, c.State)
	require.Equal(t, approval.Approved, step(t, c, demanding(carol), start.Add(6*time.Minute)).State)
}

// Where nobody else was asked, or nobody answered, the asker says that it goes on.
func TestTheAskerRenewsWhatNobodyElseAgreedTo(t *testing.T) {
	unasked := step(t, open(), approval.Planned{Plan: plan(1), Decision: run()}, start)
	alone := step(t, in(t, approval.Pending, 1), breakGlass(alice), start)
	require.Equal(t, "glass.waits", refuse(t, alone, renewal(), start), "it can be stopped anyway")
	alone = step(t, alone, approval.Notified{}, start)
	for name, c := range map[string]approval.Case{"unasked": unasked, "alone": alone} {
		now := start.Add(5 * time.Minute)
		c = step(t, c, renewal(), now)
		require.Equal(t, now.Add(c.Limits.Run), c.Deadline, name)
		other := map[string]string{"unasked": "vote.renew-other", "alone": "vote.renew-alone"}[name]
		require.Equal(t, other, refuse(t, c, renewed(bob), now), name)
		require.Equal(t, other, refuse(t, c, renewed(otherTeamsAlice), now), name)
		require.Equal(t, "vote.stale", refuse(t, c, approval.Renewed{By: alice}, now), name)
		require.Contains(t, []string{"vote.not-asked", "vote.renew-alone"}, refuse(t, c, yes(bob), now), name)
		expired := step(t, c, approval.Timeout{}, c.Deadline)
		require.Equal(t, approval.Expired, expired.State, name)
		require.Equal(t, "case.not-renewed", expired.Why.ID, name)
		c = step(t, c, renewed(alice), now)
		require.Equal(t, approval.Approved, c.State, name)
		require.Equal(t, approval.Running, step(t, c, claim(), now).State, name)
	}
	require.Equal(t, "vote.not-asked", refuse(t, step(t, unasked, renewal(), start), no(bob), start))
	require.Equal(t, "glass.not-allowed", refuse(t, step(t, alone, renewal(), start.Add(2*time.Minute)), breakGlass(alice), start.Add(time.Hour/10)))
}

// If nobody renews it, the asker may act alone, counted from when people were asked again.
func TestActingAloneInPlaceOfARenewal(t *testing.T) {
	c := in(t, approval.Pending, 1)
	g := *c.Decision.BreakGlass
	g.NotBefore = 3 * time.Minute
	c.Decision.BreakGlass = &g
	c = step(t, step(t, c, yes(bob), start), renewal(), start.Add(5*time.Minute))
	require.Equal(t, "glass.too-early", refuse(t, c, breakGlass(alice), start.Add(6*time.Minute)))
	c = step(t, c, breakGlass(alice), start.Add(8*time.Minute))
	require.Equal(t, approval.Approved, c.State)
	require.Equal(t, "glass.waits", refuse(t, c, claim(), start.Add(8*time.Minute)))
}

// What was called before the freeze is looked after, whatever becomes of the rest; nobody acts
// alone on a rest.
func TestARestIsPutToPeopleOnceMore(t *testing.T) {
	c := step(t, between(t), renewal(), start.Add(time.Minute))
	now := start.Add(2 * time.Minute)
	require.Equal(t, approval.Pending, c.State)
	require.True(t, c.Items.Acted())
	require.Equal(t, "glass.not-allowed", refuse(t, c, breakGlass(alice), now))
	for why, e := range map[string]approval.Event{"why.denied": no(carol), "why.withdrawn": approval.Withdrawal{By: alice}, "why.not-renewed": approval.Timeout{}} {
		at := now
		if why == "why.not-renewed" {
			at = c.Deadline
		}
		stopped := step(t, c, e, at)
		require.Equal(t, approval.Verifying, stopped.State, why)
		require.Equal(t, why, stopped.Items[2].Why.ID)
		require.Equal(t, commands.Answered, stopped.Items[0].Done)
	}
	c = step(t, step(t, c, yes(bob), now), claim(), now)
	require.Equal(t, 1, c.Items.InFlight(), "the first is not called again")
}

func TestARenewalHasItsSentences(t *testing.T) {
	english := speaker(t)
	unasked := step(t, open(), approval.Planned{Plan: plan(1), Decision: run()}, start)
	for _, c := range []approval.Case{kept(t, 1), step(t, unasked, renewal(), start), step(t, between(t), renewal(), start)} {
		all := append([]words.Message{approval.Title(c), approval.Status(c)}, approval.Terms(c)...)
		all = append(all, approval.History(c)...)
		for _, o := range approval.Offers(c) {
			all = append(all, o.Label)
		}
		for _, m := range all {
			whole(t, english, m, "")
		}
		assert.Contains(t, english.Say(approval.Status(c)), "vendor outage")
	}
	assert.Equal(t, "1 of 3 calls made. Go on with the rest? 3 sessions on cache-prod", english.Say(approval.Title(step(t, between(t), renewal(), start))))
	assert.Equal(t, "Go on", english.Say(approval.Offers(kept(t, 1))[0].Label))
}

// A case that was approved while a freeze held was kept from its approval on, and not for as long as
// the freeze was; and a card says of which freeze, also once it was renewed.
func TestHowLongAFreezeKeptACase(t *testing.T) {
	english, lifted := speaker(t), start.Add(5*time.Minute)
	for _, tt := range []struct {
		frozen       time.Time
		lasted, kept string
	}{
		{start.Add(-time.Minute), "6 min", "5 min"},
		{start.Add(time.Minute), "4 min", "4 min"},
	} {
		e, kept := approval.RenewalAsked{Frozen: tt.frozen, Lifted: lifted, Why: "vendor outage"}, tt.kept
		c := step(t, step(t, pending(t, 1), yes(bob), start), e, lifted)
		assert.Contains(t, english.Say(approval.Status(c)), "A freeze of "+tt.lasted+" (vendor outage) was lifted at")
		assert.Contains(t, english.Say(approval.Status(c)), "kept this for "+kept)
		for _, c := range []approval.Case{c, step(t, c, yes(bob), lifted.Add(time.Minute))} {
			lines := ""
			for _, m := range approval.History(c) {
				lines += english.Say(m) + "\n"
			}
			assert.Contains(t, lines, "kept by a freeze for "+kept+",")
		}
	}
}

// A case that an older release approved goes on like any other.
func TestAnOlderCaseIsPutToPeopleOnceMore(t *testing.T) {
	old, err := approval.Read([]byte(text(t, in(t, approval.Approved, 1))))
	require.NoError(t, err)
	old.Version = 0
	c := step(t, step(t, old, renewal(), start), yes(bob), start)
	require.Equal(t, approval.Approved, c.State)
}
