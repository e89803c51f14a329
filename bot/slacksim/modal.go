package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
)

// troubleText is what a modal shows when a submission was not acknowledged, or its
// ack cannot be read.
const troubleText = "We had some trouble connecting. Try again?"

// Values are what a person entered: by block id, then by action id, each as
// Slack writes it ({"value": …}, {"selected_option": …}). The type is filled in.
type Values map[string]map[string]map[string]any

// Submit sends the top view of a person's stack. Inputs that are not in values
// keep what the app or the person put there; a required one that is empty is
// an error, for no client would send it. Neither would it send a form twice.
func (c Client) Submit(viewID string, values Values) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	p, v, err := c.open(viewID)
	if err != nil {
		return err
	}
	if v.busy {
		return fmt.Errorf("slacksim: %s is on its way already", viewID)
	}
	if err := v.fill(v.blocks(), values); err != nil {
		return err
	}
	v.busy, v.errors, v.error = true, nil, ""
	o := c.w.interaction("view_submission", p)
	o["trigger_id"] = c.w.newTrigger(p.ID, v.id)
	o["view"] = c.w.viewObject(v)
	o["response_urls"] = c.w.viewResponseURLs(p, v)
	c.w.send(interactive(o), v.outcomeOf(func(ack json.RawMessage) { c.w.submitted(p.ID, v, ack) }))
	return nil
}

// CloseView closes the top view, as its close button does, or the whole stack
// if the view was made so. The app hears of each view that asked for it.
func (c Client) CloseView(viewID string) error {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	p, v, err := c.open(viewID)
	if err != nil {
		return err
	}
	closed, cleared := []*view{v}, v.def["clear_on_close"] == true
	if cleared {
		closed = slices.Clone(c.w.views[p.ID])
		slices.Reverse(closed)
	}
	for _, v := range closed {
		c.w.closeView(p.ID, v)
		c.w.tellClosed(p, v, cleared)
	}
	c.w.touch()
	return nil
}

func (w *Workspace) tellClosed(p Person, v *view, cleared bool) {
	if v.def["notify_on_close"] != true {
		return
	}
	o := w.interaction("view_closed", p)
	o["view"], o["is_cleared"] = w.viewObject(v), cleared
	w.send(envelope{Type: "interactive", Payload: o}, v.outcomeOf(func(json.RawMessage) {}))
}

// open finds the view that a person has before them: the top of their stack.
func (c Client) open(viewID string) (Person, *view, error) {
	p, ok := c.me()
	stack := c.w.views[c.person]
	if !ok || len(stack) == 0 || stack[len(stack)-1].id != viewID {
		return Person{}, nil, fmt.Errorf("slacksim: %s has no view %s before them", c.person, viewID)
	}
	return p, stack[len(stack)-1], nil
}

// outcomeOf is what follows an act in a view: acked, or the error at its foot.
func (v *view) outcomeOf(acked func(json.RawMessage)) outcome {
	return outcome{acked: acked, failed: func(string) { v.busy, v.error = false, troubleText }}
}

// closeView takes v, and whatever lies on it, off the stack.
func (w *Workspace) closeView(person string, v *view) {
	if at := slices.Index(w.views[person], v); at >= 0 {
		w.views[person] = w.views[person][:at]
	}
}
