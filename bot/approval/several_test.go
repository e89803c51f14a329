package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// between is a case of three whose first call was answered and whose second was
// put off by the vendor.
func between(t *testing.T) approval.Case {
	t.Helper()
	c := step(t, in(t, approval.Approved, 3), claim(), start)
	c = step(t, c, called(0, commands.Answered), start)
	c = step(t, c, claim(), start)
	e := again(start.Add(5 * time.Second))
	e.Index = 1
	return step(t, c, e, start)
}

func TestAnyItemStepsBackAlone(t *testing.T) {
	c := between(t)
	require.Equal(t, approval.Approved, c.State)
	require.Equal(t, 1, c.Items.Next(), "the first is not called again")
	require.Equal(t, commands.Answered, c.Items[0].Done)
	require.True(t, c.Items.Acted())

	c = step(t, c, claim(), start.Add(5*time.Second))
	require.Equal(t, approval.Running, c.State)
	require.Equal(t, 1, c.Items.InFlight())
	require.Equal(t, start, c.Ran)
}

// What the answers warned of is told of several calls as of one, also while some are to come.
func TestWhatSeveralAnswersWarnedOf(t *testing.T) {
	warned := func(c approval.Case) (all []words.Message) {
		for _, m := range approval.History(c) {
			if m.ID == "history.warned-of" {
				all = append(all, m)
			}
		}
		return all
	}
	said := func(things []string, warning string) words.Message {
		return words.New("history.warned-of", words.V{"things": words.All(words.Codes(things)...), "warning": words.Text(warning)})
	}
	c := step(t, in(t, approval.Approved, 3), claim(), start)
	for i, warning := range []string{"the disk is full", "the clock is off", "the disk is full"} {
		e := called(i, commands.Answered)
		e.Outcome.Receipt.Warning = warning
		c = step(t, c, e, start)
		if i == 0 {
			require.Equal(t, []words.Message{said([]string{"session 0"}, "the disk is full")}, warned(c))
		}
		if i < 2 {
			c = step(t, c, claim(), start)
		}
	}
	require.False(t, c.CallsEnded.IsZero())
	require.Equal(t, []words.Message{said([]string{"session 0", "session 2"}, "the disk is full"), said([]string{"session 1"}, "the clock is off")}, warned(c))
}

// Whatever stops a case that has done something, what was done is looked after
// and the rest says why it was not.
func TestWhatStopsACaseBetweenTwoCalls(t *testing.T) {
	c := between(t)
	for _, s := range []struct {
		e        approval.Event
		why      string
		notBegun string // of what was never tried
	}{
		{no(bob), "why.denied", "why.denied"},
		{approval.Withdrawal{By: alice}, "why.withdrawn", "why.withdrawn"},
		{approval.Timeout{}, "vendor.busy", "why.not-begun"},
		{approval.EndedBeforeCall{State: approval.Done, Why: words.New("case.changed")}, "case.changed", "case.changed"},
		{approval.EndedBeforeCall{State: approval.Refused, Why: words.New("refused.now")}, "refused.now", "refused.now"},
	} {
		t.Run(s.e.Name()+" "+s.why, func(t *testing.T) {
			now := start.Add(time.Second)
			if _, timeout := s.e.(approval.Timeout); timeout {
				now = c.Deadline
			}
			got := step(t, c, s.e, now)
			require.Equal(t, approval.Verifying, got.State)
			require.Equal(t, now, got.CallsEnded)
			require.Equal(t, c.Items[0], got.Items[0])
			require.Equal(t, commands.Declined, got.Items[1].Done)
			require.Equal(t, s.why, got.Items[1].Why.ID)
			require.Equal(t, commands.NotSent, got.Items[2].Done)
			require.Equal(t, s.notBegun, got.Items[2].Why.ID)
			require.Empty(t, got.Why, "it is about the rest alone")

			over := step(t, got, looked(now.Add(time.Minute), commands.Gone, commands.StillThere, commands.StillThere), now.Add(time.Minute))
			require.Equal(t, approval.Done, over.State)
			require.Equal(t, commands.NotLooked, over.Items[2].Seen, "what was not done is not judged")
			require.Equal(t, words.New("card.outcome.partly", words.V{"gone": words.Count(1), "count": words.Count(3)}), over.Outcome())
		})
	}
}

func TestANoBetweenTwoCallsCanBeExplained(t *testing.T) {
	c := step(t, between(t), no(bob), start)
	c = step(t, c, approval.Explained{By: bob, Why: "wrong host", From: "e1"}, start)
	require.Equal(t, approval.Verifying, c.State)
	c = step(t, c, looked(start.Add(time.Minute), commands.Gone, commands.NotLooked, commands.NotLooked), start.Add(time.Minute))
	require.Equal(t, "vote.explain-twice", refuse(t, c, approval.Explained{By: bob, Why: "really"}, start))
}

// A call that is on its way is not taken back; the case comes back before the
// next one.
func TestPostponedWhileRunning(t *testing.T) {
	c := step(t, in(t, approval.Approved, 2), claim(), start)
	require.False(t, c.HasMoreCalls() && c.Items.InFlight() < 0)
	require.Equal(t, "case.under-way", refuse(t, c, approval.Postponed{}, start))
	c = step(t, c, called(0, commands.Answered), start)
	require.True(t, c.HasMoreCalls())
	c = step(t, c, approval.Postponed{Why: words.New("why.stop-waits"), Until: start.Add(time.Second)}, start)
	require.Equal(t, approval.Approved, c.State)
	require.Equal(t, c.Agreed.Add(c.Limits.Run), c.Deadline)
	require.Equal(t, start.Add(time.Second), c.Due)
}

