package slack_test

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/slack"
	"quell/bot/slacksim"
)

// deaf is a Handler that acknowledges every delivery at once and does no more.
type deaf struct{}

func (deaf) Handle(_ context.Context, _ slack.Delivery, ack func(slack.Answer)) {
	ack(slack.Answer{})
}

func (deaf) Search(context.Context, bot.Query) bot.Offer { return bot.Offer{} }

// hear has the bot listen until the test ends.
func (s scene) hear(chat *slack.Slack, h slack.Handler) {
	s.Helper()
	ctx, stop := context.WithCancel(s.Context())
	ended := make(chan error, 1)
	go func() { ended <- chat.Hear(ctx, h) }()
	s.Cleanup(func() {
		stop()
		require.NoError(s.T, <-ended)
	})
	s.until(func() bool { return s.Sockets().Open >= 2 })
}

// until waits for what the workspace shows.
func (s scene) until(enough func() bool) {
	s.Helper()
	_, err := s.As("U0ANNA").Wait(s.within(patience), func(slacksim.State) bool { return enough() })
	require.NoError(s.T, err)
}

// Slack has each socket replaced every few hours, and several of an app at the same moment when
// it restarts machines. Nobody may notice: no command is lost and there is always a socket.
// QUELL_SOAK=1 makes it ten times as many.
func TestRefreshesUnderLoadLoseNothing(t *testing.T) {
	t.Parallel()
	refreshes, typists := 100, 4
	if os.Getenv("QUELL_SOAK") != "" {
		refreshes, typists = 1000, 16
	}
	s := startAs(t, func(cfg *slacksim.Config) { cfg.Grace, cfg.Unlimited = 3*time.Second, true })
	s.config.RateFactor = 1000 // hours pass in a moment
	s.hear(s.connect(), deaf{})
	ctx, stop := context.WithCancel(t.Context())
	var typing sync.WaitGroup
	for range typists {
		typing.Go(func() {
			for ctx.Err() == nil {
				assert.NoError(t, s.As("U0ANNA").Say(incident, "/quell help"))
				time.Sleep(2 * time.Millisecond) // a load, not a race for the processor
			}
		})
	}
	for i := range refreshes {
		before := s.Sockets().Opened
		reason := []string{slacksim.Warning, slacksim.RefreshRequested}[i%2]
		if i%3 == 0 {
			s.Disconnect(reason)
			before++ // two at once
		} else {
			require.NoError(t, s.FailNext("socket", 1, slacksim.Named(reason)))
		}
		s.until(func() bool { return s.Sockets().Opened > before })
	}
	stop()
	typing.Wait()
	s.until(func() bool { c := s.Sockets(); return c.Acked+c.TimedOut == c.Sent })
	c := s.Sockets()
	t.Logf("%d refreshes: %d sockets, at most %d at once, %d turned away; %d commands, %d lost, %v without a socket",
		refreshes, c.Opened, c.Most, c.TurnedAway, c.Sent+c.Undelivered, c.TimedOut+c.Undelivered, c.Dark)
	assert.Zero(t, c.TimedOut+c.Undelivered, "commands lost")
	assert.Zero(t, c.Dark, "time without a socket")
	assert.Zero(t, c.TurnedAway)
	assert.LessOrEqual(t, c.Most, 10)
}

// A Slack that ends each socket as soon as it is open causes no storm of new ones: they are asked
// for within a limit of our own, after which every further one takes seconds.
func TestSocketsThatEndAtOnceCauseNoStorm(t *testing.T) {
	t.Parallel()
	s := startAs(t, func(cfg *slacksim.Config) { cfg.Life, cfg.Grace = time.Millisecond, time.Millisecond })
	chat := s.connect()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- chat.Hear(ctx, deaf{}) }()
	time.Sleep(2 * time.Second)
	stop()
	require.NoError(t, <-ended)
	assert.LessOrEqual(t, s.Calls("apps.connections.open"), 10+2)
}

// A stop is no trouble: sockets that the program ends itself are not said to break off.
func TestAnOrdinaryStopIsNoTrouble(t *testing.T) {
	t.Parallel()
	s := start(t)
	log := &journal{}
	s.config.Log = slog.New(slog.NewTextHandler(log, nil))
	chat := s.connect()
	for range 3 {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- chat.Hear(ctx, deaf{}) }()
		require.Eventually(t, func() bool { return chat.Sockets() == 2 }, patience, time.Millisecond)
		stop()
		require.NoError(t, <-ended)
	}
	require.NotContains(t, log.String(), "level=WARN")
	require.NotContains(t, log.String(), "level=ERROR")
}
