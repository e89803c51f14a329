package slack_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/commands"
	"quell/commands/words"
	"quell/policy"
)

// onGrid is Acme as a workspace of an organization on Enterprise Grid. Ben comes from home.
func onGrid(acme *slacksim.Config) {
	acme.Enterprise = slacksim.Enterprise{ID: "E0ACME", Name: "Acme Group"}
	acme.People[1].Home, acme.People[1].AppUser = "T0EMEA", true
	acme.Channels[1].Members = append(acme.Channels[1].Members, "W0KIN", "U0BENTOO")
	acme.People = append(acme.People,
		slacksim.Person{ID: "W0KIN", Name: "kin", Kind: slacksim.External, Team: "T0EMEA", Enterprise: acme.Enterprise},
		slacksim.Person{ID: "U0BENTOO", UserID: "U0BEN", Name: "ben", Kind: slacksim.External, Team: "T0OTHER"})
}

// fromHome has Anna come from home, too.
func fromHome(acme *slacksim.Config) {
	onGrid(acme)
	acme.People[0].Home = "T0EMEA"
}

func named(team, enterprise, user string) slack.ReplyTo {
	return slack.ReplyTo{Person: commands.Person{Team: team, User: user}, Enterprise: enterprise}
}

// A member is one person, whichever workspace of our organization an interaction names. Ids
// mean nothing beyond an organization: nobody else becomes one of ours.
func TestWhoeverSpeaksIsOnePerson(t *testing.T) {
	t.Parallel()
	with, without := startAs(t, onGrid).connect(), start(t).connect()
	for name, c := range map[string]struct {
		chat *slack.Slack
		from slack.ReplyTo
		want string // the team of the person
		is   policy.Standing
	}{
		"this workspace":                         {with, named("T0QUELL", "E0ACME", "U0BEN"), "T0QUELL", policy.Member},
		"this workspace, no organization":        {with, named("T0QUELL", "", "U0BEN"), "T0QUELL", policy.Member},
		"home":                                   {with, named("T0EMEA", "E0ACME", "U0BEN"), "T0QUELL", policy.Member},
		"a workspace that they are not in":       {with, named("T0APAC", "E0ACME", "U0BEN"), "T0QUELL", policy.Member},
		"no workspace":                           {with, named("", "E0ACME", "U0BEN"), "T0QUELL", policy.Member},
		"home, no organization":                  {with, named("T0EMEA", "", "U0BEN"), "T0EMEA", policy.Stranger},
		"another organization":                   {with, named("T0EMEA", "E0FAR", "U0BEN"), "T0EMEA", policy.Stranger},
		"this workspace of another's":            {with, named("T0QUELL", "E0FAR", "U0BEN"), "E0FAR", policy.Stranger},
		"neither":                                {with, named("", "", "U0BEN"), "", policy.Stranger},
		"one of the organization, not of ours":   {with, named("T0EMEA", "E0ACME", "W0KIN"), "T0EMEA", policy.Stranger},
		"the same, by the place":                 {with, named("T0QUELL", "E0ACME", "W0KIN"), "T0QUELL", policy.Stranger},
		"somebody whom Slack does not know":      {with, named("T0EMEA", "E0ACME", "U0NOBODY"), "T0EMEA", policy.Stranger},
		"a guest":                                {with, named("T0EMEA", "E0ACME", "U0GUS"), "T0QUELL", policy.Guest},
		"a workspace of no organization":         {without, named("T0QUELL", "", "U0BEN"), "T0QUELL", policy.Member},
		"none, of two that have none":            {without, named("T0OTHER", "", "U0BEN"), "T0OTHER", policy.Stranger},
		"one, where we have none":                {without, named("T0OTHER", "E0FAR", "U0BEN"), "T0OTHER", policy.Stranger},
		"this workspace, one, where we had none": {without, named("T0QUELL", "E0ACME", "U0BEN"), "T0QUELL", policy.Member},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := c.chat.Person(t.Context(), c.from)
			require.NoError(t, err)
			assert.Equal(t, commands.Person{Team: c.want, User: c.from.Person.User}, got)
			is, err := c.chat.Standing(t.Context(), got, time.Now().Add(-time.Minute))
			require.NoError(t, err)
			assert.Equal(t, c.is, is)
		})
	}
}

