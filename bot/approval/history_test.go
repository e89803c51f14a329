package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// When a call was made and what was answered is told of every answer, also of one that is no yes.
func TestEveryAnswerIsInTheHistory(t *testing.T) {
	for name, e := range map[string]approval.CallEnded{
		"tried and failed": {Outcome: commands.Outcome{Done: commands.Unknown, Failed: true, Receipt: integrations.Receipt{Status: 200}}},
		"an error":         {Outcome: commands.Outcome{Done: commands.Unknown, Receipt: integrations.Receipt{Status: 503}}},
		"refused":          {Outcome: commands.Outcome{Done: commands.Declined, Receipt: integrations.Receipt{Status: 403}}},
		"Redis":            {Outcome: commands.Outcome{Done: commands.Declined, Receipt: integrations.Receipt{Answer: "NOPERM"}}},
	} {
		c := in(t, approval.Running, 1)
		e.Owner, e.Outcome.Seen, e.Outcome.Why = replica, commands.NotLooked, words.New("vendor.invalid", words.V{"target": words.Code("cache-prod")})
		e.Outcome.Receipt.At = start.Add(time.Second)
		c = step(t, c, e, start.Add(time.Second))
		require.Contains(t, told(t, c), "called at "+start.Format(stamp)+", answered "+e.Outcome.Receipt.Said()+" after ", name)
	}
	c := step(t, in(t, approval.Running, 1), called(0, commands.Unknown), start)
	require.NotContains(t, told(t, c), "called at", "no answer came")
}
