package dcs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// looker is a look whose end the test decides. Look n sees the time "n".
type looker struct {
	mu    sync.Mutex
	began int
	open  int
	most  int
	end   chan struct{}
}

func newLooker() *looker { return &looker{end: make(chan struct{})} }

func (l *looker) look(ctx context.Context, _ string) (integrations.Sighting, error) {
	l.mu.Lock()
	l.began++
	l.open++
	l.most = max(l.most, l.open)
	n := l.began
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.open--
	}()
	select {
	case <-l.end:
		return integrations.Sighting{AsOf: fmt.Sprint(n)}, nil
	case <-ctx.Done():
		return integrations.Sighting{}, ctx.Err()
	}
}

func (l *looker) started() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.began
}

// ask asks in the background and gives the answer on a channel.
func ask(ctx context.Context, s *share, node string) chan result {
	got := make(chan result, 1)
	go func() { got <- s.get(ctx, node) }()
	synctest.Wait()
	return got
}

func TestNobodyGetsALookThatBeganBeforeTheyAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		first := ask(t.Context(), s, "n")
		second, third := ask(t.Context(), s, "n"), ask(t.Context(), s, "n")
		require.Equal(t, 1, l.began)

		l.end <- struct{}{}
		require.Equal(t, "1", (<-first).sighting.AsOf)
		synctest.Wait()
		fourth := ask(t.Context(), s, "n")

		l.end <- struct{}{}
		require.Equal(t, "2", (<-second).sighting.AsOf)
		require.Equal(t, "2", (<-third).sighting.AsOf)

		l.end <- struct{}{}
		require.Equal(t, "3", (<-fourth).sighting.AsOf)
		synctest.Wait()
		require.Empty(t, s.lanes)
		require.Equal(t, 1, l.most, "a node is looked at once at a time")
	})
}

func TestNodesDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		one, two := ask(t.Context(), s, "n1"), ask(t.Context(), s, "n2")
		require.Equal(t, 2, l.most)
		close(l.end)
		require.NoError(t, (<-one).err)
		require.NoError(t, (<-two).err)
	})
}

func TestOneWhoLeavesDoesNotSpoilItForTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		impatient, leave := context.WithCancel(t.Context())
		first := ask(impatient, s, "n")
		second, third := ask(impatient, s, "n"), ask(t.Context(), s, "n")
		leave()
		for _, left := range []chan result{first, second} {
			err := (<-left).err
			assert.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, integrations.NoAnswer, integrations.KindOf(err))
		}
		synctest.Wait()
		l.end <- struct{}{}
		require.Equal(t, "2", (<-third).sighting.AsOf, "the first look ended when nobody waited for it any more")
	})
}

func TestALookThatAllHaveLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		running := ask(t.Context(), s, "n")
		impatient, leave := context.WithCancel(t.Context())
		next := ask(impatient, s, "n")
		leave()
		require.Error(t, (<-next).err)
		synctest.Wait()

		late := ask(t.Context(), s, "n")
		l.end <- struct{}{}
		require.NoError(t, (<-running).err)
		l.end <- struct{}{}
		require.NoError(t, (<-late).err, "it must not inherit the end of a look that was given up")
	})
}

func TestALookEndsByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShare(time.Second, newLooker().look)
		start := time.Now()
		require.ErrorIs(t, s.get(t.Context(), "n").err, context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(start))
	})
}

func TestAKillGoesBetweenTwoLooks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		first, next := ask(t.Context(), s, "n"), ask(t.Context(), s, "n")
		held := make(chan func() bool, 1)
		go func() {
			release, ok := s.hold(t.Context(), "n")
			assert.True(t, ok)
			held <- release
		}()
		synctest.Wait()
		require.Empty(t, held, "a look runs")

		l.end <- struct{}{}
		require.NoError(t, (<-first).err)
		release := <-held
		synctest.Wait()
		require.Zero(t, l.open, "the next look waits for the kill")
		elsewhere := ask(t.Context(), s, "m")
		require.Equal(t, 1, l.open, "another node does not")

		release()
		close(l.end)
		require.NoError(t, (<-next).err)
		require.NoError(t, (<-elsewhere).err)
		synctest.Wait()
		require.Empty(t, s.lanes)
	})
}

func TestKillsDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		one, ok := s.hold(t.Context(), "n")
		require.True(t, ok)
		two, ok := s.hold(t.Context(), "n")
		require.True(t, ok)
		look := ask(t.Context(), s, "n")
		one()
		synctest.Wait()
		require.Zero(t, l.began)
		two()
		l.end <- struct{}{}
		require.NoError(t, (<-look).err)
		synctest.Wait()
		require.Empty(t, s.lanes)
	})
}

func TestAKillThatStopsWaitingLetsLooksGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		first, next := ask(t.Context(), s, "n"), ask(t.Context(), s, "n")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, ok := s.hold(ctx, "n")
		require.False(t, ok)
		l.end <- struct{}{}
		require.NoError(t, (<-first).err)
		l.end <- struct{}{}
		require.NoError(t, (<-next).err)
		synctest.Wait()
		require.Empty(t, s.lanes)
	})
}

// A kill that hangs keeps its node's looks waiting for a while, and no longer.
func TestLooksBeginAgainBesideAKillThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		end, ok := s.hold(t.Context(), "n")
		require.True(t, ok)
		look := ask(t.Context(), s, "n")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Zero(t, l.started(), "most kills are answered by now")
		time.Sleep(time.Second)
		synctest.Wait()
		require.Equal(t, 1, l.started(), "the kill is not answered yet")
		close(l.end)
		require.NoError(t, (<-look).err)
		require.True(t, end(), "a look began beside it")
		require.Empty(t, s.lanes)
	})
}

