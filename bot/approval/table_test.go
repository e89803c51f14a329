package approval_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// table says where an event takes a case of one item, by the state it is in.
// A dot is a refusal because the case is past that, a dash one for a reason of
// its own. Limits and votes that change the answer have tests of
// their own; here the event comes as it should: on time, from the right person.
const table = `
             planning  pending   approved  running    verifying  done  refused  denied  expired  withdrawn  lapsed
 plan        pending   .         .         .          .          .     .        .       .        .          .
 plan-run    approved  .         .         .          .          .     .        .       .        .          .
 plan-guess  pending   .         .         .          .          .     .        .       .        .          .
 plan-unsure pending   .         .         .          .          .     .        .       .        .          .
 plan-refuse refused   .         .         .          .          .     .        .       .        .          .
 plan-failed done      .         .         .          .          .     .        .       .        .          .
 approve     .         approved  .         .          .          .     .        .       .        .          .
 vote-waits  .         pending   .         .          .          .     .        .       .        .          .
 vote-settle .         -         .         .          .          .     .        .       .        .          .
 deny        .         denied    denied    .          .          .     .        .       .        .          .
 withdraw    .         withdrawn withdrawn .          .          .     .        .       .        .          .
 timeout     lapsed    expired   lapsed    verifying  done       .     .        .       .        .          .
 end-gone    .         .         done      .          .          .     .        .       .        .          .
 end-refused .         .         refused   .          .          .     .        .       .        .          .
 unshown     .         refused   refused   .          .          .     .        .       .        .          .
 postpone    .         .         approved  -          .          .     .        .       .        .          .
 claim       .         .         running   -          .          .     .        .       .        .          .
 answered    .         .         .         verifying  .          .     .        .       .        .          .
 unknown     .         .         .         verifying  .          .     .        .       .        .          .
 not-sent    .         .         .         done       .          .     .        .       .        .          .
 declined    .         .         .         done       .          .     .        .       .        .          .
 again       .         .         .         approved   .          .     .        .       .        .          .
 look        .         .         .         .          verifying  .     .        .       .        .          .
 look-back   .         .         .         .          done       .     .        .       .        .          .
 look-again  .         .         .         .          .          -     .        .       .        .          .
 explain     .         .         .         .          -          -     .        denied  .        .          .
 explain-not .         .         .         .          -          -     .        -       .        .          .
 break-glass .         approved  .         .          .          .     .        .       .        .          .
 tell        .         .         -         .          .          .     .        .       .        .          .
 sign        .         .         .         .          .          -     .        .       .        .          .
 renewal     .         .         pending   .          .          .     .        .       .        .          .
 renewed     .         -         .         .          .          .     .        .       .        .          .
 ring        .         -         .         .          .          .     .        .       .        .          .
 confirm     .         -         .         .          .          .     .        .       .        .          .
`

func events() map[string]approval.Event {
	return map[string]approval.Event{
		"plan":        approval.Planned{Plan: plan(1), Decision: consult(1)},
		"plan-run":    approval.Planned{Plan: plan(1), Decision: run()},
		"plan-guess":  approval.Planned{Plan: guessed(1), Decision: run()},
		"plan-unsure": approval.Planned{Plan: guessed(1), Decision: consult(1)},
		"plan-refuse": approval.Planned{Plan: plan(1)},
		"plan-failed": approval.PlanFailed{Why: words.New("mistake.thing-unknown")},
		"approve":     yes(bob),
		"vote-waits":  approval.VoteWaits{Vote: approval.WaitingVote{By: bob, Choice: approval.Yes}},
		"vote-settle": approval.VoteSettled{By: bob},
		"deny":        no(bob),
		"withdraw":    approval.Withdrawal{By: alice},
		"timeout":     approval.Timeout{},
		"end-gone":    approval.EndedBeforeCall{State: approval.Done, AlreadyGone: true, Why: words.New("case.already-gone")},
		"end-refused": approval.EndedBeforeCall{State: approval.Refused, Why: words.New("refused.no-rule")},
		"unshown":     approval.Unshown{Why: words.New("slack.archived")},
		"postpone":    approval.Postponed{Why: words.New("vendor.busy"), Until: start.Add(5 * time.Second)},
		"claim":       claim(),
		"answered":    called(0, commands.Answered),
		"unknown":     called(0, commands.Unknown),
		"not-sent":    called(0, commands.NotSent),
		"declined":    called(0, commands.Declined),
		"again":       again(start.Add(5 * time.Second)),
		"look":        looked(start, commands.Gone),
		"look-back":   looked(start, commands.CameBack),
		"look-again":  lookedAgain(start, commands.Gone),
		"explain":     approval.Explained{By: bob, Why: "not during the sale"},
		"explain-not": approval.Explained{By: carol, Why: "me too"},
		"break-glass": breakGlass(alice),
		"tell":        approval.Notified{},
		"sign":        signature(bob),
		"renewal":     renewal(),
		"renewed":     renewed(alice),
		"ring":        approval.Rang{},
		"confirm":     confirmed(alice),
	}
}

// Each state and each event, once.
func TestTable(t *testing.T) {
	lines := strings.Split(strings.Trim(table, "\n"), "\n")
	states := strings.Fields(lines[0])
	require.Len(t, states, 11)
	require.Len(t, lines[1:], len(events()))
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		require.Len(t, cells, 1+len(states), line)
		e, ok := events()[cells[0]]
		require.True(t, ok, cells[0])
		for i, want := range cells[1:] {
			t.Run(states[i]+"/"+cells[0], func(t *testing.T) { cell(t, approval.State(states[i]), e, want) })
		}
	}
}

