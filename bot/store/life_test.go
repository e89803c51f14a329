package store_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/bot/storetest"
	"quell/commands"
	"quell/integrations"
)

// What a case's life costs: how much is written for its form alone (B/life), and to disk with
// all that is stored with it (disk-B/life), where SQLite writes whole pages. Each look is eight
// exchanges, as one at a DCS of two nodes is. Within the case is how version 0 kept them: all of
// an item's call, and of the rest the newest 24; beside it all are kept.

func BenchmarkLifeWithin(b *testing.B) { benchmarkLife(b, within) }
func BenchmarkLifeBeside(b *testing.B) { benchmarkLife(b, beside) }

func benchmarkLife(b *testing.B, keep func(store.Move) store.Move) {
	dir := b.TempDir()
	s := open(b, dir)
	alter(b, s.Writer(), `PRAGMA wal_autocheckpoint = 0`) // so that the log's size is what was written
	formed, before := 0, logged(b, dir)
	for n := 0; b.Loop(); n++ {
		formed += live(b, s, fmt.Sprint("Q-", n), keep)
	}
	b.ReportMetric(float64(formed)/float64(b.N), "B/life")
	b.ReportMetric(float64(logged(b, dir)-before)/float64(b.N), "disk-B/life")
}

func logged(b *testing.B, dir string) int64 {
	info, err := os.Stat(filepath.Join(dir, store.File+"-wal"))
	require.NoError(b, err)
	return info.Size()
}

// A case's form must not grow with what it reads.
func TestALifeWritesWhatItReadsOnce(t *testing.T) {
	apart, together := live(t, open(t, t.TempDir()), "Q-1", beside), live(t, open(t, t.TempDir()), "Q-1", within)
	t.Logf("a case's life writes %d bytes; within the case it would be %d", apart, together)
	require.Less(t, 2*apart, together)
}

// live takes a case through fourteen moves to its end, and returns how many bytes of it and
// of its exchanges are written.
func live(t testing.TB, s *store.Store, id string, keep func(store.Move) store.Move) (written int) {
	t.Helper()
	c := storetest.Create(t, s, id)
	yes := approval.Voted{Vote: approval.Vote{By: voter, Choice: approval.Yes, At: start}, Fingerprint: "abcdefghij"}
	claim := approval.Claim{Owner: "R-1", Seen: integrations.Sighting{Things: []integrations.Thing{{ID: id}}}}
	answer := approval.CallEnded{Owner: "R-1", Outcome: commands.Outcome{Done: commands.Answered, Seen: commands.NotLooked}}
	events := []approval.Event{storetest.Planned(id), yes, claim, answer}
	for range 9 {
		events = append(events, approval.Looked{Seen: []commands.Sight{{Seen: commands.Gone}}, At: start, Next: start})
	}
	for _, e := range append(events, approval.Timeout{}) {
		next, entry := storetest.Next(t, c, e)
		_, deed := e.(approval.CallEnded)
		m := keep(store.Move{From: c.Seq, To: next, Entry: entry, Exchanges: approval.Exchanges(exchangesOf(e), deed)})
		require.NoError(t, s.Advance(t.Context(), m))
		written += size(t, m.To)
		for _, k := range m.Exchanges {
			written += size(t, k)
		}
		c = m.To
	}
	return written
}

func exchangesOf(e approval.Event) []integrations.Exchange {
	one := integrations.Exchange{
		At: start.Add(123456789), Host: "dcs.cn-north-4.myhuaweicloud.com", Answer: "200", Millis: 12, RequestID: "a8cedda8006984adbc1569300e90b055",
		Operation: "GET /v2/0123456789abcdef0123456789abcdef/instances/8f7ee181-88e2-49b7-a4bf-81f18f93a135/clients?limit=1000&node_id=ff80808189bf92a50189d330303b77ab&offset=0",
	}
	switch e.(type) {
	case approval.Voted, approval.Timeout:
		return nil
	case approval.CallEnded:
		return []integrations.Exchange{one}
	}
	return slices.Repeat([]integrations.Exchange{one}, 8)
}

func beside(m store.Move) store.Move { return m }

func within(m store.Move) store.Move {
	m.To.Exchanges = append(slices.Clone(m.To.Exchanges), m.Exchanges...)
	looks := 0
	for _, k := range slices.Backward(m.To.Exchanges) {
		if !k.OfCall {
			looks++
		}
	}
	m.To.Exchanges = slices.DeleteFunc(m.To.Exchanges, func(k approval.Exchange) bool {
		if k.OfCall || looks <= 24 {
			return false
		}
		looks--
		return true
	})
	m.Exchanges = nil
	return m
}

func size(t testing.TB, v any) int {
	t.Helper()
	body, err := json.Marshal(v)
	require.NoError(t, err)
	return len(body)
}
