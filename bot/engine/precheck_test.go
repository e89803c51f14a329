package engine

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands/words"
)

// The pauses between looks that fail grow, and leave room for a last look before the time to run
// is over.
func TestALastLookFits(t *testing.T) {
	agreed := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := approval.Case{State: approval.Approved, Agreed: agreed, Limits: approval.DefaultLimits()}
	for since, want := range map[time.Duration]time.Duration{
		time.Second:                    6 * time.Second,
		time.Minute:                    75 * time.Second,
		5 * time.Minute:                6 * time.Minute,
		9*time.Minute + 20*time.Second: 9*time.Minute + 55*time.Second,
		9*time.Minute + 52*time.Second: 9*time.Minute + 57*time.Second,
		9*time.Minute + 55*time.Second: 10 * time.Minute,
	} {
		e, ok := lookFailed(c, errors.New("no answer"), words.New("why.list-short"), agreed.Add(since)).(approval.Postponed)
		require.True(t, ok)
		assert.Equal(t, want, e.Until.Sub(agreed), "a look that failed after %s", since)
	}
}
