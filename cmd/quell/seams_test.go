package main

import (
	"context"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/audit"
	"quell/cmd/wiring"
)

// The seams are read by this test binary alone; the shipped program has none.
const (
	seamClock = "QUELL_TEST_CLOCK" // a file with the nanoseconds that the clock is ahead
	seamCrash = "QUELL_TEST_CRASH" // "before EVENT" or "after EVENT"
)

// testSeams are production's, with a clock that can be put ahead, a short watch
// and a place to die at.
func testSeams() wiring.Seams {
	limits := approval.DefaultLimits()
	limits.Watch = 3 * time.Second
	return wiring.Seams{
		Now:    clockFrom(os.Getenv(seamClock)),
		Limits: limits,
		Store: func(s bot.Store) bot.Store {
			when, event, _ := strings.Cut(os.Getenv(seamCrash), " ")
			return crashing{s, when, event}
		},
	}
}

func clockFrom(file string) func() time.Time {
	return func() time.Time {
		data, _ := os.ReadFile(file)
		ahead, _ := strconv.ParseInt(string(data), 10, 64)
		return time.Now().Add(time.Duration(ahead))
	}
}

// crashing kills its own process, as kill -9 does, before or after the
// transaction of one event.
type crashing struct {
	bot.Store
	when, event string
}

func (c crashing) Advance(ctx context.Context, prev int64, next approval.Case, e audit.Entry) error {
	c.die("before", e.Event)
	err := c.Store.Advance(ctx, prev, next, e)
	c.die("after", e.Event)
	return err
}

func (c crashing) Create(ctx context.Context, k approval.Case, origin string, e audit.Entry) (approval.Case, error) {
	c.die("before", e.Event)
	k, err := c.Store.Create(ctx, k, origin, e)
	c.die("after", e.Event)
	return k, err
}

func (c crashing) die(when, event string) {
	if c.when == when && c.event == event {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}
