package bot_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/engine"
	"quell/bot/slack"
	"quell/commands"
	"quell/integrations"
)

// oneAtATime is a system that does one thing at a time (commands.Holder). It knows what was done
// under a hold, and when the hold ended.
type oneAtATime struct {
	*system
	held []string // under one hold after the other
}

type underHold struct{}

func (o *oneAtATime) note(ctx context.Context, what string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if ctx.Value(underHold{}) != nil {
		o.held = append(o.held, what)
	}
}

func (o *oneAtATime) Hold(ctx context.Context, place string) (context.Context, func()) {
	held := context.WithValue(ctx, underHold{}, place)
	return held, func() { o.note(held, "released") }
}

func (o *oneAtATime) Sessions(ctx context.Context, place string) (integrations.Sighting, error) {
	o.note(ctx, "look at "+place)
	return o.system.Sessions(ctx, place)
}

func (o *oneAtATime) EndSession(ctx context.Context, t integrations.Thing) (integrations.Receipt, error) {
	o.note(ctx, "call")
	return o.system.EndSession(ctx, t)
}

func (o *oneAtATime) done() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.held)
}

func newHeldWorld(t *testing.T) (*world, *oneAtATime) {
	w := newWorld(t)
	o := &oneAtATime{system: w.system}
	w.targets["cache"] = engine.Target{Name: "cache", Kind: "dcs", Actions: map[string]engine.Action{"kill-session": commands.KillSession(o)}}
	w.bot = w.replica("R-1", rules)
	return w, o
}

// A look and the calls that rest on it are made under one hold, which ends with the last call:
// plans and verification hold nothing.
func TestALookAndItsCallsAreMadeUnderOneHold(t *testing.T) {
	w, o := newHeldWorld(t)
	c := w.askThree()
	require.Empty(t, o.done())
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	c = w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, []string{"answered, gone", "answered, gone", "answered, gone"}, became(c))
	assert.Equal(t, []string{"look at node", "call", "call", "call", "released"}, o.done())
}

// A hold ends also where nothing is called.
func TestAHoldEndsWithoutACall(t *testing.T) {
	w, o := newHeldWorld(t)
	c := w.ask()
	w.system.upset(func(s *system) { s.sessions = nil })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, []string{"look at node", "released"}, o.done())
}

// A look that grew old behind a slow call carries no other: the next item is not claimed, and its
// thing is read again at once.
func TestALookThatGrewOldBetweenTwoCallsIsMadeAgain(t *testing.T) {
	w, o := newHeldWorld(t)
	c := w.askThree()
	calling, goOn := make(chan struct{}), make(chan struct{})
	w.system.upset(func(s *system) { s.calling, s.goOn = calling, goOn })
	require.Empty(t, w.press(w.bot, "U0BEN", slack.Approve, c))
	<-calling
	w.system.upset(func(s *system) { s.calling, s.goOn = nil, nil })
	w.clock.advance(6 * time.Second)
	close(goOn)
	c = w.reaches(w.bot, c.ID, approval.Done)
	assert.Equal(t, []string{"answered, gone", "answered, gone", "answered, gone"}, became(c))
	assert.Equal(t, []string{"look at node", "call", "released", "look at node", "call", "call", "released"}, o.done())
	assert.Len(t, entries(t, w, "claim"), 3, "one for each call")
}
