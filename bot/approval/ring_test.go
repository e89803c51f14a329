package approval_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// ringing is a case that waits for a group and for bob; after 5 minutes carol may decide as well, and
// after 3 people are reminded.
func ringing(t *testing.T, need int) approval.Case {
	t.Helper()
	d := consult(need)
	d.From, d.Remind, d.Within = []string{"commander"}, 3*time.Minute, 15*time.Minute
	d.Escalation = []policy.Tier{{After: 5 * time.Minute, From: []string{"manager"}}}
	rings := []approval.Ring{{Groups: []string{"S0COM"}, Users: []string{bob.User}, Direct: []string{bob.User, "U0DIR"}}, {Users: []string{carol.User}, Direct: []string{carol.User}}}
	return step(t, open(), approval.Planned{Plan: plan(1), Decision: d, Rings: rings}, start)
}

func minutes(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

// said says each of some messages.
func said(t *testing.T, all []words.Message) (lines []string) {
	t.Helper()
	for _, m := range all {
		lines = append(lines, speaker(t).Say(m))
	}
	return lines
}

// requireRung requires one reply, with the line that its push shows.
func requireRung(t *testing.T, all []approval.Reply, text, push string) {
	t.Helper()
	require.Len(t, all, 1)
	require.Equal(t, []string{text, push}, said(t, []words.Message{all[0].Said, all[0].Push}))
}

// Who may agree is mentioned on the card; a reminder and the next step come at their times, once each.
func TestPeopleAreRungOnceEach(t *testing.T) {
	c := ringing(t, 1)
	require.Contains(t, approval.Terms(c), approval.Asked(c))
	require.Equal(t, "@S0COM @U2: please decide.", speaker(t).Say(approval.Asked(c)))
	require.Equal(t, minutes(3), c.Due)
	require.Equal(t, "case.not-yet", refuse(t, c, approval.Rang{}, minutes(2)))

	reminded := step(t, c, approval.Rang{}, minutes(3))
	requireRung(t, approval.Rung(c, reminded), "@S0COM @U2: End 1 session on cache-prod? This still waits for a decision, until 2026-03-01 09:45:00 UTC. Q-1",
		"Still waits. End 1 session on cache-prod? session 0. Why: “leaks”. @U1 asks in #C1. One person with the role commander has to agree by 2026-03-01 09:45:00 UTC.")
	require.Empty(t, approval.StepsRung(c, reminded))
	require.Equal(t, "case.not-yet", refuse(t, reminded, approval.Rang{}, minutes(4)))
	require.Equal(t, c.Deadline, reminded.Deadline)

	later := step(t, reminded, approval.Rang{}, minutes(5))
	requireRung(t, approval.Rung(reminded, later), "@U3: End 1 session on cache-prod? This still waits, and you may decide as well now, until 2026-03-01 09:45:00 UTC. Q-1",
		"You may decide as well now. End 1 session on cache-prod? session 0. Why: “leaks”. @U1 asks in #C1. One person with the role commander or manager has to agree by 2026-03-01 09:45:00 UTC.")
	require.Equal(t, []int{1}, approval.StepsRung(reminded, later))
	require.Equal(t, c.Deadline, later.Due)
	require.Equal(t, "case.not-yet", refuse(t, later, approval.Rang{}, minutes(14)))
}

// After a pause of the program, or a clock that jumps, everything that came meanwhile is said, once.
func TestRingsThatWereMissed(t *testing.T) {
	c := ringing(t, 1)
	late := step(t, c, approval.Rang{}, minutes(9))
	require.Len(t, approval.Rung(c, late), 2)
	require.Equal(t, []int{1}, approval.StepsRung(c, late))
	require.Equal(t, "case.not-yet", refuse(t, late, approval.Rang{}, minutes(2)), "a clock that was set back rings nobody again")
	require.False(t, approval.RingsDue(c, c.Deadline), "what is over rings nobody")
}

// From its time on the asker may act alone: they are told, and the card offers it.
func TestToActAloneIsOfferedFromItsTimeOn(t *testing.T) {
	c := ringing(t, 1)
	c.Decision.BreakGlass = &policy.BreakGlass{NotBefore: 4 * time.Minute}
	require.NotContains(t, actions(c), approval.ToActAlone)
	early := step(t, c, approval.Rang{}, minutes(3))
	require.NotContains(t, actions(early), approval.ToActAlone)
	require.Equal(t, minutes(4), early.Due)
	open := step(t, early, approval.Rang{}, minutes(4))
	require.Contains(t, actions(open), approval.ToActAlone)
	requireRung(t, approval.Rung(early, open), "@U1: End 1 session on cache-prod? It is not decided yet, and until 2026-03-01 09:45:00 UTC you may act alone: the card has the button. Q-1",
		"You may act alone until 2026-03-01 09:45:00 UTC: nobody has decided yet. End 1 session on cache-prod? session 0. Why: “leaks”. @U1 asks in #C1. "+
			"One person with the role commander has to agree by 2026-03-01 09:45:00 UTC.")
	require.Contains(t, said(t, approval.Terms(open)), "It is not decided yet, and @U1 may act alone now.")
}

// After a long freeze people are asked once more, whoever agreed before among them: they are rung anew,
// by what they are asked.
func TestPeopleAreRungAnewAfterAFreeze(t *testing.T) {
	c := step(t, ringing(t, 1), yes(bob), minutes(1))
	anew := step(t, c, approval.RenewalAsked{Frozen: minutes(1), Lifted: minutes(9), Why: "outage"}, minutes(9))
	requireRung(t, []approval.Reply{approval.RungAnew(c, anew)},
		"@S0COM @U2 @U3: End 1 session on cache-prod? The freeze is lifted, and this needs a yes once more, until 2026-03-01 09:54:00 UTC. Q-1",
		"Needs a yes once more. "+speaker(t).Say(approval.Push(anew)))
	require.Equal(t, []int{0, 1}, approval.StepsAnew(anew))
	users, _ := approval.Direct(anew, 0)
	require.Equal(t, []string{"U2", "U0DIR"}, users)
	require.Zero(t, approval.RungAnew(anew, anew))
}

// Where the asker alone can say that it goes on, they are rung.
func TestTheAskerIsRungAnew(t *testing.T) {
	c := step(t, open(), approval.Planned{Plan: plan(1), Decision: policy.Decision{Verdict: policy.Run}}, start)
	anew := step(t, c, approval.RenewalAsked{Frozen: start, Lifted: minutes(2), Why: "outage"}, minutes(2))
	require.Contains(t, speaker(t).Say(approval.RungAnew(c, anew).Said), "@U1: End 1 session on cache-prod? The freeze is lifted")
	require.Empty(t, approval.StepsAnew(anew))
}

// Whoever has voted is not rung, and neither is the asker.
func TestWhoActsAlreadyIsNotRung(t *testing.T) {
	c := step(t, ringing(t, 2), yes(bob), minutes(1))
	require.Equal(t, minutes(3), c.Due)
	users, _ := approval.Direct(c, 0)
	assert.Equal(t, []string{"U0DIR"}, users)
	assert.NotContains(t, speaker(t).Say(approval.Asked(c)), "@U2")
}

// Of many people the roles are named instead.
func TestManyAreNotMentioned(t *testing.T) {
	c := ringing(t, 1)
	c.Rings[0] = approval.Ring{Users: []string{"U01", "U02", "U03", "U04", "U05", "U06"}}
	require.Equal(t, "commander: please decide.", speaker(t).Say(approval.Asked(c)))
}

// A rule can have people rung in the channel alone; what was stored by an older release rings nobody.
func TestNobodyIsToldDirectly(t *testing.T) {
	c := ringing(t, 1)
	_, m := approval.Direct(c, 0)
	assert.Contains(t, speaker(t).Say(m), "Q-1")
	assert.Contains(t, speaker(t).Say(m), "End 1 session on cache-prod? session 0.")
	c.Decision.Quiet = true
	users, _ := approval.Direct(c, 0)
	assert.Empty(t, users)

	c.Rings = nil
	assert.True(t, approval.Asked(c).IsZero())
	assert.False(t, approval.RingsDue(c, minutes(10)))
}

// What its asker meant is put to people later than its card is posted.
func TestWhoIsAskedLateIsRungAnew(t *testing.T) {
	d := consult(1)
	d.From = []string{"commander"}
	c := step(t, open(), approval.Planned{Plan: guessed(1), Decision: d, Rings: []approval.Ring{{Users: []string{bob.User}}}}, start)
	require.True(t, approval.Asked(c).IsZero())
	require.False(t, approval.RungLate(c))
	c = step(t, c, confirmed(alice), start)
	require.True(t, approval.RungLate(c))
	require.False(t, approval.Asked(c).IsZero())
}

// The asker is told of an end that is not what they wanted, and of no other.
func TestBadEndsRingTheAsker(t *testing.T) {
	before, asked := in(t, approval.Verifying, 1), in(t, approval.Pending, 1)
	told := func(was, c approval.Case) bool { return !approval.Ended(was, c).Said.IsZero() }
	assert.True(t, told(asked, in(t, approval.Denied, 1)))
	assert.True(t, told(asked, in(t, approval.Expired, 1)))
	assert.True(t, told(in(t, approval.Approved, 1), in(t, approval.Lapsed, 1)))
	assert.True(t, told(before, step(t, before, looked(start, commands.CameBack), start)))
	assert.True(t, told(before, step(t, before, approval.Timeout{}, before.Deadline)), "nobody knows what became of it")

	assert.False(t, told(asked, in(t, approval.Withdrawn, 1)), "the asker did it")
	assert.False(t, told(open(), in(t, approval.Refused, 1)), "they were told where they asked")
	gone := step(t, before, looked(start, commands.Gone), start)
	assert.False(t, told(before, gone))
	over := step(t, gone, approval.Timeout{}, gone.Deadline)
	assert.False(t, told(gone, over) && over.Items.Clear(), "all went well")
	requireRung(t, []approval.Reply{approval.Ended(asked, in(t, approval.Denied, 1))}, "@U1: Denied: 1 session on cache-prod. Q-1",
		"Denied: 1 session on cache-prod. session 0. @U2 said no. Nothing was done. @U1 asked in #C1: “leaks”.")
}

// A case that an older release planned rings nobody, and is due at its deadline alone.
func TestACaseWithoutRingsIsDueAtItsDeadline(t *testing.T) {
	d := consult(1)
	d.Escalation = []policy.Tier{{After: time.Minute, From: []string{"x"}}}
	c := step(t, open(), approval.Planned{Plan: plan(1), Decision: d}, start)
	require.Equal(t, c.Deadline, c.Due)
}

// A later step is told that they may decide, and by the line of their push, that it is up to them.
func TestThePushOfALaterStepNamesThem(t *testing.T) {
	c := step(t, ringing(t, 1), approval.Rang{}, minutes(3))
	late := step(t, c, approval.Rang{}, minutes(5))
	require.Contains(t, speaker(t).Say(approval.Rung(c, late)[0].Push), "One person with the role commander or manager has to agree")
	require.NotContains(t, said(t, approval.Terms(late)), "From 2026-03-01 09:35:00 UTC on, manager may decide as well.")
}

// Who is rung as one of a later step is not rung by a reminder that comes due with it as well.
func TestAReminderAndALaterStepAtOnce(t *testing.T) {
	c := ringing(t, 1)
	n := 0
	for _, r := range approval.Rung(c, step(t, c, approval.Rang{}, minutes(9))) {
		n += strings.Count(speaker(t).Say(r.Said), "@"+carol.User)
	}
	require.Equal(t, 1, n)
}

// A reply of its own says which case it is about: where its thread takes nothing it stands in the channel.
func TestWhatIsAskedLateNamesItsCase(t *testing.T) {
	requireRung(t, []approval.Reply{approval.AskedLate(ringing(t, 1))}, "@S0COM @U2: End 1 session on cache-prod? Please decide by 2026-03-01 09:45:00 UTC. Q-1",
		speaker(t).Say(approval.Push(ringing(t, 1))))
}

// Who froze a system is named by the card of what that ended, and not rung by it.
func TestWhoFrozeIsNotRung(t *testing.T) {
	was := in(t, approval.Approved, 1)
	v := words.V{"by": words.User("U9FREEZER"), "at": words.At(start), "reason": words.Text("outage"), "command": words.Code("/quell unfreeze cache-prod"), "target": words.Code("cache-prod")}
	next := step(t, was, approval.EndedBeforeCall{State: approval.Refused, Why: words.New("guard.frozen", v)}, start)
	require.NotContains(t, speaker(t).Say(approval.Ended(was, next).Said), "U9FREEZER")
	require.Contains(t, speaker(t).Say(approval.Ended(was, next).Push), "U9FREEZER")
}
