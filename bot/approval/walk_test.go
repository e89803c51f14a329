package approval_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// The walk visits everything that Step can reach from Open with two items:
// from each case it finds, it tries every event below at every moment that
// makes a difference. Cases that differ only by the clock are one place. The
// laws are checked on every step, and so is that no event writes to the case it
// was given.

// place is a case, the moment it is at, and what its past was.
type place struct {
	c    approval.Case
	now  time.Time
	past past
}

// past is what the case itself need not remember.
type past struct {
	approved bool
	claims   [2]int // claims of an item less those that the vendor gave back
	declined [2]int // claims of an item that the vendor gave back
}

// move is one step from a place.
type move struct {
	from, to place
	e        approval.Event
}

func TestWalk(t *testing.T) {
	seen, steps := map[string]bool{}, 0
	places := walk(t, func(m move) {
		steps++
		seen[fmt.Sprint(m.from.c.State, " → ", m.to.c.State)] = true
		obey(t, m)
	})
	t.Logf("%d places, %d steps that count", places, steps)
	require.Greater(t, places, 300)
	require.ElementsMatch(t, life(), slices.Collect(maps.Keys(seen)), "what happens is what the package's table says")
}

func obey(t *testing.T, m move) {
	t.Helper()
	for _, l := range laws {
		if why := l.check(m); why != "" {
			t.Fatalf("%s: %s\n%s at %s\nfrom %s\nto   %s",
				l.name, why, m.e.Name(), m.to.now.Sub(start), text(t, m.from.c), text(t, m.to.c))
		}
	}
}

// life is the table of the package comment.
func life() []string {
	var all []string
	for from, to := range map[approval.State][]approval.State{
		approval.Planning:  {approval.Refused, approval.Pending, approval.Approved, approval.Done, approval.Lapsed},
		approval.Pending:   {approval.Pending, approval.Approved, approval.Refused, approval.Denied, approval.Expired, approval.Withdrawn, approval.Verifying},
		approval.Approved:  {approval.Approved, approval.Pending, approval.Running, approval.Verifying, approval.Done, approval.Refused, approval.Denied, approval.Withdrawn, approval.Lapsed},
		approval.Running:   {approval.Running, approval.Verifying, approval.Approved, approval.Done},
		approval.Verifying: {approval.Verifying, approval.Done},
		approval.Done:      {approval.Done},
		approval.Denied:    {approval.Denied},
	} {
		for _, s := range to {
			all = append(all, fmt.Sprint(from, " → ", s))
		}
	}
	return all
}

// walk calls see with every step that counts, and returns how many places
// there are.
func walk(t *testing.T, see func(move)) int {
	t.Helper()
	first := place{c: open(), now: start}
	seen, queue := map[string]bool{first.key(): true}, []place{first}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		require.Less(t, len(seen), 20_000, "the walk has no end")
		ends(t, at)
		for _, m := range at.moves(t) {
			see(m)
			if k := m.to.key(); !seen[k] {
				seen[k] = true
				queue = append(queue, m.to)
			}
		}
	}
	return len(seen)
}

// moves tries everything. What does not count must leave no trace.
func (p place) moves(t *testing.T) []move {
	t.Helper()
	before := reread(t, p.c)
	require.Equal(t, before, p.c, "a case survives being stored")
	old, err := approval.Read(bare(t, p.c))
	require.NoError(t, err)
	require.Equal(t, before, old, "also by a release that knew no flags")
	var all []move
	for _, now := range p.moments() {
		for _, e := range p.events(now) {
			if next, counts := p.try(t, e, now); counts {
				all = append(all, move{p, place{next, now, p.past.with(p.c, next)}, e})
			}
		}
	}
	require.Equal(t, before, p.c, "an event wrote to the case it was given")
	return all
}

// try reports whether an event counts. If it does not, the case is as it was;
// for an end that is always somebody's refusal and never a fault.
func (p place) try(t *testing.T, e approval.Event, now time.Time) (approval.Case, bool) {
	t.Helper()
	next, err := approval.Step(p.c, e, now)
	if err == nil {
		return next, true
	}
	if _, refused := errors.AsType[*approval.Refusal](err); p.c.State.Terminal() && !refused {
		t.Fatalf("%s in %s: %v", e.Name(), p.c.State, err)
	}
	if !reflect.DeepEqual(p.c, next) {
		t.Fatalf("%s in %s did not count and changed the case: %v", e.Name(), p.c.State, err)
	}
	return p.c, false
}

