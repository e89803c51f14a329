package slacksim

import (
	"fmt"
	"maps"
	"strings"
)

// inputs is what one person did to the elements of a view or of a message.
type inputs struct {
	// values are what the elements hold: by block, then by action.
	values map[string]map[string]object
	// offered are the options that the app suggested, by block and action.
	offered map[[2]string][]object
}

func (in *inputs) set(block, action string, value object) {
	if in.values == nil {
		in.values = map[string]map[string]object{}
	}
	if in.values[block] == nil {
		in.values[block] = map[string]object{}
	}
	in.values[block][action] = value
}

// addOptions keeps the options that the app suggested: a client lets nobody choose
// another one.
func (in *inputs) addOptions(block, action string, options []object) {
	if in.offered == nil {
		in.offered = map[[2]string][]object{}
	}
	key := [2]string{block, action}
	in.offered[key] = append(in.offered[key], options...)
}

// dropMissing forgets the values of elements that are not among blocks.
func (in *inputs) dropMissing(blocks []object) {
	kept := in.values
	in.values = nil
	for _, b := range blocks {
		for _, e := range elements(b) {
			if value, ok := kept[str(b, "block_id")][str(e, "action_id")]; ok {
				in.set(str(b, "block_id"), str(e, "action_id"), value)
			}
		}
	}
}

// current is the state of all blocks on the wire, untouched elements included.
func (in *inputs) current(blocks []object) object {
	values := object{}
	for _, b := range blocks {
		entered := object{}
		for _, e := range elements(b) {
			if field, _ := holds(str(e, "type")); field != "" {
				entered[str(e, "action_id")] = in.value(b, e)
			}
		}
		if len(entered) > 0 {
			values[str(b, "block_id")] = entered
		}
	}
	return object{"values": values}
}

// value is what an element holds: what was entered, or what the app put there
// to begin with.
func (in *inputs) value(b, e object) object {
	if kept, ok := in.values[str(b, "block_id")][str(e, "action_id")]; ok {
		return maps.Clone(kept)
	}
	field, list := holds(str(e, "type"))
	initial := e["initial_"+strings.TrimPrefix(field, "selected_")]
	if field == "rich_text_value" {
		initial = e["initial_value"]
	}
	if initial == nil && list {
		initial = []any{}
	}
	return object{"type": e["type"], field: initial}
}

// fill enters values through a person's client, which validates them first.
func (in *inputs) fill(blocks []object, values Values) error {
	for _, b := range blocks {
		for _, e := range elements(b) {
			block, action := str(b, "block_id"), str(e, "action_id")
			if field, _ := holds(str(e, "type")); field == "" {
				continue
			}
			value := in.value(b, e)
			if given := values[block][action]; given != nil {
				value = asJSON(given)
				value["type"] = e["type"]
			}
			if err := in.accepts(b, e, value); err != nil {
				return err
			}
			in.set(block, action, value)
		}
	}
	return nil
}

// accepts validates the value of an element as a client does; an error says why the
// client would not send it.
func (in *inputs) accepts(b, e, value object) error {
	block := str(b, "block_id")
	if blank(value) {
		if str(b, "type") == "input" && b["optional"] != true {
			return fmt.Errorf("slacksim: %s is required", block)
		}
		return nil
	}
	if err := checkText(e, str(value, "value")); err != nil {
		return fmt.Errorf("slacksim: %s %w", block, err)
	}
	if err := in.checkOptions(b, e, value); err != nil {
		return fmt.Errorf("slacksim: %s %w", block, err)
	}
	return nil
}

// blank says whether a value holds nothing but its type.
func blank(value object) bool {
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