func cell(t *testing.T, s approval.State, e approval.Event, want string) {
	c, now := in(t, s, 1), start
	if _, ok := e.(approval.Timeout); ok {
		now = c.Deadline
	}
	switch want {
	case ".":
		require.Equal(t, "vote.over", refuse(t, c, e, now))
		return
	case "-":
		require.NotEqual(t, "vote.over", refuse(t, c, e, now))
		return
	}
	next := step(t, c, e, now)
	require.Equal(t, approval.State(want), next.State)
	require.Equal(t, c.Seq+1, next.Seq)
}

// An event that no working program sends is an error, not a sentence for
// people, and it changes nothing either. None of them may panic.
func TestFaultsOfTheCaller(t *testing.T) {
	two := step(t, in(t, approval.Approved, 2), claim(), start)
	between := step(t, two, called(0, commands.Answered), start)
	for _, c := range []struct {
		name string
		in   approval.Case
		e    approval.Event
	}{
		{"a call of an item that there is not", two, called(7, commands.Answered)},
		{"a call of an item before the first", two, called(-1, commands.Answered)},
		{"a call of an item that nobody claimed", two, called(1, commands.Answered)},
		{"a second answer to one call", between, called(0, commands.NotSent)},
		{"no call at all", between, called(-1, commands.NotSent)},
		{"a look at more items than there are", in(t, approval.Verifying, 1), looked(start, commands.Gone, commands.Gone)},
		{"a look at fewer items than there are", in(t, approval.Verifying, 2), looked(start, commands.Gone)},
		{"an end that is not one", in(t, approval.Approved, 1), approval.EndedBeforeCall{State: approval.Running}},
		{"an end that only time brings", in(t, approval.Approved, 1), approval.EndedBeforeCall{State: approval.Lapsed}},
		{"an end of no name", in(t, approval.Approved, 1), approval.EndedBeforeCall{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := text(t, c.in)
			same, err := approval.Step(c.in, c.e, start)
			require.ErrorContains(t, err, "case Q-1")
			_, refused := errors.AsType[*approval.Refusal](err)
			require.False(t, refused, err)
			require.Equal(t, before, text(t, same))
			require.Equal(t, before, text(t, c.in))
		})
	}
}

// Whoever causes a refusal reads a whole sentence about it.
func TestEveryRefusalHasItsSentence(t *testing.T) {
	english := speaker(t)
	two := step(t, in(t, approval.Approved, 2), claim(), start)
	stale := yes(bob)
	stale.Fingerprint = "other"
	for _, c := range []struct {
		in        approval.Case
		e         approval.Event
		now       time.Time
		id, names string
	}{
		{in(t, approval.Running, 1), approval.Withdrawal{By: alice}, start, "vote.over", "Q-1"},
		{in(t, approval.Verifying, 1), yes(bob), start, "vote.over", "Q-1"},
		{in(t, approval.Pending, 1), approval.Withdrawal{By: bob}, start, "vote.withdraw-other", "@U1"},
		{in(t, approval.Pending, 1), yes(alice), start, "vote.own", ""},
		{in(t, approval.Pending, 1), stale, start, "vote.stale", ""},
		{in(t, approval.Pending, 1), yes(bob), start.Add(within), "vote.late", ""},
		{step(t, two, called(0, commands.Answered), start), approval.Claim{Owner: "R-2"}, start, "case.owned", ""},
		{in(t, approval.Approved, 1), claim(), start.Add(time.Hour), "case.lapsed", ""},
		{in(t, approval.Approved, 0), claim(), start, "case.nothing-left", ""},
		{open(), approval.Timeout{}, start, "case.not-yet", ""},
	} {
		_, err := approval.Step(c.in, c.e, c.now)
		r, ok := errors.AsType[*approval.Refusal](err)
		require.True(t, ok, "%v", err)
		require.Equal(t, c.id, r.Message.ID)
		whole(t, english, r.Message, c.names)
	}
}

// So does whoever reads why a case ended, or an item is as it is.
func TestEveryWhyHasItsSentence(t *testing.T) {
	english := speaker(t)
	whole(t, english, in(t, approval.Denied, 1).Why, "@U2")
	whole(t, english, in(t, approval.Lapsed, 1).Why, "")
	whole(t, english, step(t, in(t, approval.Pending, 1), approval.Unshown{Why: words.New("slack.archived")}, start).Why, "#C1")
	whole(t, english, step(t, open(), approval.Timeout{}, start.Add(time.Hour)).Why, "")
	c := in(t, approval.Running, 1)
	whole(t, english, c.Items[0].Why, "")
	whole(t, english, step(t, c, approval.Timeout{}, c.Deadline).Items[0].Why, "")
}

// whole checks that a message is a sentence with nothing missing, whichever words
// it uses.
func whole(t *testing.T, s words.Speaker, m words.Message, names string) {
	t.Helper()
	got := s.Say(m)
	require.Contains(t, got, names)
	require.NotContains(t, got, "<no value>")
	require.NotContains(t, got, "["+m.ID+"]")
}

func speaker(t *testing.T) words.Speaker {
	t.Helper()
	all, err := words.Load()
	require.NoError(t, err)
	return all.In("en", words.Plain{})
}
