package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
)

// submitted does what the response_action in the ack of a submission says. An ack
// without a payload closes the view. A view that was closed meanwhile stays closed.
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
		err = v.showErrors(in.Errors)
	case in.Action == "update":
		err = w.redefine(v, jsonText(in.View))
	case in.Action == "push":
		_, err = w.push(person, jsonText(in.View))
	default:
		err = fmt.Errorf("no such response_action: %q", in.Action)
	}
	if err != nil {
		w.cfg.Log.Warn("slacksim: the answer to a submission makes no sense", "error", err)
		v.error = troubleText
	}
}

// redefine gives an open view new content.
func (w *Workspace) redefine(v *view, t jsonText) error {
	def, err := w.readView(t)
	if err != nil {
		return err
	}
	if other := w.openView("", str(def, "external_id")); other != nil && other != v {
		return refuse("duplicate_external_id")
	}
	w.define(v, def)
	return nil
}

// showErrors shows an error at each block that the ack names. Only input blocks can
// have one.
func (v *view) showErrors(errors map[string]string) error {
	if len(errors) == 0 {
		return fmt.Errorf("no errors in the answer %q", "errors")
	}
	for block := range errors {
		if !v.hasInput(block) {
			return fmt.Errorf("no input block %q", block)
		}
	}
	v.errors = errors
	return nil
}
