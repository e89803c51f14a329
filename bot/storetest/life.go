package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// start is whole in microseconds, as every stored time is.
var start = time.Date(2026, 3, 1, 9, 30, 0, 123456000, time.UTC)

// many is how many goroutines race in one check.
const many = 16

var (
	asker = commands.Person{Team: "T1", User: "U1"}
	voter = commands.Person{Team: "T1", User: "U2"}
)

// Ask is a new case, in planning.
func Ask(id string) approval.Case {
	r := commands.Request{
		Command: "kill-session", Target: "cache-prod", Things: []string{"10.0.0.1:2048"},
		Reason: "leaks", By: asker, Channel: "C1", At: start,
	}
	return approval.Open(id, r, "dcs", approval.DefaultLimits(), start)
}

// Entry is the entry of the record for the event that made a case what it is.
func Entry(c approval.Case, event string) audit.Entry {
	return audit.Entry{At: start, Actor: "T1/U1", Event: event, Case: c.ID, Seq: c.Seq, To: string(c.State)}
}

// Create stores a new case.
func Create(t testing.TB, s *store.Store, id string) approval.Case {
	t.Helper()
	c, err := s.Create(t.Context(), Ask(id), "E-"+id, Entry(Ask(id), "ask"))
	require.NoError(t, err)
	return c
}

// Planned is the event that brings a plan of things, which one other person has to approve.
func Planned(things ...string) approval.Planned {
	p := commands.Plan{Looked: start, Seen: 8, Fingerprint: "abcdefghij"}
	for _, id := range things {
		p.Items = append(p.Items, commands.Item{Thing: integrations.Thing{ID: id, Name: id}})
	}
	return approval.Planned{Plan: p, Decision: policy.Decision{Verdict: policy.Consult, Need: 1, Within: 15 * time.Minute}}
}

func yes() approval.Voted { return vote(approval.Yes) }
func no() approval.Voted  { return vote(approval.No) }

func vote(c approval.Choice) approval.Voted {
	return approval.Voted{Vote: approval.Vote{By: voter, Choice: c, At: start}, Fingerprint: "abcdefghij"}
}

func answered() approval.CallEnded {
	return approval.CallEnded{Owner: "R-1", Outcome: commands.Outcome{Done: commands.Answered, Seen: commands.NotLooked}}
}

// Next applies an event to a case and returns both what is to be stored: the case and its
// entry.
func Next(t testing.TB, c approval.Case, e approval.Event) (approval.Case, audit.Entry) {
	t.Helper()
	now := start
	if _, ok := e.(approval.Timeout); ok {
		now = c.Deadline
	}
	next, err := approval.Step(c, e, now)
	require.NoError(t, err)
	return next, Entry(next, e.Name())
}

// Move applies events to a case and stores each.
func Move(t testing.TB, s *store.Store, c approval.Case, events ...approval.Event) approval.Case {
	t.Helper()
	for _, e := range events {
		next, entry := Next(t, c, e)
		require.NoError(t, s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: entry}))
		c = next
	}
	return c
}

// Chain reads the whole record, checks it link by link and returns it.
func Chain(t testing.TB, s *store.Store) []audit.Entry {
	t.Helper()
	var v audit.Verifier
	var all []audit.Entry
	require.NoError(t, s.Links(t.Context(), "", func(l audit.Link) error {
		e, err := audit.Parse(l.Body)
		require.NoError(t, err)
		all = append(all, e)
		return v.Check(l)
	}))
	require.EqualValues(t, len(all), v.Number)
	return all
}

// stored checks that a case is in the store as it is here, and nowhere else.
func stored(t *testing.T, s *store.Store, c approval.Case) {
	t.Helper()
	r, err := s.Load(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, c, r.Case)
}

// race runs do many times at once, on both handles in turn, and returns the error of each.
func race(a, b *store.Store, do func(i int, s *store.Store) error) []error {
	errs := make([]error, many)
	ready, all := make(chan struct{}), sync.WaitGroup{}
	for i := range many {
		s := a
		if i%2 == 1 {
			s = b
		}
		all.Go(func() {
			<-ready
			errs[i] = do(i, s)
		})
	}
	close(ready)
	all.Wait()
	return errs
}

// nasty is text that people and vendors may write, and that no database may alter.
const nasty = "リーク ' \" \\ “quoted”\n\t<!channel> %s $1 ; -- \x00 \u2028 🧨"

func name(i int) string { return fmt.Sprintf("Q-%02d", i) }

var tired = words.New("case.already-gone")
