package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// full is a case that has been through everything: voted on, declined once,
// called twice, seen gone and back. Its times are now and a bit later each.
func full(t *testing.T, now time.Time) approval.Case {
	t.Helper()
	tick := func() time.Time { now = now.Add(1234567 * time.Microsecond); return now }
	r := request()
	r.Place, r.Reason, r.At = "node-1", "リーク “quoted”\n<!channel> \x00", now
	p := plan(2)
	p.Place, p.Looked, p.Hurts = "node-1", now, []words.Message{words.New("hurts.kill-session", words.V{"count": words.Count(2)})}
	p.Items[0].Thing = integrations.Thing{
		ID: "node/0", Name: "10.0.0.1:2048", Aliases: []string{"17"}, Place: "node-1", Lineage: "app",
		Identity: []integrations.Field{{Name: "peer", Value: "10.0.0.1:2048"}}, Facts: []integrations.Field{{Name: "idle", Value: "7", Unit: "s"}},
	}
	p.Items[0].Call = "DELETE /v2/…"
	d := consult(2)
	d.Why, d.From, d.Policy = words.New("allowed.approve", words.V{"rule": words.Code("r1")}), []string{"lead"}, "abc"
	d.Trace = []policy.Step{{Rule: "r0", Why: words.New("refused.no-rule")}}

	c := approval.Open("Q-1", r, "dcs", approval.DefaultLimits(), now)
	first, second := yes(bob), yes(carol)
	first.Vote.At, second.Vote.At = tick(), tick()
	for _, e := range []approval.Event{approval.Planned{Plan: p, Decision: d}, first, second, claim()} {
		c = step(t, c, e, tick())
	}
	c = step(t, c, again(now.Add(time.Second)), tick())
	answer := called(0, commands.Answered)
	answer.Outcome.Receipt = integrations.Receipt{At: tick(), Status: 204, RequestID: "req-1", Job: "job-1"}
	for _, e := range []approval.Event{claim(), answer, claim(), called(1, commands.Unknown)} {
		c = step(t, c, e, tick())
	}
	look := looked(tick(), commands.Gone, commands.CameBack)
	look.Seen[1].Successor = "10.0.0.9:1"
	return step(t, c, look, tick())
}

// A case in UTC comes back from JSON with nothing lost, at every step of its
// life (the walk checks the same of every place it finds).
func TestNothingIsLostInJSON(t *testing.T) {
	c := full(t, start)
	require.Equal(t, c, reread(t, c))
	c = step(t, c, approval.Timeout{}, c.Deadline)
	require.Equal(t, c, reread(t, c))
	require.Equal(t, open(), reread(t, open()))
}

// Of a time elsewhere, the moment and its offset stay, to the nanosecond. What
// goes is the zone's name, and Go's monotonic reading of this process.
func TestTimesInJSON(t *testing.T) {
	tokyo, now := time.FixedZone("Asia/Tokyo", 9*60*60), time.Now()
	for _, at := range []time.Time{start.In(tokyo), start.Add(123456789).In(tokyo), now, now.UTC()} {
		was := full(t, at)
		is := reread(t, was)
		require.True(t, was.Opened.Equal(is.Opened))
		require.Equal(t, offset(was.Opened), offset(is.Opened))
		require.True(t, was.Items[1].FirstSeen.Equal(is.Items[1].FirstSeen))
		require.Equal(t, text(t, was), text(t, is), "and it is stable from then on")
	}
	zero := approval.Case{Version: 1}
	require.Equal(t, zero, reread(t, zero), "no time is still no time")
}

func offset(t time.Time) int { _, s := t.Zone(); return s }

// Two things that happen to one case give two cases that share nothing that is
// written to: whoever loses the race leaves no trace in what the winner stores.
func TestStepsFromOneCaseAreApart(t *testing.T) {
	three := step(t, pending(t, 4), yes(bob), start)
	three = step(t, three, yes(otherTeamsBob), start)
	three = step(t, three, yes(otherTeamsAlice), start)
	a := step(t, three, no(carol), start)
	b := step(t, three, yes(commands.Person{Team: "T1", User: "U9"}), start)
	require.Equal(t, approval.No, a.Votes[3].Choice)
	require.Equal(t, approval.Yes, b.Votes[3].Choice)
	require.Len(t, three.Votes, 3)

	running := in(t, approval.Running, 2)
	answered := step(t, running, called(1, commands.Answered), start)
	lost := step(t, running, approval.Timeout{}, running.Deadline)
	require.Equal(t, commands.Answered, answered.Items[1].Done)
	require.Equal(t, "why.lost", lost.Items[1].Why.ID)
	require.Equal(t, "why.no-answer-yet", running.Items[1].Why.ID)

	verifying := in(t, approval.Verifying, 2)
	gone := step(t, verifying, looked(start, commands.Gone, commands.Gone), start)
	back := step(t, verifying, looked(start, commands.StillThere, commands.CameBack), start)
	require.Equal(t, commands.Gone, gone.Items[1].Seen)
	require.Equal(t, commands.CameBack, back.Items[1].Seen)
	require.Equal(t, commands.NotLooked, verifying.Items[1].Seen)
}

func TestANewCase(t *testing.T) {
	c := open()
	require.Equal(t, approval.Planning, c.State)
	require.EqualValues(t, 1, c.Seq)
	require.Equal(t, start, c.Opened)
	require.Equal(t, start.Add(2*time.Minute), c.Deadline)
	require.Equal(t, start.Add(15*time.Second), c.Due, "another replica takes the look-up over long before it lapses")
	require.Equal(t, -1, c.Items.Next())
	require.Zero(t, c.Votes.Yeses())
}

func TestWhichStatesAreEnds(t *testing.T) {
	for s, over := range map[approval.State]bool{
		approval.Planning: false, approval.Pending: false, approval.Approved: false, approval.Running: false, approval.Verifying: false,
		approval.Done: true, approval.Refused: true, approval.Denied: true, approval.Expired: true, approval.Withdrawn: true, approval.Lapsed: true,
		"": true, "a state of a later version": true,
	} {
		require.Equal(t, over, s.Terminal(), s)
		require.Equal(t, !over && s != approval.Planning, s.Holds(), "from the question on, a case that is not over keeps its things")
	}
}