// What users.info says of the organization decides, and only all of it together.
func TestWhatMakesAMemberByTheOrganization(t *testing.T) {
	t.Parallel()
	const account = `{"ok":true,"user":{"id":"U0BEN","team_id":"T0EMEA","is_bot":false,"is_app_user":true,"is_restricted":false,"is_ultra_restricted":false`
	for about, want := range map[string]policy.Standing{
		`,"enterprise_user":{"id":"U0BEN","enterprise_id":"E0ACME","teams":["T0EMEA","T0QUELL"]}}}`: policy.Member,
		`,"enterprise_user":{"id":"U0BEN","enterprise_id":"E0ACME","teams":["T0EMEA"]}}}`:           policy.Stranger,
		`,"enterprise_user":{"id":"U0BEN","enterprise_id":"E0FAR","teams":["T0EMEA","T0QUELL"]}}}`:  policy.Stranger,
		`,"enterprise_user":{"id":"U0BEN","enterprise_id":"","teams":["T0QUELL"]}}}`:                policy.Stranger,
		`,"enterprise_user":{"id":"U0BEN","teams":["T0QUELL"]}}}`:                                   policy.Stranger,
		`,"enterprise_user":null}}`: policy.Stranger,
		`}}`:                        policy.Stranger,
		`,"is_stranger":true,"enterprise_user":{"id":"U0BEN","enterprise_id":"E0ACME","teams":["T0EMEA","T0QUELL"]}}}`: policy.Stranger,
		`,"is_workflow_bot":true,"enterprise_user":{"enterprise_id":"E0ACME","teams":["T0QUELL"]}}}`:                   policy.Bot,
		`,"deleted":true,"enterprise_user":{"enterprise_id":"E0ACME","teams":["T0QUELL"]}}}`:                           policy.Deactivated,
	} {
		s := startAs(t, onGrid, saying("users.info", account+about))
		chat := s.connect()
		who, err := chat.Person(s.within(patience), named("T0EMEA", "E0ACME", "U0BEN"))
		require.NoError(t, err)
		got, err := chat.Standing(s.within(patience), who, time.Now().Add(-time.Minute))
		require.NoError(t, err)
		assert.Equal(t, want, got, about)
	}
	s := start(t, saying("users.info", account+`,"enterprise_user":{"id":"U0BEN","enterprise_id":"","teams":["T0QUELL"]}}}`))
	got, err := s.connect().Standing(s.within(patience), person("U0BEN"), time.Now())
	require.NoError(t, err)
	assert.Equal(t, policy.Stranger, got, "no organization equals none")
}

// Only somebody who may be one of ours is looked up, and a look-up that fails is no answer.
func TestWhoSpeaksIsLookedUpWhereItMatters(t *testing.T) {
	t.Parallel()
	s := startAs(t, onGrid)
	chat := s.connect()
	for _, from := range []slack.ReplyTo{named("T0QUELL", "E0ACME", "U0BEN"), named("T0OTHER", "", "U0BEN"), named("T0FAR", "E0FAR", "U0BEN")} {
		_, err := chat.Person(s.within(patience), from)
		require.NoError(t, err)
	}
	assert.Zero(t, s.Calls("users.info"))
	s.fail("users.info", 1, slacksim.Named(slacksim.Says("internal_error")))
	_, err := chat.Person(s.within(patience), named("T0EMEA", "E0ACME", "U0BEN"))
	require.ErrorContains(t, err, "internal_error")
	_, err = chat.Person(s.within(patience), named("T0EMEA", "E0ACME", "U0BEN"))
	require.NoError(t, err)
	_, err = chat.Standing(s.within(patience), person("U0BEN"), time.Now().Add(-5*time.Second))
	require.NoError(t, err)
	assert.Equal(t, 2, s.Calls("users.info"), "their standing is in the same answer")
}

// A search in a form is of whoever opened it, whichever workspace they come from. It is stored
// nowhere.
func TestASearchIsOfOnePerson(t *testing.T) {
	t.Parallel()
	c := listenAt(startAs(t, fromHome), bot.Offer{})
	c.open(ready())
	for _, from := range []string{"U0ANNA", "U0ANNA/T0QUELL"} {
		_, err := c.As(from).Suggest(c.within(patience), slacksim.Act{View: c.modal().ID, ActionID: "things", Value: "check"})
		require.NoError(t, err)
		assert.Equal(t, bot.Query{Person: person("U0ANNA"), Form: "F-1", Field: bot.TheThings, Target: "cache-prod", Text: "check"}, <-c.queries)
	}
}

// A delivery is stored as it came: who it is of is looked up each time it is judged.
func TestADeliveryKeepsWhatCame(t *testing.T) {
	t.Parallel()
	c := listenAt(startAs(t, fromHome), bot.Offer{})
	c.must(c.As("U0ANNA").Say(incident, "/kill-session"))
	h := c.next(slack.Answer{})
	assert.Equal(t, []string{"T0QUELL", "E0ACME"}, []string{h.From.Person.Team, h.From.Enterprise})
	c.must(c.OpenForm(c.within(patience), h.SlashCommand.Trigger, ready()))
	c.do(pick(c.modal().ID, "cache-staging"))
	h = c.next(slack.Answer{})
	assert.Equal(t, []string{"T0EMEA", "E0ACME"}, []string{h.From.Person.Team, h.From.Enterprise})
}

// A user id of another organization may be that of somebody here: an answer for the one is not
// sent to the other.
func TestAnAnswerForAnothersBenIsNotToldToOurs(t *testing.T) {
	t.Parallel()
	s := startAs(t, onGrid)
	chat, m := s.connect(), words.New("refused.standing.stranger")
	other, ours := named("T0OTHER", "", "U0BEN"), named("T0EMEA", "E0ACME", "U0BEN")
	other.Channel, ours.Channel = incident, incident
	require.Error(t, chat.Tell(s.within(patience), other, m))
	assert.Empty(t, s.As("U0BEN").State().Messages)
	require.NoError(t, chat.Tell(s.within(patience), ours, m))
	assert.Len(t, s.As("U0BEN").State().Messages, 1)
}
