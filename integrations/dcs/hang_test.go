package dcs_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"quell/integrations"
	"quell/integrations/sim"
)

// BenchmarkLooksBesideHangingKills is how long a look takes at a node where each of
// five cases looks, kills and looks, and every twentieth kill hangs for its whole time
// limit. It takes about a minute; -benchtime=1x is enough.
func BenchmarkLooksBesideHangingKills(b *testing.B) {
	const cases, each = 5, 20
	for b.Loop() {
		cfg := sim.CacheProd()
		cfg.ScanTime, cfg.Sessions = 300*time.Millisecond, nil
		vendor, client := meet(b, cfg)
		for i := range cases * each {
			id := fmt.Sprint(20000 + i)
			vendor.AddSession(sim.Session{ID: id, Node: documentedNode, Addr: "10.0.0.1:" + id, Peer: "198.18.0.1:" + id})
		}
		var mu sync.Mutex
		var took []time.Duration
		look := func() {
			start := time.Now()
			_, err := client.Sessions(b.Context(), documentedNode)
			mu.Lock()
			defer mu.Unlock()
			assert.NoError(b, err)
			took = append(took, time.Since(start))
		}
		var all sync.WaitGroup
		for c := range cases {
			all.Go(func() {
				for i := range each {
					look()
					mu.Lock()
					if i == 4*c%each {
						vendor.FailNext(sim.HangUpClients, sim.Hang)
					}
					mu.Unlock()
					id := fmt.Sprint(20000 + c*each + i)
					_, err := client.EndSession(b.Context(), thing(documentedNode, id, "198.18.0.1:"+id))
					if integrations.KindOf(err) == integrations.Busy {
						b.Log("declined because a scan ran:", err)
					}
					look()
				}
			})
		}
		all.Wait()
		slices.Sort(took)
		b.ReportMetric(took[len(took)/2].Seconds(), "p50-s")
		b.ReportMetric(took[len(took)*95/100].Seconds(), "p95-s")
		b.ReportMetric(took[len(took)-1].Seconds(), "max-s")
	}
}
