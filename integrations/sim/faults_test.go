package sim_test

import (
	"context"
	"io"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations/sim"
)

// Each fault, as the kill that meets it shows it, and whether it is done.
func TestFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault  sim.Fault
		status int
		says   string
		done   bool
	}{
		{sim.Healthy, 204, "", true},
		{sim.Throttled, 429, "APIGW.0308", false},
		{sim.Busy, 400, "DCS.4957", false},
		{sim.Forbidden, 403, "DCS.2007", false},
		{sim.Down, 503, "<html>", false},
		{sim.Slow, 204, "", true},
		{sim.FailAfter, 500, "DCS.5000", true},
		{sim.WrongBody, 502, "<html>", true},
		{sim.Ignore, 204, "", false},
		{sim.Respawn, 204, "", true},
	}
	for _, test := range tests {
		t.Run(string(test.fault), func(t *testing.T) {
			c := cacheProd(t, func(cfg *sim.DCSConfig) { cfg.SlowBy = time.Millisecond })
			c.vendor.FailNext(sim.HangUpClients, test.fault)
			res := c.killStuck()
			require.NoError(t, res.err)
			assert.Equal(t, test.status, res.status)
			assert.Contains(t, res.text, test.says)
			assert.NotEmpty(t, res.header.Get("X-Request-Id"))
			assert.Equal(t, !test.done, contains(c.live(), stuck))

			call := c.vendor.Calls()[0]
			assert.Equal(t, test.status, call.Status)
			assert.True(t, call.Write)
			assert.Contains(t, call.Body, stuck)
			assert.Equal(t, 204, c.post(kill, `{"node_id":"`+master+`","client_addrs":["192.0.2.1:1"]}`).status, "the next is well")
		})
	}
}

func contains(peers []string, peer string) bool {
	for _, p := range peers {
		if p == peer {
			return true
		}
	}
	return false
}

func TestThrottledSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.vendor.FailNext(sim.HangUpClients, sim.Throttled)
	assert.Equal(t, "1", c.killStuck().header.Get("Retry-After"))
}

func TestNoAnswerUntilTheCallerGoes(t *testing.T) {
	t.Parallel()
	for fault, done := range map[sim.Fault]bool{sim.Hang: false, sim.HangAfter: true} {
		t.Run(string(fault), func(t *testing.T) {
			c := cacheProd(t)
			c.vendor.FailNext(sim.HangUpClients, fault)
			ctx, leave := context.WithCancel(t.Context())
			r := c.request(ctx, "POST", kill, `{"node_id":"`+master+`","client_addrs":["`+stuck+`"]}`)
			gone := make(chan error)
			go func() { gone <- c.send(r).err }()

			c.eventually(func(s *sim.State) bool {
				return s.Kills == 1 && (len(s.Sessions) == 7) == done
			})
			leave()
			assert.ErrorIs(t, <-gone, context.Canceled)
			assert.Zero(t, c.vendor.Calls()[0].Status, "never answered")
			assert.Equal(t, !done, contains(c.live(), stuck))
		})
	}
}

func TestCloseLetsGo(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.vendor.FailNext(sim.HangUpClients, sim.Hang)
	gone := make(chan error)
	r := c.request(t.Context(), "POST", kill, `{"node_id":"`+master+`","client_addrs":["`+stuck+`"]}`)
	go func() { gone <- c.send(r).err }()
	c.eventually(func(s *sim.State) bool { return s.Kills == 1 })
	c.vendor.Close()
	assert.ErrorIs(t, <-gone, io.EOF)
}