func TestWhatWentByItselfIsPassedOver(t *testing.T) {
	c := step(t, in(t, approval.Approved, 3), approval.Claim{Owner: replica, Seen: sees(1, 2)}, start)
	require.Equal(t, 1, c.Items.InFlight())
	require.Equal(t, commands.NotSent, c.Items[0].Done)
	require.Equal(t, commands.Gone, c.Items[0].Seen)
	require.Equal(t, start, c.Items[0].LookedAt)
	require.Equal(t, "why.gone-before", c.Items[0].Why.ID)
	c = step(t, c, called(1, commands.Answered), start)
	c = step(t, c, approval.Claim{Owner: replica, Seen: sees(1, 2)}, start)
	c = step(t, c, called(2, commands.Answered), start)
	require.Equal(t, approval.Verifying, c.State)
	later := start.Add(time.Minute)
	c = step(t, c, looked(later, commands.StillThere, commands.Gone, commands.Gone), later)
	require.Equal(t, approval.Done, c.State)
	require.Equal(t, commands.Gone, c.Items[0].Seen, "it was not ours")
	require.Equal(t, "ending.kill-session.gone", c.Outcome().ID)
}

func TestNothingIsLeftToClaim(t *testing.T) {
	require.Equal(t, "case.nothing-left", refuse(t, in(t, approval.Approved, 2), approval.Claim{Owner: replica, Seen: sees()}, start))
}

func TestANoStopsOnlyWhatOthersAgreedTo(t *testing.T) {
	c, err := approval.Step(open(), approval.Planned{Plan: plan(1), Decision: run()}, start)
	require.NoError(t, err)
	require.Equal(t, "vote.not-asked", refuse(t, c, no(bob), start))
}

// What is claimed at the end stays, whatever is seen later.
func TestLookingAgain(t *testing.T) {
	c := in(t, approval.Verifying, 2)
	late := start.Add(time.Minute)
	c = step(t, c, looked(late, commands.StillThere, commands.Gone), late)
	require.True(t, c.Uncertain())
	for i := range 7 {
		e := lookedAgain(late.Add(time.Duration(i)*time.Hour), commands.Gone, commands.Gone)
		next := step(t, c, e, e.At)
		require.Equal(t, c.Items, next.Items)
		require.Equal(t, c.Ended, next.Ended)
		require.Equal(t, e.Evidence, next.Evidence[len(next.Evidence)-1])
		require.LessOrEqual(t, len(next.Evidence), 5)
		c = next
	}
	_, err := approval.Step(c, lookedAgain(late, commands.Gone), late)
	require.ErrorContains(t, err, "a look at 1 items of 2")

	sure := in(t, approval.Verifying, 1)
	sure = step(t, sure, looked(late, commands.Gone), late)
	require.False(t, sure.Uncertain())
	require.Equal(t, "vote.settled", refuse(t, sure, lookedAgain(late, commands.Gone), late))
}

func TestTheOutcomeOfSeveral(t *testing.T) {
	item := func(d commands.Done, s commands.Seen) approval.Item {
		return approval.Item{Claimed: d != commands.NotSent, Outcome: commands.Outcome{Done: d, Seen: s}}
	}
	ours, before := item(commands.Answered, commands.Gone), item(commands.NotSent, commands.Gone)
	perhaps, there := item(commands.Unknown, commands.Gone), item(commands.Answered, commands.StillThere)
	unseen, refused := item(commands.Answered, commands.NotLooked), item(commands.Declined, commands.NotLooked)
	for _, c := range []struct {
		want  string
		items []approval.Item
	}{
		{"ending.kill-session.gone", []approval.Item{ours, ours}},
		{"ending.kill-session.gone", []approval.Item{ours, before}},
		{"card.outcome.unclear.kill-session", []approval.Item{ours, perhaps}},
		{"card.outcome.partly", []approval.Item{ours, there}},
		{"card.outcome.partly", []approval.Item{ours, unseen}},
		{"card.outcome.partly", []approval.Item{unseen, refused}},
		{"card.outcome.partly", []approval.Item{there, unseen}},
		{"ending.kill-session.still there", []approval.Item{there, there}},
		{"ending.kill-session.not looked", []approval.Item{unseen, unseen}},
		{"card.outcome.nothing", nil},
		{"card.outcome.nothing", []approval.Item{refused, item(commands.NotSent, commands.NotLooked)}},
	} {
		require.Equal(t, c.want, approval.Case{Request: commands.Request{Command: "kill-session"}, Items: c.items}.Outcome().ID, "%v", c.items)
	}
}

// What a look that is not complete does not show may be there all the same.
func TestNothingIsPassedOverOnPartOfAList(t *testing.T) {
	part := sees(1)
	part.Complete = false
	c := step(t, in(t, approval.Approved, 2), approval.Claim{Owner: replica, Seen: part}, start)
	require.Equal(t, 0, c.Items.InFlight())
}
