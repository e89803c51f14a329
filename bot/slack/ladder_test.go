package slack_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/bot/display"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/bot/store"
	"quell/commands"
	"quell/commands/words"
	"quell/integrations"
	"quell/policy"
)

// withThings is a case that asks for some things.
func withThings(names ...string) approval.Case {
	c := asking(incident)
	for _, name := range names {
		c.Plan.Items = append(c.Plan.Items, commands.Item{Thing: integrations.Thing{ID: name, Name: name}})
	}
	c.Items = make([]approval.Item, len(names))
	return c
}

// says sets a fault for the next calls of a method: each answers a code.
func (s scene) says(method string, codes ...string) {
	s.Helper()
	for _, c := range codes {
		s.fail(method, 1, slacksim.Fault{Name: slacksim.Says(c)})
	}
}

// inIncident are the messages in the incident channel that all see.
func (s scene) inIncident() []slacksim.Message { return s.As("U0BEN").State().In(incident) }

func unshown(t *testing.T, err error) *display.Unshown {
	t.Helper()
	no, ok := errors.AsType[*display.Unshown](err)
	require.True(t, ok, "%v", err)
	return no
}

// What Slack does not take as it is goes with less, down to text; the buttons stay.
func TestACardThatSlackDoesNotTakeGoesWithLess(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		codes  []string
		blocks int // at most; the types of a text card are section and actions alone
		text   bool
	}{
		"too long":             {[]string{"msg_blocks_too_long"}, 9, false},
		"too long, again":      {[]string{"msg_too_long", "msg_blocks_too_long"}, 9, true},
		"a block is not taken": {[]string{"invalid_blocks"}, 9, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			chat := s.connect()
			s.says("chat.postMessage", tt.codes...)
			at, err := chat.Show(s.within(patience), withThings("10.0.0.1:2048", "10.0.0.2:2048"), "")
			require.NoError(t, err)
			require.NotEmpty(t, at)
			m := s.inIncident()[0]
			require.Contains(t, m.Words(), "10.0.0.2:2048")
			require.Len(t, m.Buttons(), len(approval.Offers(withThings("10.0.0.1:2048"))))
			header := false
			for _, b := range m.Blocks {
				header = header || b["type"] == "header"
			}
			require.Equal(t, tt.text, !header)

			c := withThings("10.0.0.1:2048", "10.0.0.2:2048")
			c.State = approval.Denied
			s.says("chat.update", tt.codes...)
			_, err = chat.Show(s.within(patience), c, at)
			require.NoError(t, err, "an edit goes the same way")
			require.Contains(t, s.inIncident()[0].Words(), "Denied")
		})
	}
}

// What is refused for good is told apart from what passes, and from a token that another one
// replaces without a restart: those are tried again.
func TestACardThatCannotBePosted(t *testing.T) {
	t.Parallel()
	for code, final := range map[string]bool{
		"restricted_action": true, "is_archived": true, "not_in_channel": true, "restricted_action_thread_only_channel": true,
		"ratelimited": false, "token_revoked": false, "missing_scope": true, "user_not_found": true, "full_moon": false,
	} {
		s := start(t)
		chat := s.connect()
		s.says("chat.postMessage", code)
		card, err := chat.Show(s.within(patience), asking(incident), "")
		require.ErrorContains(t, err, code)
		require.Empty(t, card)
		_, is := errors.AsType[*display.Unshown](err)
		assert.Equal(t, final, is, code)
	}
	s := start(t)
	chat := s.connect()
	s.says("chat.postMessage", "invalid_blocks", "invalid_blocks")
	_, err := chat.Show(s.within(patience), asking(incident), "")
	require.Equal(t, "slack.malformed", unshown(t, err).Why.ID)
	require.Equal(t, 2, s.Calls("chat.postMessage"), "as a whole, and as text")
}

