package slacksim_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

func TestWaitWakesOnAChange(t *testing.T) {
	t.Parallel()
	s := start(t)
	seen := make(chan slacksim.State, 1)
	go func() {
		state, _ := s.As(ben).Wait(s.ctx(), says(incident, "hello"))
		seen <- state
	}()
	s.must(s.As(anna).Say(incident, "hello"))
	assert.Equal(t, "hello", (<-seen).Messages[0].Text)
}

func TestWaitEndsWithItsContextAndSaysWhatWasSeen(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.posted(object{"channel": incident, "blocks": card("Kill it?")})
	s.must(s.As(ben).Say(incident, "/quell"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.As(ben).Wait(ctx, func(slacksim.State) bool { return false })
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "Kill it? | Approve | Deny")
	assert.ErrorContains(t, err, "dispatch_failed")
}

func TestWaitEndsWithTheWorkspace(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Close()
	_, err := s.As(anna).Wait(s.ctx(), func(slacksim.State) bool { return false })
	require.ErrorContains(t, err, "closed")
}

func TestAMessageTellsItsWordsAndButtons(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.posted(object{"channel": incident, "text": "fallback", "blocks": card("Kill it?")})
	m := s.As(anna).State().In(incident)[0]
	assert.Equal(t, "Kill it?\nApprove\nDeny", m.Words())
	assert.Equal(t, slacksim.Button{BlockID: "vote", ActionID: "approve", Text: "Approve", Value: "Q-1:f00d"}, m.Buttons()[0])
	assert.Equal(t, "plain", slacksim.Message{Text: "plain"}.Words())
}

func TestIdsDifferFromRunToRun(t *testing.T) {
	t.Parallel()
	ids := map[any]bool{}
	for range 3 {
		s := start(t)
		c := s.connect()
		s.must(s.As(anna).Say(incident, "/quell"))
		ids[c.next()["envelope_id"]] = true
	}
	assert.Len(t, ids, 3)
}
