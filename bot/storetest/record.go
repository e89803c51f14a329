package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
)

var recordChecks = []check{
	{"an empty record", emptyRecord},
	{"a note belongs to no move", noted},
	{"the record of one case", ofOneCase},
	{"a reader that has seen enough", readerStops},
	{"the same attempt again and again is counted", repeated},
	{"a delivery is noted once", notedOnce},
	{"the head is the last entry's", headOf},
	{"the record is read while it is written", readWhileWritten},
	{"one chain, whoever writes", oneChain},
}

func emptyRecord(t *testing.T, a, b *store.Store) {
	require.Empty(t, Chain(t, a))
	require.Empty(t, Chain(t, b))
}

func noted(t *testing.T, a, b *store.Store) {
	e := audit.Entry{
		At: start.Add(999), Actor: "T1/U1", Event: "refused",
		Detail: map[string]string{"why": "refused.no-rule", "text": nasty},
	}
	require.NoError(t, a.Note(t.Context(), "", e))
	e.At = start // times are stored to the microsecond
	require.Equal(t, []audit.Entry{e}, Chain(t, b))
}

// Debounce: the same attempt many times is two entries a minute, not a flood.
func repeated(t *testing.T, a, b *store.Store) {
	attempt := func(s *store.Store, after time.Duration, actor, why, text string) {
		t.Helper()
		require.NoError(t, s.Note(t.Context(), "", audit.Entry{
			At: start.Add(after), Actor: actor, Event: "refused", Detail: map[string]string{"why": why, "text": text},
		}))
	}
	attempt(a, 0, "T1/U1", "role", "first")
	attempt(b, time.Second, "T1/U1", "role", "second")
	attempt(a, 2*time.Second, "T1/U1", "role", "third")
	attempt(a, 3*time.Second, "T1/U1", "channel", "for another reason")
	attempt(b, 4*time.Second, "T1/U2", "role", "of another person")
	require.Equal(t, []string{"first", "for another reason", "of another person"}, texts(t, b))
	require.NoError(t, a.CountRepeats(t.Context(), start.Add(10*time.Second)), "within the minute there is nothing to gather")
	attempt(a, time.Minute, "T1/U1", "role", "a minute later")
	require.NoError(t, b.CountRepeats(t.Context(), start.Add(time.Minute)))
	require.NoError(t, a.CountRepeats(t.Context(), start.Add(time.Minute)), "once gathered, nothing is left")
	require.Equal(t, []string{"first", "for another reason", "of another person", "a minute later", "third"}, texts(t, a))
	last := Chain(t, a)[4]
	require.Equal(t, "2", last.Detail["repeated"])
	require.Equal(t, start.Add(2*time.Second).UTC(), last.At.UTC(), "it keeps the time of the last")
}

// A delivery that is judged twice, after a crash, is noted once.
func notedOnce(t *testing.T, a, b *store.Store) {
	receive(t, a, delivery("E-1", ""))
	e := audit.Entry{At: start, Actor: "T1/U1", Event: "refused"}
	for _, s := range []*store.Store{a, b, a} {
		require.NoError(t, s.Note(t.Context(), "E-1", e))
		e.At = e.At.Add(time.Hour)
	}
	require.Len(t, Chain(t, b), 1)
	receive(t, a, delivery("E-2", ""))
	require.NoError(t, b.Note(t.Context(), "E-2", e))
	require.Len(t, Chain(t, a), 2)
}

func texts(t *testing.T, s *store.Store) (all []string) {
	t.Helper()
	for _, e := range Chain(t, s) {
		all = append(all, e.Detail["text"])
	}
	return all
}

func headOf(t *testing.T, a, b *store.Store) {
	number, hash, err := b.Head(t.Context())
	require.NoError(t, err)
	require.Zero(t, number)
	require.Equal(t, audit.Hash{}, hash)
	Move(t, a, Create(t, a, "Q-1"), Planned("x"), yes())
	var v audit.Verifier
	require.NoError(t, b.Links(t.Context(), "", v.Check))
	number, hash, err = b.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, v.Number, number)
	require.Equal(t, v.Head, hash)
}

func ofOneCase(t *testing.T, a, b *store.Store) {
	first, second := Create(t, a, "Q-1"), Create(t, b, "Q-11")
	Move(t, b, second, Planned("y"))
	Move(t, a, first, Planned("x"), yes())
	require.NoError(t, b.Note(t.Context(), "", audit.Entry{At: start, Actor: "T1/U3", Event: "refused", Case: "Q-1"}))
	require.NoError(t, b.Note(t.Context(), "", audit.Entry{At: start, Actor: "T1/U3", Event: "refused"}))

	var numbers []int64
	require.NoError(t, b.Links(t.Context(), "Q-1", func(l audit.Link) error {
		numbers = append(numbers, l.Number)
		return nil
	}))
	require.Equal(t, []int64{1, 4, 5, 6}, numbers)
	require.Len(t, Chain(t, a), 7)
	require.NoError(t, a.Links(t.Context(), "Q-2", func(audit.Link) error { return errors.New("there is none") }))
}

func readerStops(t *testing.T, a, b *store.Store) {
	Move(t, a, Create(t, a, "Q-1"), Planned("x"), yes())
	enough, n := errors.New("enough"), 0
	require.ErrorIs(t, b.Links(t.Context(), "", func(audit.Link) error {
		if n++; n == 2 {
			return enough
		}
		return nil
	}), enough)
	require.Equal(t, 2, n)
}

// A reader of a long record stops nobody, and sees the record as it was.
func readWhileWritten(t *testing.T, a, b *store.Store) {
	Move(t, a, Create(t, a, "Q-1"), Planned("x"), yes())
	var v audit.Verifier
	require.NoError(t, b.Links(t.Context(), "", func(l audit.Link) error {
		require.NoError(t, a.Note(t.Context(), "", audit.Entry{At: start, Actor: "T1/U3", Event: fmt.Sprint("during ", l.Number)}))
		return v.Check(l)
	}))
	require.EqualValues(t, 3, v.Number)
	require.Len(t, Chain(t, b), 6)
}

// Sixteen writers of fifty lines each, half of them moves: no number twice,
// none left out, and every line in its own writer's order.
func oneChain(t *testing.T, a, b *store.Store) {
	const lines = 50
	cases := make([]approval.Case, many)
	for i := range cases {
		cases[i] = Move(t, a, Create(t, a, name(i)), Planned(name(i)), yes())
	}
	before := len(Chain(t, b))
	for _, err := range race(a, b, func(i int, s *store.Store) error { return write(t, s, cases[i], lines) }) {
		require.NoError(t, err)
	}
	all := Chain(t, b)[before:]
	require.Len(t, all, many*lines)
	next := map[string]int{}
	for _, e := range all {
		require.Equal(t, fmt.Sprint(next[e.Actor]), e.Event, e.Actor)
		next[e.Actor]++
	}
	require.Len(t, next, many)
}

// write adds so many lines to the record: in turn a note, and a move of c.
func write(t *testing.T, s *store.Store, c approval.Case, lines int) error {
	for n := range lines {
		e := audit.Entry{At: start, Actor: c.ID, Event: fmt.Sprint(n)}
		if n%2 == 0 {
			if err := s.Note(t.Context(), "", e); err != nil {
				return err
			}
			continue
		}
		next, err := approval.Step(c, approval.Postponed{Until: start.Add(time.Duration(n) * time.Second)}, start)
		if err != nil {
			return err
		}
		if err := s.Advance(t.Context(), store.Move{From: c.Seq, To: next, Entry: e}); err != nil {
			return err
		}
		c = next
	}
	return nil
}
