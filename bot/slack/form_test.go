package slack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/approval"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/commands/words"
	"quell/integrations"
)

func TestAFormFromTheCommandToTheRequest(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{Things: sessions(8), All: 8, At: time.Now()})
	f := c.open(unopened())
	require.Nil(t, c.modal().Submit, "there is nothing to send yet")

	c.do(pick(f.View, "cache-prod"))
	h := c.next(slack.Answer{})
	require.Equal(t, &slack.FormAction{Form: "F-1", Command: "kill-session", Target: "cache-prod"}, h.FormAction)
	require.Equal(t, slack.ReplyTo{Person: anna, Channel: incident}, h.From)

	reading, view := ready(), f.View
	reading.List = integrations.Sighting{}
	c.redraw(reading)
	c.redraw(ready())

	require.Len(t, c.search(view, ""), 8, "it asks at once")
	require.Equal(t, bot.Query{Person: anna, Form: "F-1", Field: bot.TheThings, Target: "cache-prod"}, <-c.queries)
	c.search(view, "10.0")
	require.Equal(t, bot.Query{Person: anna, Form: "F-1", Field: bot.TheThings, Target: "cache-prod", Text: "10.0"}, <-c.queries)

	things := []string{"node-1/0/10.0.0.1:2000", "node-1/3/10.0.0.1:2003"}
	c.must(c.As("U0ANNA").Submit(view, filling("leaks", things...)))
	h = c.next(slack.Answer{})
	require.Equal(t, &slack.FormSubmission{Form: "F-1", Command: "kill-session", Target: "cache-prod", Things: things, Reason: "leaks"}, h.FormSubmission)
	require.Equal(t, slack.ReplyTo{Person: anna, Channel: incident}, h.From)
	c.sees(func(s slacksim.State) bool { return s.Modal == nil })
}

// Where somebody wants to look is in the form itself, for however long it is open.
func TestAFormCarriesItsPlace(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	f := unopened()
	f.Place = "node-1"
	opened := c.open(f)
	c.do(pick(opened.View, "cache-prod"))
	require.Equal(t, &slack.FormAction{Form: "F-1", Command: "kill-session", Target: "cache-prod", Place: "node-1"}, c.next(slack.Answer{}).FormAction)
	f = ready()
	f.Place, f.PlaceOf = "node-1", "cache-prod"
	c.redraw(f)
	c.do(slacksim.Act{View: opened.View, ActionID: "read-again"})
	require.Equal(t, &slack.FormAction{Form: "F-1", Command: "kill-session", Target: "cache-prod", Place: "node-1", PlaceOf: "cache-prod"}, c.next(slack.Answer{}).FormAction)
	f.Picked = f.List.Things[:1]
	c.redraw(f)
	c.must(c.As("U0ANNA").Submit(opened.View, nil))
	h := c.next(slack.Answer{})
	require.Equal(t, "node-1", h.FormSubmission.Place)
	require.Equal(t, "cache-prod", h.FormSubmission.PlaceOf)
}

// A form with a target can be sent in every state: without a submit button it could have no
// input for the reason while its list is read. Before the list is there, errors show at the
// target.
func TestEveryStateOfAFormCanBeShown(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	f := c.open(unopened())
	failed, empty := ready(), ready()
	failed.List, failed.Why = integrations.Sighting{}, words.New("form.unread")
	empty.List.Things = nil
	for name, next := range map[string]bot.Form{"failed": failed, "empty": empty} {
		t.Run(name, func(t *testing.T) {
			c.redraw(next)
			c.must(c.As("U0ANNA").Submit(f.View, nil))
			h := c.next(slack.Answer{Say: words.New("form.nothing"), Field: bot.TheThings})
			require.Empty(t, h.FormSubmission.Things)
			s := c.sees(func(s slacksim.State) bool { return !s.Modal.Busy })
			require.Contains(t, s.Modal.Errors["target"], "Please choose at least one")
		})
	}
}

