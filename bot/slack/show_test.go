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
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
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
	require.Contains(t, s.inIncident()[0].Words(), "That case has no card now")
	require.NoError(t, chat.Retire(s.within(patience), c.ID, slack.Message{Channel: incident, TS: "1.000000"}.Card(), store.Stray{Card: stray}))
	require.Contains(t, s.inIncident()[0].Words(), "The other one in this channel counts.")
	require.NoError(t, announced(chat.Announce(s.within(patience), store.Saying{Place: incident, Message: words.New("why.lookup")})))
	require.Error(t, announced(chat.Announce(s.within(patience), store.Saying{Place: "C0NOWHERE", Message: words.New("why.lookup")})))
}

func buttons(s scene) (all []slacksim.Button) {
	for _, m := range s.As("U0ANNA").State().In(incident) {
		all = append(all, m.Buttons()...)
	}
	return all
}

// The end of a watch in which nothing came back changes nothing on the card, so that no edit is
// made of it; whatever else it ends with is shown.
func TestTheEndOfTheWatchIsNoEdit(t *testing.T) {
	t.Parallel()
	for last, edits := range map[commands.Seen]int{commands.Gone: 1, commands.CameBack: 2, commands.StillThere: 2} {
		s := start(t)
		chat := s.connect()
		c := consulting("10.0.0.1:2048")
		at, err := chat.Show(s.within(patience), c, "")
		require.NoError(t, err)
		for _, e := range called(c.Opened, commands.Gone, last) {
			c, err = approval.Step(c, e, c.Opened)
			require.NoError(t, err)
			if c.State == approval.Verifying && c.Items.Worst() == commands.Gone || c.State == approval.Done {
				at, err = chat.Show(s.within(patience), c, at)
				require.NoError(t, err)
			}
		}
		require.Equal(t, approval.Done, c.State)
		assert.Equal(t, edits, s.Calls("chat.update"), last)
		_, err = chat.Explain(s.within(patience), c, nil, at)
		require.NoError(t, err)
		assert.Equal(t, edits, s.Calls("chat.update"), last)
		assert.Equal(t, 2, s.Calls("chat.postMessage"), last)
	}
}

// The last word of a vendor is shown, however short before another stood there.
func TestTheLastProgressIsDrawn(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	c := consulting("10.0.0.1:2048")
	at, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	for _, e := range called(c.Opened, commands.Gone, commands.Gone) {
		if look, ok := e.(approval.Looked); ok && !look.At.Before(c.Watched()) {
			look.Seen[0].Note = words.New("trace.taurusdb-running", words.V{"progress": words.Code("100%")})
		}
		c, err = approval.Step(c, e, c.Opened)
		require.NoError(t, err)
		at, err = chat.Show(s.within(patience), c, at)
		require.NoError(t, err)
	}
	assert.Contains(t, s.inIncident()[0].Words(), "100%")
}

// consulting is a case of one thing that needs one yes.
func consulting(thing string) approval.Case {
	c := withThings(thing)
	c.Items[0].Outcome = commands.Outcome{Done: commands.NotSent, Seen: commands.NotLooked}
	c.Decision = policy.Decision{Verdict: policy.Consult, Need: 1, From: []string{"incident-commander"}}
	return c
}

// called are the events of a case whose one call was answered: two looks, the second at the end
// of the watch.
func called(at time.Time, first, last commands.Seen) []approval.Event {
	look := func(seen commands.Seen, at time.Time) approval.Event {
		return approval.Looked{Seen: []commands.Sight{{Seen: seen}}, At: at, Next: at.Add(time.Second)}
	}
	return []approval.Event{
		approval.Voted{Vote: approval.Vote{By: person("U0BEN"), Choice: approval.Yes, At: at}},
		approval.Claim{Owner: "R-1", Seen: integrations.Sighting{At: at, Complete: true, Things: []integrations.Thing{{ID: "10.0.0.1:2048"}}}},
		approval.CallEnded{Owner: "R-1", Outcome: commands.Outcome{Done: commands.Answered, Seen: commands.NotLooked, Receipt: integrations.Receipt{At: at, Status: 204}}},
		look(first, at.Add(time.Second)), look(last, at.Add(approval.DefaultLimits().Watch)),
	}
}
