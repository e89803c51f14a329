package slacksim

import (
	"encoding/json"
	"fmt"
)

// Act is what a person does to an interactive element, in a message (Channel
// and TS) or in a view (View).
type Act struct {
	Channel, TS string
	View        string
	BlockID     string // "" finds the element by its ActionID alone
	ActionID    string
	// Value is what was typed. For a button it may hold the value that the person
	// saw: a button that has another value by now is not the one they clicked.
	Value string
	// Selected is what was chosen, as Slack names it: {"selected_option": …}.
	Selected map[string]any
	// Values are the unsent values of the other inputs of the form. A client sends
	// them along, and the app finds them in view.state.
	Values Values
}

// Click presses a button of a message.
func (c Client) Click(channel, ts, actionID string) error {
	return c.Do(Act{Channel: channel, TS: ts, ActionID: actionID})
}

// Do acts on an element as it stands now. One that is not there, or that does
// not take what is entered, is an error. The app hears nothing of an input
// block unless that dispatches its action.
func (c Client) Do(act Act) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	spot, err := c.find(&act)
	if err != nil {
		return err
	}
	spot.keepValues(act.Values)
	if err := spot.enter(act); err != nil {
		return err
	}
	if str(spot.block, "type") == "input" && spot.block["dispatch_action"] != true {
		return nil
	}
	o := c.w.interaction("block_actions", spot.person)
	o["trigger_id"] = c.w.newTrigger(spot.person.ID, act.View)
	o["actions"] = []object{c.w.action(spot.element, act)}
	if spot.view != nil {
		spot.view.error = ""
		c.w.inView(o, spot.view)
		c.w.send(interactive(o), spot.view.outcomeOf(func(json.RawMessage) {}))
		return nil
	}
	c.w.clicked(o, spot)
	return nil
}

// keepValues keeps the values of a form that the client sent along with an act. An
// option that the form no longer offers is dropped.
func (s spot) keepValues(values Values) {
	if s.view == nil {
		return
	}
	for _, b := range s.view.blocks() {
		for _, e := range elements(b) {
			block, action := str(b, "block_id"), str(e, "action_id")
			value := asJSON(values[block][action])
			if field, _ := holds(str(e, "type")); field == "" || value == nil || s.checkOptions(b, e, value) != nil {
				continue
			}
			value["type"] = e["type"]
			s.set(block, action, value)
		}
	}
}

// enter keeps what was entered into an element, if elements of its kind hold a value.
func (s spot) enter(act Act) error {
	value := act.entered(s.element)
	if value == nil {
		return nil
	}
	if err := checkText(s.element, str(value, "value")); err != nil {
		return fmt.Errorf("slacksim: %s %w", act.ActionID, err)
	}
	if err := s.checkOptions(s.block, s.element, value); err != nil {
		return fmt.Errorf("slacksim: %s %w", act.ActionID, err)
	}
	if field, _ := holds(str(s.element, "type")); field != "" {
		value["type"] = s.element["type"]
		s.set(act.BlockID, act.ActionID, value)
	}
	return nil
}

// clicked sends an act in a message. Where the envelope is not acknowledged, the
// clicker alone sees an error at the message, until their next click or the next
// update of the message.
func (w *Workspace) clicked(o object, at spot) {
	clicker, m := at.person.ID, at.message
	delete(m.errors, clicker)
	w.inMessage(o, at.room, m)
	o["state"] = at.current(m.blocks)
	o["response_url"] = w.newResponseURL("actions", &responseURL{person: clicker, channel: m.channel, original: m})
	w.send(interactive(o), outcome{
		acked:  func(json.RawMessage) {},
		failed: func(code string) { m.errors[clicker] = clickError(code) },
	})
}

// interactive is the envelope of an interaction whose ack may carry a payload.
func interactive(payload object) envelope {
	return envelope{Type: "interactive", Payload: payload, Accepts: true}
}

// clickError is the error that a person sees at a button. It is known that Slack shows
// one; its words are ours.
func clickError(code string) string {
	if code == dispatchFailed {
		return "The app could not be reached. Try again."
	}
	return "The app did not answer in time. Try again."
}
