package dcs_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/dcs"
	"quell/integrations/sim"
)

const crowd = 2_500 // three pages

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

// A look for given sessions reads all pages and keeps those alone: it knows what is gone.
func TestALookForGivenSessionsReadsAllPages(t *testing.T) {
	client := crowded(t)
	seen, err := client.Sessions(integrations.Keeping(t.Context(), named(peerOf(crowd-1), "10.9.9.9:4000")), "")
	require.NoError(t, err)
	require.Len(t, seen.Things, 1)
	assert.Equal(t, crowd, seen.All())
	assert.True(t, seen.Complete)
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
			assert.Len(t, seen.Things, crowd)
			assert.True(t, seen.Complete)
		}
	})
	all.Wait()
}