func TestTornAnswers(t *testing.T) {
	t.Parallel()
	t.Run("half a list", func(t *testing.T) {
		c := cacheProd(t)
		c.scan()
		c.vendor.FailNext(sim.ListClients, sim.Torn)
		res := c.get(clients + "?node_id=" + master)
		assert.Equal(t, 200, res.status)
		assert.NotEmpty(t, res.text)
		assert.ErrorIs(t, res.err, io.ErrUnexpectedEOF)
	})
	t.Run("half the status line of a kill", func(t *testing.T) {
		c := cacheProd(t)
		c.vendor.FailNext(sim.HangUpClients, sim.Torn)
		assert.Error(t, c.killStuck().err)
		assert.NotContains(t, c.live(), stuck, "the deed is done")
		assert.Equal(t, 1, c.vendor.Kills())
	})
	t.Run("without a server around it", func(t *testing.T) {
		c := cacheProd(t)
		c.vendor.FailNext(sim.HangUpClients, sim.Torn)
		r := c.request(t.Context(), "POST", kill, `{"node_id":"`+master+`","client_addrs":["`+stuck+`"]}`)
		assert.Panics(t, func() { c.vendor.ServeHTTP(httptest.NewRecorder(), r) })
	})
}

func TestRespawn(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	before := c.vendor.Sessions()[0]
	c.vendor.FailNext(sim.HangUpClients, sim.Respawn)
	require.Equal(t, 204, c.killStuck().status)
	assert.Len(t, c.live(), 7, "gone at first")

	c.clock.forward(time.Second)
	sessions := c.vendor.Sessions()
	require.Len(t, sessions, 8)
	after := sessions[7]
	assert.Equal(t, [3]string{before.Name, before.User, before.DB}, [3]string{after.Name, after.User, after.DB})
	assert.Regexp(t, `^10\.63\.238\.158:\d+$`, after.Peer)
	assert.NotEqual(t, before.Peer, after.Peer)
	assert.NotEqual(t, before.ID, after.ID)
	assert.NotEqual(t, before.Addr, after.Addr)
	assert.Zero(t, after.Age)
}

func TestBusyForAWhile(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.vendor.FailNext(sim.HangUpClients, sim.Busy, sim.Busy)
	var statuses []int
	for range 3 {
		statuses = append(statuses, c.killStuck().status)
	}
	assert.Equal(t, []int{400, 400, 204}, statuses)
	assert.Equal(t, 3, c.vendor.Kills(), "all that arrived count")
}

func TestMoods(t *testing.T) {
	t.Parallel()
	tests := []struct {
		mood       sim.Fault
		read, kill int
		left       int
	}{
		{sim.Healthy, 200, 204, 7},
		{sim.Slow, 200, 204, 7},
		{sim.Throttled, 429, 429, 8},
		{sim.Down, 503, 503, 8},
		{sim.Ignore, 200, 204, 8},
		{sim.Respawn, 200, 204, 7},
		{sim.FailAfter, 200, 500, 7},
	}
	for _, test := range tests {
		t.Run(string(test.mood), func(t *testing.T) {
			c := cacheProd(t, func(cfg *sim.DCSConfig) { cfg.SlowBy = time.Millisecond })
			c.vendor.SetMood(test.mood)
			for range 2 {
				assert.Equal(t, test.read, c.get(show).status, "it lasts")
			}
			assert.Equal(t, test.kill, c.killStuck().status)
			assert.Len(t, c.live(), test.left)
			c.vendor.SetMood(sim.Healthy)
			assert.Equal(t, 200, c.get(show).status)
		})
	}
}

func TestAFaultGoesBeforeTheMood(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.vendor.SetMood(sim.Down)
	c.vendor.FailNext(sim.HangUpClients, sim.Healthy)
	assert.Equal(t, 204, c.killStuck().status)
	assert.Equal(t, 503, c.killStuck().status)
}

func TestAFaultHitsItsOwnCallOnly(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.vendor.FailNext(sim.HangUpClients, sim.Throttled)
	assert.Equal(t, 200, c.get(show).status)
	assert.Equal(t, 429, c.killStuck().status)
}

func TestWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := c.vendor.Wait(ctx, func(s *sim.State) bool { return s.Kills > 0 })
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestACallInTheLog(t *testing.T) {
	t.Parallel()
	c := cacheProd(t)
	c.get(show + "?a=b")
	call := c.vendor.Calls()[0]
	assert.Equal(t, sim.Call{
		ID: 1, Op: sim.ShowInstance, Method: "GET", Path: instance, Query: "a=b",
		Done: true, Status: 200, At: c.clock.now(), Who: "FAKEAKPLAYGROUND00",
	}, call)
}
