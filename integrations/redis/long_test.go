package redis_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/vendortest"
)

const crowd = 40_000

// crowded is a server with so many clients; the connection that reads stands last.
func crowded() string {
	var all strings.Builder
	for i := range crowd {
		all.WriteString(line(1000+i) + "\n")
	}
	return bulk(all.String() + line(7) + "\n")
}

// held is what a look keeps in memory in the end, in bytes.
func held(t *testing.T, look func() integrations.Sighting) (seen integrations.Sighting, bytes uint64) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	seen = look()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(seen)
	bytes = after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
	t.Logf("%d of %d things: %d kB held, %d MB allocated", len(seen.Things), seen.All(), bytes>>10, (after.TotalAlloc-before.TotalAlloc)>>20)
	return seen, bytes
}

// Of a list of 40,000 clients so many are kept as one can choose from, and of a look for one of
// them that one: it is read to the end.
func TestALongListTakesLittleRoom(t *testing.T) {
	f := fakeServer(t, map[string]string{"CLIENT LIST": crowded()})
	b := bot(t, "redis://"+f.addr)
	look := func(ctx context.Context) integrations.Sighting {
		seen, err := b.Sessions(ctx, "")
		require.NoError(t, err)
		return seen
	}
	around, _ := held(t, func() integrations.Sighting { return look(t.Context()) })
	require.Len(t, around.Things, integrations.ListMost)
	assert.Equal(t, crowd, around.All())
	assert.False(t, around.Complete)

	last := fmt.Sprint(1000 + crowd - 1)
	one, bytes := held(t, func() integrations.Sighting {
		return look(integrations.Keeping(t.Context(), func(t integrations.Thing) bool { return t.IdentityField("client") == last }))
	})
	require.Len(t, one.Things, 1)
	assert.Equal(t, crowd, one.All())
	assert.True(t, one.Complete)
	assert.Less(t, bytes, uint64(4<<20), "neither the others nor the text of the answer")
}

func TestALookForGivenClients(t *testing.T) {
	f := fakeServer(t, map[string]string{"CLIENT LIST": bulk(line(5) + "\n" + line(6) + "\n" + line(7) + "\n")})
	b := bot(t, "redis://"+f.addr)
	vendortest.Kept(t, func(ctx context.Context) (integrations.Sighting, error) { return b.Sessions(ctx, "") })
}
