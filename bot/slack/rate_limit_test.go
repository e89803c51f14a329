package slack_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/commands/words"
)

// A post whose answer was lost may have been done: to repeat it doubles a card.
func TestAPostWhoseAnswerWasLostIsNotRepeated(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault slacksim.Fault
		cards int
	}{
		"no answer":                 {slacksim.Fault{Name: slacksim.BreaksOff}, 0},
		"no answer, done":           {slacksim.Fault{Name: slacksim.BreaksOff, After: true}, 1},
		"HTTP 500":                  {slacksim.Fault{Name: slacksim.Fails}, 0},
		"HTTP 500, done":            {slacksim.Fault{Name: slacksim.Fails, After: true}, 1},
		"Slack's own trouble":       {slacksim.Fault{Name: slacksim.Says("internal_error")}, 0},
		"Slack's own trouble, done": {slacksim.Fault{Name: slacksim.Says("internal_error"), After: true}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			chat := s.connect()
			s.fail("chat.postMessage", 1, c.fault)
			_, err := chat.Show(s.within(patience), asking(incident), "")
			require.Error(t, err)
			assert.Equal(t, 1, s.Calls("chat.postMessage"))
			assert.Equal(t, c.cards, s.cards(incident))
		})
	}
}

func TestAPostWhoseAnswerTookTooLongIsNotRepeated(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	s.fail("chat.postMessage", 1, slacksim.Fault{Name: slacksim.Hangs, After: true})
	for d := time.Second; s.Calls("chat.postMessage") == 0; d *= 2 { // connecting counts into it
		_, err := chat.Show(s.within(d), asking(incident), "")
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
	_, err := s.As("U0ANNA").Wait(s.within(patience), func(slacksim.State) bool { return s.cards(incident) > 0 })
	require.NoError(t, err)
	assert.Equal(t, 1, s.Calls("chat.postMessage"))
	assert.Equal(t, 1, s.cards(incident))
}

func TestWhatWasTurnedAwayIsSentAgainWhenSlackAllows(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	s.fail("chat.postMessage", 1, slacksim.Fault{Name: slacksim.Throttled})
	began := time.Now()
	at, err := chat.Show(s.within(patience), asking(incident), "")
	require.NoError(t, err)
	assert.NotEmpty(t, at)
	assert.GreaterOrEqual(t, time.Since(began), time.Second)
	assert.Equal(t, 1, s.cards(incident))
	assert.Equal(t, 2, s.Calls("chat.postMessage"), "turned away, and the card")
}

func TestWhatIsTurnedAwayAgainAndAgainIsGivenUp(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	s.fail("chat.postEphemeral", 10, slacksim.Fault{Name: slacksim.Throttled})
	err := chat.Tell(s.within(patience), annaIn(incident), words.New("button.approve"))
	require.ErrorContains(t, err, "chat.postEphemeral: slack rate limit exceeded")
	assert.Equal(t, 3, s.Calls("chat.postEphemeral"), "one layer of retries, not two")
}

// A call whose context ends before the Retry-After fails at once; all others wait.
func TestRetryAfterHoldsEverybodyBack(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	s.fail("chat.postMessage", 1, slacksim.Fault{Name: slacksim.ThrottledFor(time.Minute)})
	_, err := chat.Show(s.within(patience), asking(incident), "")
	require.ErrorContains(t, err, "retry after 1m0s")

	_, err = chat.Show(s.within(200*time.Millisecond), asking(incident), "")
	require.ErrorContains(t, err, "no turn within Slack's rate limit")
	assert.Equal(t, 1, s.Calls("chat.postMessage"), "the second one did not leave")

	s.SetChannel(slacksim.Channel{ID: "C0OTHER", Name: "other", Members: []string{"U0ANNA"}})
	_, err = chat.Show(s.within(patience), asking("C0OTHER"), "")
	require.NoError(t, err, "posts are counted by channel")
	require.NoError(t, chat.Tell(s.within(patience), annaIn(incident), words.New("button.approve")), "and apart from other methods")
}

// The simulator turns away calls beyond the rate limit.
func TestABurstIsNeverTurnedAway(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	var drawing sync.WaitGroup
	for range 3 {
		drawing.Go(func() {
			_, err := chat.Show(s.within(patience), asking(incident), "")
			assert.NoError(t, err)
		})
	}
	drawing.Wait()
	assert.Equal(t, 3, s.Calls("chat.postMessage"), "each is sent once")
	assert.Equal(t, 3, s.cards(incident))
}

func annaIn(channel string) slack.ReplyTo {
	return slack.ReplyTo{Person: anna, Channel: channel}
}
