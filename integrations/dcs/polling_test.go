package dcs

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// A scan that takes long is asked after more and more seldom, and a quick one as soon as ever:
// how many requests each takes, and how long after its end a look knows.
func TestHowOftenAScanIsAskedAfter(t *testing.T) {
	t.Parallel()
	for scan, want := range map[time.Duration]struct {
		requests int
		late     time.Duration
	}{
		0:                      {1, 0},
		300 * time.Millisecond: {2, 0},
		time.Second:            {4, 425 * time.Millisecond},
		6 * time.Second:        {8, 1960 * time.Millisecond},
		19 * time.Second:       {14, 700 * time.Millisecond}, // the last question comes before the end
	} {
		t.Run(scan.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &Client{cfg: Config{}.withDefaults()}
				ctx, cancel := context.WithTimeout(t.Context(), c.cfg.ScanTimeout)
				defer cancel()
				began, requests := time.Now(), 0
				err := c.patiently(ctx, func() error {
					requests++
					if time.Since(began) >= scan {
						return nil
					}
					return &integrations.Error{Kind: integrations.Busy, Code: codeTaskState}
				})
				require.NoError(t, err)
				assert.Equal(t, want.requests, requests)
				assert.InDelta(t, want.late.Seconds(), (time.Since(began) - scan).Seconds(), 0.05)
			})
		})
	}
}

// A scan that is not over when time runs out is asked after once more just before.
func TestTheLastQuestionComesJustBeforeTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &Client{cfg: Config{}.withDefaults()}
		ctx, cancel := context.WithTimeout(t.Context(), c.cfg.ScanTimeout)
		defer cancel()
		began, last := time.Now(), time.Duration(0)
		err := c.patiently(ctx, func() error {
			last = time.Since(began)
			return &integrations.Error{Kind: integrations.Busy, Code: codeTaskState}
		})
		require.Equal(t, integrations.Busy, integrations.KindOf(err))
		require.Less(t, c.cfg.ScanTimeout-last, time.Second)
	})
}
