package dcs

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// holding is a client whose looks a test ends, and a look under a hold of it that has ended.
func holding(t *testing.T) (c *Client, l *looker, held context.Context, release func()) {
	l = newLooker()
	c = &Client{looks: newShare(time.Minute, l.look), now: time.Now}
	held, release = c.Hold(t.Context(), "n")
	look := ask(held, c.looks, "n")
	l.end <- struct{}{}
	require.NoError(t, (<-look).err)
	synctest.Wait()
	return c, l, held, release
}

// Between a look and the call that rests on it no look of ours begins, whoever asks, and
// however long that takes which is between the two.
func TestALookAndItsCallStayTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, l, held, release := holding(t)
		other := ask(t.Context(), c.looks, "n")
		time.Sleep(4 * time.Second)
		synctest.Wait()
		require.Equal(t, 1, l.started(), "a call rests on the look that ended")

		began := time.Now()
		end, ok := c.quiet(held, "n")
		require.True(t, ok)
		require.Zero(t, time.Since(began), "what it waits for was waited for before")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.False(t, end(), "no look began beside it")
		require.Equal(t, 1, l.started(), "the next call of the case may follow")

		release()
		l.end <- struct{}{}
		require.NoError(t, (<-other).err)
		synctest.Wait()
		require.Empty(t, c.looks.lanes)
	})
}

// What waits for a held node is no longer kept than a look is good for and a call may hang.
func TestAHoldEnds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		call time.Duration // when the call is sent; it hangs
		want time.Duration // when the next look begins
		met  bool
	}{
		"without a call":               {want: 5 * time.Second},
		"with a call that hangs":       {call: time.Second, want: 5 * time.Second, met: true},
		"with a late call, that hangs": {call: 4 * time.Second, want: 6500 * time.Millisecond, met: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, l, held, release := holding(t)
				began, end := time.Now(), func() bool { return false }
				other := ask(t.Context(), c.looks, "n")
				if tt.call > 0 {
					time.Sleep(tt.call)
					var ok bool
					end, ok = c.quiet(held, "n")
					require.True(t, ok)
				}
				time.Sleep(tt.want - time.Since(began) - time.Millisecond)
				synctest.Wait()
				require.Equal(t, 1, l.started())
				time.Sleep(time.Millisecond)
				synctest.Wait()
				require.Equal(t, 2, l.started())
				assert.Equal(t, tt.met, end(), "a look began beside it")
				l.end <- struct{}{}
				require.NoError(t, (<-other).err)
				release()
				synctest.Wait()
				require.Empty(t, c.looks.lanes)
			})
		})
	}
}

// A client that takes another's place keeps to what that one holds and sends, and waits its turn. A
// look is made by whoever asked for it.
func TestAClientThatTakesAnothersPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		before, l, held, release := holding(t)
		later := newLooker()
		next := &Client{looks: newShare(time.Minute, later.look), now: time.Now}
		next.looks.order = before.looks.order
		its, ours := ask(t.Context(), next.looks, "n"), ask(t.Context(), before.looks, "n")
		time.Sleep(4 * time.Second)
		synctest.Wait()
		require.Zero(t, later.started(), "a call of the one before rests on its look")
		for _, c := range []*Client{before, next} {
			began := time.Now()
			end, ok := c.quiet(held, "n")
			require.True(t, ok)
			require.Zero(t, time.Since(began))
			require.False(t, end(), "no look began beside it")
		}

		release()
		require.Equal(t, 1, l.started(), "one look at a time")
		later.end <- struct{}{}
		require.Equal(t, "1", (<-its).sighting.AsOf)
		l.end <- struct{}{}
		require.Equal(t, "2", (<-ours).sighting.AsOf)
		synctest.Wait()
		require.Empty(t, before.looks.lanes)
	})
}

// One that is not waited for any more does not keep those behind it.
func TestAnotherClientsLookThatWasGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		before, _, held, release := holding(t)
		later := newLooker()
		next := &Client{looks: newShare(time.Minute, later.look), now: time.Now}
		next.looks.order = before.looks.order
		impatient, leave := context.WithCancel(t.Context())
		gone, its := ask(impatient, before.looks, "n"), ask(t.Context(), next.looks, "n")
		end, ok := before.quiet(held, "n") // it hangs
		require.True(t, ok)
		leave()
		require.Error(t, (<-gone).err)
		time.Sleep(holdMost)
		synctest.Wait()
		require.Equal(t, 1, later.started())
		require.True(t, end(), "a look began beside it")
		later.end <- struct{}{}
		require.NoError(t, (<-its).err)
		release()
		synctest.Wait()
		require.Empty(t, before.looks.lanes)
	})
}

