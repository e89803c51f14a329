package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
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
	if err := c.w.offered("global", callbackID); err != nil {
		return err
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
	if err := c.w.offered("message", callbackID); err != nil {
		return err
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

// offered refuses a shortcut that the app's configuration does not have of that kind: nobody is
// offered it (app manifest reference, "features.shortcuts").
func (w *Workspace) offered(kind, callbackID string) error {
	if slices.ContainsFunc(w.cfg.Shortcuts, func(s Shortcut) bool { return s.Type == kind && s.CallbackID == callbackID }) {
		return nil
	}
	return fmt.Errorf("slacksim: the app has no %s shortcut with the callback_id %q", kind, callbackID)
}

// shortcut is the payload of either kind. Neither's acknowledgement may carry an answer.
func (w *Workspace) shortcut(kind, callbackID string, p Person) object {
	o := w.interaction(kind, p)
	o["callback_id"], o["action_ts"], o["trigger_id"] = callbackID, w.ts(), w.newTrigger(p.ID, "")
	return o
}