// Where a card can be changed no more, what people have to see is posted anew, each once, and
// progress is not.
func TestACardThatCannotBeChanged(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	c := asking(incident)
	card, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	s.SetEditWindow(-1)
	draws := func(state approval.State, change func(), posts int) {
		t.Helper()
		c.State, c.Seq = state, c.Seq+1
		change()
		at, err := chat.Show(s.within(patience), c, card)
		require.NoError(t, err)
		card = at
		require.Len(t, s.inIncident(), posts, state)
	}
	same := func() {}
	draws(approval.Pending, func() { c.Votes = append(c.Votes, approval.Vote{By: anna, Choice: approval.Yes, At: time.Now()}) }, 1)
	draws(approval.Approved, same, 1)
	draws(approval.Pending, func() { c.Consulted = time.Now() }, 2) // asked once more
	draws(approval.Approved, same, 2)
	draws(approval.Verifying, same, 2)
	draws(approval.Done, same, 3)
	draws(approval.Done, same, 3)
	require.Equal(t, s.inIncident()[2].TS, slack.MessageOf(card).TS)
}

// Where a card can be changed no more, what becomes known after the end is posted anew, each once:
// what a later look saw, who signed that somebody acted alone, and why somebody said no.
func TestWhatIsKnownLaterWhereACardCannotBeChanged(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		state  approval.State
		change func(c *approval.Case, n int)
		shows  string
	}{
		"a later look": {approval.Done, func(c *approval.Case, n int) {
			c.Evidence = append(c.Evidence, approval.Evidence{By: anna, At: time.Unix(int64(1800000000+n), 0), Seen: []commands.Sight{{Seen: commands.Gone}}})
			c.Evidence = c.Evidence[max(0, len(c.Evidence)-1):] // a case keeps the newest ones
		}, "Gone"},
		"a signature": {approval.Done, func(c *approval.Case, n int) {
			c.BreakGlass.Signed = append(c.BreakGlass.Signed, approval.Vote{By: commands.Person{Team: "T0QUELL", User: fmt.Sprint("U0", n)}, Choice: approval.Yes, At: time.Now()})
		}, "signed"},
		"why not": {approval.Denied, func(c *approval.Case, n int) {
			c.Votes = append(c.Votes, approval.Vote{By: commands.Person{Team: "T0QUELL", User: fmt.Sprint("U0", n)}, Choice: approval.No, At: time.Now(), Why: "not at night"})
		}, "not at night"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			chat := s.connect()
			c := withThings("10.0.0.1:2048")
			c.Decision.BreakGlass = &policy.BreakGlass{Review: policy.Review{Need: 5}}
			c.BreakGlass = &approval.BreakGlass{By: anna, At: time.Now(), Why: "nobody answers"}
			card, err := chat.Show(s.within(patience), c, "")
			require.NoError(t, err)
			s.SetEditWindow(-1)
			c.State = tt.state
			for n := range 3 {
				for range 2 { // a redrawing changes nothing
					c.Seq++
					card, err = chat.Show(s.within(patience), c, card)
					require.NoError(t, err)
					require.Len(t, s.inIncident(), 2+n)
				}
				if n > 0 {
					assert.Contains(t, s.inIncident()[1+n].Words(), tt.shows)
				}
				tt.change(&c, n)
			}
		})
	}
}

// A click on a card that is not the newest is answered with where that is, if the old one can be
// changed no more.
func TestAnOldCardThatCannotBeChangedLeadsToTheNewest(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	old, err := chat.Show(s.within(patience), asking(incident), "")
	require.NoError(t, err)
	own, err := chat.Show(s.within(patience), asking(incident), "")
	require.NoError(t, err)
	s.SetEditWindow(-1)
	ben := slack.ReplyTo{Person: commands.Person{Team: "T0QUELL", User: "U0BEN"}, Channel: incident}
	require.NoError(t, chat.RetireCard(s.within(patience), "Q-7F3K2M", old, own, ben))
	told := s.inIncident()[2]
	require.True(t, told.Ephemeral)
	require.Contains(t, told.Words(), "https://acme.slack.com/archives/"+incident+"/p"+strings.ReplaceAll(slack.MessageOf(own).TS, ".", ""))
	require.Len(t, s.As("U0ANNA").State().In(incident), 2, "nobody else is told")
}

