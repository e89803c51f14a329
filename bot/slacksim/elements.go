package slacksim

import (
	"fmt"
	"slices"
)

// elements are the interactive elements of a block, wherever they sit.
func elements(b object) []object {
	var all []object
	if str(b, "type") == "actions" {
		all = objects(b["elements"])
	}
	for _, place := range []string{"accessory", "element"} {
		if e, ok := b[place].(object); ok && str(e, "type") != "image" {
			all = append(all, e)
		}
	}
	return all
}

// standsIn says whether an element of a kind may stand in a block of another
// (docs.slack.dev, "Block elements", under "Works with block types").
func standsIn(kind, block string) bool {
	switch kind {
	case "button", "workflow_button", "overflow":
		return block == "actions" || block == "section"
	case "datetimepicker":
		return block == "actions" || block == "input"
	case "checkboxes", "radio_buttons", "datepicker", "timepicker",
		"static_select", "external_select", "users_select", "conversations_select", "channels_select":
		return true
	case "multi_static_select", "multi_external_select",
		"multi_users_select", "multi_conversations_select", "multi_channels_select":
		return block == "section" || block == "input"
	}
	field, _ := holds(kind)
	return field != "" && block == "input"
}

// elements checks the interactive elements of a block.
func (c *checker) elements(path string, b object) {
	seen := map[string]bool{}
	for i, e := range elements(b) {
		at := fmt.Sprintf("%s/elements/%d", path, i)
		if str(b, "type") != "actions" {
			at = path + "/accessory"
			if str(b, "type") == "input" {
				at = path + "/element"
			}
		}
		id := str(e, "action_id")
		if id != "" && seen[id] {
			c.say(at+"/action_id", "`action_id` already exists: %s", id)
		}
		seen[id] = true
		if kind := str(e, "type"); kind != "" && !standsIn(kind, str(b, "type")) {
			c.say(at+"/type", "unsupported type: %s", kind)
			continue
		}
		c.element(at, e)
	}
}

func (c *checker) element(path string, e object) {
	kind := str(e, "type")
	c.length(path+"/action_id", str(e, "action_id"), 0, 255)
	if kind == "" {
		c.say(path, "missing required field: type")
	}
	if kind == "button" {
		c.button(path, e)
	}
	if e["placeholder"] != nil {
		c.plain(path+"/placeholder", e["placeholder"], 150)
	}
	if kind == "plain_text_input" {
		c.between(path, e, "min_length", 0)
		c.between(path, e, "max_length", 1)
	}
	if asksForOptions(kind) && e["options"] == nil && e["option_groups"] == nil {
		c.say(path, "must define either `options` or `option_groups`")
	}
	c.menu(path, e)
	c.initial(path, e)
	if confirm, ok := e["confirm"].(object); ok {
		c.confirm(path+"/confirm", confirm)
	}
}

func (c *checker) button(path string, e object) {
	c.plain(path+"/text", e["text"], 75)
	c.length(path+"/value", str(e, "value"), 0, 2000)
	c.length(path+"/url", str(e, "url"), 0, 3000)
	c.length(path+"/accessibility_label", str(e, "accessibility_label"), 0, 75)
	c.style(path+"/style", str(e, "style"))
}

func (c *checker) style(path, s string) {
	if !slices.Contains([]string{"", "primary", "danger"}, s) {
		c.say(path, "must be one of the allowed values: primary, danger")
	}
}

// between checks a length that a text input asks for; Slack takes up to 3000.
func (c *checker) between(path string, e object, field string, least float64) {
	n, ok := e[field].(float64)
	if ok && (n < least || n > 3000) {
		c.say(path+"/"+field, "must be between %v and 3000", least)
	}
}

func (c *checker) confirm(path string, o object) {
	c.plain(path+"/title", o["title"], 100)
	c.text(path+"/text", o["text"], 300)
	for _, button := range []string{"confirm", "deny"} {
		c.plain(path+"/"+button, o[button], 30)
	}
	c.style(path+"/style", str(o, "style"))
}
