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
	"quell/bot/store"
	"quell/bot/words"
	"quell/commands"
)

// Handler takes what was heard. It calls ack exactly once.
type Handler func(ctx context.Context, h bot.Heard, ack func(words.Message))

// Hear keeps a socket open and hands on what comes in, until ctx ends; it
// returns once everything that came in was handed on. The client connects again
// by itself; where it gives up it is started anew, for the library returns on
// some errors (peers' bots went deaf there).
func (s *Slack) Hear(ctx context.Context, handle Handler) error {
	defer s.handing.Wait()
	for {
		client := socketmode.New(s.api)
		listenCtx, stop := context.WithCancel(ctx)
		s.handing.Go(func() { s.listen(listenCtx, client, handle) })
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

// fatal names the refusals that no retry mends.
func fatal(err error) bool {
	return slices.Contains([]string{"invalid_auth", "account_inactive", "not_authed", "token_revoked"}, code(err))
}

func (s *Slack) listen(ctx context.Context, client *socketmode.Client, handle Handler) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-client.Events:
			s.event(ctx, client, e, handle)
		}
	}
}

// event hands on one envelope. Each is handled by itself: a slow store must not
// keep the socket from being read.
func (s *Slack) event(ctx context.Context, client *socketmode.Client, e socketmode.Event, handle Handler) {
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
	h, err := heard(e)
	if err != nil {
		s.Log.Warn("an envelope makes no sense", "id", e.Request.EnvelopeID, "err", err)
	}
	if h.From.Person.User == "" {
		s.ack(ctx, client, *e.Request, nil)
		return
	}
	ctx = context.WithoutCancel(ctx) // an answer is owed also while the socket is replaced
	s.handing.Go(func() {
		handle(ctx, h, func(m words.Message) { s.acknowledge(ctx, client, *e.Request, h, m) })
	})
}

// trouble is what went wrong with a socket. The library's events carry the
// whole frame beside it, which has no place in a log: it may hold a response_url.
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

// acknowledge answers the envelope. The acknowledgement of a slash command can
// carry words, that of a form shows them at its field; a click is answered
// beside it, and so is whatever does not fit.
func (s *Slack) acknowledge(ctx context.Context, client *socketmode.Client, req socketmode.Request, h bot.Heard, m words.Message) {
	var payload any
	switch {
	case m.IsZero():
	case h.Typed != nil:
		payload = map[string]string{"response_type": "ephemeral", "text": s.say(m)}
	case h.Because != nil:
		payload = slack.NewErrorsViewSubmissionResponse(map[string]string{becauseField: s.speaker(plain{}).Say(m)})
	}
	if s.ack(ctx, client, req, payload) && payload != nil {
		return
	}
	if err := s.Tell(ctx, h.From, m); err != nil {
		s.Log.Error("an answer could not be told", "to", h.From.Person.User, "message", m.ID, "err", err)
	}
}

// ackTimeout is how long an acknowledgement may wait for a socket: after that
// Slack has given up on it.
const ackTimeout = 3 * time.Second

// ack reports whether the acknowledgement is on its way. The library queues it: it
// may still be lost with its socket, and then Slack itself tells the person.
func (s *Slack) ack(ctx context.Context, client *socketmode.Client, req socketmode.Request, payload any) bool {
	ctx, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	if err := client.AckCtx(ctx, req.EnvelopeID, payload); err != nil {
		s.Log.Error("an envelope could not be acknowledged", "id", req.EnvelopeID, "err", err)
		return false
	}
	return true
}

// heard turns an envelope into what the engine understands. What makes no sense
// keeps its sender, who is owed an answer.
func heard(e socketmode.Event) (bot.Heard, error) {
	switch data := e.Data.(type) {
	case slack.SlashCommand:
		return typed(e.Request.EnvelopeID, data), nil
	case slack.InteractionCallback:
		if data.Type == slack.InteractionTypeViewSubmission && data.View.CallbackID == becauseForm {
			return because(e.Request.EnvelopeID, data)
		}
		return pressed(e.Request.EnvelopeID, data)
	}
	return bot.Heard{}, fmt.Errorf("unknown envelope %T", e.Data)
}

func typed(id string, c slack.SlashCommand) bot.Heard {
	return bot.Heard{
		ID:    id,
		From:  bot.Listener{Person: commands.Person{Team: c.TeamID, User: c.UserID}, Channel: c.ChannelID, Reply: c.ResponseURL},
		Typed: &bot.Typed{Command: strings.TrimPrefix(c.Command, "/"), Text: c.Text},
	}
}

// person is who acted. Their team is that of the person, not that of the place:
// in a shared channel the two differ.
func person(c slack.InteractionCallback) commands.Person {
	return commands.Person{Team: cmp.Or(c.User.TeamID, c.Team.ID), User: c.User.ID}
}

// pressed reads a click.
func pressed(id string, c slack.InteractionCallback) (bot.Heard, error) {
	h := bot.Heard{ID: id, From: bot.Listener{Person: person(c), Channel: c.Container.ChannelID, Reply: c.ResponseURL}}
	if c.Type != slack.InteractionTypeBlockActions || len(c.ActionCallback.BlockActions) != 1 {
		return bot.Heard{}, fmt.Errorf("interaction %q is not one click", c.Type)
	}
	a := c.ActionCallback.BlockActions[0]
	var v value
	if err := json.Unmarshal([]byte(a.Value), &v); err != nil {
		return h, fmt.Errorf("button value: %w", err)
	}
	choice := bot.Choice(a.ActionID)
	if choice != bot.Approve && choice != bot.Deny && choice != bot.Withdraw {
		return h, fmt.Errorf("no such button: %q", a.ActionID)
	}
	h.Pressed = &bot.Pressed{
		Case: v.Case, Fingerprint: v.Fingerprint, Choice: choice, Trigger: c.TriggerID,
		Card: store.Card{Channel: c.Container.ChannelID, TS: c.Container.MessageTs},
	}
	return h, nil
}

// value is what a button carries.
type value struct {
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