// In a channel that takes replies alone the card goes on in the thread of the old one.
func TestACardGoesOnInTheThreadOfTheOldOne(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	c := asking(incident)
	card, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	first := slack.MessageOf(card)
	s.SetEditWindow(-1)
	require.NoError(t, s.Switch(incident, "thread_only", true))
	c.State = approval.Expired
	card, err = chat.Show(s.within(patience), c, card)
	require.NoError(t, err)
	card, err = chat.Explain(s.within(patience), c, nil, card)
	require.NoError(t, err)
	all := s.inIncident()
	require.Len(t, all, 3)
	for _, m := range all[1:] {
		require.Equal(t, first.TS, m.ThreadTS)
	}
	require.Contains(t, all[1].Words(), "Expired")
	require.Equal(t, all[1].TS, slack.MessageOf(card).TS)
}

// A thread that takes nothing keeps no card from being drawn.
func TestAThreadThatCannotBeTold(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	c := asking(incident)
	card, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	c.State = approval.Expired
	s.says("chat.postMessage", "restricted_action_thread_locked")
	same, err := chat.Explain(s.within(patience), c, nil, card)
	require.NoError(t, err)
	require.Equal(t, card, same)
	s.says("chat.postMessage", "ratelimited")
	_, err = chat.Explain(s.within(patience), c, nil, card)
	require.Error(t, err)
}

// A channel that is shared with others meanwhile gets nothing more: what it saw is taken out of
// its sight.
func TestACaseInAChannelThatIsSharedMeanwhile(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	now := time.Now()
	chat.Now = func() time.Time { return now }
	c := withThings("10.0.0.1:2048")
	c.State = approval.Expired
	card, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	card, err = chat.Explain(s.within(patience), c, nil, card)
	require.NoError(t, err)
	require.NoError(t, s.Switch(incident, "ext_shared", true))
	now = now.Add(2 * time.Minute)
	for range 2 {
		card, err = chat.Show(s.within(patience), c, card)
		require.Equal(t, "slack.shared", unshown(t, err).Why.ID)
	}
	all := s.inIncident()
	require.Len(t, all, 2)
	for _, m := range all {
		assert.Contains(t, m.Words(), "moved out of sight")
		assert.NotContains(t, m.Words(), "10.0.0.1")
		assert.Empty(t, m.Buttons())
	}
	require.Equal(t, 2, s.Calls("chat.update"), "once")
	_, err = chat.Show(s.within(patience), asking(incident), "")
	require.Equal(t, "slack.shared", unshown(t, err).Why.ID)
	require.Len(t, s.inIncident(), 2)
}

// While Slack cannot be asked about a channel, what it said last decides; where it said nothing
// yet, a card waits.
func TestACardWhileItsChannelCannotBeLookedUp(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	now := time.Now()
	chat.Now = func() time.Time { return now }
	c := withThings("10.0.0.1:2048")
	s.says("conversations.info", "internal_error")
	_, err := chat.Show(s.within(patience), c, "")
	require.ErrorContains(t, err, "whether C0INCCHECKOUT is shared with another organization is not known")
	_, final := errors.AsType[*display.Unshown](err)
	require.False(t, final, "it passes")
	require.Empty(t, s.inIncident())

	card, err := chat.Show(s.within(patience), c, "")
	require.NoError(t, err)
	later := func(state approval.State) error {
		now, c.State = now.Add(2*time.Minute), state
		s.says("conversations.info", "internal_error")
		card, err = chat.Show(s.within(patience), c, card)
		return err
	}
	require.NoError(t, later(approval.Approved), "it was ours alone")
	require.Len(t, s.inIncident(), 1)

	require.NoError(t, s.Switch(incident, "ext_shared", true))
	now = now.Add(2 * time.Minute)
	_, err = chat.Channel(s.within(patience), incident, now)
	require.NoError(t, err)
	require.Equal(t, "slack.shared", unshown(t, later(approval.Expired)).Why.ID)
	require.NotContains(t, s.inIncident()[0].Words(), "10.0.0.1")
}

// direct are the direct messages of a person with the bot.
func (s scene) direct(person string) []slacksim.Message {
	return s.As(person).State().In("D" + person[1:])
}

