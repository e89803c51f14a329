package slack_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"
	"github.com/stretchr/testify/require"

	"quell/bot"
	"quell/bot/slack"
	"quell/bot/slacksim"
	"quell/commands/words"
	"quell/integrations"
)

// engine is a Handler that hands deliveries to the test, and answers as the test says.
type engine struct {
	heard   chan slack.Delivery
	answers chan slack.Answer
	queries chan bot.Query
	offer   bot.Offer
}

func (e engine) Handle(_ context.Context, h slack.Delivery, ack func(slack.Answer)) {
	e.heard <- h
	ack(<-e.answers)
}

func (e engine) Search(_ context.Context, q bot.Query) bot.Offer {
	e.queries <- q
	return e.offer
}

// talk is a workspace with a connected bot.
type talk struct {
	scene
	engine
	*slack.Slack
}

func listen(t *testing.T, offer bot.Offer) talk {
	t.Helper()
	return listenAt(start(t), offer)
}

func listenAt(s scene, offer bot.Offer) talk {
	s.Helper()
	e := engine{make(chan slack.Delivery, 9), make(chan slack.Answer, 9), make(chan bot.Query, 9), offer}
	c := talk{s, e, s.connect()}
	ctx, stop := context.WithCancel(s.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Hear(ctx, e) }()
	s.Cleanup(func() {
		stop()
		require.NoError(s.T, <-ended)
	})
	c.sees(func(s slacksim.State) bool { return s.App.Connected })
	return c
}

func (c talk) sees(enough func(slacksim.State) bool) slacksim.State {
	c.Helper()
	s, err := c.As("U0ANNA").Wait(c.within(patience), enough)
	require.NoError(c.T, err)
	return s
}

// next is the next delivery, acknowledged with a.
func (c talk) next(a slack.Answer) slack.Delivery {
	c.Helper()
	select {
	case h := <-c.heard:
		c.answers <- a
		return h
	case <-c.within(patience).Done():
		require.Fail(c.T, "nothing was heard")
		return slack.Delivery{}
	}
}

func (c talk) must(err error) {
	c.Helper()
	require.NoError(c.T, err)
}

// opened is a form as the bot knows it, with its view_id.
type opened struct {
	bot.Form
	View string
}

// open types the command and opens f with its trigger.
func (c talk) open(f bot.Form) opened {
	c.Helper()
	c.must(c.As("U0ANNA").Say(incident, "/kill-session"))
	h := c.next(slack.Answer{})
	require.NotNil(c.T, h.SlashCommand)
	c.must(c.OpenForm(c.within(patience), h.SlashCommand.Trigger, f))
	return opened{f, c.modal().ID}
}

func (c talk) redraw(f bot.Form) {
	c.Helper()
	c.must(c.RedrawForm(c.within(patience), f))
}

func (c talk) modal() *slacksim.Modal { return c.As("U0ANNA").State().Modal }

func (c talk) do(a slacksim.Act) {
	c.Helper()
	c.must(c.As("U0ANNA").Do(a))
}

func pick(view, target string) slacksim.Act {
	return slacksim.Act{View: view, ActionID: "target", Selected: map[string]any{"selected_option": map[string]any{"value": target}}}
}

// filling is what a person enters into a form on cache-prod.
func filling(reason string, things ...string) slacksim.Values {
	var options []any
	for _, id := range things {
		options = append(options, map[string]any{"value": id})
	}
	return slacksim.Values{
		"things cache-prod": {"things": {"selected_options": options}},
		"reason":            {"reason": {"value": reason}},
	}
}

func unopened() bot.Form {
	return bot.Form{ID: "F-1", Channel: incident, Command: "kill-session", Targets: []string{"cache-prod", "cache-staging"}}
}

// ready is a form that shows the list of cache-prod.
func ready() bot.Form {
	f := unopened()
	f.Target = "cache-prod"
	f.List = integrations.Sighting{Things: sessions(8), Complete: true, At: time.Now()}
	f.Needs.Say = words.New("form.needs-nobody")
	return f
}

func sessions(n int) (things []integrations.Thing) {
	for i := range n {
		things = append(things, integrations.Thing{
			ID: fmt.Sprintf("node-1/%d/10.0.0.1:%d", i, 2000+i), Name: fmt.Sprintf("10.0.0.1:%d", 2000+i),
			Facts: []integrations.Field{{Name: "name", Value: strings.Repeat("<", 80)}, {Name: "cmd", Value: strings.Repeat("界", 80)}},
		})
	}
	return things
}

// search opens the menu of sessions and types into it.
func (c talk) search(view, text string) []map[string]any {
	c.Helper()
	got, err := c.As("U0ANNA").Suggest(c.within(patience), slacksim.Act{View: view, ActionID: "things", Value: text})
	c.must(err)
	return got
}

// forge opens a form with metadata of its own.
func (c talk) forge(metadata string) string {
	c.Helper()
	c.must(c.As("U0ANNA").Say(incident, "/kill-session"))
	trigger := c.next(slack.Answer{}).SlashCommand.Trigger
	plain := func(text string) *slackgo.TextBlockObject {
		return slackgo.NewTextBlockObject(slackgo.PlainTextType, text, false, false)
	}
	option := slackgo.NewOptionBlockObject("cache-prod", plain("cache-prod"), nil)
	target := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, nil, "target", option).WithInitialOption(option)
	things := slackgo.NewOptionsMultiSelectBlockElement(slackgo.MultiOptTypeExternal, nil, "things").WithMinQueryLength(0)
	api := slackgo.New(c.config.BotToken.Reveal(), slackgo.OptionAPIURL(c.config.APIURL))
	opened, err := api.OpenViewContext(c.within(patience), trigger, slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: "form", PrivateMetadata: metadata, Title: plain("forged"), Submit: plain("Ask"),
		Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{
			slackgo.NewInputBlock("target", plain("System"), nil, target).WithDispatchAction(true),
			slackgo.NewInputBlock("things cache-prod", plain("Sessions"), nil, things).WithOptional(true),
		}},
	})
	c.must(err)
	return opened.ID
}