func reread(t *testing.T, c approval.Case) approval.Case {
	t.Helper()
	back, err := approval.Read([]byte(text(t, c)))
	require.NoError(t, err)
	return back
}

// moments are those at which something may be different, never in the past.
func (p place) moments() []time.Time {
	all := []time.Time{p.now}
	if !p.c.CallsEnded.IsZero() {
		all = append(all, p.c.CallsEnded.Add(p.c.Limits.Watch))
	}
	if p.c.BreakGlass != nil {
		all = append(all, p.c.BreakGlass.Until)
	}
	if p.c.State == approval.Running && !p.c.Items.CallInFlight() {
		all = append(all, p.c.RunsUntil())
	}
	if !p.c.Deadline.IsZero() {
		all = append(all, p.c.Deadline.Add(-time.Microsecond), p.c.Deadline)
	}
	return slices.DeleteFunc(all, func(at time.Time) bool { return at.Before(p.now) })
}

// events are one of each kind, and those variants that may count in the state.
func (p place) events(now time.Time) []approval.Event {
	kinds := events()
	if p.c.State == approval.Done && len(p.c.Items) == 2 { // a look is at as many items as there are
		delete(kinds, "look-again")
	}
	all := slices.Collect(maps.Values(kinds))
	switch p.c.State {
	case approval.Planning:
		all = append(all, approval.Planned{Plan: plan(2), Decision: run()}, approval.Planned{Plan: plan(2), Decision: consult(1)},
			approval.Planned{Plan: guessed(2), Decision: run()}, approval.Planned{Plan: guessed(2), Decision: consult(1)},
			approval.Planned{Plan: plan(2), Decision: consult(2)}, rung(), approval.Planned{Plan: plan(2)})
	case approval.Pending:
		all = append(all, approval.Withdrawal{By: bob}, renewed(bob), approval.Renewed{By: alice}, confirmed(bob), approval.Confirmed{By: alice})
		for _, by := range []commands.Person{alice, bob, carol} {
			demanding, stale := yes(by), yes(by)
			demanding.Need, stale.Fingerprint = 3, ""
			all = append(all, yes(by), no(by), demanding, stale, vote(by, ""))
		}
	case approval.Approved:
		all = append(all, approval.Claim{Owner: replica, Seen: sees(1)}, approval.Claim{Owner: replica, Seen: sees()}, no(bob), no(carol), approval.Withdrawal{By: bob}, approval.EndedBeforeCall{State: approval.Running}, approval.EndedBeforeCall{State: approval.Lapsed},
			approval.Postponed{Until: now.Add(24 * time.Hour)}, approval.Postponed{Until: now.Add(5 * time.Second)}, approval.Postponed{}, tooLong(now))
	case approval.Running:
		all = append(answers(now), append(all, approval.Claim{Owner: "R-2"}, tooLong(now))...)
	case approval.Verifying:
		all = append(all, looks(now)...)
	case approval.Done:
		if len(p.c.Items) == 2 {
			all = append(all, lookedAgain(now, commands.Gone, commands.StillThere))
		}
	}
	return all
}

// rung is a plan whose approvers are reminded once.
func rung() approval.Planned {
	d := consult(2)
	d.Remind = time.Second
	return approval.Planned{Plan: plan(2), Decision: d, Rings: []approval.Ring{{Users: []string{bob.User}}}}
}

// tooLong is something that is known to last for longer than any case may wait.
func tooLong(now time.Time) approval.Postponed {
	return approval.Postponed{Why: words.New("vendor.throttled"), Until: now.Add(time.Hour), Over: now.Add(time.Hour)}
}

