package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
)

// trouble is what a modal shows when a submission came to nothing, or when the
// app's answer makes no sense.
const trouble = "We had some trouble connecting. Try again?"

// Values are what a person entered: by block id, then by action id, each as
// Slack writes it ({"value": …}, {"selected_option": …}). The type is filled in.
type Values map[string]map[string]map[string]any

// Submit sends the top view of a person's stack. Inputs that are not in values
// keep what the app or the person put there; a required one that is empty is
// an error, for no client would send it.
func (c Client) Submit(viewID string, values Values) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	p, v, err := c.open(viewID)
	if err != nil {
		return err
	}
	if err := v.fill(values); err != nil {
		return err
	}
	v.busy, v.errors, v.error = true, nil, ""
	o := c.w.interaction("view_submission", p)
	o["trigger_id"] = c.w.newTrigger(p.ID, v.id)
	o["view"] = c.w.viewObject(v)
	o["response_urls"] = []object{}
	c.w.send(interactive(o), v.troubled(func(ack json.RawMessage) { c.w.submitted(p.ID, v, ack) }))
	return nil
}

// CloseView closes the top view, as its close button does. The app hears of it
// if it asked to.
func (c Client) CloseView(viewID string) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	p, v, err := c.open(viewID)
	if err != nil {
		return err
	}
	if v.def["clear_on_close"] == true {
		delete(c.w.views, p.ID)
	} else {
		c.w.closeView(p.ID, v)
	}
	c.w.touch()
	if v.def["notify_on_close"] != true {
		return nil
	}
	o := c.w.interaction("view_closed", p)
	o["view"], o["is_cleared"] = c.w.viewObject(v), false
	c.w.send(envelope{Type: "interactive", Payload: o}, v.troubled(func(json.RawMessage) {}))
	return nil
}

// open finds a person's view; only the top one can be reached.
func (c Client) open(viewID string) (Person, *view, error) {
	p, ok := c.w.person(c.person)
	stack := c.w.views[c.person]
	if !ok || len(stack) == 0 || stack[len(stack)-1].id != viewID {
		return Person{}, nil, fmt.Errorf("slacksim: %s has no view %s before them", c.person, viewID)
	}
	return p, stack[len(stack)-1], nil
}

// troubled is the outcome of an act in a view.
func (v *view) troubled(acked func(json.RawMessage)) outcome {
	return outcome{acked: acked, failed: func(string) { v.busy, v.error = false, trouble }}
}

// submitted does what the ack of a submission asks. An empty one closes the
// view. Whoever closed it meanwhile sees nothing.
func (w *Workspace) submitted(person string, v *view, ack json.RawMessage) {
	v.busy = false
	if !slices.Contains(w.views[person], v) {
		return
	}
	if ack == nil {
		w.closeView(person, v)
		return
	}
	var in struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	err := json.Unmarshal(ack, &in)
	switch {
	case err != nil:
	case in.Action == "clear":
		delete(w.views, person)
	case in.Action == "errors":
		err = v.blame(in.Errors)
	case in.Action == "update":
		err = w.redefine(v, jsonText(in.View))
	case in.Action == "push":
		_, err = w.push(person, jsonText(in.View))
	default:
		err = fmt.Errorf("no such response_action: %q", in.Action)
	}
	if err != nil {
		w.cfg.Log.Warn("slacksim: the answer to a submission makes no sense", "error", err)
		v.error = trouble
	}
}

func (w *Workspace) redefine(v *view, t jsonText) error {
	def, err := w.readView(t)
	if err == nil {
		w.define(v, def)
	}
	return err
}

// blame shows errors at their blocks. Only input blocks can carry one.
func (v *view) blame(errors map[string]string) error {
	inputs := v.inputs()
	for block := range errors {
		if !inputs[block] {
			return fmt.Errorf("no input block %q", block)
		}
	}
	v.errors = errors
	return nil
}

// closeView takes v, and whatever lies on it, off the stack.
func (w *Workspace) closeView(person string, v *view) {
	if at := slices.Index(w.views[person], v); at >= 0 {
		w.views[person] = w.views[person][:at]
	}
}
