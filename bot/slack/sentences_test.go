package slack

import (
	"testing"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
)

// A card begins with the title and the status that every face says of a case, in each state
// that has a card.
func TestACardSaysTheSentencesOfTheCase(t *testing.T) {
	t.Parallel()
	s := chat(t)
	s.Now = start.UTC
	for _, state := range []approval.State{
		approval.Pending, approval.Approved, approval.Running, approval.Verifying, approval.Done,
		approval.Refused, approval.Denied, approval.Expired, approval.Withdrawn, approval.Lapsed,
	} {
		c := unasked(t, state, 0, 1)
		blocks := s.cardBlocks(c)
		header, ok := blocks[0].(*slack.HeaderBlock)
		require.True(t, ok, state)
		section, ok := blocks[1].(*slack.SectionBlock)
		require.True(t, ok, state)
		assert.Equal(t, s.speaker(plain{}).Say(approval.Title(c)), header.Text.Text, state)
		assert.Equal(t, s.say(approval.Status(c)), section.Text.Text, state)
	}
}

// Each action that a case offers has a button of its own, whose click is understood.
func TestEachActionHasItsButton(t *testing.T) {
	t.Parallel()
	choices := map[Button]bool{}
	for a := approval.ToApprove; a <= approval.ToAskAgain; a++ {
		choice, _ := buttonOf(a)
		assert.False(t, choices[choice], "%s is the button of two actions", choice)
		choices[choice] = true
		assert.Contains(t, buttons(), choice)
	}
	assert.Len(t, choices, len(buttons()))
}
