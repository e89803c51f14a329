package redis

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// FuzzList holds that no answer is taken for more than it is: what is listed can be named
// to the server again, and its three words are the line's own.
func FuzzList(f *testing.F) {
	for _, seed := range []string{
		"id=5 addr=10.0.0.9:50005 name= flags=N multi=-1 user=default\n",
		"id=5 addr=/tmp/redis.sock:0 flags=U user=a\nid=6 addr=[::1]:9 flags=bxP user=b",
		"id=5 addr=/tmp/a id=6:0 flags=U user=a\n",
		"id=5  addr=1 user=\r\n", "=\n", "\n\n", "id=9223372036854775808 addr=1 user=a\n", "",
	} {
		f.Add(seed)
	}
	c, err := New(Config{Endpoint: "redis://127.0.0.1:6379"}, time.Now)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		var clients []client
		read := readList(text, func(one client) { clients = append(clients, one) })
		ids, names := map[string]bool{}, map[string]bool{}
		for _, one := range clients {
			thing := c.thing(one, look{"run", "master", time.Unix(0, 0)})
			assert.False(t, ids[one.id()], "one id, one client")
			assert.False(t, names[thing.ID])
			ids[one.id()], names[thing.ID] = true, true
			assert.True(t, strings.HasSuffix(thing.ID, "/"+thing.Name))
			assert.NotEmpty(t, thing.Name)
			assert.NotContains(t, thing.ID, "\n")
			k, err := c.kill(thing)
			if one["user"] == "" {
				assert.Error(t, err)
				continue
			}
			require.NoError(t, err)
			assert.Equal(t, one.id(), strconv.FormatInt(k.id, 10))
			if thing.Bar.IsZero() {
				assert.Equal(t, one["addr"], k.addr)
				assert.Equal(t, one["user"], k.user)
			}
		}
		if read.whole {
			assert.Equal(t, read.lines, len(clients))
			assert.Equal(t, read.lines, strings.Count(text, "\n"))
		}
	})
}

// TestOneClientBeganOnce compares any two looks at a client: with the moments of it and of the
// look within their seconds, the time that the list took, and the server's clock behind.
func TestOneClientBeganOnce(t *testing.T) {
	const step = 50 * time.Millisecond
	whole := func(d time.Duration) int { return int(d / time.Second) }
	for began := time.Duration(0); began < time.Second; began += step {
		var first, last integrations.Thing
		for sent := time.Minute; sent < time.Minute+time.Second; sent += step {
			for took := time.Duration(0); took <= agedWithin; took += step {
				for _, behind := range []time.Duration{0, 100 * time.Millisecond} {
					one := client{"age": strconv.Itoa(whole(sent+took-behind) - whole(began))}
					seen := integrations.Thing{Since: one.since(time.Unix(0, 0).Add(sent))}
					if first.Since.IsZero() || seen.Since.Before(first.Since) {
						first = seen
					}
					if seen.Since.After(last.Since) {
						last = seen
					}
				}
			}
		}
		require.False(t, last.BeganAfter(first), "%v to %v", first.Since, last.Since)
		require.True(t, last.Since.Sub(first.Since) > time.Second, "it differs")
	}
}
