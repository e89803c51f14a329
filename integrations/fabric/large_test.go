package fabric_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

// Rows may be so long that a whole page of them is past the limit of an answer: the list is read
// in smaller ones, to its end.
func TestAPageThatIsTooLarge(t *testing.T) {
	t.Parallel()
	cfg := sim.Lakehouse()
	cfg.Sessions = nil
	for i := range 230 {
		cfg.Sessions = append(cfg.Sessions, sim.FabricSession{ID: fmt.Sprintf("s-%d", i), User: strings.Repeat("u", 30<<10), Status: "WAITING"})
	}
	vendor, kill := meet(t, cfg, keys(cfg))
	seen, err := kill.List(t.Context(), "")
	require.NoError(t, err)
	require.True(t, seen.Complete)
	require.Equal(t, 230, seen.All())
	require.Less(t, len(vendor.Calls()), 20)
}
