package slack_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/commands"
	"quell/commands/words"
)

// Most looks at a vendor move a case and change nothing on its card.
func TestACardThatLooksTheSameIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	c := asking(incident)
	at, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	show := func(want int) {
		t.Helper()
		again, err := chat.Show(s.within(patience), c, at)
		require.NoError(t, err)
		require.Equal(t, at, again)
		assert.Equal(t, want, s.Calls("chat.update"))
	}
	c.Seq++
	show(0)
	c.State = approval.Approved
	show(1)
	show(1)

	s.fail("chat.update", 1, slacksim.Fault{Name: slacksim.BreaksOff, After: true})
	c.Why = words.New("why.lookup")
	_, err = chat.Show(s.within(patience), c, at)
	require.Error(t, err)
	show(3) // nobody knows what it shows, so it is sent again
	c.State = approval.Withdrawn
	show(4)
}

// Throttle: the progress of a vendor's job is drawn at most once in ten seconds; any other
// change at once.
func TestProgressIsDrawnNowAndThen(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	now := time.Now()
	chat.Now = func() time.Time { return now }
	c := asking(incident)
	c.Items, c.Plan.Items = make([]approval.Item, 1), make([]commands.Item, 1)
	at, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	show := func(want int) {
		t.Helper()
		_, err := chat.Show(s.within(patience), c, at)
		require.NoError(t, err)
		assert.Equal(t, want, s.Calls("chat.update"))
	}
	progress := func(percent string) {
		c.Items = slices.Clone(c.Items)
		c.Items[0].Note = words.New("trace.taurusdb-running", words.V{"progress": words.Code(percent)})
	}
	c.State = approval.Verifying
	c.Items[0].Outcome = commands.Outcome{Done: commands.Answered, Seen: commands.UnderWay}
	show(1)
	progress("1%")
	show(1)
	now = now.Add(9 * time.Second)
	progress("40%")
	show(1)
	now = now.Add(time.Second)
	show(2)
	now = now.Add(time.Second)
	progress("99%")
	show(2)
	c.Items[0].Seen = commands.StillThere
	show(3)
}

func TestAStrayCardLosesItsButtons(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	c := asking(incident)
	stray, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	require.NotEmpty(t, buttons(s))
	require.NoError(t, chat.RetireCard(s.within(patience), c.ID, stray, "", slack.ReplyTo{}))
	require.Empty(t, buttons(s))
	require.NoError(t, chat.Announce(s.within(patience), incident, words.New("why.lookup")))
	require.Error(t, chat.Announce(s.within(patience), "C0NOWHERE", words.New("why.lookup")))
}

func buttons(s scene) (all []slacksim.Button) {
	for _, m := range s.As("U0ANNA").State().In(incident) {
		all = append(all, m.Buttons()...)
	}
	return all
}
