package bucket

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func TestEachNameHasABucket(t *testing.T) {
	c := &clock{time.Unix(1_800_000_000, 0)}
	b := New(c.Now, 3, 2)
	for range 3 {
		require.True(t, b.Has("anna"))
		require.True(t, b.Take("anna"))
	}
	require.False(t, b.Has("anna"))
	require.False(t, b.Take("anna"))
	require.True(t, b.Take("ben"))
	c.now = c.now.Add(500 * time.Millisecond)
	require.True(t, b.Take("anna"))
	require.False(t, b.Take("anna"))
	c.now = c.now.Add(time.Hour)
	for range 3 {
		require.True(t, b.Take("anna"), "it is full again, and no fuller")
	}
	require.False(t, b.Take("anna"))
}

// People come and go: those who were not there for a while leave nothing behind, and those who
// are there keep what they used up.
func TestTheMemoryOfBucketsIsBounded(t *testing.T) {
	c := &clock{time.Unix(1_800_000_000, 0)}
	b := New(c.Now, 10, 10)
	most, taken := 0, 0
	for i := range 20_000 {
		b.Take(fmt.Sprint(i))
		require.True(t, b.Has("nobody"))
		most = max(most, len(b.of))
		c.now = c.now.Add(time.Millisecond)
		for b.Take("anna") { // she uses up whatever she gets
			taken++
		}
	}
	assert.LessOrEqual(t, most, 2*tidyLeast)
	assert.LessOrEqual(t, taken, 10+20*10, "her bucket was never forgotten")
	assert.NotContains(t, b.of, "nobody", "whoever is only asked about takes no room")
}
