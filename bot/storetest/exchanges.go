package storetest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands"
	"quell/integrations"
)

var exchangeChecks = []check{
	{"the exchanges of a move are stored with it", wireWithMove},
	{"the exchanges of a refused move are not stored", wireOfNothing},
	{"exchanges that an older release stored within the case come first", wireOfOld},
	{"a flood of looks is bounded, and no call is lost in it", wireFlood},
	{"exchanges of a case that is not there", wireNotThere},
}

// wire are exchanges of a look, or of an item's call.
func wire(deed bool, paths ...string) (all []approval.Exchange) {
	for _, p := range paths {
		e := integrations.Exchange{At: start, Host: "h", Operation: "GET " + p, Sent: nasty, Answer: "200", Millis: 3, RequestID: "r-" + p}
		all = append(all, approval.Exchange{Exchange: e, OfCall: deed})
	}
	return all
}

// moveBy stores a move with its exchanges.
func moveBy(t *testing.T, s *store.Store, c approval.Case, e approval.Event, calls []approval.Exchange) approval.Case {
	t.Helper()
	next, entry := Next(t, c, e)
	require.NoError(t, s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: entry, Exchanges: calls}))
	return next
}

func wired(t *testing.T, s *store.Store, id string) []approval.Exchange {
	t.Helper()
	calls, err := s.Exchanges(t.Context(), id)
	require.NoError(t, err)
	return calls
}

func wireWithMove(t *testing.T, a, b *store.Store) {
	c, other := Create(t, a, "Q-1"), Create(t, b, "Q-2")
	c = moveBy(t, a, c, Planned("x"), wire(false, "/1", "/2"))
	require.Equal(t, wire(false, "/1", "/2"), wired(t, b, "Q-1"))
	c = moveBy(t, b, c, yes(), nil)
	moveBy(t, b, other, Planned("y"), wire(false, "/other"))
	c = moveBy(t, b, c, approval.Claim{Owner: "R-1", Seen: seen(c)}, wire(false, "/3"))
	c = moveBy(t, a, c, answered(), wire(true, "/4"))
	stored(t, b, c) // with no exchange in the case itself
	r, err := b.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Nil(t, r.Exchanges, "nobody asks before the end")
	moveBy(t, a, c, approval.Timeout{}, wire(false, "/5"))

	all := append(append(wire(false, "/1", "/2", "/3"), wire(true, "/4")...), wire(false, "/5")...)
	require.Equal(t, all, wired(t, b, "Q-1"))
	r, err = b.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, all, r.Exchanges)
	require.Empty(t, r.Case.Exchanges)
	require.Equal(t, wire(false, "/other"), wired(t, a, "Q-2"))
}

func wireOfNothing(t *testing.T, a, b *store.Store) {
	c := Create(t, a, "Q-1")
	Move(t, a, Create(t, a, "Q-2"), Planned("x"))
	next, e := Next(t, c, Planned("x"))
	require.ErrorAs(t, b.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e, Exchanges: wire(false, "/1")}), new(*store.Held))
	require.ErrorIs(t, b.Advance(t.Context(), store.Move{From: c.Seq + 1, To: next, Entry: e, Exchanges: wire(false, "/1")}), store.ErrMoved)
	require.Empty(t, wired(t, a, "Q-1"))
}

func wireOfOld(t *testing.T, a, b *store.Store) {
	old := Ask("Q-1")
	old.Version, old.Exchanges = 0, wire(false, "/old-1", "/old-2")
	_, err := a.Create(t.Context(), old, "E-1", Entry(old, "ask"))
	require.NoError(t, err)
	require.Equal(t, old.Exchanges, wired(t, b, "Q-1"))
	r, err := b.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	c := moveBy(t, b, r.Case, approval.PlanFailed{Why: tired}, wire(false, "/new"))
	require.Equal(t, wire(false, "/old-1", "/old-2", "/new"), wired(t, a, "Q-1"))
	r, err = a.Load(t.Context(), "Q-1")
	require.NoError(t, err)
	require.Equal(t, wire(false, "/old-1", "/old-2", "/new"), r.Exchanges)
	require.Equal(t, c, r.Case)
}

func wireFlood(t *testing.T, a, b *store.Store) {
	c := ready(t, a, "Q-1")
	var paths []string
	for i := range 300 {
		paths = append(paths, fmt.Sprint("/", i))
	}
	for range 4 {
		c = moveBy(t, a, c, approval.Postponed{Until: start}, wire(false, paths...))
	}
	c = moveBy(t, a, c, approval.Claim{Owner: "R-1", Seen: seen(c)}, wire(false, "/look"))
	c = moveBy(t, a, c, answered(), wire(true, "/call"))
	all := wired(t, b, "Q-1")
	require.Len(t, all, 1002)
	require.Equal(t, wire(false, "/0", "/1"), all[:2])
	require.Equal(t, wire(false, "/99", "/look"), all[999:1001], "the first of those that it waited with, and what the call rests on")
	require.Equal(t, wire(true, "/call"), all[1001:])
	for range 4 {
		c = moveBy(t, a, c, approval.Looked{Seen: []commands.Sight{{Seen: commands.NotLooked}}, At: start}, wire(false, paths...))
	}
	require.Len(t, wired(t, b, "Q-1"), 2000)
	moveBy(t, a, c, approval.Timeout{}, wire(true, "/late call"))
	require.Len(t, wired(t, b, "Q-1"), 2001)
}

func wireNotThere(t *testing.T, a, b *store.Store) {
	_, err := b.Exchanges(t.Context(), "Q-1")
	require.ErrorIs(t, err, store.ErrNotFound)
}
