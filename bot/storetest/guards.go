package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
	"quell/commands"
	"quell/integrations"
	"quell/policy"
)

var guardChecks = []check{
	{"a freeze stops claims, on its target or on all", frozenClaims},
	{"a freeze is lifted by two, in time", liftedByTwo},
	{"what was agreed to before a long freeze was lifted is not claimed", agreedBefore},
	{"a freeze begins once, whatever reasons follow", beganOnce},
	{"what a freeze held is due when it is lifted", dueWhenLifted},
	{"a freeze tells of what it holds", tellsWhatItHolds},
	{"a freeze counts once by the delivery that brought it", frozenOnce},
	{"a budget has so many calls", budgets},
	{"of many who want the last call of a budget one gets it", lastCall},
	{"a call that is retried is counted once", countedOnce},
	{"calls of long ago do not count", oldCalls},
	{"a cooldown after something came back", cooldown},
	{"who broke the glass may do so again once that is signed", alone},
}

var perTarget = policy.Budget{Name: "one", Per: policy.PerTarget, Most: 1, Within: 10 * time.Minute}

// ready is an approved case, whose next call may be claimed.
func ready(t *testing.T, s *store.Store, id string) approval.Case {
	t.Helper()
	return Move(t, s, Create(t, s, id), Planned(id), yes())
}

// claim tries to claim the next call of a case, and checks that a refused claim leaves no
// trace.
func claim(t *testing.T, s *store.Store, c approval.Case, g store.Guards) error {
	t.Helper()
	before := Chain(t, s)
	next, e := Next(t, c, approval.Claim{Owner: "R-1", Seen: seen(c)})
	err := s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e, Guards: g})
	if err != nil {
		stored(t, s, c)
		require.Equal(t, before, Chain(t, s))
	}
	return err
}

func freeze(t *testing.T, s *store.Store, target string) {
	t.Helper()
	f := store.Freeze{Target: target, By: "T1/U1", Reason: "outage", At: start}
	require.NoError(t, s.Freeze(t.Context(), "", f, audit.Entry{At: start, Actor: f.By, Event: "freeze"}, nil))
}

func thaw(t *testing.T, s *store.Store, target, by string, at time.Time) (bool, error) {
	t.Helper()
	return s.Unfreeze(t.Context(), target, audit.Entry{At: at, Actor: by, Event: "unfreeze asked"}, nil)
}