// One person is told alone in the channel, and where that is refused directly.
func TestOnePersonIsToldByTheNextWay(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		channel string
		codes   []string // of chat.postEphemeral
		alone   int
		direct  int
	}{
		"alone":                {incident, nil, 1, 0},
		"archived":             {incident, []string{"is_archived"}, 0, 1},
		"restricted":           {incident, []string{"restricted_action"}, 0, 1},
		"not there":            {incident, []string{"user_not_in_channel"}, 0, 1},
		"directly":             {"", nil, 0, 1},
		"in a shared channel":  {partners, nil, 0, 1},
		"in no channel at all": {"C0NOWHERE", nil, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			chat := s.connect()
			s.says("chat.postEphemeral", tt.codes...)
			require.NoError(t, announced(chat.Announce(s.within(patience), store.Saying{Place: store.ToOne(anna.Team, anna.User, tt.channel), Message: words.New("why.lookup")})))
			require.Len(t, s.As("U0ANNA").State().In(incident), tt.alone)
			require.Len(t, s.direct("U0ANNA"), tt.direct)
			require.Empty(t, s.As("U0ANNA").State().In(partners))
		})
	}
}

func TestWhatIsKnownOfAWordToOnePerson(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	to := store.ToOne(anna.Team, anna.User, incident)
	s.fail("chat.postEphemeral", 1, slacksim.Fault{Name: slacksim.BreaksOff, After: true})
	require.Equal(t, unknown, answerOf(announced(chat.Announce(s.within(patience), store.Saying{Place: to, Message: words.New("why.lookup")}))))
	s.says("chat.postEphemeral", "ratelimited")
	require.Equal(t, refused, answerOf(announced(chat.Announce(s.within(patience), store.Saying{Place: to, Message: words.New("why.lookup")}))))
	s.says("chat.postEphemeral", "is_archived")
	s.says("conversations.open", "user_disabled")
	require.Equal(t, never, answerOf(announced(chat.Announce(s.within(patience), store.Saying{Place: to, Message: words.New("why.lookup")}))))
	s.says("chat.postEphemeral", "is_archived")
	s.says("conversations.open", "missing_scope")
	require.Equal(t, refused, answerOf(announced(chat.Announce(s.within(patience), store.Saying{Place: to, Message: words.New("why.lookup")}))), "the owners can mend it")
}

// A word to one person needs no channel: where it is not known whether that is shared, it goes
// directly.
func TestOnePersonWhileTheirChannelCannotBeLookedUp(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	s.says("conversations.info", "internal_error")
	require.NoError(t, announced(chat.Announce(s.within(patience), store.Saying{Place: store.ToOne(anna.Team, anna.User, incident), Message: words.New("why.lookup")})))
	require.Zero(t, s.Calls("chat.postEphemeral"))
	require.Len(t, s.direct("U0ANNA"), 1)
}

// An answer that no other way takes comes as a direct message.
func TestAnAnswerThatCannotBeGivenInTheChannel(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	s.says("chat.postEphemeral", "restricted_action")
	require.NoError(t, chat.Tell(s.within(patience), slack.ReplyTo{Person: anna, Channel: incident}, words.New("why.lookup")))
	require.Len(t, s.direct("U0ANNA"), 1)
}

// Before anything is announced in a channel, it is asked what the channel is.
func TestAChannelIsAskedBeforeEachAnnouncement(t *testing.T) {
	t.Parallel()
	s := start(t)
	chat := s.connect()
	for _, what := range []string{"ext_shared", "archived", "read_only", "thread_only"} {
		require.NoError(t, s.Switch(incident, what, true))
		err := announced(chat.Announce(s.within(patience), store.Saying{Place: incident, Message: words.New("why.lookup")}))
		require.Equal(t, never, answerOf(err), what)
		require.ErrorContains(t, err, incident)
		require.NoError(t, s.Switch(incident, what, false))
	}
	require.Zero(t, s.Calls("chat.postMessage"))
	s.says("conversations.info", "internal_error")
	require.Equal(t, refused, answerOf(announced(chat.Announce(s.within(patience), store.Saying{Place: incident, Message: words.New("why.lookup")}))), "what is not known is not told")
	require.NoError(t, announced(chat.Announce(s.within(patience), store.Saying{Place: incident, Message: words.New("why.lookup")})))
	require.Len(t, s.inIncident(), 1)
}
