package inflight_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/inflight"
)

// What starts more work is over only once that is over too.
func TestWaitsForWhatWorkStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g inflight.Group
		g.Wait()
		var ended atomic.Int32
		g.Go(func() {
			time.Sleep(time.Second)
			g.Go(func() {
				time.Sleep(time.Minute)
				ended.Add(1)
			})
			ended.Add(1)
		})
		g.Wait()
		require.EqualValues(t, 2, ended.Load())
		g.Wait()
	})
}

// Two rooms give each other work while both are waited for. The race detector watches.
func TestWaitsWhileWorkIsStarted(t *testing.T) {
	var a, b inflight.Group
	var ended atomic.Int32
	for range 1000 {
		a.Go(func() { b.Go(func() { ended.Add(1) }) })
		b.Wait()
	}
	a.Wait()
	b.Wait()
	require.EqualValues(t, 1000, ended.Load())
}