func frozenClaims(t *testing.T, a, b *store.Store) {
	c := ready(t, a, "Q-1")
	freeze(t, b, "another")
	require.NoError(t, a.Allowed(t.Context(), c, start, store.Guards{}))
	freeze(t, b, "cache-prod")
	f, ok := errors.AsType[*store.Frozen](claim(t, a, c, store.Guards{}))
	require.True(t, ok)
	require.Equal(t, store.Freeze{Target: "cache-prod", By: "T1/U1", Reason: "outage", At: f.Freeze.At, Since: f.Freeze.At}, f.Freeze)
	require.True(t, start.Equal(f.Freeze.At))
	freeze(t, b, "")
	_, err := thaw(t, b, "cache-prod", "T1/U1", start)
	require.NoError(t, err)
	done, err := thaw(t, b, "cache-prod", "T1/U2", start)
	require.NoError(t, err)
	require.True(t, done)
	f, ok = errors.AsType[*store.Frozen](a.Allowed(t.Context(), c, start, store.Guards{}))
	require.True(t, ok, "everything is")
	require.Empty(t, f.Freeze.Target)
	all, err := a.Freezes(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Equal(t, "", all[0].Target)
	require.Equal(t, "another", all[1].Target)
}

func liftedByTwo(t *testing.T, a, b *store.Store) {
	_, err := thaw(t, a, "", "T1/U1", start)
	require.ErrorIs(t, err, store.ErrNotFound)
	freeze(t, a, "")
	for _, word := range []struct {
		by    string
		after time.Duration
		done  bool
	}{
		{"T1/U1", 0, false},
		{"T1/U1", time.Minute, false},                        // one person does not count twice
		{"T1/U2", time.Minute + store.UnfreezeWithin, false}, // too late: this word counts as the first of two
		{"T2/U2", time.Minute + 2*store.UnfreezeWithin - time.Microsecond, true},
	} {
		done, err := thaw(t, b, "", word.by, start.Add(word.after))
		require.NoError(t, err)
		require.Equal(t, word.done, done, word)
	}
	all, err := a.Freezes(t.Context())
	require.NoError(t, err)
	require.Empty(t, all)

	// A new freeze cancels the words to lift the one before.
	freeze(t, a, "")
	_, err = thaw(t, a, "", "T1/U1", start)
	require.NoError(t, err)
	freeze(t, b, "")
	done, err := thaw(t, a, "", "T1/U2", start)
	require.NoError(t, err)
	require.False(t, done)
	var events []string
	for _, e := range Chain(t, a) {
		events = append(events, e.Event)
	}
	require.Equal(t, []string{
		"freeze", "unfreeze asked", "unfreeze asked", "unfreeze asked", "unfreeze", "freeze", "unfreeze asked", "freeze", "unfreeze asked",
	}, events)
}

func budgets(t *testing.T, a, b *store.Store) {
	for name, c := range map[string]struct {
		budget policy.Budget
		change func(*approval.Case)
		spent  bool
	}{
		"the same target":        {perTarget, func(*approval.Case) {}, true},
		"another target":         {perTarget, func(c *approval.Case) { c.Request.Target = "other" }, false},
		"the same person":        {policy.Budget{Per: policy.PerPerson, Most: 1, Within: time.Minute}, func(c *approval.Case) { c.Request.Target = "other" }, true},
		"another person":         {policy.Budget{Per: policy.PerPerson, Most: 1, Within: time.Minute}, func(c *approval.Case) { c.Request.By = voter }, false},
		"another team's person":  {policy.Budget{Per: policy.PerPerson, Most: 1, Within: time.Minute}, func(c *approval.Case) { c.Request.By.Team = "T2" }, false},
		"everybody":              {policy.Budget{Per: policy.PerAll, Most: 1, Within: time.Minute}, func(c *approval.Case) { c.Request.By, c.Request.Target = voter, "other" }, true},
		"room for one more":      {policy.Budget{Per: policy.PerAll, Most: 2, Within: time.Minute}, func(*approval.Case) {}, false},
		"calls on other targets": {policy.Budget{Per: policy.PerAll, Most: 1, Within: time.Minute, Targets: []string{"oth*"}}, func(c *approval.Case) { c.Request.Target = "other" }, false},
	} {
		if _, err := a.Load(t.Context(), "Q-1"); err != nil {
			require.NoError(t, claim(t, a, ready(t, a, "Q-1"), store.Guards{Budgets: []policy.Budget{perTarget}}))
		}
		probe := Ask("Q-2")
		c.change(&probe)
		err := b.Allowed(t.Context(), probe, start, store.Guards{Budgets: []policy.Budget{c.budget}})
		s, spent := errors.AsType[*store.Spent](err)
		require.Equal(t, c.spent, spent, name)
		if spent {
			require.Equal(t, c.budget, s.Budget)
			require.True(t, start.Add(c.budget.Within).Equal(s.Until), "%s: %s", name, s.Until)
		}
		require.NoError(t, b.Allowed(t.Context(), probe, start.Add(c.budget.Within), store.Guards{Budgets: []policy.Budget{c.budget}}), name)
	}
}

func lastCall(t *testing.T, a, b *store.Store) {
	cases := make([]approval.Case, many)
	for i := range cases {
		cases[i] = ready(t, a, name(i))
	}
	got := 0
	for _, err := range race(a, b, func(i int, s *store.Store) error {
		next, e := Next(t, cases[i], approval.Claim{Owner: "R-1", Seen: seen(cases[i])})
		return s.Advance(t.Context(), store.Move{From: cases[i].Seq, To: next, Entry: e, Guards: store.Guards{Budgets: []policy.Budget{perTarget}}})
	}) {
		if err == nil {
			got++
			continue
		}
		_, ok := errors.AsType[*store.Spent](err)
		require.True(t, ok, "%v", err)
	}
	require.Equal(t, 1, got)
}

func countedOnce(t *testing.T, a, b *store.Store) {
	two := store.Guards{Budgets: []policy.Budget{{Per: policy.PerAll, Most: 2, Within: time.Hour}}}
	c := ready(t, a, "Q-1")
	require.NoError(t, claim(t, a, c, two))
	c = loaded(t, b, "Q-1")
	back := answered()
	back.Outcome.Done, back.Retry, back.Until = commands.Declined, true, start.Add(time.Second)
	c = Move(t, b, c, back)
	require.NoError(t, claim(t, a, c, two), "the vendor gave it back, and it is the same call")
	require.NoError(t, b.Allowed(t.Context(), Ask("Q-2"), start, two))
}

func oldCalls(t *testing.T, a, b *store.Store) {
	require.NoError(t, claim(t, a, ready(t, a, "Q-1"), store.Guards{}))
	g := store.Guards{Budgets: []policy.Budget{perTarget}}
	require.Error(t, b.Allowed(t.Context(), Ask("Q-2"), start, g))
	require.NoError(t, b.Tidy(t.Context(), start.Add(time.Microsecond), start))
	require.NoError(t, b.Allowed(t.Context(), Ask("Q-2"), start, g))
}

func cooldown(t *testing.T, a, b *store.Store) {
	c := ready(t, a, "Q-1")
	require.NoError(t, claim(t, a, c, store.Guards{}))
	back := approval.Looked{Seen: []commands.Sight{{Seen: commands.CameBack}}, At: start, Next: start}
	Move(t, a, loaded(t, a, "Q-1"), answered(), back)
	g := store.Guards{Cooldown: 10 * time.Minute}
	cool, ok := errors.AsType[*store.Cooling](claim(t, b, ready(t, b, "Q-2"), g))
	require.True(t, ok)
	require.Equal(t, "Q-1", cool.By)
	require.True(t, start.Add(g.Cooldown).Equal(cool.Until))
	require.NoError(t, b.Allowed(t.Context(), Ask("Q-3"), start.Add(g.Cooldown), g))
	require.NoError(t, b.Allowed(t.Context(), Ask("Q-3"), start, store.Guards{}), "where the policy wants none")
	other := Ask("Q-3")
	other.Request.Target = "other"
	require.NoError(t, b.Allowed(t.Context(), other, start, g))
}

func alone(t *testing.T, a, b *store.Store) {
	pending := func(id string) approval.Case {
		p := Planned(id)
		p.Decision.BreakGlass = &policy.BreakGlass{Review: policy.Review{Need: 1}}
		return Move(t, a, Create(t, a, id), p)
	}
	glass := approval.BrokeGlass{By: asker, Why: "now", Fingerprint: "abcdefghij"}
	first, second := pending("Q-1"), pending("Q-2")
	first = Move(t, a, first, glass)
	refused := func(c approval.Case) {
		next, e := Next(t, c, glass)
		u, ok := errors.AsType[*store.Unsigned](b.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}))
		require.True(t, ok)
		require.Equal(t, "Q-1", u.By)
		stored(t, b, c)
	}
	refused(second)
	first = Move(t, a, first, approval.Notified{})
	refused(second)
	first = Move(t, a, first, approval.Claim{Owner: "R-1", Seen: seen(first)}, answered(), approval.Looked{Seen: []commands.Sight{{Seen: commands.CameBack}}, At: start})
	require.True(t, first.Unsigned())
	refused(second)
	Move(t, b, first, approval.Signature{Vote: approval.Vote{By: voter}})
	second = Move(t, b, second, glass)

	// A break-glass that is stopped before its call owes no review.
	Move(t, a, second, approval.Withdrawal{By: asker})
	Move(t, a, pending("Q-3"), glass)
}

func loaded(t *testing.T, s *store.Store, id string) approval.Case {
	t.Helper()
	r, err := s.Load(t.Context(), id)
	require.NoError(t, err)
	return r.Case
}

// seen is a complete look that finds all things of a case.
func seen(c approval.Case) integrations.Sighting {
	s := integrations.Sighting{At: start}
	for _, it := range c.Plan.Items {
		s.Things = append(s.Things, it.Thing)
	}
	return s
}
