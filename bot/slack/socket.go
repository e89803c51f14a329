package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"quell/bot"
	"quell/commands"
)

// Handler takes deliveries.
type Handler interface {
	// Handle calls ack exactly once.
	Handle(ctx context.Context, h Delivery, ack func(Answer))
	// Search looks through the list of an open form.
	Search(ctx context.Context, q bot.Query) bot.Offer
}

// Hear keeps a Socket Mode connection open and hands on each delivery until ctx ends; it
// returns once all that came in are handed on. The library's client reconnects by itself.
// On some errors it returns instead, and other people's bots went deaf there: it is
// started again.
func (s *Slack) Hear(ctx context.Context, handler Handler) error {
	defer s.handling.Wait()
	for {
		client := socketmode.New(s.api, socketmode.OptionReadLimit(maxFrame), socketmode.OptionDialer(dialer()))
		listenCtx, stop := context.WithCancel(ctx)
		s.handling.Go(func() { s.listen(listenCtx, client, handler) })
		err := client.RunContext(ctx)
		stop()
		if ctx.Err() != nil {
			return nil
		}
		if fatal(err) {
			return fmt.Errorf("slack: the socket cannot be opened: %w", err)
		}
		s.Log.Error("the socket's client stopped; starting it again", "err", err)
		if !pause(ctx, time.Second) {
			return nil
		}
	}
}

// fatal reports a refusal of the app or its token, which no retry mends.
func fatal(err error) bool { return finalFor(err, ofApp) }

func (s *Slack) listen(ctx context.Context, client *socketmode.Client, handler Handler) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-client.Events:
			s.event(ctx, client, e, handler)
		}
	}
}

// event hands on one envelope in a goroutine of its own: a slow store must not keep the
// socket from being read.
func (s *Slack) event(ctx context.Context, client *socketmode.Client, e socketmode.Event, handler Handler) {
	switch e.Type {
	case socketmode.EventTypeSlashCommand, socketmode.EventTypeInteractive:
	case socketmode.EventTypeHello:
		s.Log.Info("connected to Slack", "connections", e.Request.NumConnections)
		return
	case socketmode.EventTypeConnectionError, socketmode.EventTypeErrorBadMessage, socketmode.EventTypeErrorWriteFailed:
		s.Log.Warn("socket trouble", "type", e.Type, "err", trouble(e.Data))
		return
	default:
		return
	}
	if c, ok := e.Data.(slack.InteractionCallback); ok && c.Type == slack.InteractionTypeBlockSuggestion {
		s.handling.Go(func() { s.suggest(ctx, client, e, handler) })
		return
	}
	h, err := decode(e)
	if err != nil {
		s.Log.Warn("an envelope makes no sense", "id", e.Request.EnvelopeID, "err", err)
	}
	if h.From.Person.User == "" {
		s.ack(ctx, client, *e.Request, nil)
		return
	}
	ctx = context.WithoutCancel(ctx) // the sender is owed an answer also while the socket is replaced
	s.handling.Go(func() {
		handler.Handle(ctx, h, func(a Answer) { s.acknowledge(ctx, client, e, h, a) })
	})
}

// trouble is the cause of an error event of the library. The event's frame is left out of
// the log: it may hold a response_url.
func trouble(data any) error {
	switch e := data.(type) {
	case *socketmode.ErrorBadMessage:
		return e.Cause
	case *socketmode.ErrorWriteFailed:
		return e.Cause
	case *slack.ConnectionErrorEvent:
		return e.ErrorObj
	}
	return fmt.Errorf("%T", data)
}

// decode turns an envelope into a Delivery. With an error the Delivery still names the
// sender, who is owed an answer, if the envelope did.
func decode(e socketmode.Event) (Delivery, error) {
	switch data := e.Data.(type) {
	case slack.SlashCommand:
		return decodeCommand(e.Request.EnvelopeID, data), nil
	case slack.InteractionCallback:
		return decodeInteraction(e.Request.EnvelopeID, data)
	}
	return Delivery{}, fmt.Errorf("unknown envelope %T", e.Data)
}

func decodeInteraction(id string, c slack.InteractionCallback) (Delivery, error) {
	sent := c.Type == slack.InteractionTypeViewSubmission
	switch {
	case sent && (c.View.CallbackID == denyReasonForm || c.View.CallbackID == breakGlassReasonForm):
		return decodeReason(id, c)
	case sent && c.View.CallbackID == pickForm:
		return decodeSubmission(id, c)
	case c.Type == slack.InteractionTypeBlockActions && c.View.CallbackID == pickForm:
		return decodeFormAction(id, c)
	}
	return decodeClick(id, c)
}

func decodeCommand(id string, c slack.SlashCommand) Delivery {
	return Delivery{
		ID:           id,
		From:         ReplyTo{Person: commands.Person{Team: c.TeamID, User: c.UserID}, Channel: c.ChannelID, Reply: c.ResponseURL},
		SlashCommand: &SlashCommand{Command: strings.TrimPrefix(c.Command, "/"), Text: c.Text, Trigger: c.TriggerID},
	}
}

// person is who acted. Their team is the one that they belong to, not the one that the
// channel belongs to: in a shared channel (Slack Connect) the two differ.
func person(c slack.InteractionCallback) commands.Person {
	return commands.Person{Team: cmp.Or(c.User.TeamID, c.Team.ID), User: c.User.ID}
}

// decodeClick reads a click on a card's button.
func decodeClick(id string, c slack.InteractionCallback) (Delivery, error) {
	h := Delivery{ID: id, From: ReplyTo{Person: person(c), Channel: c.Container.ChannelID, Reply: c.ResponseURL}}
	if c.Type != slack.InteractionTypeBlockActions || len(c.ActionCallback.BlockActions) != 1 {
		return Delivery{}, fmt.Errorf("interaction %q is not one click", c.Type)
	}
	a := c.ActionCallback.BlockActions[0]
	var v buttonValue
	if err := json.Unmarshal([]byte(a.Value), &v); err != nil {
		return h, fmt.Errorf("button value: %w", err)
	}
	choice := Button(a.ActionID)
	if !slices.Contains(buttons(), choice) {
		return h, fmt.Errorf("no such button: %q", a.ActionID)
	}
	h.Click = &Click{
		Case: v.Case, Fingerprint: v.Fingerprint, Button: choice, Trigger: c.TriggerID,
		Card: Message{Channel: c.Container.ChannelID, TS: c.Container.MessageTs},
	}
	return h, nil
}

// buttonValue is the value of a button. Cards that people still see carry it.
type buttonValue struct {
	Case        string `json:"case"`
	Fingerprint string `json:"fingerprint"`
}

func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
