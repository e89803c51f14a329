package slacksim_test

import (
	"context"
	"errors"
	"io"
	"log"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// realApp is an app that is built on slack-go, as many are.
type realApp struct {
	*slack.Client
	events chan socketmode.Event
	socket *socketmode.Client
}

func (s scene) realApp() realApp {
	s.Helper()
	api := slack.New("xoxb-test-acme", slack.OptionAPIURL(s.url+"/api/"), slack.OptionAppLevelToken("xapp-test-acme"))
	return realApp{Client: api}
}

// run connects the app's socket and waits until it is up.
func (a realApp) run(s scene) realApp {
	s.Helper()
	a.socket = socketmode.New(a.Client, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	a.events = a.socket.Events
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = a.socket.RunContext(ctx) })
	s.Cleanup(func() {
		cancel()
		running.Wait()
	})
	a.next(s, socketmode.EventTypeHello)
	return a
}

// next waits for the next event of a kind.
func (a realApp) next(s scene, kind socketmode.EventType) socketmode.Event {
	s.Helper()
	for {
		select {
		case e := <-a.events:
			require.NotEqual(s.T, socketmode.EventTypeConnectionError, e.Type, "%v", e.Data)
			if e.Type == kind {
				return e
			}
		case <-time.After(patience):
			require.Fail(s.T, "no event", "%s", kind)
		}
	}
}

func TestSlackGoRunsACaseFromCommandToVote(t *testing.T) {
	t.Parallel()
	s := start(t)
	app := s.realApp().run(s)

	s.must(s.As(anna).Say(incident, "/kill-session cache-prod 10.0.0.1 -- stuck"))
	e := app.next(s, socketmode.EventTypeSlashCommand)
	cmd := e.Data.(slack.SlashCommand)
	assert.Equal(t, "cache-prod 10.0.0.1 -- stuck", cmd.Text)
	assert.Equal(t, anna, cmd.UserID)
	s.must(app.socket.Ack(*e.Request, slack.Msg{Text: "Looking …"}))
	s.see(anna, says(incident, "Looking …"))

	channel, ts, err := app.PostMessage(incident, slack.MsgOptionText("Kill?", false), slack.MsgOptionBlocks(
		slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "*Kill* <@U0ANNA>'s `10.0.0.1`?", false, false), nil, nil),
		slack.NewActionBlock("vote", slack.NewButtonBlockElement("approve", "Q-1:f00d", slack.NewTextBlockObject("plain_text", "Approve", false, false))),
	))
	s.must(err)
	assert.Equal(t, incident, channel)

	s.must(s.As(ben).Click(incident, ts, "approve"))
	e = app.next(s, socketmode.EventTypeInteractive)
	click := e.Data.(slack.InteractionCallback)
	s.must(app.socket.Ack(*e.Request))
	assert.Equal(t, slack.InteractionTypeBlockActions, click.Type)
	assert.Equal(t, ben, click.User.ID)
	assert.Equal(t, "T0QUELL", click.User.TeamID)
	assert.Equal(t, "Q-1:f00d", click.ActionCallback.BlockActions[0].Value)
	assert.Equal(t, ts, click.Message.Timestamp)

	_, _, _, err = app.UpdateMessage(incident, ts, slack.MsgOptionBlocks(
		slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "Gone.", false, false), nil, nil)))
	s.must(err)
	s.see(ben, says(incident, "Gone."))

	_, err = app.PostEphemeral(incident, ben, slack.MsgOptionText("You have voted.", false))
	s.must(err)
	s.see(ben, says(incident, "You have voted."))
	assert.NotContains(t, s.As(anna).State().String(), "You have voted.")

	s.must(slack.PostWebhook(click.ResponseURL, &slack.WebhookMessage{Text: "Thanks.", ResponseType: "ephemeral"}))
	s.see(ben, says(incident, "Thanks."))
}