func TestTheReasonStaysWhileAListIsReadAgain(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	f := c.open(ready())
	c.do(slacksim.Act{View: f.View, ActionID: "read-again", Values: filling("leaks")})
	require.Equal(t, &slack.FormAction{Form: "F-1", Command: "kill-session", Target: "cache-prod", Reason: "leaks"}, c.next(slack.Answer{}).FormAction)
	reading := f.Form
	reading.List = integrations.Sighting{}
	c.redraw(reading)
	f.Picked = f.List.Things[:1]
	c.redraw(f.Form)
	c.must(c.As("U0ANNA").Submit(f.View, nil))
	h := c.next(slack.Answer{})
	require.Equal(t, "leaks", h.FormSubmission.Reason)
	require.Equal(t, []string{f.Picked[0].ID}, h.FormSubmission.Things)
}

// Things that were picked on one target are never asked for on another.
func TestAFormThatIsSentBeforeItShowsTheChosenTarget(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{Things: sessions(8), All: 8, At: time.Now()})
	f := c.open(ready())
	c.search(f.View, "")
	c.do(pick(f.View, "cache-staging"))
	require.Equal(t, "cache-staging", c.next(slack.Answer{}).FormAction.Target)
	c.must(c.As("U0ANNA").Submit(f.View, filling("", f.List.Things[0].ID)))
	h := c.next(slack.Answer{Say: words.New("form.nothing"), Field: bot.TheThings})
	require.Equal(t, "cache-staging", h.FormSubmission.Target)
	require.Empty(t, h.FormSubmission.Things)
	s := c.sees(func(s slacksim.State) bool { return !s.Modal.Busy })
	require.Contains(t, s.Modal.Errors, "things cache-prod", "the one that is there")
}

func TestWhatIsWrongIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	filled := ready()
	filled.Picked = filled.List.Things[:1]
	f := c.open(filled)
	for field, block := range map[bot.Field]string{
		bot.TheTarget: "target", bot.TheThings: "things cache-prod", bot.TheReason: "reason",
	} {
		c.must(c.As("U0ANNA").Submit(f.View, nil))
		c.next(slack.Answer{Say: words.New("form.no-target"), Field: field})
		s := c.sees(func(s slacksim.State) bool { return !s.Modal.Busy })
		require.Equal(t, map[string]string{block: "Please choose a system from the list. Nothing was done."}, s.Modal.Errors)
	}
}

// An answer about no field, such as "I am looking it up", is no error in the form: an error
// would keep the form open, and people would send it again.
func TestWhatIsAboutNoFieldClosesTheForm(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	filled := ready()
	filled.Picked = filled.List.Things[:1]
	f := c.open(filled)
	c.must(c.As("U0ANNA").Submit(f.View, nil))
	c.next(slack.Answer{Say: words.New("heard.looking")})
	c.sees(func(s slacksim.State) bool {
		told := s.In(incident)
		return s.Modal == nil && len(told) > 0 && strings.HasPrefix(told[len(told)-1].Text, "I am looking it up")
	})
}

func TestWhatAChoiceComesToIsToldBesideTheForm(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	f := c.open(unopened())
	c.do(pick(f.View, "cache-prod"))
	c.next(slack.Answer{Say: words.New("form.closed")})
	c.sees(func(s slacksim.State) bool {
		told := s.In(incident)
		return s.Modal != nil && len(told) > 0 && told[len(told)-1].Ephemeral
	})
}

// The whole list of a busy system, with the longest texts: an answer that Slack does not
// take would show as an empty menu.
func TestSlackTakesTheLongestMenu(t *testing.T) {
	t.Parallel()
	things := sessions(1000)
	for i := range things {
		things[i].ID = fmt.Sprintf("%0150d", i)
	}
	c := listen(t, bot.Offer{Things: things, All: len(things), At: time.Now()})
	got := c.search(c.open(ready()).View, "")
	assert.Greater(t, len(got), 10)
	assert.LessOrEqual(t, len(got), 100)
}

func TestAListThatIsTooOldSaysWhatToDo(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	f := c.open(ready())
	got := c.search(f.View, "")
	require.Len(t, got, 1)
	require.Contains(t, got[0]["text"].(map[string]any)["text"], "Read again")
	c.must(c.As("U0ANNA").Submit(f.View, filling("", got[0]["value"].(string))))
	require.Empty(t, c.next(slack.Answer{}).FormSubmission.Things, "advice is nothing to end")
}

func TestAFormThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	c.must(c.As("U0ANNA").Say(incident, "/kill-session"))
	trigger := c.next(slack.Answer{}).SlashCommand.Trigger
	c.fail("views.open", 1, slacksim.Fault{Name: slacksim.Says("expired_trigger_id")})
	open := func() error { return c.OpenForm(c.within(patience), trigger, unopened()) }
	require.ErrorContains(t, open(), "views.open: expired_trigger_id")
	c.fail("views.open", 1, slacksim.Fault{Name: slacksim.Fails})
	require.ErrorIs(t, open(), slack.ErrFormClosed, "it looks whether it is open")
	c.must(open())
	require.ErrorContains(t, open(), "views.open: exchanged_trigger_id")
	closed := ready()
	closed.ID = "F-2"
	require.ErrorIs(t, c.RedrawForm(c.within(patience), closed), slack.ErrFormClosed)
}

// A form that Slack turns away surely is not open: it is not looked for.
func TestAFormThatIsTurnedAway(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	c.must(c.As("U0ANNA").Say(incident, "/kill-session"))
	trigger := c.next(slack.Answer{}).SlashCommand.Trigger
	c.fail("views.open", 1, slacksim.Fault{Name: slacksim.ThrottledFor(time.Minute)})
	err := c.OpenForm(c.within(patience), trigger, unopened())
	require.ErrorContains(t, err, "views.open")
	require.NotErrorIs(t, err, slack.ErrFormClosed)
	require.Zero(t, c.Calls("views.update"))
}

// Redrawing is retried after a transient error, and not after a refusal.
func TestAFormIsDrawnAgain(t *testing.T) {
	t.Parallel()
	for fault, calls := range map[string]int{
		slacksim.Fails: 3, slacksim.BreaksOff: 3, slacksim.Says("internal_error"): 3, slacksim.Says("view_too_large"): 1, slacksim.Says("not_found"): 1,
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			c := listen(t, bot.Offer{})
			c.open(unopened())
			c.fail("views.update", 3, slacksim.Fault{Name: fault})
			require.Error(t, c.RedrawForm(c.within(patience), ready()))
			require.Equal(t, calls, c.Calls("views.update"))
		})
	}
}

// Slack returns a form's metadata as it was set. If it ever did not, the sender is told so in
// the form, for the channel to tell them in is not known.
func TestAFormThatLostItsMetadata(t *testing.T) {
	t.Parallel()
	for _, metadata := range []string{"", "{", `{"form":"F-1"}`} {
		t.Run(metadata, func(t *testing.T) {
			c := listen(t, bot.Offer{})
			view := c.forge(metadata)
			require.Empty(t, c.search(view, ""))
			c.do(pick(view, "cache-prod"))
			require.Nil(t, c.next(slack.Answer{}).FormAction)
			c.must(c.As("U0ANNA").Submit(view, nil))
			h := c.next(slack.Answer{Say: words.New("heard.unknown")})
			require.Nil(t, h.FormSubmission)
			require.Equal(t, anna, h.From.Person)
			s := c.sees(func(s slacksim.State) bool { return s.Modal != nil && !s.Modal.Busy })
			require.Contains(t, s.Modal.Errors["target"], "I could not make sense of that")
		})
	}
}

// After the end of a case its card has buttons that open a form or look again.
func TestButtonsAfterTheEnd(t *testing.T) {
	t.Parallel()
	c := listen(t, bot.Offer{})
	over := asking(incident)
	over.State = approval.Expired
	at, err := c.Show(c.within(patience), over, "")
	c.must(err)
	c.must(c.As("U0BEN").Click(incident, slack.MessageOf(at).TS, "again"))
	h := c.next(slack.Answer{})
	require.NotEmpty(t, h.Click.Trigger)
	h.Click.Trigger = ""
	card := slack.Message{Channel: incident, TS: slack.MessageOf(at).TS}
	require.Equal(t, &slack.Click{Case: over.ID, Button: slack.AskAgain, Card: card, Ours: true}, h.Click)
}
