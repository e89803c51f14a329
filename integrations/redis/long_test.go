package redis_test

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/redis"
	"quell/integrations/vendortest"
)

// crowded is a server with so many clients; the connection that reads stands last.
func crowded(n int) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(line(1000+i) + "\n")
	}
	return bulk(all.String() + line(7) + "\n")
}

// onlyLast keeps the last of so many clients.
func onlyLast(ctx context.Context, n int) context.Context {
	last := fmt.Sprint(1000 + n - 1)
	return integrations.Keeping(ctx, func(t integrations.Thing) bool { return t.IdentityField("client") == last })
}

// Of a long list so many clients are kept as one can choose from, and of a look for one of them
// that one: it is read to the end.
func TestALongListIsKeptInPart(t *testing.T) {
	const n = integrations.ListMost + 100
	b := bot(t, "redis://"+fakeServer(t, map[string]string{"CLIENT LIST": crowded(n)}).addr)
	around, err := b.Sessions(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, around.Things, integrations.ListMost)
	assert.Equal(t, n, around.All())
	assert.False(t, around.Complete)
	one, err := b.Sessions(onlyLast(t.Context(), n), "")
	require.NoError(t, err)
	require.Len(t, one.Things, 1)
	assert.Equal(t, n, one.All())
	assert.True(t, one.Complete)
}

// BenchmarkALongList is what a look at a list of 40,000 clients keeps in memory.
func BenchmarkALongList(b *testing.B) {
	const n = 40_000
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	f := &fake{addr: l.Addr().String(), said: healthy()}
	f.said["CLIENT LIST"] = crowded(n)
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			go f.serve(conn)
		}
	}()
	c, err := redis.New(redis.Config{Endpoint: "redis://" + f.addr, Timeout: patience}, time.Now)
	require.NoError(b, err)
	b.Cleanup(func() { _ = c.Close() })
	for name, ctx := range map[string]context.Context{"around": b.Context(), "for one": onlyLast(b.Context(), n)} {
		b.Run(name, func(b *testing.B) {
			var before, after runtime.MemStats
			for b.Loop() {
				runtime.GC()
				runtime.ReadMemStats(&before)
				seen, err := c.Sessions(ctx, "")
				require.NoError(b, err)
				runtime.GC()
				runtime.ReadMemStats(&after)
				runtime.KeepAlive(seen)
			}
			b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc)), "held-B")
		})
	}
}

func TestALookForGivenClients(t *testing.T) {
	f := fakeServer(t, map[string]string{"CLIENT LIST": bulk(line(5) + "\n" + line(6) + "\n" + line(7) + "\n")})
	b := bot(t, "redis://"+f.addr)
	vendortest.Kept(t, func(ctx context.Context) (integrations.Sighting, error) { return b.Sessions(ctx, "") })
}
