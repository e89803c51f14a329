package dcs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

// Names may be so long that a whole page of clients is past the limit of an answer: the list is
// read in smaller ones, to its end.
func TestAPageThatIsTooLarge(t *testing.T) {
	t.Parallel()
	cfg := sim.CacheSingle()
	cfg.ScanTime, cfg.Sessions = 0, nil
	for i := range crowd {
		cfg.Sessions = append(cfg.Sessions, sim.Session{Peer: peerOf(i), Name: strings.Repeat("n", 2<<10)})
	}
	_, client := meet(t, cfg)
	seen, err := client.Sessions(t.Context(), "")
	require.NoError(t, err)
	require.True(t, seen.Complete)
	require.Equal(t, crowd, seen.All())
}