func answers(now time.Time) []approval.Event {
	others := called(0, commands.Answered)
	others.Owner = "R-2"
	all := []approval.Event{others, called(-1, commands.Answered), called(2, commands.Answered)}
	for i := range 2 {
		for _, d := range []commands.Done{commands.NotSent, commands.Answered, commands.Declined, commands.Unknown} {
			e := called(i, d)
			soon, late := e, e
			soon.Retry, soon.Until = true, now.Add(time.Second)
			late.Retry, late.Until = true, now.Add(time.Hour)
			ours := soon
			ours.Ours = true
			all = append(all, e, soon, late, ours)
			if d != commands.NotSent && d != commands.Declined { // nobody tries it again
				continue
			}
			paced, tooLong := e, e
			paced.Retry = true
			tooLong.Retry, tooLong.Over = true, now.Add(time.Hour)
			all = append(all, paced, tooLong)
		}
	}
	return all
}

func lookedAgain(at time.Time, seen ...commands.Seen) approval.LookedAgain {
	return approval.LookedAgain{Evidence: approval.Evidence{By: bob, At: at, Seen: looked(at, seen...).Seen}, From: "e9"}
}

// beyond is a look that failed and may not be had again in time.
func beyond(now time.Time) approval.Looked {
	e := blind(now, 2, "vendor.throttled")
	e.Over, e.Next = now.Add(time.Hour), now.Add(time.Hour)
	return e
}

func looks(now time.Time) []approval.Event {
	all := []approval.Event{looked(now), looked(now, commands.Gone), blind(now, 2, "vendor.forbidden"), beyond(now)}
	seen := []commands.Seen{commands.NotLooked, commands.Gone, commands.StillThere, commands.CameBack}
	for _, a := range seen {
		for _, b := range seen {
			e := looked(now, a, b)
			e.Next = now.Add(time.Minute)
			all = append(all, e)
		}
	}
	return all
}

// key is the same for places that differ in nothing that can make a difference
// from here on.
func (p place) key() string {
	c := p.c
	k := fmt.Sprint(c.State)
	switch c.State {
	case approval.Pending:
		k += fmt.Sprint(c.Decision.Verdict, c.Decision.Need, c.Votes, p.past.approved, p.past.claims)
	case approval.Approved, approval.Running:
		k += fmt.Sprint(c.Decision.Verdict, c.Why.IsZero(), c.Owner, p.past.approved, p.past.claims, c.BreakGlass.MustWait(p.now), c.Deadline.After(c.RunsUntil()))
	}
	if c.BreakGlass != nil {
		k += fmt.Sprint(" alone ", c.BreakGlass.Notified.IsZero(), len(c.BreakGlass.Signed))
	}
	if c.Renewal != nil {
		k += fmt.Sprint(" again ", c.Renewal.By)
	}
	if c.Confirming != nil {
		k += fmt.Sprint(" guessed ", c.Unconfirmed())
	}
	for i, it := range c.Items {
		tries := ""
		if !it.Claimed || it.InFlight { // or they make no difference any more
			tries = fmt.Sprint(it.Tries, p.past.declined[i])
		}
		undone := it.Done == commands.NotSent || it.Done == commands.Declined
		watched := it.LookedAt.Before(c.CallsEnded.Add(c.Limits.Watch))
		k += fmt.Sprint(" ", it.Claimed, tries, undone, it.InFlight, it.Seen, watched)
	}
	return k + fmt.Sprint(p.now.Before(c.Deadline), p.now.Before(c.CallsEnded.Add(c.Limits.Watch)))
}

// with is the past after a step.
func (h past) with(from, to approval.Case) past {
	h.approved = h.approved || to.State == approval.Approved
	for i, it := range to.Items {
		before := i < len(from.Items) && from.Items[i].Claimed
		switch {
		case it.Claimed && !before:
			h.claims[i]++
		case before && !it.Claimed:
			h.claims[i]--
			h.declined[i] += to.Items[i].Tries - from.Items[i].Tries
		}
	}
	return h
}

// Time alone brings every case to its end, in two steps at most.
func ends(t *testing.T, p place) {
	t.Helper()
	c := p.c
	for steps := 0; !c.State.Terminal(); steps++ {
		require.Less(t, steps, 2, text(t, p.c))
		next, err := approval.Step(c, approval.Timeout{}, c.Deadline)
		require.NoError(t, err)
		require.NotEqual(t, c.State, next.State, "a deadline that has passed moves the case on")
		c = next
	}
	_, err := approval.Step(c, approval.Timeout{}, p.now.Add(1000*time.Hour))
	require.Error(t, err)
}
