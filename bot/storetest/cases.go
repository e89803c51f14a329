package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
)

var caseChecks = []check{
	{"a new case comes back as it was", comesBack},
	{"what people typed comes back letter by letter", letterByLetter},
	{"moments come back, and where they were", momentsComeBack},
	{"a case that is not there", notThere},
	{"one origin opens one case", oneOrigin},
	{"one origin, many at once", oneOriginRaced},
	{"a new case over an old one", idTaken},
	{"cases are found by target, channel, person and time, a page at a time", foundBy},
}

func comesBack(t *testing.T, a, b *store.Store) {
	c := Create(t, a, "Q-1")
	require.Equal(t, Ask("Q-1"), c)
	r, err := b.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, store.CaseRow{Case: c, ShownSeq: c.Seq}, r, "nobody has to draw a case that is being looked up")
	require.Len(t, Chain(t, b), 1)
}

func letterByLetter(t *testing.T, a, b *store.Store) {
	c := Ask("Q-1")
	c.Request.Reason, c.Request.Things = nasty, []string{nasty, "", nasty}
	e := Entry(c, "ask")
	e.Detail = map[string]string{nasty: nasty, "": ""}
	_, err := a.Create(t.Context(), c, nasty[:8], e)
	require.NoError(t, err)
	stored(t, b, c)
	c = Move(t, a, c, approval.PlanFailed{Why: words.New("mistake.thing-unknown", words.V{"thing": words.Text(nasty)})})
	stored(t, b, c)
	require.Equal(t, e, Chain(t, b)[0])
}

func momentsComeBack(t *testing.T, a, b *store.Store) {
	c := Ask("Q-1")
	c.Opened = start.Add(789).In(time.FixedZone("Asia/Tokyo", 9*60*60))
	_, err := a.Create(t.Context(), c, "E-1", Entry(c, "ask"))
	require.NoError(t, err)
	r, err := b.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.True(t, r.Case.Opened.Truncate(time.Microsecond).Equal(start), "a case's moments last to the microsecond at least")
	require.Equal(t, 18, r.Case.Opened.Hour())
	require.True(t, Chain(t, b)[0].At.Equal(start))
}

func notThere(t *testing.T, a, b *store.Store) {
	for _, id := range []string{"", "Q-1", "q-1", "%"} {
		_, err := a.Load(t.Context(), id)
		require.ErrorIs(t, err, store.ErrNotFound)
	}
	Create(t, a, "Q-1")
	_, err := b.Load(t.Context(), "q-1")
	require.ErrorIs(t, err, store.ErrNotFound, "an id is its letters, large and small")
}

// A delivery that is judged twice, by whichever replica, opens one case.
func oneOrigin(t *testing.T, a, b *store.Store) {
	first := Create(t, a, "Q-1")
	second := Ask("Q-2")
	things := slices.Clone(second.Request.Things)
	got, err := b.Create(t.Context(), second, "E-Q-1", Entry(second, "ask"))
	require.NoError(t, err)
	require.Equal(t, first, got)

	over := Move(t, a, first, approval.PlanFailed{Why: tired})
	got, err = b.Create(t.Context(), second, "E-Q-1", Entry(second, "ask"))
	require.NoError(t, err)
	require.Equal(t, over, got, "as it is by now, with nothing of the second in it")
	got, err = b.Create(t.Context(), Ask("Q-1"), "E-Q-1", Entry(first, "ask"))
	require.NoError(t, err)
	require.Equal(t, over, got, "also under the same id")

	require.Equal(t, things, second.Request.Things)
	_, err = a.Load(t.Context(), "Q-2")
	require.ErrorIs(t, err, store.ErrNotFound)
	require.Len(t, Chain(t, b), 2)
}

func oneOriginRaced(t *testing.T, a, b *store.Store) {
	ids := make([]string, many)
	for _, err := range race(a, b, func(i int, s *store.Store) error {
		c, err := s.Create(t.Context(), Ask(name(i)), "E-1", Entry(Ask(name(i)), "ask"))
		ids[i] = c.ID
		return err
	}) {
		require.NoError(t, err)
	}
	require.Len(t, slices.Compact(ids), 1, "all are told of the same case")
	require.Len(t, Chain(t, a), 1)
	stored(t, b, Ask(ids[0]))
}

// Two cases that drew the same id: the second is refused whole.
func idTaken(t *testing.T, a, b *store.Store) {
	c := Move(t, a, Create(t, a, "Q-1"), Planned("x"))
	_, err := b.Create(t.Context(), Ask("Q-1"), "E-2", Entry(Ask("Q-1"), "ask"))
	require.Error(t, err)
	stored(t, a, c)
	require.Len(t, Chain(t, a), 2)
	again, err := b.Create(t.Context(), Ask("Q-2"), "E-2", Entry(Ask("Q-2"), "ask"))
	require.NoError(t, err)
	require.Equal(t, "Q-2", again.ID, "its origin is still free")
}

func foundBy(t *testing.T, a, b *store.Store) {
	open := func(id, target, channel, user string, after time.Duration) {
		c := Ask(id)
		c.Request.Target, c.Request.Channel, c.Request.By.User, c.Opened = target, channel, user, c.Opened.Add(after)
		_, err := a.Create(t.Context(), c, id, Entry(c, "ask"))
		require.NoError(t, err)
	}
	open("Q-1", "cache-1", "C1", "U1", 0)
	open("Q-2", "cache-1", "C2", "U2", time.Minute)
	open("Q-3", "cache-2", "C1", "U1", time.Minute)
	open("Q-4", "cache-2", "C2", "U1", time.Hour)
	found := func(q store.Search) (ids []string) {
		q.Most = 2
		for {
			page, err := b.Find(t.Context(), q)
			require.NoError(t, err)
			for _, c := range page {
				ids = append(ids, c.ID)
			}
			if len(page) < q.Most {
				return ids
			}
			q.After = page[len(page)-1]
		}
	}
	one := Ask("Q-1")
	who := one.Request.By
	who.User = "U1"
	require.Equal(t, []string{"Q-4", "Q-3", "Q-2", "Q-1"}, found(store.Search{}))
	require.Equal(t, []string{"Q-2", "Q-1"}, found(store.Search{Target: "cache-1"}))
	require.Equal(t, []string{"Q-3", "Q-1"}, found(store.Search{Channel: "C1"}))
	require.Equal(t, []string{"Q-4", "Q-3", "Q-1"}, found(store.Search{Person: who}))
	require.Equal(t, []string{"Q-4", "Q-3", "Q-1"}, found(store.Search{Person: commands.Person{User: who.User}}), "of whichever workspace")
	require.Empty(t, found(store.Search{Person: commands.Person{User: who.User[1:]}}))
	require.Equal(t, []string{"Q-4"}, found(store.Search{Person: who, Target: "cache-2", Channel: "C2"}))
	require.Equal(t, []string{"Q-3", "Q-2"}, found(store.Search{From: one.Opened.Add(time.Second), Until: one.Opened.Add(time.Hour)}))
	require.Empty(t, found(store.Search{Target: "cache"}))
}
