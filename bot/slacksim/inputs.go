package slacksim

import (
	"fmt"
	"maps"
	"strings"
)

// fill puts values into the inputs.
func (v *view) fill(values Values) error {
	for _, b := range v.blocks() {
		for _, e := range elements(b) {
			block, action := str(b, "block_id"), str(e, "action_id")
			if str(e, "type") == "button" {
				continue
			}
			value := v.value(e, block, action)
			if given := values[block][action]; given != nil {
				value = maps.Clone(given)
			}
			if str(b, "type") == "input" && b["optional"] != true && empty(value) {
				return fmt.Errorf("slacksim: %s is required", block)
			}
			value["type"] = e["type"]
			v.set(block, action, value)
		}
	}
	return nil
}

// value is what an input holds before the person touches it.
func (v *view) value(e object, block, action string) object {
	if kept, ok := v.values[block][action]; ok {
		return maps.Clone(kept)
	}
	value := object{}
	for name, initial := range e {
		what, ok := strings.CutPrefix(name, "initial_")
		switch {
		case name == "initial_value":
			value["value"] = initial
		case ok:
			value["selected_"+what] = initial
		}
	}
	if len(value) == 0 && str(e, "type") == "plain_text_input" {
		value["value"] = nil
	}
	return value
}

// empty says whether a value holds nothing but its type.
func empty(value object) bool {
	for name, held := range value {
		if list, ok := held.([]any); ok && len(list) == 0 {
			continue
		}
		if name != "type" && held != nil && held != "" {
			return false
		}
	}
	return true
}