// Whoever verifies a kill asks after its end, and is not shown what a look saw
// that began beside it.
func TestALookBesideAKillDoesNotServeWhoVerifiesIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		end, ok := s.hold(t.Context(), "n")
		require.True(t, ok)
		beside := ask(t.Context(), s, "n")
		time.Sleep(3 * time.Second)
		end()
		verifying := ask(t.Context(), s, "n")
		require.Equal(t, 1, l.started())
		l.end <- struct{}{}
		require.Equal(t, "1", (<-beside).sighting.AsOf)
		l.end <- struct{}{}
		require.Equal(t, "2", (<-verifying).sighting.AsOf)
	})
}

// A kill is told whether a look of ours can have been in its way.
func TestAKillIsToldOfOurLooks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before error         // how the look before it ended
		takes  time.Duration // the kill, while somebody asks for a look
		met    bool
	}{
		"answered soon":                   {takes: time.Second},
		"answered late":                   {takes: 3 * time.Second, met: true},
		"a scan may have been left there": {before: errors.New("given up"), takes: time.Second, met: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fails := c.before
				s := newShare(time.Minute, func(context.Context, string) (integrations.Sighting, error) {
					return integrations.Sighting{}, fails
				})
				require.Equal(t, c.before, s.get(t.Context(), "n").err)
				synctest.Wait()
				fails = nil
				end, ok := s.hold(t.Context(), "n")
				require.True(t, ok)
				look := ask(t.Context(), s, "n")
				time.Sleep(c.takes)
				synctest.Wait()
				require.Equal(t, c.met, end())
				require.NoError(t, (<-look).err)
				synctest.Wait()
				require.Empty(t, s.lanes, "a look that came to its end leaves nothing behind")
			})
		})
	}
}

// Kills keep looks waiting each for itself: the end of one is not that of another.
func TestAKillThatHangsDoesNotEndTheNextOnesQuiet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		hangs, ok := s.hold(t.Context(), "n")
		require.True(t, ok)
		time.Sleep(2 * time.Second)
		second, ok := s.hold(t.Context(), "n")
		require.True(t, ok)
		look := ask(t.Context(), s, "n")
		time.Sleep(time.Second)
		synctest.Wait()
		require.Zero(t, l.started(), "the second kill is on its way")
		require.False(t, second())
		synctest.Wait()
		require.Equal(t, 1, l.started())
		require.True(t, hangs())
		close(l.end)
		require.NoError(t, (<-look).err)
	})
}

// Kills that overlap do not add up: a look waits for the time of quiet, and no longer.
func TestKillsThatOverlapDoNotAddUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		first, ok := s.hold(t.Context(), "n")
		require.True(t, ok)
		look := ask(t.Context(), s, "n")
		for range 3 { // one is always on its way, for less than the time of quiet
			time.Sleep(800 * time.Millisecond)
			end, ok := s.hold(t.Context(), "n")
			require.True(t, ok)
			require.False(t, first(), "no look began beside it")
			first = end
		}
		time.Sleep(99 * time.Millisecond)
		synctest.Wait()
		require.Zero(t, l.started(), "2.499 s")
		time.Sleep(time.Millisecond)
		synctest.Wait()
		require.Equal(t, 1, l.started(), "2.5 s")
		require.True(t, first(), "a look began beside it")
		close(l.end)
		require.NoError(t, (<-look).err)
		synctest.Wait()
		require.Empty(t, s.lanes)
	})
}

// A look waits for kills from when no other look is in its way: until then kills wait, and
// each is to have its turn.
func TestALooksTimeBeginsBehindTheLookBeforeIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		first, next := ask(t.Context(), s, "n"), ask(t.Context(), s, "n")
		go func() {
			end, ok := s.hold(t.Context(), "n")
			assert.True(t, ok)
			time.Sleep(2 * time.Second)
			assert.False(t, end(), "no look began beside it")
		}()
		time.Sleep(4 * time.Second)
		l.end <- struct{}{}
		require.NoError(t, (<-first).err)
		time.Sleep(1999 * time.Millisecond)
		require.Equal(t, 1, l.started())
		l.end <- struct{}{}
		require.NoError(t, (<-next).err)
	})
}

// The time of a look that was given up is not that of the next one.
func TestALookThatWasGivenUpDoesNotHurryTheNextOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLooker()
		s := newShare(time.Minute, l.look)
		ctx, leave := context.WithCancel(t.Context())
		_, ok := s.hold(t.Context(), "n")
		require.True(t, ok)
		gone := ask(ctx, s, "n")
		time.Sleep(2 * time.Second)
		leave()
		require.Error(t, (<-gone).err)
		end, ok := s.hold(t.Context(), "n")
		require.True(t, ok)
		look := ask(t.Context(), s, "n")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Zero(t, l.started())
		require.False(t, end())
		close(l.end)
		require.NoError(t, (<-look).err)
	})
}

func TestWhoIsLateDoesNotBeginALook(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := newShare(time.Second, func(context.Context, string) (integrations.Sighting, error) {
		return integrations.Sighting{}, errors.New("looked")
	})
	require.ErrorIs(t, s.get(ctx, "n").err, context.Canceled)
	require.Empty(t, s.lanes)
}
