package slack

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// line is a rateQueue that notes which calls left it, and when.
type line struct {
	*testing.T
	*rateQueue
	began time.Time
	going sync.WaitGroup

	mu   sync.Mutex
	left []departure
}

type departure struct {
	who   string
	after time.Duration
}

func oneASecond(t *testing.T, burst int) *line {
	return &line{T: t, rateQueue: newRateQueue(rate.NewLimiter(1, burst), time.Now), began: time.Now()}
}

// come queues a call with a patience.
func (l *line) come(who string, patience time.Duration) {
	l.going.Go(func() {
		assert.NoError(l.T, l.wait(l.Context(), time.Now().Add(patience)))
		l.mu.Lock()
		defer l.mu.Unlock()
		l.left = append(l.left, departure{who, time.Since(l.began)})
	})
	synctest.Wait() // it stands in the queue, or is gone
}

func (l *line) departures() []departure {
	l.going.Wait()
	return l.left
}

func (l *line) order() (order []string) {
	for _, d := range l.departures() {
		order = append(order, d.who)
	}
	return order
}

func TestABurstLeavesAtOnceAndTheRestAsTheLimitAllows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := oneASecond(t, 2)
		for _, who := range []string{"a", "b", "c", "d"} {
			l.come(who, 0)
		}
		assert.Equal(t, []departure{{"a", 0}, {"b", 0}, {"c", time.Second}, {"d", 2 * time.Second}}, l.departures())
	})
}

func TestOutcomesLeaveBeforeVotesBeforeProgress(t *testing.T) {
	t.Parallel()
	item := func(s commands.Seen, d commands.Done) []approval.Item {
		return []approval.Item{{Claimed: true, Outcome: commands.Outcome{Done: d, Seen: s}}}
	}
	all := []struct {
		what string
		c    approval.Case
	}{
		{"under way", approval.Case{State: approval.Running}},
		{"looking", approval.Case{State: approval.Verifying, Items: item(commands.NotLooked, commands.Answered)}},
		{"about to run", approval.Case{State: approval.Approved}},
		{"asked", approval.Case{State: approval.Pending}},
		{"frozen", approval.Case{State: approval.Approved, Why: words.New("why.frozen")}},
		{"denied", approval.Case{State: approval.Denied}},
		{"still there", approval.Case{State: approval.Verifying, Items: item(commands.StillThere, commands.Answered)}},
		{"answer lost", approval.Case{State: approval.Verifying, Items: item(commands.NotLooked, commands.Unknown)}},
		{"gone", approval.Case{State: approval.Verifying, Items: item(commands.Gone, commands.Answered)}},
		{"done", approval.Case{State: approval.Done}},
	}
	synctest.Test(t, func(t *testing.T) {
		l := oneASecond(t, 1)
		l.come("first", 0)
		for _, one := range all {
			l.come(one.what, urgency(one.c))
		}
		assert.Equal(t, []string{
			"first", "frozen", "denied", "still there", "answer lost", "gone", "done", "asked", "under way", "looking", "about to run",
		}, l.order())
	})
}

// Of a burst of eleven, progress takes one token, and then as many as its patience gets less by the
// second; an outcome finds the rest.
func TestWhatAnOutcomeMayNeedIsNotSpentOnProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := oneASecond(t, 11)
		for _, who := range []string{"a", "b", "c"} {
			l.come(who, mostPatience)
		}
		for range 10 {
			l.come("outcome", 0)
		}
		l.come("vote", mostPatience/2)
		all := rounded(l.departures())
		assert.Equal(t, departure{"a", 0}, all[0])
		for _, d := range all[1:11] {
			assert.Equal(t, departure{"outcome", 0}, d)
		}
		assert.Equal(t, []departure{{"vote", 3 * time.Second}, {"b", 6 * time.Second}, {"c", 6500 * time.Millisecond}}, all[11:])
	})
}

// rounded leaves out by how little a token is waited for too long.
func rounded(all []departure) []departure {
	for i := range all {
		all[i].after = all[i].after.Round(time.Millisecond)
	}
	return all
}

func TestWhatIsDueSpendsTheLastToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &line{T: t, rateQueue: newRateQueue(rate.NewLimiter(rate.Every(time.Hour), 2), time.Now), began: time.Now()}
		l.come("first", 0)
		l.come("progress", mostPatience)
		all := l.departures()
		assert.Equal(t, mostPatience, all[1].after.Round(100*time.Millisecond))
	})
}

