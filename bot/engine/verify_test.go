package engine

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/policy"
)

// asked is an action that notes what is known of the calls whose things it is to look at.
type asked struct {
	Action
	made []commands.KnownCall
}

func (a *asked) Verify(_ context.Context, p commands.Plan, made []commands.KnownCall) ([]commands.Sight, time.Time, error) {
	a.made = made
	return make([]commands.Sight, len(p.Items)), time.Now(), nil
}

// A system that is read thing by thing is not read for what can change no more: its failure there
// would hide what is seen of the others. Whoever looks again later sees all that was claimed.
func TestWhatIsReadAfterTheCalls(t *testing.T) {
	system := &asked{}
	eng := New(Config{Now: time.Now, Systems: NewSystems(map[string]Target{
		"cache": {Actions: map[string]Action{"kill-session": system}},
	}, time.Now), Policy: func() *policy.Policy { return nil }})
	c := approval.Case{State: approval.Verifying, Request: commands.Request{Command: "kill-session", Target: "cache"}, Items: []approval.Item{
		{Claimed: true, Outcome: commands.Outcome{Done: commands.Answered, Seen: commands.StillThere}},
		{Claimed: true, Outcome: commands.Outcome{Done: commands.Answered, Seen: commands.Gone, Final: true}},
		{Claimed: true, Outcome: commands.Outcome{Done: commands.Declined, Seen: commands.NotLooked}},
		{Claimed: true, Outcome: commands.Outcome{Done: commands.NotSent, Seen: commands.NotLooked}},
		{Claimed: true, Outcome: commands.Outcome{Done: commands.Unknown, Seen: commands.NotLooked}},
		{Outcome: commands.Outcome{Done: commands.NotSent, Seen: commands.NotLooked}},
	}}
	c.Plan.Items = make([]commands.Item, len(c.Items))
	_, err := eng.Look(t.Context(), c)
	require.NoError(t, err)
	assert.Equal(t, []bool{true, false, false, false, true, false}, readOf(system.made))
	c.State = approval.Done
	_, err = eng.Look(t.Context(), c)
	require.NoError(t, err)
	assert.Equal(t, []bool{true, true, true, true, true, false}, readOf(system.made))
}

func readOf(made []commands.KnownCall) (all []bool) {
	for _, one := range made {
		all = append(all, one.Claimed)
	}
	return all
}
