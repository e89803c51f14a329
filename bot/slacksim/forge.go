package slacksim

import (
	"encoding/json"
	"fmt"
	"maps"
)

// Forge sends an envelope that no client makes: fields lie over what Slack
// would say of this person in that conversation. The person need not be there
// and may be a bot or deactivated; an answer for them alone shows in their
// State all the same. kind is "slash_commands" or "interactive".
func (c Client) Forge(channel, kind string, fields map[string]any) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	p, someone := c.me()
	r, somewhere := c.w.room(channel)
	if !someone || !somewhere {
		return fmt.Errorf("slacksim: there is no %s, or no %s", c.person, channel)
	}
	payload := c.w.slashPayload(p, r, "", "")
	if kind == "interactive" {
		payload = c.w.interaction("block_actions", p)
		c.w.inMessage(payload, r, &message{channel: r.ID})
	}
	to := &responseURL{person: p.ID, channel: r.ID}
	payload["response_url"] = c.w.newResponseURL("commands", to)
	maps.Copy(payload, fields)
	c.w.send(envelope{Type: kind, Payload: payload, Accepts: kind == "slash_commands"}, outcome{
		acked:  func(ack json.RawMessage) { _ = c.w.commandAnswered(to, ack) },
		failed: func(code string) { c.w.notify(p, r, code) },
	})
	return nil
}
