package slack

import (
	"context"
	"encoding/json"

	"github.com/slack-go/slack"

	"quell/bot"
)

// acknowledge sends the acknowledgement of an envelope. An answer that the acknowledgement
// cannot carry is told by a message of its own.
func (r *receiver) acknowledge(ctx context.Context, e event, h Delivery, a Answer) {
	payload := r.payload(e, h, a)
	if r.ack(e, payload) && payload != nil {
		return
	}
	if err := r.Tell(ctx, h.From, a.Say); err != nil {
		r.Log.Error("an answer could not be told", "to", h.From.Person.User, "message", a.Say.ID, "err", err)
	}
}

// payload is an answer as an acknowledgement can carry it: a message after a slash
// command, an error at a field after a form. The acknowledgement of a click can carry
// none: nil.
func (r *receiver) payload(e event, h Delivery, a Answer) any {
	if a.Say.IsZero() {
		return nil
	}
	if h.SlashCommand != nil {
		return webhook(r.toOne(h.From).say(a.Say))
	}
	c, _ := e.Data.(slack.InteractionCallback)
	if block := answerBlock(c, h.From, a.Field); block != "" {
		return slack.NewErrorsViewSubmissionResponse(map[string]string{block: r.toOne(h.From).formDrawing().plain.Say(a.Say)})
	}
	return nil
}

// answerBlock is the block of a submitted form that shows an answer as an error; "" for
// none. An error keeps the form open. So an answer that is about no field lets the form
// close and is told in the channel that the form was opened from, unless that channel is
// not known.
func answerBlock(c slack.InteractionCallback, from ReplyTo, f bot.Field) string {
	switch {
	case c.Type != slack.InteractionTypeViewSubmission:
		return ""
	case c.View.CallbackID == denyReasonForm, c.View.CallbackID == breakGlassReasonForm && f != "":
		return whyField
	case c.View.CallbackID == pickForm && (f != "" || from.Channel == ""):
		return errorBlock(c.View, f)
	}
	return ""
}

// mostAck is the size in bytes from which on Slack drops an acknowledgement without a word
// (slack-go, Client.SendCtx).
const mostAck = 20 << 10

// ack reports whether the acknowledgement was sent with its payload. A payload that is too large
// for one is left out. An acknowledgement may still be lost with its socket, and then Slack
// itself tells the person.
func (r *receiver) ack(e event, payload any) bool {
	body, err := json.Marshal(acknowledgement{e.EnvelopeID, payload})
	fits := err == nil && len(body) < mostAck
	if !fits {
		body, _ = json.Marshal(acknowledgement{ID: e.EnvelopeID})
	}
	if err := e.send(body, e.at.Add(ackTimeout)); err != nil {
		r.Log.Error("an envelope could not be acknowledged", "id", e.EnvelopeID, "err", err)
		return false
	}
	return fits
}

// acknowledgement is what Slack is answered to an envelope.
type acknowledgement struct {
	ID      string `json:"envelope_id"`
	Payload any    `json:"payload,omitempty"`
}
