package slacksim

import (
	"encoding/json"
	"fmt"
)

// Shortcut runs a global shortcut of the app: from wherever the person is, so its payload names no
// conversation and has no response_url (docs.slack.dev, "Shortcuts").
func (c Client) Shortcut(callbackID string) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	p, ok := c.me()
	if !ok || !p.acts() {
		return fmt.Errorf("slacksim: %s cannot sign in", c.person)
	}
	c.w.send(envelope{Type: "interactive", Payload: c.w.shortcut("shortcut", callbackID, p)}, outcome{
		acked:  func(json.RawMessage) {},
		failed: func(code string) { c.w.notify(p, direct(p), code) },
	})
	return nil
}

// ActOn runs a message shortcut of the app on a message that the person sees. Fields lie over what
// Slack has of the message, as another app may have posted it: with attachments, or blocks.
func (c Client) ActOn(channel, ts, callbackID string, fields map[string]any) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	p, r, err := c.at(channel)
	if err != nil {
		return err
	}
	m := c.w.message(channel, ts)
	if m == nil || m.onlyFor != "" && m.onlyFor != p.ID {
		return fmt.Errorf("slacksim: %s sees no message %s in %s", c.person, ts, channel)
	}
	o := c.w.shortcut("message_action", callbackID, p)
	shown := c.w.wire(m)
	for k, v := range fields {
		shown[k] = v
	}
	o["channel"], o["message_ts"], o["message"] = object{"id": r.ID, "name": r.knownAs()}, ts, shown
	o["response_url"] = c.w.newResponseURL("app", &responseURL{person: p.ID, channel: r.ID})
	c.w.send(envelope{Type: "interactive", Payload: o}, outcome{
		acked:  func(json.RawMessage) {},
		failed: func(code string) { c.w.notify(p, r, code) },
	})
	return nil
}

// shortcut is the payload of either kind. Neither's acknowledgement may carry an answer.
func (w *Workspace) shortcut(kind, callbackID string, p Person) object {
	o := w.interaction(kind, p)
	o["callback_id"], o["action_ts"], o["trigger_id"] = callbackID, w.ts(), w.newTrigger(p.ID, "")
	return o
}