// Several cases whose looks are one look make their calls side by side, and the next look
// comes after the last of them.
func TestCasesThatShareALookHoldTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, l, first, release := holding(t)
		var looks []chan result
		var ends []func()
		for range 3 {
			held, release := c.Hold(t.Context(), "n")
			looks, ends = append(looks, ask(held, c.looks, "n")), append(ends, release)
		}
		again := ask(first, c.looks, "n") // it grew old before its call
		require.Equal(t, 2, l.started(), "a case does not wait for its own hold")
		l.end <- struct{}{}
		for _, look := range append(looks, again) {
			require.Equal(t, "2", (<-look).sighting.AsOf)
		}
		other := ask(t.Context(), c.looks, "n")
		for _, end := range append(ends, release) {
			synctest.Wait()
			require.Equal(t, 2, l.started())
			end()
		}
		l.end <- struct{}{}
		require.NoError(t, (<-other).err)
		synctest.Wait()
		require.Empty(t, c.looks.lanes)
	})
}

// A case that gave up its look and looks again does not wait for its own hold, also where somebody
// else still waits for the look that it gave up.
func TestALookThatWasGivenUpHoldsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		c := &Client{looks: newShare(time.Minute, l.look), now: time.Now}
		held, release := c.Hold(t.Context(), "n")
		running := ask(t.Context(), c.looks, "n")
		impatient, leave := context.WithCancel(held)
		first, other := ask(impatient, c.looks, "n"), ask(t.Context(), c.looks, "n")
		l.end <- struct{}{}
		require.NoError(t, (<-running).err)
		leave()
		require.Error(t, (<-first).err)

		again, twice := ask(held, c.looks, "n"), ask(held, c.looks, "n")
		l.end <- struct{}{}
		require.NoError(t, (<-other).err)
		synctest.Wait()
		require.Equal(t, 3, l.started(), "the look that it waits for has begun")
		l.end <- struct{}{}
		require.NoError(t, (<-again).err)
		require.NoError(t, (<-twice).err)

		last := ask(t.Context(), c.looks, "n")
		require.Equal(t, 3, l.started(), "that one it holds by")
		release()
		l.end <- struct{}{}
		require.NoError(t, (<-last).err)
		synctest.Wait()
		require.Empty(t, c.looks.lanes)
	})
}

// A look that failed, or that its case did not wait for, holds nothing.
func TestALookThatFailedHoldsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fails := errors.New("no answer")
		c := &Client{now: time.Now, looks: newShare(time.Minute, func(context.Context, string) (integrations.Sighting, error) {
			time.Sleep(time.Second)
			return integrations.Sighting{}, fails
		})}
		held, release := c.Hold(t.Context(), "n")
		require.ErrorIs(t, c.looks.get(held, "n").err, fails)
		require.ErrorIs(t, c.looks.get(t.Context(), "n").err, fails, "the next one begins")
		release()

		fails = nil
		held, release = c.Hold(t.Context(), "n")
		impatient, leave := context.WithCancel(held)
		gone, other := ask(impatient, c.looks, "n"), ask(t.Context(), c.looks, "n")
		leave()
		require.Error(t, (<-gone).err)
		release()
		require.NoError(t, (<-other).err)
		require.NoError(t, c.looks.get(t.Context(), "n").err)
		synctest.Wait()
		require.Empty(t, c.looks.lanes)
	})
}

// A hold of one node is none of another, nor of another instance.
func TestAHoldIsOfOneNode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, l, held, release := holding(t)
		defer release()
		elsewhere := ask(held, c.looks, "m")
		l.end <- struct{}{}
		require.NoError(t, (<-elsewhere).err)
		next := ask(t.Context(), c.looks, "m")
		require.Equal(t, 3, l.started())
		l.end <- struct{}{}
		require.NoError(t, (<-next).err)

		another := &Client{looks: newShare(time.Minute, l.look), now: time.Now}
		look := ask(held, another.looks, "n")
		l.end <- struct{}{}
		require.NoError(t, (<-look).err)
		synctest.Wait()
		require.Empty(t, another.looks.lanes)
	})
}
