package engine

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/store"
	"quell/commands"
	"quell/integrations"
	"quell/policy"
)

// slowStore stores what it is given, and takes its time.
type slowStore struct {
	Store
	takes func()
	moves []store.Move
}

func (s *slowStore) Advance(_ context.Context, m store.Move) error {
	s.takes()
	s.moves = append(s.moves, m)
	return nil
}

// unseen is a display that nobody looks at.
type unseen struct{}

func (unseen) Paint(context.Context, string) {}

// answering is an action whose calls are all answered, and which notes when each had to be sent.
type answering struct {
	Action
	now    func() time.Time
	toSend []time.Duration
}

func (a *answering) Act(ctx context.Context, _ commands.Item) (integrations.Receipt, error) {
	a.toSend = append(a.toSend, integrations.TimeToSend(ctx, a.now, time.Hour))
	return integrations.Receipt{At: a.now()}, nil
}

// The time in which calls may begin ends between two calls, while the answer of the first is
// stored: the second is not claimed, and says so at once. The first had to be sent in that time.
func TestNoCallBeginsAfterItsTime(t *testing.T) {
	agreed := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	now := agreed.Add(10*time.Minute - 2*time.Second)
	at := func() time.Time { return now }
	slow := &slowStore{takes: func() { now = now.Add(time.Second) }}
	system := &answering{now: at}
	eng := New(Config{
		Store: slow, Display: unseen{}, Now: at, Replica: "R-1", Log: slog.New(slog.DiscardHandler), Policy: func() *policy.Policy { return &policy.Policy{} },
	})
	things := []integrations.Thing{{ID: "node/0"}, {ID: "node/1"}}
	c := approval.Case{
		State: approval.Approved, Limits: approval.DefaultLimits(), Agreed: agreed, Deadline: agreed.Add(10 * time.Minute),
		Plan:  commands.Plan{Items: []commands.Item{{Thing: things[0]}, {Thing: things[1]}}},
		Items: make([]approval.Item, 2),
	}
	for i := range c.Items {
		c.Items[i].Done = commands.NotSent
	}
	require.True(t, eng.callItems(t.Context(), system, c, freshLook{seen: integrations.Sighting{Complete: true, Things: things}, ended: now}))
	assert.Equal(t, []time.Duration{time.Second}, system.toSend)
	last := slow.moves[len(slow.moves)-1].To
	require.Equal(t, approval.Verifying, last.State)
	assert.Equal(t, commands.Answered, last.Items[0].Done)
	assert.False(t, last.Items[1].Claimed)
	assert.Equal(t, "why.not-begun", last.Items[1].Why.ID)
}

// late is an action whose calls are kept back, for the time to send them had passed.
type late struct{ Action }

func (late) Act(context.Context, commands.Item) (integrations.Receipt, error) {
	return integrations.Receipt{}, &integrations.Error{Kind: integrations.Late}
}

// A call that is kept back because the time to run is over says that, and nothing of its look.
func TestWhyACallIsKeptBack(t *testing.T) {
	agreed := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for after, why := range map[time.Duration]string{time.Minute: "vendor.late", 10 * time.Minute: "case.lapsed"} {
		now := agreed.Add(after)
		eng := New(Config{Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler), Systems: NewSystems(nil, time.Now)})
		c := approval.Case{
			State: approval.Running, Limits: approval.DefaultLimits(), Agreed: agreed, Deadline: now.Add(25 * time.Second),
			Plan: commands.Plan{Items: make([]commands.Item, 1)}, Items: []approval.Item{{Claimed: true, InFlight: true}},
		}
		e := eng.callItem(t.Context(), late{}, c, now)
		assert.Equal(t, commands.NotSent, e.Outcome.Done)
		assert.Equal(t, why, whyID(e.Outcome.Why))
	}
}
