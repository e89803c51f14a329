package slacksim

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
)

// Act is what a person does to an interactive element, in a message (Channel
// and TS) or in a view (View).
type Act struct {
	Channel, TS string
	View        string
	BlockID     string // "" finds the element by its ActionID alone
	ActionID    string
	// Value is what was typed. For a button it may hold the value on the
	// picture that was clicked; a button that has another one by now is not
	// the same any more.
	Value string
	// Selected is what was chosen, as Slack names it: {"selected_option": …}.
	Selected map[string]any
}

// Click presses a button of a message.
func (c Client) Click(channel, ts, actionID string) error {
	return c.Do(Act{Channel: channel, TS: ts, ActionID: actionID})
}

// Do acts on an element as it stands now. One that is not there is an error.
func (c Client) Do(act Act) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	spot, err := c.find(&act)
	if err != nil {
		return err
	}
	o := c.w.interaction("block_actions", spot.person)
	o["trigger_id"] = c.w.newTrigger(spot.person.ID, act.View)
	o["actions"] = []object{c.w.action(spot.element, act)}
	if spot.view != nil {
		c.w.remember(spot.view, spot.element, act)
		c.w.inView(o, spot.view)
		c.w.send(interactive(o), spot.view.troubled(func(json.RawMessage) {}))
		return nil
	}
	c.w.clicked(o, spot)
	return nil
}

// clicked sends an act in a message. A click that comes to nothing leaves a
// mark that only the clicker sees, until the next click or the next picture.
func (w *Workspace) clicked(o object, at spot) {
	clicker, m := at.person.ID, at.message
	delete(m.errors, clicker)
	w.inMessage(o, at.room, m)
	o["state"] = object{"values": object{}}
	o["response_url"] = w.newReply("actions", &reply{person: clicker, channel: m.channel, original: m})
	w.send(interactive(o), outcome{
		acked:  func(json.RawMessage) {},
		failed: func(code string) { m.errors[clicker] = clickError(code) },
	})
}

// interactive is the envelope of an interaction whose ack may carry a payload.
func interactive(payload object) envelope {
	return envelope{Type: "interactive", Payload: payload, Accepts: true}
}

// clickError is what a person sees at a button. That Slack marks it is known;
// the words are ours.
func clickError(code string) string {
	if code == dispatchFailed {
		return "The app could not be reached. Try again."
	}
	return "The app did not answer in time. Try again."
}

// Suggest types into a menu that asks the app for its options, and waits for
// them.
func (c Client) Suggest(ctx context.Context, act Act) ([]map[string]any, error) {
	type result struct {
		options []object
		err     error
	}
	done := make(chan result, 1)
	err := c.ask(act, outcome{
		acked: func(ack json.RawMessage) { done <- result{options: suggested(ack)} },
		failed: func(code string) {
			done <- result{err: fmt.Errorf("slacksim: no suggestions: %s", code)}
		},
	})
	if err != nil {
		return nil, err
	}
	select {
	case r := <-done:
		return r.options, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c Client) ask(act Act, then outcome) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	typed := act.Value
	act.Value = ""
	spot, err := c.find(&act)
	if err != nil {
		return err
	}
	o := c.w.interaction("block_suggestion", spot.person)
	o["block_id"], o["action_id"], o["value"] = act.BlockID, act.ActionID, typed
	if spot.view != nil {
		c.w.inView(o, spot.view)
	} else {
		c.w.inMessage(o, spot.room, spot.message)
	}
	c.w.send(interactive(o), then)
	return nil
}

// suggested reads the options of an ack, grouped or not.
func suggested(ack json.RawMessage) []object {
	var in struct {
		Options []object `json:"options"`
		Groups  []struct {
			Options []object `json:"options"`
		} `json:"option_groups"`
	}
	_ = json.Unmarshal(ack, &in) // what cannot be read offers nothing
	all := append([]object{}, in.Options...)
	for _, g := range in.Groups {
		all = append(all, g.Options...)
	}
	return all
}

// remember keeps what was chosen in a view, for its state.
func (w *Workspace) remember(v *view, e object, act Act) {
	chosen := maps.Clone(act.Selected)
	if chosen == nil || str(e, "type") == "button" {
		return
	}
	chosen["type"] = e["type"]
	v.set(act.BlockID, act.ActionID, chosen)
}
