package dcs_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/dcs"
	"quell/integrations/sim"
)

const crowd = 12_000

func crowded(t *testing.T) *dcs.Client {
	cfg := sim.CacheSingle()
	cfg.ScanTime, cfg.Sessions = 0, nil
	for i := range crowd {
		cfg.Sessions = append(cfg.Sessions, sim.Session{Peer: peerOf(i), Name: "worker"})
	}
	_, client := meet(t, cfg)
	return client
}

func peerOf(i int) string { return fmt.Sprintf("10.%d.%d.%d:4000", i>>16, i>>8&255, i&255) }

func named(peers ...string) integrations.Keep {
	return func(t integrations.Thing) bool {
		for _, p := range peers {
			if t.Name == p {
				return true
			}
		}
		return false
	}
}

// Of a node with 12,000 sessions so many are kept as one can choose from, and of a look for one
// of them that one: all pages are read.
func TestALongListTakesLittleRoom(t *testing.T) {
	client := crowded(t)
	look := func(ctx context.Context) (seen integrations.Sighting) {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		seen, err := client.Sessions(ctx, "")
		require.NoError(t, err)
		runtime.GC()
		runtime.ReadMemStats(&after)
		t.Logf("%d of %d things: %d kB held", len(seen.Things), seen.All(), (after.HeapAlloc-min(before.HeapAlloc, after.HeapAlloc))>>10)
		return seen
	}
	around := look(t.Context())
	require.Len(t, around.Things, integrations.ListMost)
	assert.Equal(t, crowd, around.All())
	assert.False(t, around.Complete)

	one := look(integrations.Keeping(t.Context(), named(peerOf(crowd-1), "10.9.9.9:4000")))
	require.Len(t, one.Things, 1)
	assert.Equal(t, crowd, one.All())
	assert.True(t, one.Complete)
}

// Several at once share a look of a node, and each gets what they look for, and no less.
func TestASharedLookHasWhatEachLooksFor(t *testing.T) {
	client := crowded(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			peer := peerOf(crowd - 1 - i)
			seen, err := client.Sessions(integrations.Keeping(t.Context(), named(peer)), "")
			if assert.NoError(t, err) && assert.Len(t, seen.Things, 1) {
				assert.Equal(t, peer, seen.Things[0].Name)
				assert.True(t, seen.Complete)
				assert.Equal(t, crowd, seen.All())
			}
		})
	}
	all.Go(func() {
		seen, err := client.Sessions(t.Context(), "")
		if assert.NoError(t, err) {
			assert.Len(t, seen.Things, integrations.ListMost)
			assert.False(t, seen.Complete)
		}
	})
	all.Wait()
}
