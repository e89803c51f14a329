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

// When a call was made and what was answered is told of every answer, also of one that is no yes.
func TestEveryAnswerIsInTheHistory(t *testing.T) {
	for name, e := range map[string]approval.CallEnded{
		"tried and failed": {Outcome: commands.Outcome{Done: commands.Unknown, Failed: true, Receipt: integrations.Receipt{Status: 200}}},
		"an error":         {Outcome: commands.Outcome{Done: commands.Unknown, Receipt: integrations.Receipt{Status: 503}}},
		"refused":          {Outcome: commands.Outcome{Done: commands.Declined, Receipt: integrations.Receipt{Status: 403}}},
		"Redis":            {Outcome: commands.Outcome{Done: commands.Declined, Receipt: integrations.Receipt{Answer: "NOPERM"}}},
	} {
		c := in(t, approval.Running, 1)
		e.Owner, e.Outcome.Seen, e.Outcome.Why = replica, commands.NotLooked, words.New("vendor.invalid", words.V{"target": words.Code("cache-prod")})
		e.Outcome.Receipt.At = start.Add(time.Second)
		c = step(t, c, e, start.Add(time.Second))
		require.Contains(t, told(t, c), "called at "+start.Format(stamp)+", answered "+e.Outcome.Receipt.Said()+" after ", name)
	}
	c := step(t, in(t, approval.Running, 1), called(0, commands.Unknown), start)
	require.NotContains(t, told(t, c), "called at", "no answer came")
}

// Who took a case back is a step of its own; the thread of a case that is over names nobody.
func TestAWithdrawalIsAStep(t *testing.T) {
	by := words.V{"by": words.User(alice.User), "at": words.At(start.Add(time.Minute))}
	c := step(t, in(t, approval.Pending, 1), approval.Withdrawal{By: alice, From: "E-9"}, start.Add(time.Minute))
	require.Contains(t, approval.History(c), words.New("history.withdrawn", by))
	require.Contains(t, approval.Report(c), words.New("report.at.withdrawn", by))
	require.Contains(t, approval.Timeline(c), words.New("timeline.withdrawn", words.V{"at": by["at"]}))
	denied := step(t, in(t, approval.Pending, 1), no(bob), start)
	require.NotContains(t, told(t, denied), "took it back")
}

// The footer follows time: a no to somebody who acts alone stands behind their word.
func TestTheHistoryFollowsTime(t *testing.T) {
	n := no(bob)
	n.Vote.At = start.Add(time.Minute)
	c := step(t, alone(t), n, n.Vote.At)
	var ids []string
	for _, m := range approval.History(c) {
		ids = append(ids, m.ID)
	}
	require.Equal(t, []string{"history.asked", "history.alone", "history.deny", "history.ended"}, ids)
}

// A freeze that kept a case between its approval and its call is a step, where the case knows it.
func TestALongFreezeIsAStep(t *testing.T) {
	c := step(t, kept(t, 1), approval.Withdrawal{By: alice, From: "E-9"}, start.Add(6*time.Minute))
	var ids []string
	for _, m := range approval.Timeline(c) {
		ids = append(ids, m.ID)
	}
	require.Equal(t, []string{"timeline.asked", "timeline.approved", "timeline.frozen", "timeline.withdrawn", "timeline.ended"}, ids)
}
