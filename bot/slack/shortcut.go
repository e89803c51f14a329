package slack

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"

	"quell/bot"
	"quell/commands"
)

// The callback_ids of the app's shortcuts, as its manifest has them. Apps that are installed have
// these, so they stay.
const (
	actOnAlert = "act-on-alert"   // of a message
	stopThing  = "stop-something" // global: it is run from wherever somebody is
)

// Shortcut is a shortcut that somebody ran: on a message, or on nothing. It is stored until it is
// judged, so its tags stay.
type Shortcut struct {
	Alert bool   `json:"alert,omitempty"`
	Text  string `json:"text,omitempty"` // of the message, as anybody may have written it
	Link  string `json:"link,omitempty"` // to the message; "" where none is known
	// Trigger opens a form, within three seconds; it is not kept.
	Trigger string `json:"-"`
}

func isShortcut(c slack.InteractionCallback) bool {
	return c.Type == slack.InteractionTypeMessageAction || c.Type == slack.InteractionTypeShortcut
}

// decodeShortcut reads a shortcut. The library's own type lacks parts of a message, so that is read
// from the payload.
func (r *receiver) decodeShortcut(e event, c slack.InteractionCallback) (Delivery, error) {
	h := Delivery{ID: e.EnvelopeID, From: from(c, c.Channel.ID)}
	h.From.Reply = c.ResponseURL
	switch {
	case c.Type == slack.InteractionTypeShortcut && c.CallbackID == stopThing:
		h.Shortcut = &Shortcut{Trigger: c.TriggerID}
		return h, nil
	case c.Type == slack.InteractionTypeMessageAction && c.CallbackID == actOnAlert:
	default:
		return h, fmt.Errorf("no such shortcut: %q", c.CallbackID)
	}
	var payload struct {
		TS      string          `json:"message_ts"`
		Message json.RawMessage `json:"message"`
	}
	if err := json.Unmarshal(e.Payload, &payload); err != nil {
		return h, err
	}
	h.Shortcut = &Shortcut{Alert: true, Text: alertText(payload.Message), Trigger: c.TriggerID}
	if r.permalinks != nil {
		h.Shortcut.Link = r.permalinks.to(Message{Channel: c.Channel.ID, TS: payload.TS, Parent: parentOf(c.Message)})
	}
	return h, nil
}

// parentOf is the ts of the thread that a message is a reply in; "" for none.
func parentOf(m slack.Message) string {
	if m.ThreadTimestamp == m.Timestamp {
		return ""
	}
	return m.ThreadTimestamp
}

// shortcut opens the form of a shortcut, filled in with what the alert names.
func (d *dispatcher) shortcut(ctx context.Context, h Delivery) bot.Verdict {
	c := h.Shortcut
	return d.openForm(ctx, h, c.Trigger, func(s bot.Speaker) (bot.Form, bot.Verdict) {
		return d.Front.Begin(ctx, s, bot.Opening{
			Alert: commands.ReadAlert(c.Text), FromAlert: c.Alert, Reason: c.Link, AskChannel: !c.Alert,
		})
	})
}