// A turn that was taken before its call was written serves that call, and no second one.
func TestATurnServesOneCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := oneASecond(t, 1)
		taken, err := l.take(t.Context(), time.Now())
		require.NoError(t, err)
		ctx := withTurn(t.Context(), taken)
		assert.False(t, oneASecond(t, 1).hasTurn(ctx), "of another queue")
		assert.True(t, l.hasTurn(ctx))
		assert.False(t, l.hasTurn(ctx))
		assert.False(t, l.hasTurn(t.Context()))
	})
}

// A turn whose call is not made goes to the next one, and never makes a burst longer.
func TestATurnThatIsNotSpentIsGivenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := oneASecond(t, 2)
		for range 5 {
			taken, err := l.take(t.Context(), time.Now())
			require.NoError(t, err)
			unspent(withTurn(t.Context(), taken))
			unspent(withTurn(t.Context(), taken)) // once is enough
		}
		time.Sleep(time.Minute)
		for _, who := range []string{"a", "b", "c"} {
			l.come(who, 0)
		}
		assert.Equal(t, []departure{{"a", time.Minute}, {"b", time.Minute}, {"c", time.Minute + time.Second}}, l.departures())
	})
}

// While Slack holds the calls of a method back, a turn that was taken before waits as well.
func TestATurnObeysARetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := oneASecond(t, 2)
		taken, err := l.take(t.Context(), time.Now())
		require.NoError(t, err)
		l.hold(10 * time.Second)
		assert.False(t, l.hasTurn(withTurn(t.Context(), taken)))
		l.come("a", 0)
		assert.Equal(t, []departure{{"a", 10 * time.Second}}, l.departures())
	})
}

func TestProgressDoesNotWaitForEverBehindOutcomes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := oneASecond(t, 1)
		l.come("first", 0)
		l.come("progress", 10*time.Second)
		for range 30 {
			l.come("outcome", 0)
			l.come("outcome", 0)
			time.Sleep(time.Second)
		}
		departures := l.departures()
		for _, d := range departures {
			if d.who == "progress" {
				assert.Less(t, d.after, 25*time.Second)
			}
		}
		assert.Len(t, departures, 62)
	})
}

func TestWhoGivesUpLeavesHisPlaceToTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := oneASecond(t, 1)
		l.come("first", 0)
		ctx, cancel := context.WithCancelCause(t.Context())
		gaveUp := make(chan error, 1)
		go func() { gaveUp <- l.wait(ctx, time.Now()) }()
		synctest.Wait()
		l.come("last", 0)

		cancel(errors.New("gone"))
		require.ErrorIs(t, <-gaveUp, context.Canceled)
		assert.Equal(t, []departure{{"first", 0}, {"last", time.Second}}, l.departures())
	})
}

func TestAHoldKeepsEverybodyBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := oneASecond(t, 1)
		l.hold(30 * time.Second)
		l.hold(time.Second) // a shorter one does not end the longer one
		l.come("a", 0)
		l.come("b", 0)
		assert.Equal(t, []departure{{"a", 30 * time.Second}, {"b", 31 * time.Second}}, l.departures())
	})
}

// A turn that leaves a call no time is none: else Slack would be blamed for what the queue took.
func TestATurnThatComesTooLateIsNone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := oneASecond(t, 1)
		require.NoError(t, waitForTurn(t.Context(), l.rateQueue, time.Now()))
		for left, err := range map[time.Duration]error{400 * time.Millisecond: context.DeadlineExceeded, 2 * time.Second: nil} {
			time.Sleep(time.Minute) // the bucket is full
			require.NoError(t, waitForTurn(t.Context(), l.rateQueue, time.Now()))
			ctx, cancel := context.WithTimeout(t.Context(), time.Second+left)
			assert.ErrorIs(t, waitForTurn(ctx, l.rateQueue, time.Now()), err, left)
			cancel()
		}
		time.Sleep(time.Minute)
		short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		assert.ErrorIs(t, waitForTurn(short, l.rateQueue, time.Now()), nil, "who asks for little and need not wait")
	})
}
