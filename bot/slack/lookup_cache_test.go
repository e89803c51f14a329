package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/people"
)

// clerk answers how often it was asked, and takes its time.
type clerk struct {
	mu    sync.Mutex
	asked int
	slow  time.Duration
	err   error
}

func (c *clerk) ask(ctx context.Context, _ string) (int, error) {
	c.mu.Lock()
	c.asked++
	n, slow, err := c.asked, c.slow, c.err
	c.mu.Unlock()
	select {
	case <-time.After(slow):
		return n, err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// got is what a caller in the background got.
type got struct {
	value int
	err   error
}

func inBackground(ctx context.Context, a *lookUpCache[int], notBefore time.Time) <-chan got {
	c := make(chan got, 1)
	go func() {
		v, err := a.get(ctx, "U1", notBefore)
		c <- got{v, err}
	}()
	synctest.Wait()
	return c
}

func office(c *clerk) *lookUpCache[int] { return newLookUpCache(time.Now, c.ask) }

func TestTheSameAtTheSameTimeIsAskedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &clerk{slow: time.Second}
		a, now := office(c), time.Now()
		first, second := inBackground(t.Context(), a, now), inBackground(t.Context(), a, now)
		assert.Equal(t, got{value: 1}, <-first)
		assert.Equal(t, got{value: 1}, <-second)
	})
}

// A click is judged by look-ups that began after the click. A call that began before may have
// been answered before a right was taken away.
func TestNobodySharesACallThatBeganTooEarly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &clerk{slow: 2 * time.Second}
		a := office(c)
		early := inBackground(t.Context(), a, time.Now())
		time.Sleep(time.Second)
		late := inBackground(t.Context(), a, time.Now())
		assert.Equal(t, got{value: 1}, <-early)
		assert.Equal(t, got{value: 2}, <-late)
		v, err := a.get(t.Context(), "U1", time.Time{})
		require.NoError(t, err)
		assert.Equal(t, 2, v, "the newer answer is kept")
	})
}

func TestAnOldAnswerServesWhoAcceptsItsAgeWhileANewOneIsComing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &clerk{}
		a := office(c)
		_, err := a.get(t.Context(), "U1", time.Now())
		require.NoError(t, err)
		c.slow = time.Second
		time.Sleep(time.Minute)
		fresh := inBackground(t.Context(), a, time.Now())
		asked := time.Now()
		v, err := a.get(t.Context(), "U1", time.Now().Add(-2*time.Minute))
		require.NoError(t, err)
		assert.Equal(t, 1, v)
		assert.Zero(t, time.Since(asked), "it did not wait")
		assert.Equal(t, got{value: 2}, <-fresh)
	})
}

func TestACallerWhoGoesAwayDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &clerk{slow: 2 * time.Second}
		a, now := office(c), time.Now()
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		first, second := inBackground(short, a, now), inBackground(t.Context(), a, now)
		require.ErrorIs(t, (<-first).err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(now), "its own context ended its waiting")
		assert.Equal(t, got{value: 1}, <-second)
	})
}

func TestALookUpEndsByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, began := &clerk{slow: time.Hour}, time.Now()
		_, err := office(c).get(t.Context(), "U1", began)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 5*time.Second, time.Since(began))
	})
}

func TestAFailureIsNotRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &clerk{err: errors.New("no")}
		a, now := office(c), time.Now()
		_, err := a.get(t.Context(), "U1", now)
		require.EqualError(t, err, "no")
		c.err = nil
		v, err := a.get(t.Context(), "U1", now)
		require.NoError(t, err)
		assert.Equal(t, 2, v)
	})
}

// What was dropped serves nobody any more, also if it was being asked when it was dropped.
func TestWhatIsDroppedIsAskedAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &clerk{slow: time.Second}
		a, began := office(c), time.Now()
		early := inBackground(t.Context(), a, began)
		time.Sleep(time.Second / 2)
		a.drop("U1")
		assert.Equal(t, got{value: 1}, <-early, "whoever asked before has an answer")
		_, known := a.last("U1")
		require.False(t, known)
		for range 2 {
			v, err := a.get(t.Context(), "U1", began)
			require.NoError(t, err)
			assert.Equal(t, 2, v)
		}
	})
}

// deaf answers every call alike.
type deaf struct {
	status int
	body   string
	err    error
}

func (d deaf) Do(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: d.status, Body: io.NopCloser(strings.NewReader(d.body))}, d.err
}

// A look-up that got no turn is told apart from one that Slack could not answer, or refused.
func TestALookUpWithoutATurn(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer deaf
		busy   bool
	}{
		"it never left its queue":    {deaf{err: fmt.Errorf("%w: %w", errNoTurn, context.DeadlineExceeded)}, true},
		"turned away":                {deaf{status: http.StatusTooManyRequests}, true},
		"turned away, in the answer": {deaf{status: http.StatusOK, body: `{"ok":false,"error":"ratelimited"}`}, true},
		"Slack is down":              {deaf{status: http.StatusBadGateway}, false},
		"no answer in time":          {deaf{err: context.DeadlineExceeded}, false},
		"Slack's own trouble":        {deaf{status: http.StatusOK, body: `{"ok":false,"error":"internal_error"}`}, false},
		"a refusal":                  {deaf{status: http.StatusOK, body: `{"ok":false,"error":"missing_scope"}`}, false},
	} {
		err := lookUp{doer: tt.answer, base: "http://127.0.0.1/api/"}.get(t.Context(), "users.info", nil, &struct{}{})
		require.Error(t, err, name)
		assert.Equal(t, tt.busy, errors.Is(err, people.ErrBusy), name)
	}
}

// A look-up that a drawing began has no patience: a claim may wait for it.
func TestALookUpHasNoPatience(t *testing.T) {
	t.Parallel()
	c := newLookUpCache(time.Now, func(ctx context.Context, _ string) (time.Duration, error) { return patienceOf(ctx), nil })
	got, err := c.get(withPatience(t.Context(), mostPatience), "C1", time.Time{})
	require.NoError(t, err)
	require.Zero(t, got)
}