func TestSlackGoReadsPeopleRoomsAndGroups(t *testing.T) {
	t.Parallel()
	s := start(t)
	app := s.realApp()

	me, err := app.AuthTest()
	s.must(err)
	assert.Equal(t, []string{"T0QUELL", "U0QUELL", "B0QUELL"}, []string{me.TeamID, me.UserID, me.BotID})

	guest, err := app.GetUserInfo("U0GUS")
	s.must(err)
	assert.True(t, guest.IsRestricted)

	outside, err := app.GetUserInfo("U0EXT")
	s.must(err)
	assert.Equal(t, "T0OTHER", outside.TeamID)

	shared, err := app.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: partners})
	s.must(err)
	assert.True(t, shared.IsExtShared)

	groups, err := app.GetUserGroups(slack.GetUserGroupsOptionIncludeUsers(true))
	s.must(err)
	require.Len(t, groups, 2)
	assert.Equal(t, []string{anna}, groups[0].Users)

	members, err := app.GetUserGroupMembers("S0COMMANDERS")
	s.must(err)
	assert.Equal(t, []string{ben}, members)

	im, _, _, err := app.OpenConversation(&slack.OpenConversationParameters{Users: []string{anna}})
	s.must(err)
	assert.Equal(t, "D0ANNA", im.ID)
}

func TestSlackGoOpensUpdatesAndReadsAForm(t *testing.T) {
	t.Parallel()
	s := start(t)
	app := s.realApp().run(s)
	s.must(s.As(anna).Say(incident, "/quell"))
	e := app.next(s, socketmode.EventTypeSlashCommand)
	s.must(app.socket.Ack(*e.Request))

	input := slack.NewInputBlock("why", slack.NewTextBlockObject("plain_text", "Reason", false, false), nil,
		slack.NewPlainTextInputBlockElement(nil, "text"))
	request := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "reason", Title: slack.NewTextBlockObject("plain_text", "Why?", false, false),
		Submit: slack.NewTextBlockObject("plain_text", "Send", false, false), Blocks: slack.Blocks{BlockSet: []slack.Block{input}},
	}
	opened, err := app.OpenView(e.Data.(slack.SlashCommand).TriggerID, request)
	s.must(err)
	request.CallbackID = "reason-2"
	_, err = app.UpdateView(request, "", opened.Hash, opened.ID)
	s.must(err)

	s.must(s.As(anna).Submit(opened.ID, slacksim.Values{"why": {"text": {"value": "stuck"}}}))
	e = app.next(s, socketmode.EventTypeInteractive)
	sent := e.Data.(slack.InteractionCallback)
	assert.Equal(t, "reason-2", sent.View.CallbackID)
	assert.Equal(t, "stuck", sent.View.State.Values["why"]["text"].Value)
	s.must(app.socket.Ack(*e.Request, slack.NewErrorsViewSubmissionResponse(map[string]string{"why": "Say more."})))
	state := s.see(anna, func(state slacksim.State) bool { return state.Modal != nil && len(state.Modal.Errors) > 0 })
	assert.Equal(t, "Say more.", state.Modal.Errors["why"])
}

func TestSlackGoIsToldWhatItMayNotDo(t *testing.T) {
	t.Parallel()
	s := start(t)
	app := s.realApp()

	_, _, err := app.PostMessage(incident, slack.MsgOptionBlocks(slack.NewHeaderBlock(
		slack.NewTextBlockObject("plain_text", string(make([]byte, 151)), false, false))))
	var no slack.SlackErrorResponse
	require.ErrorAs(t, err, &no)
	assert.Equal(t, "invalid_blocks", no.Err)
	assert.Equal(t, []string{"[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"}, no.ResponseMetadata.Messages)

	var slow *slack.RateLimitedError
	for range 10 {
		if _, _, err = app.PostMessage(incident, slack.MsgOptionText("spam", false)); err != nil {
			break
		}
	}
	require.True(t, errors.As(err, &slow), "%v", err)
	assert.Equal(t, time.Second, slow.RetryAfter)
}

func TestSlackGoComesBackAfterADisconnect(t *testing.T) {
	t.Parallel()
	s := start(t)
	app := s.realApp().run(s)
	s.Disconnect(slacksim.RefreshRequested)
	app.next(s, socketmode.EventTypeHello)
	s.must(s.As(anna).Say(incident, "/quell help"))
	e := app.next(s, socketmode.EventTypeSlashCommand)
	assert.Equal(t, "help", e.Data.(slack.SlashCommand).Text)
}
