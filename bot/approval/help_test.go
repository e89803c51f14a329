package approval_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

var (
	start = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)

	alice = commands.Person{Team: "T1", User: "U1"} // asks
	bob   = commands.Person{Team: "T1", User: "U2"}
	carol = commands.Person{Team: "T1", User: "U3"}
	// Slack ids are unique only within a team: this is nobody of the above.
	otherTeamsAlice = commands.Person{Team: "T2", User: "U1"}
	otherTeamsBob   = commands.Person{Team: "T2", User: "U2"}
)

const (
	fingerprint = "abcdefghij" // the plan's fingerprint
	replica     = "R-1"
	within      = 15 * time.Minute // to agree
)

func request() commands.Request {
	return commands.Request{
		Command: "kill-session", Target: "cache-prod", Things: []string{"10.0.0.1:2048"},
		Reason: "leaks", By: alice, Channel: "C1", At: start,
	}
}

func plan(items int) commands.Plan {
	p := commands.Plan{Looked: start, Seen: 8, Fingerprint: fingerprint}
	for i := range items {
		p.Items = append(p.Items, commands.Item{Thing: thing(i)})
	}
	return p
}

// guessed is a plan whose last thing was found by a name.
func guessed(items int) commands.Plan {
	p := plan(items)
	p.Items[items-1].Found = commands.Finding{Typed: "checkout-worker", By: commands.ByName}
	return p
}

func thing(i int) integrations.Thing {
	return integrations.Thing{ID: fmt.Sprint("node/", i), Name: fmt.Sprint("session ", i), Lineage: fmt.Sprint("worker ", i)}
}

// sees is a complete look that saw these.
func sees(things ...int) integrations.Sighting {
	s := integrations.Sighting{At: start, Complete: true}
	for _, i := range things {
		s.Things = append(s.Things, thing(i))
	}
	return s
}

func consult(need int) policy.Decision {
	return policy.Decision{Verdict: policy.Consult, Need: need, Within: within, Rule: "r1", BreakGlass: &policy.BreakGlass{
		Cancel: time.Minute, Notice: "C0SEC", Review: policy.Review{Need: 1, From: []string{"security"}},
	}}
}

func breakGlass(by commands.Person) approval.BrokeGlass {
	return approval.BrokeGlass{By: by, Why: "nobody is awake", Fingerprint: fingerprint, From: "E-1"}
}

func signature(by commands.Person) approval.Signature {
	return approval.Signature{Vote: approval.Vote{By: by, Choice: approval.Yes, At: start}, From: "E-2"}
}

// renewal is that a freeze of an hour was lifted.
func renewal() approval.RenewalAsked {
	return approval.RenewalAsked{Frozen: start.Add(-time.Hour), Lifted: start, Why: "vendor outage"}
}

func renewed(by commands.Person) approval.Renewed {
	return approval.Renewed{By: by, Fingerprint: fingerprint, From: "E-3"}
}

func confirmed(by commands.Person) approval.Confirmed {
	return approval.Confirmed{By: by, Fingerprint: fingerprint, From: "E-4"}
}

func run() policy.Decision { return policy.Decision{Verdict: policy.Run, Rule: "r1"} }

func yes(by commands.Person) approval.Voted { return vote(by, approval.Yes) }
func no(by commands.Person) approval.Voted  { return vote(by, approval.No) }

func vote(by commands.Person, c approval.Choice) approval.Voted {
	return approval.Voted{Vote: approval.Vote{By: by, Choice: c, At: start}, Fingerprint: fingerprint, Need: 1}
}

func claim() approval.Claim {
	return approval.Claim{Owner: replica, Seen: sees(0, 1, 2)}
}

// called is how the call of item i ended.
func called(i int, d commands.Done) approval.CallEnded {
	o := commands.Outcome{Done: d, Seen: commands.NotLooked}
	if d == commands.Answered {
		o.Receipt = integrations.Receipt{At: start, Status: 204, RequestID: "req-1"}
	} else {
		o.Why = words.New("vendor.busy", words.V{"target": words.Code("cache-prod")})
	}
	return approval.CallEnded{Owner: replica, Index: i, Outcome: o}
}

// again is a refusal of item 0 that the vendor documents as "try later".
func again(until time.Time) approval.CallEnded {
	e := called(0, commands.Declined)
	e.Retry, e.Until = true, until
	return e
}

// looked is a look at the time at that saw each item so.
func looked(at time.Time, seen ...commands.Seen) approval.Looked {
	e := approval.Looked{At: at, Next: at.Add(time.Second)}
	for _, s := range seen {
		e.Seen = append(e.Seen, commands.Sight{Seen: s})
	}
	return e
}

// step applies an event that must count.
func step(t *testing.T, c approval.Case, e approval.Event, now time.Time) approval.Case {
	t.Helper()
	next, err := approval.Step(c, e, now)
	require.NoError(t, err, "%s in %s", e.Name(), c.State)
	return next
}

// refuse applies an event that must not count, and returns why.
func refuse(t *testing.T, c approval.Case, e approval.Event, now time.Time) string {
	t.Helper()
	before := text(t, c)
	same, err := approval.Step(c, e, now)
	var r *approval.Refusal
	require.ErrorAs(t, err, &r, "%s in %s", e.Name(), c.State)
	require.Equal(t, c, same, "a refused event leaves the case as it was")
	require.Equal(t, before, text(t, c))
	return r.Message.ID
}

func text(t *testing.T, c approval.Case) string {
	t.Helper()
	b, err := json.Marshal(c)
	require.NoError(t, err)
	return string(b)
}

// open is a case in planning since start, with the default limits.
func open() approval.Case {
	return approval.Open("Q-1", request(), "dcs", approval.DefaultLimits(), start)
}

// in brings a case of that many items into a state, all of it at start.
func in(t *testing.T, s approval.State, items int) approval.Case {
	t.Helper()
	c := open()
	for _, e := range path(s, items) {
		c = step(t, c, e, start)
	}
	if s == approval.Lapsed || s == approval.Expired {
		c = step(t, c, approval.Timeout{}, c.Deadline)
	}
	require.Equal(t, s, c.State)
	return c
}

// path leads from planning to a state; to those that only time reaches, up to
// the state before.
func path(s approval.State, items int) []approval.Event {
	planned := approval.Planned{Plan: plan(items), Decision: consult(1)}
	agreed := []approval.Event{planned, yes(bob)}
	running := append(agreed, claim())
	for i := 1; i < items; i++ {
		running = append(running, called(i-1, commands.Answered), claim())
	}
	return map[approval.State][]approval.Event{
		approval.Planning:  {},
		approval.Pending:   {planned},
		approval.Approved:  agreed,
		approval.Running:   running,
		approval.Verifying: append(running, called(items-1, commands.Answered)),
		approval.Done:      append(agreed, approval.EndedBeforeCall{State: approval.Done, AlreadyGone: true, Why: words.New("case.already-gone")}),
		approval.Refused:   {approval.Planned{Plan: plan(items)}},
		approval.Denied:    {planned, no(bob)},
		approval.Expired:   {planned},
		approval.Withdrawn: {planned, approval.Withdrawal{By: alice}},
		approval.Lapsed:    agreed,
	}[s]
}
