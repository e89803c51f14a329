package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/audit"
	"quell/bot/store"
)

// A case that cannot be read keeps nobody from freezing, nor from lifting a freeze.
func TestADamagedCaseKeepsNobodyFromFreezing(t *testing.T) {
	s := open(t, t.TempDir())
	c := pending(t, s, "Q-1")
	_, err := s.Writer().Exec(`UPDATE cases SET body = substr(body, 1, 40) WHERE id = $1`, c.ID)
	require.NoError(t, err)
	at := time.Now()
	says := func(event, by string) audit.Entry { return audit.Entry{At: at, Actor: by, Event: event} }
	require.NoError(t, s.Freeze(t.Context(), "said", store.Freeze{By: "T0/U1", Reason: "outage", At: at}, says("freeze", "T0/U1"),
		func(store.Freeze, []approval.Case) []store.Saying { return nil }))
	for _, by := range []string{"T0/U2", "T0/U3"} {
		_, err = s.Unfreeze(t.Context(), "", says("unfreeze asked", by), func(store.Unfreezing) []store.Saying { return nil })
		require.NoError(t, err)
	}
}
