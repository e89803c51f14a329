package approval_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/commands"
	"quell/commands/words"
)

// Nobody decides on what nobody sees: the case ends without a call, and says why.
func TestACaseThatNobodyCanBeShownEnds(t *testing.T) {
	c := step(t, in(t, approval.Pending, 2), approval.Unshown{Why: words.New("slack.archived")}, start)
	require.Equal(t, approval.Refused, c.State)
	require.Equal(t, "case.unshown", c.Why.ID)
	require.Equal(t, "slack.archived", c.Why.Values["why"].Inner.ID)
	require.False(t, c.Items.Acted())
	require.Equal(t, "vote.over", refuse(t, c, yes(bob), start))
}

// Where an end is told and not shown, what became of each thing is told with it.
func TestAnEndThatIsToldSaysWhatBecameOfEachThing(t *testing.T) {
	c := in(t, approval.Verifying, 2)
	c = step(t, c, looked(start, commands.Gone, commands.NotLooked), start)
	c = step(t, c, approval.Timeout{}, c.Deadline)
	require.Equal(t, approval.Done, c.State)
	all, err := words.Load()
	require.NoError(t, err)
	say := all.In("en", words.Plain{}).Say
	said := say(approval.UnshownEnd(c, words.New("slack.archived")))
	for i, it := range c.Plan.Items {
		require.Contains(t, said, "\n• "+it.Thing.Name+": "+say(approval.Became(c, i)))
	}
	c = step(t, in(t, approval.Pending, 2), no(bob), start)
	require.NotContains(t, say(approval.UnshownEnd(c, words.New("slack.archived"))), "•")
}

// Between two calls it ends like any stop: what was called is still verified.
func TestACaseThatNobodyCanBeShownBetweenTwoCalls(t *testing.T) {
	c := step(t, step(t, in(t, approval.Approved, 2), claim(), start), called(0, commands.Answered), start)
	c = step(t, c, approval.Postponed{Until: start}, start)
	c = step(t, c, approval.Unshown{Why: words.New("slack.archived")}, start)
	require.Equal(t, approval.Verifying, c.State)
	require.Equal(t, "case.unshown", c.Items[1].Why.ID)
}
