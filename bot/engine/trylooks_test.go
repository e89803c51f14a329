package engine

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
)

// sighted is an action that can be tried; the other actions that there are cannot.
type sighted struct {
	Action
	ok    bool
	err   error
	tries int
}

func (s *sighted) TryLook(context.Context) (bool, error) {
	s.tries++
	return s.ok, s.err
}

func (s *sighted) Verify(context.Context, commands.Plan, []commands.KnownCall) ([]commands.Sight, time.Time, error) {
	return nil, time.Time{}, s.err
}

// What a look after a call needs is tried once at each target, and people are told of it, before
// anybody acts and after each look.
func TestLooksAreTried(t *testing.T) {
	all, err := words.Load()
	require.NoError(t, err)
	english := all.In("en", words.Plain{})
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	no := &integrations.Error{Kind: integrations.Forbidden}
	actions := map[string]*sighted{"blind": {ok: true, err: no}, "empty": {}, "sees": {ok: true}}
	targets := map[string]Target{"plain": {Actions: map[string]Action{"kill-session": struct{ Action }{}}}}
	for name, a := range actions {
		targets[name] = Target{Actions: map[string]Action{"kill-session": a}}
	}
	s := NewSystems(targets, func() time.Time { return now })
	for name := range targets {
		require.Equal(t, "health.unread", s.Health(name).ID)
	}
	s.TryLooks(t.Context(), slog.New(slog.DiscardHandler))
	for _, a := range actions {
		assert.Equal(t, 1, a.tries)
	}
	blind := english.Say(s.Health("blind"))
	assert.Contains(t, blind, "I have not listed anything there since I started. I could act there and not see what becomes of a call (tried at 2026-01-02 03:04:05 UTC). ")
	assert.Contains(t, blind, "may not do this")
	assert.Contains(t, english.Say(s.Health("sees")), "I could see there what becomes of a call (tried at 2026-01-02 03:04:05 UTC).")
	for _, unknown := range []string{"empty", "plain"} {
		assert.Equal(t, "health.unread", s.Health(unknown).ID, "nobody knows")
	}

	actions["blind"].err = nil
	now = now.Add(time.Minute)
	_, _, err = watched{actions["blind"], "blind", s.health, nil}.Verify(t.Context(), commands.Plan{}, nil)
	require.NoError(t, err)
	assert.Contains(t, english.Say(s.Health("blind")), "I could see there what becomes of a call (tried at 2026-01-02 03:05:05 UTC).")
}

// The end of the process is no trouble of a system.
func TestATryThatIsGivenUpSaysNothing(t *testing.T) {
	a := &sighted{ok: true, err: &integrations.Error{Kind: integrations.NoAnswer, Cause: context.Canceled}}
	s := NewSystems(map[string]Target{"cache": {Actions: map[string]Action{"kill-session": a}}}, time.Now)
	s.TryLooks(t.Context(), slog.New(slog.DiscardHandler))
	assert.Equal(t, "health.unread", s.Health("cache").ID)
}
