package keylock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/keylock"
)

// Names whose rest is over are listed until somebody takes them, those that rested longest first.
func TestRested(t *testing.T) {
	now := time.Date(2026, 11, 23, 3, 12, 0, 0, time.UTC)
	l := keylock.New(func() time.Time { return now })
	for i, name := range []string{"c", "a", "b", "taken"} {
		require.True(t, l.Take(name))
		l.Rest(name, now.Add(time.Duration(i+1)*time.Second))
		if name != "taken" {
			l.Give(name)
		}
	}
	assert.Empty(t, l.Rested(9))
	now = now.Add(2 * time.Second)
	assert.Equal(t, []string{"c", "a"}, l.Rested(9))
	now = now.Add(time.Minute)
	assert.Equal(t, []string{"c", "a", "b"}, l.Rested(9), "what is taken does not rest")
	assert.Equal(t, []string{"c"}, l.Rested(1))
	require.True(t, l.Take("c"))
	l.Give("c")
	assert.Equal(t, []string{"a", "b"}, l.Rested(9))
}
