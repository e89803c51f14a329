package commands_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// How long the vendor wants to be left alone is in the sentence; where it named no time, a minute
// stands there, or what to wait for.
func TestThePauseIsInTheSentence(t *testing.T) {
	all, err := words.Load()
	require.NoError(t, err)
	english := all.In("en", words.Plain{})
	for _, tt := range []struct {
		kind integrations.Kind
		wait time.Duration
		want string
	}{
		{integrations.Throttled, 0, "cache-prod asks me to slow down. Please wait a minute."},
		{integrations.Throttled, 7 * time.Minute, "cache-prod asks me to slow down. Please wait 7 min."},
		{integrations.Busy, 0, "cache-prod is busy with another job. Please wait until that is done."},
		{integrations.Busy, 90 * time.Second, "cache-prod is busy with another job. Please wait 1 min 30 s."},
		{integrations.Unavailable, time.Hour, "cache-prod answered with an error of its own, and asks me to wait. Please wait 1 h."},
	} {
		got := english.Say(commands.Trouble(&integrations.Error{Kind: tt.kind, RetryAfter: tt.wait}, "cache-prod"))
		assert.Equal(t, tt.want, got)
	}
}
