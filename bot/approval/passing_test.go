package approval_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// What people have to know at once never rests; what gives way to more in a moment does.
func TestWhatIsPassing(t *testing.T) {
	t.Parallel()
	open := approval.Item{Outcome: commands.Outcome{Done: commands.NotSent, Seen: commands.NotLooked}}
	flying := approval.Item{Claimed: true, InFlight: true, Outcome: commands.Outcome{Done: commands.Unknown, Seen: commands.NotLooked}}
	called := func(d commands.Done, s commands.Seen) approval.Item {
		return approval.Item{Claimed: true, Outcome: commands.Outcome{Done: d, Seen: s}}
	}
	answered, lost := called(commands.Answered, commands.NotLooked), called(commands.Unknown, commands.NotLooked)
	gone := called(commands.Answered, commands.Gone)
	for _, tt := range []struct {
		what    string
		state   approval.State
		why     string
		items   []approval.Item
		passing bool
	}{
		{"asked", approval.Pending, "", []approval.Item{open}, false},
		{"about to be called", approval.Approved, "", []approval.Item{open}, true},
		{"frozen", approval.Approved, "why.frozen", []approval.Item{open}, false},
		{"the call is in flight", approval.Running, "", []approval.Item{flying}, true},
		{"the second of three", approval.Running, "", []approval.Item{answered, flying, open}, true},
		{"the first answer was lost", approval.Running, "", []approval.Item{lost, open, open}, false},
		{"the same while the second call is in flight", approval.Running, "", []approval.Item{lost, flying, open}, false},
		{"the same once the second has its answer", approval.Running, "", []approval.Item{lost, answered, open}, true},
		{"it is about to be looked at", approval.Verifying, "", []approval.Item{answered}, true},
		{"the vendor is at it", approval.Verifying, "", []approval.Item{called(commands.Answered, commands.UnderWay)}, true},
		{"the answer was lost", approval.Verifying, "", []approval.Item{lost}, false},
		{"gone", approval.Verifying, "", []approval.Item{gone}, false},
		{"one is gone and one is still to be looked at", approval.Verifying, "", []approval.Item{gone, answered}, false},
		{"still there", approval.Verifying, "", []approval.Item{called(commands.Answered, commands.StillThere)}, false},
		{"the rest was stopped", approval.Verifying, "", []approval.Item{answered, open}, false},
		{"over", approval.Done, "", []approval.Item{gone}, false},
	} {
		c := approval.Case{State: tt.state, Items: tt.items}
		if tt.why != "" {
			c.Why = words.New(tt.why)
		}
		require.Equal(t, tt.passing, c.Passing(), tt.what)
		require.Equal(t, tt.passing, c.Rest() > 0, tt.what)
	}
}
