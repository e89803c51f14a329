package sim_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

// redisPage serves the page of a Redis.
func redisPage(t *testing.T, redis *redisServer) string {
	t.Helper()
	server, err := sim.OpenRedis(t.Context(), redis.addr)
	require.NoError(t, err)
	page := sim.NewRedisPage(server)
	at := httptest.NewServer(http.StripPrefix("/beside/carts", page.Panel()))
	t.Cleanup(func() {
		page.Close()
		at.Close()
		require.NoError(t, server.Close())
	})
	return at.URL + "/beside/carts/"
}

// The page shows the clients of a real Redis as that Redis lists them, also when they have
// just gone.
func TestThePageOfARedis(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	next := boards(t, redisPage(t, redis))
	assert.NotNil(t, next().Rows, "the page draws nobody, too")
	hand := redis.client("tcp", "hand")
	first := until(next, func(b board) bool { cells, _ := b.row(hand.addr()); return cells != nil })
	assert.Regexp(t, `^Redis [0-9.]+$`, first.Title)
	assert.Contains(t, first.Subtitle, redis.addr)
	assert.Equal(t, []string{"addr", "name", "age", "idle", "cmd", "flags"}, first.Columns)
	assert.Empty(t, first.Moods, "nothing is played")
	cells, _ := first.row(hand.addr())
	require.NotNil(t, cells)
	assert.Equal(t, "hand", cells[1])
	require.Len(t, first.Rows, 2, "a bot lists its own connection, too")
	assert.Equal(t, "quell-simulator, the playground's own", first.Rows[0].Cells[1])

	stuck := redis.client("tcp", "stuck")
	until(next, func(b board) bool { cells, _ := b.row(stuck.addr()); return cells != nil })
	require.Equal(t, ":1", hand.ask("CLIENT KILL ADDR "+stuck.addr()))
	until(next, func(b board) bool { _, ended := b.row(stuck.addr()); return ended })
}

// Each client that the page adds is of its kind, has a name, and is gone with the page.
func TestThePageOfARedisAddsClients(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	hand := redis.client("tcp", "hand")
	page := redisPage(t, redis)
	next := boards(t, page)
	for kind, flag := range map[string]string{"idle": "N", "waits in BLPOP": "b", "in MULTI": "x", "listens (SUBSCRIBE)": "P"} {
		require.Equal(t, http.StatusNoContent, post(t, page+"add", url.Values{"kind": {kind}}), kind)
		until(next, func(b board) bool {
			for _, r := range b.Rows {
				if strings.HasPrefix(r.Cells[1], "playground-") && r.Cells[5] == flag {
					return true
				}
			}
			return false
		})
	}
	assert.Equal(t, http.StatusBadRequest, post(t, page+"add", url.Values{"kind": {"SHUTDOWN"}}))
	assert.Equal(t, ":0", hand.ask("DBSIZE"), "they leave nothing behind")
}

// There is an end to what the page adds, as far as it lives.
func TestThePageOfARedisAddsNoMoreThanEnough(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	page := redisPage(t, redis)
	next := boards(t, page)
	add := func() int { return post(t, page+"add", url.Values{"kind": {"idle"}}) }
	for range 100 {
		require.Equal(t, http.StatusNoContent, add())
	}
	assert.Equal(t, http.StatusBadGateway, add())
	hand := redis.client("tcp", "hand")
	require.Equal(t, ":1", hand.ask("CLIENT KILL ID "+field(of(hand.list(), "playground-7"), "id")))
	until(next, func(board) bool { return add() == http.StatusNoContent })
	assert.Equal(t, http.StatusBadGateway, add())
	assert.NotEmpty(t, of(hand.list(), "playground-101"), "no name is used twice")
}

func post(t *testing.T, address string, form url.Values) int {
	t.Helper()
	res, err := http.PostForm(address, form)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res.StatusCode
}
