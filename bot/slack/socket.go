package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

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

// Hear keeps sockets open and hands on each delivery until ctx ends; it returns once all that
// came in are handed on.
func (s *Slack) Hear(ctx context.Context, handler Handler) error {
	r := &receiver{Slack: s, handler: handler}
	defer r.handling.Wait()
	r.handling.Go(func() { s.retryToken(ctx) })
	s.sockets.keep(ctx, func(a arrival) { r.event(ctx, a) })
	return nil
}

// receiver reads what comes in by the sockets, hands it on, and acknowledges it.
type receiver struct {
	*Slack
	handler  Handler
	handling sync.WaitGroup // what came in and is not handed on yet
}

// event is an envelope whose payload is read: a slack.SlashCommand, a
// slack.InteractionCallback or an eventCallback in Data, nil if it is none of them.
type event struct {
	arrival
	Data any
}

// read reads the payload of an envelope. What is neither a command nor an interaction nor an event
// is left unread.
func (a arrival) read() (event, error) {
	var command slack.SlashCommand
	var interaction slack.InteractionCallback
	var told eventCallback
	switch a.Type {
	case "slash_commands":
		err := json.Unmarshal(a.Payload, &command)
		return event{a, command}, err
	case "interactive":
		err := json.Unmarshal(a.Payload, &interaction)
		return event{a, interaction}, err
	case "events_api":
		err := json.Unmarshal(a.Payload, &told)
		return event{a, told}, err
	}
	return event{arrival: a}, nil
}

// event hands on one envelope in a goroutine of its own: a slow store must not keep the
// socket from being read. Every envelope is acknowledged, also one that nothing here handles.
func (r *receiver) event(ctx context.Context, a arrival) {
	ctx = context.WithoutCancel(ctx) // the sender is owed an answer also while the socket is replaced
	e, err := a.read()
	c, interaction := e.Data.(slack.InteractionCallback)
	switch {
	case err != nil:
		r.Log.Warn("the payload of an envelope cannot be read", "id", a.EnvelopeID, "type", a.Type, "err", err)
		r.handling.Go(func() { r.ack(e, nil) })
		return
	case e.Data == nil:
		r.Log.Debug("an envelope of another kind", "id", a.EnvelopeID, "type", a.Type)
		r.handling.Go(func() { r.ack(e, nil) })
		return
	case interaction && c.Type == slack.InteractionTypeBlockSuggestion:
		r.handling.Go(func() { r.suggest(ctx, e) })
		return
	}
	h, err := r.decode(e)
	if h.Click != nil {
		h.Click.Ours = c.Message.User == r.user // absent from an ephemeral message
	}
	if err != nil {
		r.Log.Warn("an envelope makes no sense", "id", a.EnvelopeID, "err", err)
	}
	if h.From.Person.User == "" {
		r.handling.Go(func() { r.ack(e, nil) })
		return
	}
	r.handling.Go(func() {
		r.handler.Handle(ctx, h, func(a Answer) { r.acknowledge(ctx, e, h, a) })
	})
}

// decode turns an envelope into a Delivery. With an error the Delivery still names the
// sender, who is owed an answer, if the envelope did.
func (r *receiver) decode(e event) (Delivery, error) {
	switch data := e.Data.(type) {
	case eventCallback:
		return data.delivery(r.user), nil
	case slack.SlashCommand:
		return decodeCommand(e.EnvelopeID, data), nil
	case slack.InteractionCallback:
		if isShortcut(data) {
			return r.decodeShortcut(e, data)
		}
		return decodeInteraction(e.EnvelopeID, data)
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
		From:         ReplyTo{Person: commands.Person{Team: c.TeamID, User: c.UserID}, Enterprise: c.EnterpriseID, Channel: c.ChannelID, Reply: c.ResponseURL},
		SlashCommand: &SlashCommand{Command: strings.TrimPrefix(c.Command, "/"), Text: c.Text, Trigger: c.TriggerID},
	}
}

// decodeClick reads a click on a card's button.
func decodeClick(id string, c slack.InteractionCallback) (Delivery, error) {
	h := Delivery{ID: id, From: from(c, c.Container.ChannelID)}
	switch {
	case c.Container.Type == "view" && c.View.Type == slack.VTHomeTab:
		h.From.Home = true
	case c.Container.Type == "view":
		h.From.View = c.Container.ViewID
	}
	h.From.Reply = c.ResponseURL
	if c.Type != slack.InteractionTypeBlockActions || len(c.ActionCallback.BlockActions) != 1 {
		return Delivery{}, fmt.Errorf("interaction %q is not one click", c.Type)
	}
	a := c.ActionCallback.BlockActions[0]
	var v buttonValue
	if err := json.Unmarshal([]byte(a.Value), &v); err != nil {
		return h, fmt.Errorf("button value: %w", err)
	}
	choice := Button(a.ActionID)
	if choice != OpenForm && choice != Stop && !slices.Contains(buttons(), choice) {
		return h, fmt.Errorf("no such button: %q", a.ActionID)
	}
	h.Click = &Click{
		Case: v.Case, Fingerprint: v.Fingerprint, Form: v.Form, Button: choice, Trigger: c.TriggerID,
	}
	if !c.Container.IsEphemeral && !h.From.inView() {
		h.Click.Card = Message{Channel: c.Container.ChannelID, TS: c.Container.MessageTs}
	}
	return h, nil
}

// buttonValue is the value of a button. Cards that people still see carry it.
type buttonValue struct {
	Case        string `json:"case,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	Form        string `json:"form,omitempty"` // the delivery whose form it opens
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
